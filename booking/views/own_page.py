"""What a client's own page says of how things are: its state, what is done, what differs."""

from dataclasses import dataclass
from typing import Literal, get_args

from booking.model import Language

AppointmentState = Literal[
    "booked",
    "confirming",
    "choosing",
    "not_chosen",
    "cancelled_by_client",
    "cancelled_by_us",
    "past",
]
Done = Literal["booked", "moved", "cancelled", "not_used", "reported", "language"]
DONE: tuple[Done, ...] = get_args(Done)


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """She reads the page in another language than her messages come in."""

    now: Language  #: In which she is written to.
    action: str  #: Where she asks for the page's.
