"""What a professional sees and does in the Teams tab."""

from teams_app.web.tab.appointments import appointment, cancel, move_page, move_to
from teams_app.web.tab.booking import book, book_form
from teams_app.web.tab.calendar import list_, today, week
from teams_app.web.tab.waiting import in_units
from teams_app.web.tab.why import why

__all__ = [
    "appointment",
    "book",
    "book_form",
    "cancel",
    "in_units",
    "list_",
    "move_page",
    "move_to",
    "today",
    "week",
    "why",
]
