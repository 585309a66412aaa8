"""What people write to the bot: sentences in, what they ask for out.

A sentence in any of the three languages, its hours written in figures (`spoken`),
becomes items (`items`), the items parts of a date or an hour (`parts`), the parts days of the calendar (`days`), and all of it one
command, or a question with the readings it could have (`meaning`). Nothing is guessed:
two readings, a day that has been or that does not exist, a word not known beside one
that is, each comes back as `Unclear`.
"""

from booking.saying.commands import FORMS, Command, Unclear, Verb, When, Why
from booking.saying.meaning import understand
from booking.saying.names import as_reference, called

__all__ = [
    "FORMS",
    "Command",
    "Unclear",
    "Verb",
    "When",
    "Why",
    "as_reference",
    "called",
    "understand",
]
