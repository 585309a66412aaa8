"""Pages over HTTP: clients, staff and Graph's notices."""
