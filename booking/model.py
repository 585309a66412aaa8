"""The nouns: who gives what to whom, when and how.

Records are frozen; a change makes a new record. Ids are database keys and stay in the
house; what people and other systems see is a reference, a link or an object id.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType, Self

from booking.spans import Span

UnitId = NewType("UnitId", int)
ProfessionalId = NewType("ProfessionalId", int)
ServiceId = NewType("ServiceId", int)
ClientId = NewType("ClientId", int)
AppointmentId = NewType("AppointmentId", int)
OfferId = NewType("OfferId", int)

#: Letters and digits that cannot be taken for one another when read aloud.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 6


class Language(StrEnum):
    FI = "fi"
    SV = "sv"
    EN = "en"


class Modality(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    REMOTE = "remote"

    @classmethod
    def read(cls, given: str) -> Self | None:
        """Read it as a form or an address has it; None for anything else."""
        return next((each for each in cls if each.value == given), None)


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class Sensitivity(StrEnum):
    NORMAL = "normal"
    PRIVATE = "private"


class Status(StrEnum):
    """The life of an appointment."""

    HELD = "held"  #: The client is still confirming; the slot is kept meanwhile.
    BOOKED = "booked"  #: Agreed with the client and owed to the calendar.
    ARRIVED = "arrived"  #: She has come in person; said by a person.
    COMPLETED = "completed"
    LATE = "late"
    NO_SHOW = "no_show"  #: Set by a person only.
    NOT_REACHED = "not_reached"
    CANCELLED_BY_CLIENT = "cancelled_by_client"
    CANCELLED_BY_US = "cancelled_by_us"


#: Agreed with the client, and nobody has said yet how it went.
AGREED = frozenset({Status.BOOKED, Status.ARRIVED})
#: The slot is taken: the database refuses overlap between these.
OCCUPYING = frozenset({Status.HELD, Status.BOOKED, Status.ARRIVED})
#: An event in Outlook is owed (a hold has none).
IN_CALENDAR = frozenset(
    {Status.BOOKED, Status.ARRIVED, Status.COMPLETED, Status.LATE, Status.NO_SHOW}
    | {Status.NOT_REACHED}
)
CANCELLED = frozenset({Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_US})


@dataclass(frozen=True, slots=True)
class Words:
    """One text in each language. Bilingual units show them as equals.

    What is missing in a language is said in Finnish.
    """

    fi: str
    sv: str
    en: str

    def in_(self, language: Language) -> str:
        return self.only(language) or self.fi

    def only(self, language: Language) -> str:
        """Give what there is in this very language; empty: nothing."""
        return {"fi": self.fi, "sv": self.sv, "en": self.en}[language.value]

    @property
    def missing(self) -> tuple[Language, ...]:
        """Give the languages in which what is said in Finnish is not."""
        return tuple(each for each in Language if self.fi and not self.only(each))


#: From when until when on one weekday; the same twice: not at all.
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Opening:
    """When a unit's times may be: nothing of it opens what its professionals do not."""

    #: By weekday from Monday on; empty: as its professionals work.
    hours: tuple[Hours, ...] = ()
    closed: frozenset[date] = frozenset()  #: Days of its own.


@dataclass(frozen=True, slots=True)
class Joining:
    """What a unit gives those who become its professionals by joining its group."""

    languages: tuple[Language, ...] = (Language.FI,)
    services: frozenset[str] = frozenset()  #: By key.
    bookable: bool = False  #: Clients may book them at once.


@dataclass(frozen=True, slots=True)
class Groups:
    """Entra's groups whose members have a role of a unit, by object id; empty: none."""

    supervisors: str = ""
    reception: str = ""
    professionals: str = ""
    joining: Joining | None = None  #: None: who joins the last one is proposed.

    @property
    def giving(self) -> tuple[str, ...]:
        """Give those by which persons have a role besides."""
        return tuple(each for each in (self.supervisors, self.reception) if each)


@dataclass(frozen=True, slots=True)
class Unit:
    id: UnitId
    key: str  #: Stable name in settings and addresses, never shown.
    name: Words
    address: str
    arrival: Words  #: How to get in, shown to the client of an in-person appointment.
    phone: str  #: The number that really answers.
    sensitivity: Sensitivity = Sensitivity.NORMAL
    #: Who may write in a calendar here may hand over: copied to a colleague and
    #: deleted, an appointment changes hands without a question.
    trusts_calendars: bool = False
    #: What its professionals may not set themselves, by `own_settings.Section`.
    fixed: frozenset[str] = frozenset()
    opening: Opening = Opening()
    open: bool = True  #: In one that is closed nobody takes bookings.
    groups: Groups = Groups()


