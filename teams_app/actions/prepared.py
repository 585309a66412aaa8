"""What preparing a message comes to: it is ready, or there is nothing to send, and why."""

from dataclasses import dataclass
from datetime import datetime

from booking.messages import Composed, Facts
from booking.model import Appointment, Client, OfferId


@dataclass(frozen=True, slots=True)
class Ready:
    """A message to hand over now."""

    key: str
    to: str
    message: Composed
    client: Client
    outward: str  #: The key by which the world outside knows it.


@dataclass(frozen=True, slots=True)
class Skip:
    """There is nothing to send. `why` is a short code."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not in quiet hours."""

    due: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """It should be said, and there is no way left to say it: a person must."""

    why: str


Prepared = Ready | Skip | Later | Never


@dataclass(frozen=True, slots=True)
class About:
    """One message about to be prepared: its key, its facts, whom it concerns."""

    key: str
    facts: Facts
    client: Client
    version: int
    link: str  #: Of what it is about: no two of any database are alike.
    appointment: Appointment | None = None
    offer: OfferId | None = None
