"""What a full comparison may find between the bookings, Outlook and what we keep of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.model import AppointmentId


class Kind(StrEnum):
    UNSEEN = "unseen"  #: Something in Outlook that the mirror does not have so.
    LEFT_OVER = "left_over"  #: Something in the mirror that Outlook does not have.
    MOVED = "moved"  #: Our event stands at another time, and nobody was asked.
    DAMAGED = "damaged"  #: Our event lacks what the appointment lives by.
    GONE = "gone"  #: Our event is not there, and nobody was asked.
    DOUBLE = "double"  #: A second event bears the reference of an appointment.
    UNWRITTEN = "unwritten"  #: The appointment is not in Outlook as it should be.
    NOT_REMOVED = "not_removed"  #: An event of an appointment that is over stands.
    COVERED = "covered"  #: Something lies over an appointment, and nobody was asked.
    EMPTIED = "emptied"  #: The whole calendar is empty, and that is not believed.


#: What no job of ours can set right: a person must see to it.
FOR_A_PERSON = frozenset({Kind.DOUBLE, Kind.EMPTIED})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not alike. It names no person and no matter."""

    kind: Kind
    starts: datetime | None = None
    reference: str = ""  #: Of the appointment, where it is about one.
    appointment: AppointmentId | None = None
    lacks: tuple[
        str, ...
    ] = ()  #: What a damaged event has lost, as EventDraft names it.
