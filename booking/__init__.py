"""The core: what booking means, as functions from values to values.

Nothing in here has a clock, a database, a network or a log.
"""
