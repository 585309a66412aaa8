"""Microsoft Graph v1.0 as the tenant speaks it."""
