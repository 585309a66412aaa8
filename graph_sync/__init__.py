"""Keeping Outlook and the bookings in agreement."""
