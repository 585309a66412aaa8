"""What each page is drawn from.

A page value holds everything its template shows and nothing it would have to look up:
instants are aware and in UTC (the template writes them in the page's language and zone),
texts of the tenant are already in the page's language, addresses are complete hrefs, and
an empty string or None means *leave it out*. Texts of our own are never here; they come
from the catalogue `pages` by key.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from booking.model import Language, Modality, QuestionKind
from booking.views.binding import BindingPart
from booking.views.own_page import AppointmentState, Done, OtherLanguage

Theme = Literal["auto", "default", "dark", "contrast"]


# Shared parts


@dataclass(frozen=True, slots=True)
class LanguageLink:
    language: Language
    href: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every public page."""

    language: Language
    organisation: str
    home: str  #: Where the organisation's name leads.
    languages: tuple[LanguageLink, ...]  #: The same page in each language.
    phone: str  #: The way without a computer, as people read it: `029 123 4567`.
    phone_hours: str  #: When it is answered, in the page's language.
    accessibility: str  #: href of the accessibility statement.
    privacy: str  #: href of the privacy notice.
    form_token: str = ""  #: Goes back in the hidden field `form_token` of every POST.
    theme: Theme = "auto"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    title: str = ""

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def first(self) -> str:
        return self.name.split()[0] if self.name else ""


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    address: str
    arrival: str = ""  #: How to get in.
    map: str = ""


#: Why a field was refused; `error.field.<problem>` in the catalogue.
Problem = Literal[
    "required",
    "client_name",
    "no_name",
    "no_answer",
    "choose_one",
    "choose_some",
    "too_long",
    "not_email",
    "not_phone",
    "not_number",
    "not_date",
    "not_choice",
    "no_contact",
    "no_phone",
    "no_slot",
    "one_slot",
    "too_many_slots",
    "past",
    "too_far",
    "off_grid",
    "away_no_date",
    "away_backwards",
    "away_past",
    "away_too_long",
    "away_too_far",
    "own_half",
    "own_backwards",
    "own_outside",
    "own_no_day",
    "own_no_way",
    "own_minutes",
    "own_limit",
    "own_no_mark",
    "before_first",
    "unknown_reference",
    "not_limit",
    "not_between",
    "not_step",
    "not_clock",
    "quiet_long",
    "lines_name",
    "line_link",
    "line_place",
    "line_names",
    "not_kept",
    "outlives",
    "no_address",
    "not_length",
    "not_skills",
    "binding_invites",
    "not_group",
    "not_within",
    "not_within_one",
    "not_usual",
    "not_reminders",
    "not_lead",
    "not_key",
    "key_taken",
    "not_dates",
    "too_many",
    "no_choices",
    "same_choice",
    "lines_differ",
    "no_such_person",
    "person_twice",
    "unit_closed",
    "day_half",
    "no_open_day",
]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field. `limit` is filled in where the sentence has a number."""

    field: str  #: The field's name in the form.
    problem: Problem
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. Names of intake questions begin with `q_`.

    `values` is what was given before: one value, several of MANY_OF, none at first. A
    YES_NO is answered `yes` or `no`, a DATE as ISO.
    """

    name: str
    kind: QuestionKind
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SlotChoice:
    value: str  #: What the form sends in `slot`.
    starts: datetime
    ends: datetime
    who: str = ""  #: First name; empty when there is only one professional.


@dataclass(frozen=True, slots=True)
class HeldTime:
    """What she has chosen already and not confirmed. `href` leads on with it."""

    starts: datetime
    until: datetime
    href: str


#: What a client has typed, as (name, value) of a form: carried along in hidden fields
#: when she has to choose again, so that nothing of it is lost.
Typed = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip. A day without free times has no address."""

    date: date
    free: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """Choosing a time: the first free one, the days, the times of one day.

    `previous` and `next` are hrefs of the neighbouring weeks, empty at the ends.
    """

    day: date
    days: tuple[Day, ...]
    slots: tuple[SlotChoice, ...]
    first: SlotChoice | None = None
    previous: str = ""
    next: str = ""
    chosen: str = ""
    #: Values of those of `slots` that overlap the time which would be given up.
    crossing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Matter:
    """What is being booked, as the summary beside a form says it."""

    service: str  #: Empty where the tenant keeps it unsaid.
    minutes: int
    modality: Modality
    person: Person | None = None
    place: Place | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    change: str = ""  #: href back to the choice.


# Public pages


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Times offered to one client.

    `taken`: the chosen time is not free any more; `slots` are the nearest free ones.
    `past`: the same, because it has begun.
    `unread`: nobody can say just now which are free.
    `let_go`: it is, though she does not hold it any more.
    """

    state: Literal["open", "taken", "past", "unread", "expired", "withdrawn"]
    action: str
    matter: Matter
    slots: tuple[SlotChoice, ...] = ()
    expires: datetime | None = None  #: The last moment one of them can be chosen.
    held: HeldTime | None = None
    let_go: SlotChoice | None = None
    errors: tuple[FieldError, ...] = ()
    typed: Typed = ()
    gone: int = 0  #: So many that were offered are to come, and not free any more.
    offered: int = 2  #: So many there were; any free time counts as many.
    only_these: bool = (
        False  #: No other time is chosen by its link, however many are free.
    )


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    name: str
    summary: str
    minutes: int
    modalities: tuple[Modality, ...]
    href: str


@dataclass(frozen=True, slots=True)
class ServicesPage:
    services: tuple[ServiceChoice, ...]


@dataclass(frozen=True, slots=True)
class PausedPage:
    """A service that cannot be booked just now. `others`: href of those that can."""

    service: str
    others: str = ""
    by_invitation: bool = False  #: Nobody books it by herself, now or later.


