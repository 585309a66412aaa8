"""What the card about an outage shows: whose it is to mend, and what is lost by it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from booking.alarms import What
from booking.model import Language


class Reader(StrEnum):
    """As what somebody is told of an alarm."""

    ADMIN = "admin"
    OWNER = "owner"  #: It is about her own calendar.
    SUPERVISOR = "supervisor"  #: Of her unit, where no admin is named.


@dataclass(frozen=True, slots=True)
class AlarmCard:
    """An outage, as it is now; once it is over the card says so. It names no client."""

    language: Language
    what: What
    reader: Reader
    begun: datetime
    url: str  #: Where to see and mend it.
    names: tuple[str, ...] = ()  #: Whose calendars; none for the owner of one.
    ended: datetime | None = None
