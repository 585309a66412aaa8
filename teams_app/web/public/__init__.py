"""Pages for clients: no account, no cookie, and they work without script."""
