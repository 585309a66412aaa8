"""The bot: what is written to it and what is pressed on its cards."""
