"""Values that pages and cards are drawn from: decided, but not yet worded.

Actions make them from the store, `cards` and the templates draw them. Moments are aware
and in UTC; the drawer knows language and zone.
"""
