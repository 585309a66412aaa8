"""What the pages of administration are drawn from: sections, and the log.

As in every view no texts of our own. The log names staff, references and what was done;
of a client there is nothing in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from booking.model import Language
from booking.views.pages import Choice, FieldError


@dataclass(frozen=True, slots=True)
class Section:
    """One of the sections the reader may open: `admin.section.<key>`."""

    key: str
    href: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line in the words of whoever reads it, for the page and for the file."""

    at: datetime
    who: str  #: A name where we know one.
    what: str
    about: (
        str  #: The kind of thing it is about; as the log has it, where none is known.
    )
    thing: str  #: What it is called.
    references: tuple[str, ...]  #: The first of the appointments it is about.
    more: int  #: So many appointments besides.
    detail: str  #: What exactly was done, where the line says so.
    source: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log, as far as it was asked for. A search is a GET with these fields."""

    sections: tuple[Section, ...]
    here: str
    action: str
    export: str  #: Fetched as a file, with the same search.
    export_max: int
    who: str
    what: str
    whats: tuple[Choice, ...]
    reference: str
    first: date | None
    last: date | None
    asked: bool  #: It was looked for, and this is what there is.
    lines: tuple[LogLine, ...]
    older: str  #: The lines before these; empty: these are the last.
    errors: tuple[FieldError, ...] = ()
    too_many: bool = False  #: The file asked for would have more than `export_max`.


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A professional in the list; or, without a unit, somebody who may be added."""

    name: str
    href: str
    unit: str = ""
    languages: tuple[Language, ...] = ()
    state: Literal["open", "closed", "left", "new"] = "new"


@dataclass(frozen=True, slots=True)
class StaffPage:
    sections: tuple[Section, ...]
    here: str
    lines: tuple[StaffLine, ...]
    new: tuple[StaffLine, ...]
    group: bool  #: A group is kept in step, so that somebody may be added.
    done: str = ""  #: Key of what was done: `admin.staff.done.<done>`.
    about: str = ""  #: To whom.
    #: Services chosen for her that she cannot give yet, and which skills she lacks.
    unable: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class StaffForm:
    """One professional, as she stands or as she was filled in. Posts to `action`."""

    sections: tuple[Section, ...]
    here: str
    action: str
    back: str
    title: str
    is_new: bool
    left: bool
    seen: str
    name: str
    unit: str
    units: tuple[Choice, ...]
    languages: tuple[str, ...]
    language: str
    bookable: bool
    services: tuple[str, ...]
    every_service: tuple[Choice, ...]
    category: str
    prefix: str
    daily_limit: str
    #: Out of the professionals' groups, and in one that gives a role.
    beside: bool = False
    skills: str = ""  #: Names, several to a comma.
    known_skills: tuple[str, ...] = ()  #: Those that services ask for.
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False
