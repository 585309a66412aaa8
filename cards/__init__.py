"""Adaptive Cards: what the bot shows, drawn from view values.

Pure: a view value in, a card as plain JSON out. The only package that knows the card
library. Every text comes from the catalogues; what people typed is shown as typed.
"""

from cards.absences import away, away_form, away_news
from cards.activities import CONTENT_TYPE as CARD_TYPE
from cards.activities import activity
from cards.alarms import alarm
from cards.answers import found, free_times, week
from cards.appointments import appointment, older
from cards.arrivals import news_of
from cards.asking import asking
from cards.conflicts import conflict
from cards.days import morning
from cards.desk import cover, cover_news, desk, desk_day
from cards.dialogs import (
    colleague_done,
    colleague_form,
    in_dialog,
    stuck,
    with_sharing,
)
from cards.extension import dialog, dialog_says, list_says, results
from cards.forms import book_form, proposal
from cards.handovers import handed_away, handover
from cards.lateness import late
from cards.moving import moving
from cards.notices import help_, in_words, notice
from cards.offers import offer
from cards.outcomes import missing
from cards.own_settings import settings
from cards.parts import Card
from cards.sharing import (
    found_appointment,
    our_tab,
    secret_link,
    shared_appointment,
    shared_times,
)

__all__ = [
    "CARD_TYPE",
    "Card",
    "activity",
    "alarm",
    "appointment",
    "asking",
    "away",
    "away_form",
    "away_news",
    "book_form",
    "colleague_done",
    "colleague_form",
    "conflict",
    "cover",
    "cover_news",
    "desk",
    "desk_day",
    "dialog",
    "dialog_says",
    "found",
    "found_appointment",
    "free_times",
    "handed_away",
    "handover",
    "help_",
    "in_dialog",
    "in_words",
    "late",
    "list_says",
    "missing",
    "morning",
    "moving",
    "news_of",
    "notice",
    "offer",
    "older",
    "our_tab",
    "proposal",
    "results",
    "secret_link",
    "settings",
    "shared_appointment",
    "shared_times",
    "stuck",
    "week",
    "with_sharing",
]
