"""View values: what a page or a card is drawn from, and nothing it has to look up."""
