"""What stands on an appointment's page besides how it is: what has been, and notes.

No texts of our own but those that staff have typed; codes are parts of a key.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from booking.model import Language, Modality, Status
from booking.views.cards import Truths
from booking.views.pages import Answer
from booking.views.reporting import Reporting


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: `history.what.<what>`, by `history.by.<by>`."""

    at: datetime
    what: str
    by: str = ""  #: Empty: it is not known who, or nobody in particular.
    name: str = ""  #: Of the member of staff, where it is known.
    when: datetime | None = None  #: Where something was moved to.
    was: str = ""  #: Whose it was.
    to: str = ""  #: Whose it became.


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to the client, as far as it has come."""

    kind: str  #: `sent.kind.<kind>`
    at: datetime
    state: str  #: `sent.state.<state>`
    channel: str = ""  #: Empty: there was none to send it by.
    to: str = ""  #: Masked.
    why: str = ""  #: `sent.why.<why>`, when it did not go out.
    subject: str = ""
    #: Put together again from what is kept; empty where that would not be what was sent.
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    id: int
    version: int
    text: str
    author: str  #: Her name; empty: a member of staff whose name is not known.
    written: datetime
    changed: datetime | None = None
    struck: datetime | None = None
    action: str = ""  #: POST address; empty: it is not the reader's to change.
    changeable: bool = False
    #: What she typed in its place, and could not be kept as it was sent.
    typed: str | None = None
    problem: str = ""  #: `notes.problem.<problem>`


@dataclass(frozen=True, slots=True)
class NotesPart:
    """The notes, which are swapped by themselves. Posts `text` and `request`."""

    action: str
    request: str
    limit: int
    lines: tuple[NoteLine, ...] = ()
    typed: str = ""
    problem: str = ""  #: `notes.problem.<problem>`, of what is to be a new note.
    said: str = ""  #: `notes.said.<said>`: what has just been done.


@dataclass(frozen=True, slots=True)
class Other:
    """Another appointment of the same client."""

    reference: str
    href: str
    starts: datetime
    ends: datetime
    service: str
    modality: Modality
    status: Status
    professional: str  #: Empty: the reader herself.


@dataclass(frozen=True, slots=True)
class Others:
    """The other appointments of the same client, as far as the reader may see them."""

    coming: tuple[Other, ...] = ()  #: The next first.
    cancelled: tuple[Other, ...] = ()  #: Those that would have been to come.
    earlier: tuple[Other, ...] = ()  #: The latest first, cancelled or not.


@dataclass(frozen=True, slots=True)
class BoundPart:
    """What staff see of a binding one: what holds, what shows that she was told, what she reported."""

    deadline: date
    late: bool  #: It begins after its deadline.
    moves_until: date | None  #: None: her link moves it to no other day.
    told: Sent | None  #: The last that is known to have gone out of when it is.
    opened: datetime | None
    reported: datetime | None
    explanation: str
    said: tuple[str, ...] = ()  #: What her page says of duty, consequence and obstacle.
    said_in: Language = Language.FI  #: Her own.
    open: bool = False  #: What she reported is of the time it has, and nobody answered.
    #: Where it is answered that the time stands, and of which report; empty where that
    #: cannot be said now, as she is choosing another.
    keep: str = ""
    report: int = 0
    tells: bool = False  #: A message tells her so; else her page alone does.
    answered: datetime | None = None  #: When that was answered.


@dataclass(frozen=True, slots=True)
class Record:
    notes: NotesPart
    others: Others = Others()
    events: tuple[Event, ...] = ()  #: The newest first.
    sent: tuple[Sent, ...] = ()  #: The newest first.
    bound: BoundPart | None = None


@dataclass(frozen=True, slots=True)
class PanelPage:
    """What a professional sees beside the appointment's own meeting."""

    state: Literal["open", "cancelled"]
    client: str
    reference: str
    starts: datetime
    ends: datetime
    service: str
    asks: bool
    answers: tuple[Answer, ...]
    notes: NotesPart
    others: Others
    whole: str  #: The appointment's whole page.
    next: str = ""  #: The form for the next time; empty: she does not book herself.
    professional: str = ""  #: Whose it is, when it is not the reader's own.
    status: Status = Status.BOOKED
    report: Reporting | None = None  #: What may be said of it: how it went.
    truths: Truths | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class ElsewherePage:
    """The meeting is none of the reader's appointments."""
