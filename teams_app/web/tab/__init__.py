"""What a professional sees and does in the Teams tab."""

from teams_app.web.tab.appointments import appointment, cancel, move_page, move_to
from teams_app.web.tab.arriving import say as say_arrived
from teams_app.web.tab.booking import book, book_form
from teams_app.web.tab.booking import find as find_client
from teams_app.web.tab.calendar import list_, today, week
from teams_app.web.tab.hand import form as hand_form
from teams_app.web.tab.hand import hand, undo
from teams_app.web.tab.looking import search as look_in_list
from teams_app.web.tab.notes import change as change_note
from teams_app.web.tab.notes import write as write_note
from teams_app.web.tab.panel import show as panel
from teams_app.web.tab.reception import day as at_reception
from teams_app.web.tab.reception import search as look_for
from teams_app.web.tab.reports import keep, late, outcome
from teams_app.web.tab.team import team_day
from teams_app.web.tab.waiting import in_units
from teams_app.web.tab.why import why

__all__ = [
    "appointment",
    "at_reception",
    "book",
    "book_form",
    "cancel",
    "change_note",
    "find_client",
    "hand",
    "hand_form",
    "in_units",
    "keep",
    "late",
    "list_",
    "look_for",
    "look_in_list",
    "move_page",
    "move_to",
    "outcome",
    "panel",
    "say_arrived",
    "team_day",
    "today",
    "undo",
    "week",
    "why",
    "write_note",
]
