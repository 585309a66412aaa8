"""What each card in Teams shows.

`version` is that of the thing shown; a verb pressed on a card carries it back, so that
a copy pressed later is recognised and shows the present state instead.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from booking.arrivals import Arrival
from booking.model import Language, Modality, Status
from booking.saying import When
from booking.views.waiting import Question


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class BookForm:
    """The card that answers *varaa* and *ehdota*: for whom, what, how."""

    language: Language
    services: tuple[Choice, ...]
    modalities: tuple[Modality, ...]
    #: Filled in again after a mistake: field name -> what was typed.
    typed: dict[str, str]
    #: Field name -> text key of what is wrong (`cards.error.…`).
    errors: dict[str, str]
    request: str  #: Made once per form; a repeat of a press carries the same.
    wish: "Wish | None" = None  #: From when the times proposed are to begin.
    offers: bool = False  #: The times are for the client to choose from.
    heard: bool = False  #: The name is out of a sentence: somebody has to look at it.
    tab_url: str = ""  #: Where the same can be done.
    only_way: str = ""  #: As `Policy.only_way` has it.


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants the appointment to be, as she wrote it to the bot."""

    when: When
    today: date  #: What is said without its year lies in this one.


@dataclass(frozen=True, slots=True)
class SlotChoice:
    value: str  #: `<professional id>@<epoch seconds>`
    start: datetime
    end: datetime
    soon: bool = False  #: So near that nobody books it who has not meant to.
    awaited: bool = False  #: Another client was offered it and has yet to choose.


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first free times from her own calendar: book one, offer some, let choose."""

    language: Language
    service: str
    modality: Modality
    client: str
    client_language: Language
    contact: str
    slots: tuple[SlotChoice, ...]
    #: Everything typed so far, carried along in the card's data.
    carried: dict[str, str]
    errors: dict[str, str]
    request: str
    #: The time chosen was just taken: say so above the new times.
    taken: bool = False
    tab_url: str = ""  #: Where later days are to be seen, and all of it done.
    unread: bool = False  #: Her calendar has not been read, so nothing is known of it.
    wish: Wish | None = None  #: The times begin with it.
    wish_missed: bool = False  #: Nothing is free just then.
    offers: bool = False  #: To let the client choose was what was asked for.
    suggested: frozenset[datetime] = frozenset()  #: What the client may choose already.
    #: She has an open suggestion of this professional: of these times, or of any.
    has_offer: bool = False
    unspoken: bool = False  #: The client's language is not one of hers.


class Truth(StrEnum):
    """One of the three truths: how far it has come."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    NOT_OWED = "not_owed"
    ASKED = "asked"  #: Moved in Outlook; the professional's own answer is awaited.
    CHOOSING = "choosing"  #: The client is to choose another time.
    DELETED = "deleted"  #: From Outlook, by somebody; an answer is awaited.
    NO_LINK = "no_link"  #: The event stands; only its link to join is missing.


class Known(StrEnum):
    """Why a client is sent nothing of a change: `handovers.known.<it>`."""

    OTHER = "other"  #: She has heard that it is another than she booked with.
    SAME = "same"  #: It is again as she last heard.
    DEPENDS = "depends"  #: She is of one of those it may go to, and not of another.


class TruthLine(NamedTuple):
    """One truth as it is said: `cards.truth.<name>` and `cards.truth.<name>.<how>`."""

    name: str
    how: Truth
    at: datetime | None  #: When it became so; None: it has not, or that is not known.
    due: datetime | None = None  #: When it will be so, where that is not soon.


