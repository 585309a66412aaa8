"""What the pages of the Teams tab are drawn from.

The same rules as for public pages: aware instants in UTC, no texts of our own, complete
hrefs. Every href here is fetched with the bearer token and swapped into the tab; only
the shell itself is a document, and it holds nothing about anybody.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from booking.model import Language, Modality, Status
from booking.views.absences import AwayBand
from booking.views.arriving import Arriving
from booking.views.cards import OfferCard, Truths
from booking.views.pages import (
    Answer,
    Choice,
    Field,
    FieldError,
    Matter,
    Picker,
    Place,
    SlotChoice,
    Theme,
)
from booking.views.questions import QuestionPart
from booking.views.record import Record
from booking.views.reporting import Reporting
from booking.views.waiting import OpenQuestion, Question


@dataclass(frozen=True, slots=True)
class ShellPage:
    """The anonymous document of the tab; teams.js fills it."""

    content: str  #: What is fetched first, as `/teams/today`.
    appointment: str  #: Address of an appointment, but for its reference.
    deep_link: str  #: Opens this tab in Teams; shown when we are not inside Teams.
    extra_origin: str = ""  #: One more valid host of the frame, for the demo only.
    sign_in: str = ""  #: Where the window begins that asks for consent.
    form: str = ""  #: Address of a form begun on a card, but for its name.
    stand: str = ""  #: Where an open view asks whether there is anything new.
    beside: bool = False  #: It stands beside a meeting, and says which.


@dataclass(frozen=True, slots=True)
class SignedInPage:
    """The end of the window in which somebody signed in; it closes by itself."""

    extra_origin: str = ""  #: As of the tab.


@dataclass(frozen=True, slots=True)
class ConfigurePage:
    """What Teams shows before it adds the side panel to a meeting."""

    panel: str  #: Address of the side panel.
    name: str
    extra_origin: str = ""  #: As of the tab.


@dataclass(frozen=True, slots=True)
class TabFrame:
    """What surrounds the tab's content. The hrefs are those of the tab's own views."""

    language: Language
    theme: Theme
    today: str
    week: str
    list: str
    book: str
    health: str = ""  #: For those who look after Vuoro.
    waiting: str = ""  #: For those who supervise a unit.
    team: str = ""  #: For the same.
    away: str = ""  #: Absences: her own, and those of whom she supervises.
    settings: str = ""  #: What a professional sets herself.
    reception: str = ""  #: For a unit's reception.
    admin: str = ""  #: The first section of administration the reader may open.
    stand: str = ""  #: Changes when what this page shows may have changed.
    panel: str = ""  #: What the side panel begins with, where this stands in one.


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One of our appointments in a professional's day."""

    reference: str
    starts: datetime
    ends: datetime
    client: str
    service: str
    modality: Modality
    status: Status
    href: str
    join: str = ""  #: The Teams meeting; empty when there is none or not yet.
    place: str = ""
    phone: str = ""  #: The client's number, for a phone appointment.
    answers: tuple[Answer, ...] = ()
    truths: Truths | None = None
    choosing: bool = False  #: The client is to choose another time than this.
    questions: tuple[Question, ...] = ()  #: What waits for an answer.
    before: int = 0  #: Minutes kept free before it.
    after: int = 0
    recorded: bool = False  #: Somebody has said how it went: `status` is how.
    unrecorded: bool = False  #: It is over, and nobody has.
    report: Reporting | None = None
    arriving: Arriving | None = None

    @property
    def late(self) -> int:
        return self.report.late if self.report is not None else 0


@dataclass(frozen=True, slots=True)
class BusyEntry:
    """Something of Outlook's own: only that the time is taken.

    In a team's day also what somebody holds who has not confirmed yet: `held`.
    """

    starts: datetime
    ends: datetime
    show_as: Literal[
        "busy", "tentative", "oof", "workingElsewhere", "free", "unknown", "held"
    ]
    all_day: bool = False


