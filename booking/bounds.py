"""What units, services and their questions may be: one measure for the file and the tab."""

import re

from booking.model import QuestionKind

#: Stable names: in addresses, in files, never shown.
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
QUESTION_KEY = re.compile(r"[a-z0-9_-]{1,40}")
PHONE = re.compile(r"\+?[\d ()-]{3,24}")

NAME_MAX = 120
TEXT_MAX = 2000
LABEL_MAX = 300  #: Of a question, and of a choice.

#: The length of an appointment, in steps of the grid on which all begin.
MINUTES_MIN, MINUTES_MAX, MINUTES_STEP = 5, 480, 5
LEAD_MAX = 28 * 24 * 60
HORIZON_MAX = 365
#: Days within which a binding appointment is held, and so far its client moves it.
DEADLINE_MAX, MOVE_MAX = 365, 365
#: Hours before the start at which a client may be reminded.
REMINDER_MAX, REMINDERS_MAX = 336, 10

#: Questions a service asks, and choices of one; with what was asked before.
QUESTIONS_MAX, CHOICES_MAX, KEPT_MAX = 20, 30, 100
#: Days of its own on which a unit is closed, and persons who stand for it.
CLOSED_MAX, PERSONS_MAX = 100, 100

#: Kinds of question that have choices.
CHOOSING = frozenset({QuestionKind.ONE_OF, QuestionKind.MANY_OF})

#: As Entra names whoever and whatever there is.
OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
