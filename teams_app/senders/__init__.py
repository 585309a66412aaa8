"""One file a channel: they transmit, they do not compose."""
