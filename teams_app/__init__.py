"""Vuoro, the application."""
