"""The Teams app: its manifest, its words, its icons, and the package made of them."""
