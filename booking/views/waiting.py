"""What waits for an answer: the supervisor's page, and the sign on an appointment.

As in every view no texts of our own; of a client there is nothing here.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.views.cards import ConflictKind


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question that a change in Outlook raised, and nobody has answered."""

    kind: ConflictKind
    reference: str
    starts: datetime
    professional: str  #: Whose appointment it is.
    href: str
    colleague: str = ""  #: In whose calendar it stands too.
    chat: str = ""  #: Where the reader answers it; empty: it is not asked of her.


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What waits for an answer in the units that the reader supervises."""

    units: tuple[str, ...]
    questions: tuple[OpenQuestion, ...]  #: The soonest appointment first.
    more: bool = False  #: There are others, later than these.
