"""What may be said of one appointment by who meets the client."""

from dataclasses import dataclass

from booking.model import Status
from booking.views.cards import Truth


@dataclass(frozen=True, slots=True)
class Reporting:
    """What may be said of one appointment: how it went, and how late it begins.

    `outcome` takes a POST of `outcome` and `version`; `lateness` one of `minutes`, none
    of them for *on time after all*.
    """

    version: int
    outcome: str
    lateness: str
    outcomes: tuple[Status, ...] = ()  #: What may be recorded now.
    recorded: bool = False
    next: str = ""  #: The form for the client's next appointment.
    late: int = 0  #: So many minutes late it begins, as was said.
    late_told: Truth = Truth.NOT_OWED
    late_choices: tuple[int, ...] = ()
