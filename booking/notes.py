"""Notes that staff write about an appointment: what may be written, changed, struck out.

A note is its author's. For a day she may mend it; after that it stands as it was written,
and what was wrong is struck out, never erased.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.model import AppointmentId

TEXT_MAX = 2000
#: How long its author may still change what a note says.
CHANGEABLE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    version: int
    appointment: AppointmentId
    author: str  #: Entra object id.
    text: str
    written: datetime
    changed: datetime | None = None
    struck: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """What was typed is no note. `problem`: empty or too_long."""

    problem: str


@dataclass(frozen=True, slots=True)
class NotHers:
    """Only its author changes a note."""


@dataclass(frozen=True, slots=True)
class Older:
    """The note has been changed since it was shown; `now` is how it stands."""

    now: Note


@dataclass(frozen=True, slots=True)
class Fixed:
    """A note that is a day old, or struck out, stays as it is."""


Refusal = Unfit | NotHers | Older | Fixed


def read(typed: str) -> str | Unfit:
    """Give the plain text of what was typed: lines and letters, nothing else."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        each for each in lines if each == "\n" or unicodedata.category(each) != "Cc"
    )
    found = kept.strip()
    if not found:
        return Unfit("empty")
    return found if len(found) <= TEXT_MAX else Unfit("too_long")


def may_change(note: Note, by: str, now: datetime) -> bool:
    return note.author == by and note.struck is None and now < note.written + CHANGEABLE


def may_strike(note: Note, by: str) -> bool:
    return note.author == by and note.struck is None


def change(
    note: Note, by: str, version: int, typed: str, now: datetime
) -> Note | Refusal:
    """Say something else in a note; the same said again is no change."""
    if note.author != by:
        return NotHers()
    text = read(typed)
    if isinstance(text, Unfit):
        return text
    if note.text == text and note.struck is None:
        return note
    if note.version != version:
        return Older(note)
    if not may_change(note, by, now):
        return Fixed()
    return replace(note, text=text, changed=now, version=note.version + 1)


def strike(note: Note, by: str, version: int, now: datetime) -> Note | Refusal:
    """Strike a note out: it stays readable. Struck twice it is struck once."""
    if note.author != by:
        return NotHers()
    if note.struck is not None:
        return note
    if note.version != version:
        return Older(note)
    return replace(note, struck=now, version=note.version + 1)