Entry = OwnEntry | BusyEntry


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that its client has yet to choose from."""

    offer: OfferCard
    professional: str = ""  #: Whose it is, when it is not the reader's own.


@dataclass(frozen=True, slots=True)
class TodayPage:
    now: datetime
    day: date
    entries: tuple[Entry, ...]  #: By start; all-day ones first.
    previous: str
    next: str
    is_today: bool = True
    next_up: OwnEntry | None = None  #: Under way, or the first still to come.
    done: str = ""  #: Key of what has just been done: `page.tab.done.<done>`.
    offers: tuple[OpenOffer, ...] = ()  #: Open ones, the first to end first.
    away: tuple[AwayBand, ...] = ()
    #: What appointments of colleagues ask of her.
    asked: tuple[OpenQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class OffersPage:
    """What clients have yet to choose from, each with the way to withdraw it."""

    offers: tuple[OpenOffer, ...]  #: The first to end first.
    more: bool = False  #: There are others, which end later.
    said: str = ""  #: How one stands that was to be withdrawn: a key of the cards.
    late: bool = False  #: It was over before.


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of one day's column, in five-minute steps, beside those it overlaps."""

    entry: Entry
    hour: int  #: Wall clock of its start.
    minute: int  #: 0, 5, ... 55.
    steps: int  #: How many steps it lasts, at least three.
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a column that is shaded."""

    hour: int
    minute: int
    steps: int


@dataclass(frozen=True, slots=True)
class WeekDay:
    date: date
    placed: tuple[Placed, ...]
    all_day: tuple[BusyEntry, ...] = ()
    is_today: bool = False
    holiday: str = ""  #: Name of the public holiday, in the page's language.
    away: tuple[AwayBand, ...] = ()
    #: Before and after her appointments: nothing is booked there either.
    breaks: tuple[Band, ...] = ()

    @property
    def is_off(self) -> bool:
        """Whether nobody works: a holiday, or she is away all day."""
        return bool(self.holiday) or any(each.whole for each in self.away)


@dataclass(frozen=True, slots=True)
class WeekPage:
    now: datetime
    days: tuple[WeekDay, ...]
    first_hour: int
    last_hour: int  #: The hour after the last one shown.
    previous: str
    next: str
    this_week: str = ""  #: Empty when it is this week that is shown.


@dataclass(frozen=True, slots=True)
class ListDay:
    date: date
    entries: tuple[Entry, ...]
    is_today: bool = False
    away: tuple[AwayBand, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPage:
    """The coming days as a list: what a phone shows first."""

    now: datetime
    days: tuple[ListDay, ...]
    more: str = ""  #: href of the days after these.
    search: str = ""  #: Where a search for a client is posted.


@dataclass(frozen=True, slots=True)
class StaffAppointmentPage:
    """Everything a professional may do with one appointment.

    Verbs post `version`, so that an old copy is recognised. `wrong` is the key of a step
    that failed for good, as the catalogue has it (`cards.problem.…`).
    """

    reference: str
    version: int
    status: Status
    confirming: bool
    starts: datetime
    ends: datetime
    service: str
    modality: Modality
    client: str
    spoken: Language  #: In which she is met,
    written: Language  #: and in which she is written to.
    email: str
    phone: str
    answers: tuple[Answer, ...]
    truths: Truths
    back: str
    asks: bool = True  #: The service asks something beforehand.
    join: str = ""
    place: Place | None = None
    professional: str = ""  #: Whose it is, when it is not the reader's own.
    move: str = ""
    hand: str = ""  #: Where it is handed to a colleague.
    cancel: str = ""  #: POST address; empty when it can no longer be cancelled.
    wrong: str = ""
    choosing: bool = False  #: The client is to choose another time than this.
    questions: tuple[Question, ...] = ()  #: What waits for somebody else's answer.
    asked: tuple[QuestionPart, ...] = ()  #: What the reader may answer here.
    done: str = ""
    said: str = ""  #: What was just answered, in words.
    outdated: bool = False  #: What was pressed no longer fits: this is how it stands.
    here: str = ""  #: This page's own address: looked at again once, after an act.
    report: Reporting | None = None
    record: Record | None = None
    arriving: Arriving | None = None
    unspoken: bool = False  #: Ahead, in a language that is none of its professional's.


@dataclass(frozen=True, slots=True)
class StaffMovePage:
    action: str
    version: int
    matter: Matter
    client: str
    picker: Picker | None
    back: str
    busy: bool = False  #: Outlook does not answer; the chosen time stands chosen.
    lost: bool = False
    taken: tuple[SlotChoice, ...] = ()
    errors: tuple[FieldError, ...] = ()
    phone: str = ""  #: Her number, where she is called on it.


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client who was looked for, to book for her again."""

    name: str
    reached: str  #: How, as far as it takes to tell her from another.
    starts: datetime  #: Of the appointment she was found by, and for what it is.
    service: str
    fill: str  #: Address of the form with her particulars filled in.


@dataclass(frozen=True, slots=True)
class FoundClients:
    """Who was found to book for."""

    whom: str  #: The name or reference that was looked for.
    known: tuple[KnownClient, ...] = ()
    more: int = 0  #: So many appointments of that name are not shown.


@dataclass(frozen=True, slots=True)
class BookPage:
    """Booking for a client in under a minute.

    `times` is where the times are fetched from when professional, service or modality
    changes; it is given them all, and answers with the same page. `act` of the form is `book` (exactly one
    `slot`), `offer` (one to five) or `free` (the client chooses herself).
    """

    action: str
    times: str
    why: str  #: Where it is asked why a time is missing: `why_day`, `why_time`.
    clients: str  #: Where a client is looked for by a posted `whom`.
    services: tuple[Choice, ...]
    service: str
    modalities: tuple[Modality, ...]
    modality: Modality
    picker: Picker | None
    back: str
    name: str = ""
    client_language: Language | None = None
    email: str = ""
    phone: str = ""
    chosen: tuple[str, ...] = ()
    elsewhere: tuple[SlotChoice, ...] = ()  #: Chosen on days not shown now.
    taken: bool = False
    near: tuple[SlotChoice, ...] = ()  #: The nearest three, when the slot was taken.
    request: str = ""  #: Made once per form; a repeat of a press carries the same.
    questions: tuple[Field, ...] = ()
    errors: tuple[FieldError, ...] = ()
    professionals: tuple[Choice, ...] = ()  #: With whom; empty: with the reader only.
    professional: str = ""
    offers: bool = True  #: The reader may let the client choose.
    unspoken: tuple[Language, ...] = ()  #: What the professional does not speak.
    found: FoundClients | None = None  #: Where somebody was looked for.


@dataclass(frozen=True, slots=True)
class NotAllowedPage:
    """Signed in, but not somebody Vuoro knows, or not for this."""

    reason: Literal["unknown_person", "proposed", "not_yours", "wrong_tenant"]


@dataclass(frozen=True, slots=True)
class StateLink:
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class StyleGuidePage:
    """All parts at once, and a link to every page in every state."""

    themes: tuple[StateLink, ...]
    states: tuple[StateLink, ...]
    matter: Matter
    picker: Picker
    fields: tuple[Field, ...]
    errors: tuple[FieldError, ...]
    week: WeekPage
    truths: tuple[Truths, ...]
    entries: tuple[Entry, ...]
