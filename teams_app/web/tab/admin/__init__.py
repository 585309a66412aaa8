"""Administration in the tab: a list of sections, each with a page of its own."""
