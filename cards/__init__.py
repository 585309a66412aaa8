"""Adaptive Cards: what the bot shows, drawn from view values.

Pure: a view value in, a card as plain JSON out. The only package that knows the card
library. Every text comes from the catalogues; what people typed is shown as typed.
"""

from cards.activities import activity
from cards.answers import found, free_times, week
from cards.appointments import appointment, older
from cards.asking import asking
from cards.conflicts import conflict
from cards.days import morning
from cards.forms import book_form, proposal
from cards.handovers import handed_away, handover
from cards.notices import help_, in_words, notice
from cards.offers import offer
from cards.parts import Card

__all__ = [
    "Card",
    "activity",
    "appointment",
    "asking",
    "book_form",
    "conflict",
    "found",
    "free_times",
    "handed_away",
    "handover",
    "help_",
    "in_words",
    "morning",
    "notice",
    "offer",
    "older",
    "proposal",
    "week",
]
