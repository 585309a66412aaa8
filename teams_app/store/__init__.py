"""Rows and values: everything that is kept, on SQLite and on PostgreSQL alike.

Functions here are plain and take `tx` first; none of them decides anything.
"""
