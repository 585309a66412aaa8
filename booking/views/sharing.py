"""What is put into a chat of several people, and the dialog opened from there.

What stands in a chat is seen by everybody in it, now and later: none of it names a
client. What a dialog shows is seen by who opened it alone.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.model import Language, Modality
from booking.saying import When
from booking.views.cards import SlotChoice


@dataclass(frozen=True, slots=True)
class SharedTimes:
    """Free times of one service, for colleagues to book."""

    language: Language
    professional: str
    service: str
    modality: Modality
    slots: tuple[SlotChoice, ...]
    invitation: str  #: Sealed: what a colleague may book with it.
    when: When | None = None  #: The days that were asked about.


@dataclass(frozen=True, slots=True)
class SharedAppointment:
    """An appointment by its reference; who may see more opens it in the tab."""

    language: Language
    reference: str
    modality: Modality
    start: datetime
    end: datetime
    open_url: str
    cancelled: bool = False
    confirming: bool = False  #: Nobody knows yet whether the time can be had.


@dataclass(frozen=True, slots=True)
class FoundAppointment:
    """One of those found, as who looked for it may see it in her own list."""

    client: str
    shared: SharedAppointment


@dataclass(frozen=True, slots=True)
class ColleagueForm:
    """The dialog in which a colleague books: for whom, and which time."""

    language: Language
    professional: str
    service: str
    modality: Modality
    slots: tuple[SlotChoice, ...]
    #: Filled in again after a mistake: field name -> what was typed.
    typed: dict[str, str]
    #: Field name -> text key of what is wrong.
    errors: dict[str, str]
    carried: dict[str, str]  #: What its button sends beside the fields.
    taken: bool = False  #: The time chosen was just taken.
    unread: bool = False  #: Nothing is known of the calendar.
    only_way: str = ""  #: As `Policy.only_way` has it.


@dataclass(frozen=True, slots=True)
class ColleagueDone:
    """What came of it: booked, still being confirmed, or cancelled since."""

    language: Language
    professional: str
    service: str
    booked: SharedAppointment