@dataclass(frozen=True, slots=True)
class Truths:
    """How far booking, Outlook and telling the client have come, and when they did.

    Of what is cancelled they tell the cancelling: done, out of Outlook, told.
    """

    booked: Truth
    in_outlook: Truth
    told: Truth
    cancelled: bool = False
    booked_at: datetime | None = None
    in_outlook_at: datetime | None = None
    told_at: datetime | None = None
    #: When the message leaves that quiet hours keep until the morning.
    told_due: datetime | None = None

    @property
    def lines(self) -> tuple[TruthLine, TruthLine, TruthLine]:
        """Give the three as cards and pages say them, in their order."""
        booked, in_outlook = (
            ("cancelled", "removed") if self.cancelled else ("booked", "in_outlook")
        )
        return (
            TruthLine(booked, self.booked, self.booked_at),
            TruthLine(in_outlook, self.in_outlook, self.in_outlook_at),
            TruthLine("told", self.told, self.told_at, self.told_due),
        )


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer as the professional sees it; becomes *booked* when the client chose."""

    language: Language
    offer: int
    version: int
    service: str
    modality: Modality
    client: str
    slots: tuple[SlotChoice, ...]  #: Those that the client may still choose.
    free_choice: bool
    expires: datetime  #: With the last of the times left.
    state: str  #: open, taken, expired, withdrawn
    sent: Truth
    appointment: "AppointmentCard | None" = None
    tab_url: str = ""  #: Where the same can be done.
    offered: int = 2  #: So many times there were; any free time counts as many.
    off: str = ""  #: Why it was not even tried: mail, sms or both were off.
    sent_due: datetime | None = None  #: When it leaves that waits for the morning.
    any_free: bool = False  #: With none left, its link offers any free time of hers.

    @property
    def none_left(self) -> bool:
        """Whether all of its times have passed or gone to others."""
        return not self.slots and not self.free_choice


@dataclass(frozen=True, slots=True)
class Kept:
    """What its client reported was answered: the time stands."""

    at: datetime
    #: By whom; None: by her whose appointment it is. A name that is not known is empty.
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """One appointment as the professional sees it now."""

    language: Language
    appointment: int
    version: int
    reference: str
    service: str
    modality: Modality
    client: str
    start: datetime
    end: datetime
    status: Status
    truths: Truths
    open_url: str  #: The appointment in the Teams tab; needs sign-in.
    confirming: bool = False
    join_url: str | None = None  #: The Teams meeting, for the professional.
    news: str | None = (
        None  #: booked, moved, cancelled: the headline of an announcement
    )
    by_client: bool = False
    heading: str | None = None  #: `reminder` for the card a quarter of an hour before.
    problem: str | None = None  #: Text key of a step that failed for good.
    choosing: bool = False  #: The client was asked to choose another time than this.
    begun: bool = False  #: No message would reach the client in time any more.
    over: bool = False  #: It has been: there is nothing left to do here.
    phone: str = ""  #: The client's number, where the professional is to call her.
    #: What may be said of how it went: nothing before it begins, or too long after.
    outcomes: tuple[Status, ...] = ()
    late: int = 0  #: So many minutes late it begins, as was said.
    late_told: Truth = Truth.NOT_OWED  #: How far telling her that has come.
    late_choices: tuple[int, ...] = ()  #: So many minutes late it may be said to begin.
    came: Arrival | None = None  #: How the client's coming stands.
    kept: Kept | None = None  #: What she reported was answered, and nothing is since.
    #: In which its client is met, where that is none of its professional's languages.
    unspoken: Language | None = None
    #: When it was before it was moved, on the card that says so.
    was: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class OlderNews:
    """What is left of a card once a newer one about its appointment stands.

    `was` is the heading it came with, `cards.appointment.<was>`. Nothing is pressed here.
    """

    was: str
    now: AppointmentCard


class ConflictKind(StrEnum):
    """What somebody did in Outlook that needs a decision."""

    MOVED = "moved"  #: Our event stands at another time.
    DELETED = "deleted"  #: Our event is gone.
    OVERLAPPED = "overlapped"  #: Another event was put over it.
    COPIED = "copied"  #: A colleague has it too, or instead: `handover` draws that.


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """A question after a change in Outlook. The client has not been told anything."""

    language: Language
    conflict: int
    version: int
    kind: ConflictKind
    appointment: AppointmentCard
    moved_to: datetime | None = None
    outside_rules: bool = False  #: The new time is outside booking hours.
    too_long: bool = False  #: The new time takes whole days: no client is told that.
    #: When another appointment of hers is that leaves no room for the new time.
    taken: tuple[datetime, datetime] | None = None
    colleagues: tuple[Choice, ...] = ()  #: Who could take it as it is.
    #: told, put_back, cancelled, kept, moved, chosen, holds, overtaken, handed_over;
    #: asked_colleague, asked_supervisor, asked_you: who is asked instead; copy_gone
    settled: str | None = None
    over: bool = False  #: Its time has been: nobody need answer any more.
    other: tuple[datetime, datetime] | None = None  #: When the meeting over it is.
    known: Known | None = None  #: Why its client would not be told of another to meet.
    #: Starts that were free when it was asked: the client sees them first.
    proposed: tuple[datetime, ...] = ()
    #: Why the last answer was not taken: overlap, too_late, too_long, overtaken,
    #: outdated.
    wrong: str = ""
    desk: str = ""  #: Her unit's desk: `ask` it may be, `asked` it has been; or none.
    to_owner: bool = True  #: She whose appointment it is reads it.
    #: It is the newest card of an appointment that stands: all is done on it again.
    acts: bool = False


@dataclass(frozen=True, slots=True)
class DayLine:
    start: datetime
    end: datetime
    reference: str
    service: str
    client: str
    modality: Modality
    open_url: str
    join_url: str | None = None
    choosing: bool = False  #: The client is to choose another time than this.
    phone: str = ""  #: The client's number, for a phone appointment.
    waits: tuple[Question, ...] = ()  #: What nobody has answered yet.
    status: Status = Status.BOOKED
    unrecorded: bool = False  #: It is over, and nobody has said how it went.
    came: Arrival | None = None  #: How the client's coming stands.


@dataclass(frozen=True, slots=True)
class MorningList:
    language: Language
    day: date
    lines: tuple[DayLine, ...]
    tab_url: str
    is_today: bool = True
    unrecorded: int = 0  #: So many of earlier days nobody has said how they went.


@dataclass(frozen=True, slots=True)
class Help:
    """What the bot can do; answers anything it does not understand."""

    language: Language
    name: str
    tab_url: str
    today: date  #: Its examples lie ahead of this day.
    unknown: bool = False  #: It was not understood, rather than asked for.


@dataclass(frozen=True, slots=True)
class Notice:
    """A short answer: what happened, what it means, what to do."""

    language: Language
    key: str  #: `cards.notice.<key>.title` and `.body`
    values: dict[str, str]
    do: str = ""  #: Of its one button, where there is one: `cards.do.<do>`
    url: str = ""  #: Where that leads.