@dataclass(frozen=True, slots=True)
class ModalityChoice:
    modality: Modality
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Service chosen; now the time. `lost`: the one chosen before is not free any more.

    `past`: that is because it has begun. `let_go`: it is free, though she does not hold
    it any more.
    """

    action: str
    matter: Matter
    picker: Picker | None  #: None: no free times within the horizon.
    modalities: tuple[ModalityChoice, ...] = ()
    lost: bool = False
    past: bool = False
    taken: tuple[SlotChoice, ...] = ()  #: The nearest three, when the slot was taken.
    held: HeldTime | None = None
    let_go: SlotChoice | None = None
    errors: tuple[FieldError, ...] = ()
    typed: Typed = ()


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """Who is booking. `questions` are the service's intake questions.

    `known`: the client of an offer is known already and is asked the questions only.
    """

    action: str
    matter: Matter
    name: str = ""
    client_language: Language | None = None
    email: str = ""
    phone: str = ""
    questions: tuple[Field, ...] = ()
    readers: str = ""  #: Who reads the answers, in words of the tenant.
    held_until: datetime | None = None  #: None: it is not held any more.
    errors: tuple[FieldError, ...] = ()
    known: bool = False
    release: str = ""  #: POST address that lets the held time go.
    only_way: str = ""  #: As `Policy.only_way` has it.


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything once more before it is booked. An offer's client is known already."""

    action: str
    matter: Matter
    name: str = ""
    client_language: Language | None = None
    email: str = ""
    phone: str = ""
    answers: tuple[Answer, ...] = ()
    change_details: str = ""
    held_until: datetime | None = None  #: None: it is not held any more.
    release: str = ""  #: POST address that lets the held time go.
    typed: Typed = ()
    binding: BindingPart | None = None
    unspoken: bool = False  #: The one she meets, and may know of, lacks her language.
    untold: bool = False  #: No channel that is on leads to her.


@dataclass(frozen=True, slots=True)
class ConfirmingPage:
    """The calendar could not be read in time; the time is kept and the client told."""

    matter: Matter
    refresh: str  #: Where the page looks again by itself.
    refresh_seconds: int = 5
    moving_from: datetime | None = None
    untold: bool = False  #: No channel that is on leads to her.


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """The client's own page. `done` is what she has just done: said once, on top.

    `choosing`: we cannot keep the time, and she is to choose another.
    """

    state: AppointmentState
    reference: str
    matter: Matter
    done: Done | Literal[""] = ""
    join: str = ""  #: href of our join page; a remote appointment only.
    call: str = ""  #: Number to ring to reach us; a phone appointment only.
    our_number: str = ""  #: The client's own number, masked.
    ics: str = ""
    move: str = ""  #: Empty when it may no longer be moved.
    cancel: str = ""
    again: str = ""  #: href to book a new time.
    told_by: tuple[Literal["mail", "sms"], ...] = ()
    untold: bool = False  #: It is to come, and no channel that is on leads to her.
    late: int = 0  #: So many minutes late it begins.
    #: Why the link no longer moves it: `tenant.closed.<why>`; and the notice in hours.
    closed: str = ""
    notice: int = 0
    here: bool = False  #: We know that she has come.
    binding: BindingPart | None = None
    written: OtherLanguage | None = None


@dataclass(frozen=True, slots=True)
class MovePage:
    action: str
    matter: Matter  #: With the time as it is now.
    picker: Picker | None
    back: str
    choosing: bool = False  #: We cannot keep the time as it is now.
    lost: bool = False
    past: bool = False  #: It was lost because it has begun.
    taken: tuple[SlotChoice, ...] = ()
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveCheckPage:
    """Both times once more, before the appointment is moved.

    `busy`: Outlook does not answer. `changed`: it stands elsewhere than she last saw.
    """

    action: str
    matter: Matter  #: With the time as it is now.
    starts: datetime
    ends: datetime
    times: str  #: href back to the choice.
    back: str
    choosing: bool = False  #: We cannot keep the time as it is now.
    busy: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CancelPage:
    action: str
    matter: Matter
    back: str
    move: str = ""


@dataclass(frozen=True, slots=True)
class JoinPage:
    """The way into the meeting. `not_ready`: Teams has not given the address yet."""

    state: Literal["ready", "not_ready", "over", "cancelled"]
    matter: Matter
    now: datetime  #: The server's; the page counts from here, not from its own clock.
    join: str = ""  #: href of the meeting.
    manage: str = ""  #: href of the appointment's page.
    open: bool = False  #: It may still be moved or cancelled there.
    refresh: str = ""
    call: str = ""  #: Number to ring when it does not work,
    unit: str = ""  #: and whose it is.
    late: int = 0  #: So many minutes late it begins.
    near: bool = False  #: Who opens it now waits.
    told: bool = False  #: Her professional, who wants such cards, is told of it.
    stuck: bool = False  #: She has said that she cannot get in.
    say_stuck: str = ""  #: Where she says so, by a POST of the form's token.
    #: Where it is said that she, being stuck, presses the way in again; likewise.
    say_trying: str = ""
    our_number: str = ""  #: The client's own number, masked.

    @property
    def expected(self) -> datetime:
        """When it is expected to begin, which the page counts to."""
        assert self.matter.starts is not None
        return self.matter.starts + timedelta(minutes=self.late)


@dataclass(frozen=True, slots=True)
class LinkGonePage:
    """A link that opens nothing: never says whether it once did."""

    book: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`kind` names the sentences `page.error.<kind>.title`, `.why` and `.way`."""

    kind: Literal[
        "not_found",
        "forbidden",
        "form_old",
        "bad_request",
        "too_many",
        "broken",
        "busy",
    ]
    request_id: str
    way: str  #: href of the way out.
