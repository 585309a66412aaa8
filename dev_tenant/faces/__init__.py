"""Faces to look at: a small Teams, a small Outlook, an inbox, a meeting, and a front door.

They stand in for Microsoft's own clients in a demonstration and in tests. Whatever can
be done by hand can be done as JSON under `/_tenant/teams` and `/_tenant/outlook`; both
go through the same functions, so the product cannot tell them apart.
"""
