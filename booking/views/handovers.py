"""What the cards about a hand-over show.

The question names no client: whoever is asked need not have seen the appointment before.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.handover import Doubt
from booking.model import Language
from booking.views.cards import AppointmentCard, Known


class PassedOn(StrEnum):
    """That nobody has it by now, or another than an answer had left it with."""

    CANCELLED = "cancelled"  #: By whom is for who has it, or sees it, alone.
    TO_READER = "handed_to_you"
    TO_ANOTHER = "passed_on"


@dataclass(frozen=True, slots=True)
class HandoverCard:
    """A question whether an appointment goes to the colleague who has a copy of it."""

    language: Language
    conflict: int
    version: int
    reference: str
    service: str
    start: datetime
    end: datetime
    giver: str
    taker: str
    to_reader: bool  #: She who reads it is the colleague.
    removed: bool  #: It is gone from the giver's calendar.
    invited: bool = False  #: She was added as attendee.
    new_time: tuple[datetime, datetime] | None = None
    too_long: bool = False  #: The new time takes whole days: it is not to be had.
    doubts: tuple[Doubt, ...] = ()
    #: What stands against the agreed time, where the copy has another.
    agreed_doubts: tuple[Doubt, ...] = ()
    pause: int = 0  #: Minutes there should be between it and what is next to it.
    late: bool = False  #: The client may be waiting: her meeting is kept.
    lost: bool = False  #: She may be waiting in a meeting that is gone.
    agreed_over: bool = False  #: The agreed time has been.
    new_over: bool = False  #: So has the new one.
    again: bool = False  #: It was asked before, and nobody has answered.
    settled: str | None = None  #: handed_over, put_back, overtaken
    #: What has become of it since then: it went on to `giver`, or was called off.
    since: PassedOn | None = None
    known: Known | None = None  #: Why its client was sent nothing of it.
    #: The appointment, once it is hers who reads.
    hers: AppointmentCard | None = None
    wrong: str = ""  #: Why the last answer was not taken.
    url: str = ""  #: Its own page in the tab, where the same can be answered.

    @property
    def over(self) -> bool:
        """Whether nothing can be answered any more."""
        return self.agreed_over and (self.new_time is None or self.new_over)


@dataclass(frozen=True, slots=True)
class HandedAway:
    """To whom an appointment has gone, for her who had it. Nothing of the client."""

    language: Language
    reference: str
    start: datetime
    end: datetime
    taker: str
    kept: bool = False  #: Its meeting goes on in her calendar.
    older: bool = False  #: A newer card about it stands in the same chat.
    cancelled: bool = False  #: By whom would say something of the client.