@dataclass(frozen=True, slots=True)
class Professional:
    id: ProfessionalId
    object_id: str  #: Entra object id; with the tenant it is who she is.
    mailbox: str  #: What Graph is asked with: the object id or the address.
    name: str
    unit: UnitId
    languages: tuple[Language, ...]
    language: Language  #: In which she reads her own cards.
    bookable: bool = True
    skills: tuple[str, ...] = ()  #: What she can do besides, by name.


class QuestionKind(StrEnum):
    SHORT = "short"
    LONG = "long"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: QuestionKind
    label: Words
    hint: Words | None = None
    required: bool = False
    choices: tuple[tuple[str, Words], ...] = ()  #: (value, label) of one_of, many_of.
    #: False: asked no longer, and kept for the answers that were given to it.
    asked: bool = True


class BookedBy(StrEnum):
    """Who may book a service."""

    ANYONE = "anyone"
    INVITED = "invited"  #: Only by an offer or by a professional.


@dataclass(frozen=True, slots=True)
class Binding:
    """What a service says whose clients are invited to it by law.

    `obstacle` says how to report what stands in the way.
    """

    duty: Words
    consequence: Words
    obstacle: Words
    deadline_days: int  #: From when it is agreed on until it is to be held.
    move_days: int  #: So far from the first time her link moves it; 0: it does not.


@dataclass(frozen=True, slots=True)
class Service:
    id: ServiceId
    key: str
    name: Words
    summary: Words
    minutes: int
    modalities: tuple[Modality, ...]
    #: Minutes kept free (before, after) by modality.
    buffers: dict[Modality, tuple[int, int]] = field(default_factory=dict)
    languages: tuple[Language, ...] = (Language.FI, Language.SV, Language.EN)
    questions: tuple[Question, ...] = ()
    reminder_hours: tuple[int, ...] = (24, 2)
    lead_minutes: int = 120  #: The soonest a client may book from now.
    horizon_days: int = 28
    booked_by: BookedBy = BookedBy.ANYONE
    open: bool = True
    retired: bool = False  #: For good: it is not open, and given to nobody new.
    skills: tuple[str, ...] = ()  #: Who lacks one of them does not give it.
    binding: Binding | None = None  #: None: nobody must come.

    @property
    def asking(self) -> tuple[Question, ...]:
        """Give the questions that are asked with a booking now."""
        return tuple(each for each in self.questions if each.asked)

    @property
    def days_ahead(self) -> int:
        """So many days ahead a client may book: no later than a deadline, if any."""
        if self.binding is None:
            return self.horizon_days
        return min(self.horizon_days, self.binding.deadline_days)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def buffer(self, modality: Modality) -> tuple[timedelta, timedelta]:
        before, after = self.buffers.get(modality, (0, 0))
        return timedelta(minutes=before), timedelta(minutes=after)


@dataclass(frozen=True, slots=True)
class Client:
    """A person served. No account; reached by mail or by phone."""

    id: ClientId
    name: str
    language: Language
    email: str | None = None
    phone: str | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways to reach her, the first tried first."""
        found = []
        if self.email:
            found.append(Channel.MAIL)
        if self.phone:
            found.append(Channel.SMS)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Slot:
    """A bookable start for a service with a professional."""

    professional: ProfessionalId
    start: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    id: AppointmentId
    reference: str
    version: int  #: Rises by one with every change; names the state people saw.
    status: Status
    professional: ProfessionalId
    service: ServiceId
    client: ClientId | None  #: None only while a stranger's hold has no details yet.
    span: Span  #: What the client was promised.
    before: timedelta  #: Buffers are guarded like the appointment itself.
    after: timedelta
    modality: Modality
    language: Language
    link: str  #: Public half of the client's link; worthless without our signature.
    generation: int = 0  #: Raised to make every link sent so far worthless.
    hold_ends: datetime | None = None
    offer: OfferId | None = None
    answers: dict[str, object] = field(default_factory=dict)
    #: A live check of Outlook is still owed before this may be called booked.
    confirming: bool = False

    @property
    def guarded(self) -> Span:
        return self.span.widened(self.before, self.after)

    @property
    def occupies(self) -> bool:
        return self.status in OCCUPYING

    @property
    def in_calendar(self) -> bool:
        return self.status in IN_CALENDAR


class OfferStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Offer:
    """A set of slots proposed to one client. Offered times are not held."""

    id: OfferId
    version: int
    status: OfferStatus
    professional: ProfessionalId
    service: ServiceId
    client: ClientId
    modality: Modality
    slots: tuple[Slot, ...]
    free_choice: bool  #: The client may choose any free time of the professional.
    expires: datetime
    link: str
    generation: int = 0
    appointment: AppointmentId | None = None  #: What came of it.
