"""What is shown of a binding appointment to its client."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BindingPart:
    """What the client reads: her duty, what follows, what to do about an obstacle."""

    duty: str
    consequence: str
    obstacle: str
    #: The last day of it; None: not agreed on yet, or staff have chosen a later time.
    deadline: date | None = None
    moves_until: date | None = None  #: The last day to which her link moves it.
    report: str = ""  #: Where she reports an obstacle; empty: not here.
    reported: datetime | None = None
    kept: bool = False  #: That is answered: the time stands.


@dataclass(frozen=True, slots=True)
class ObstaclePage:
    """Where she reports it. Posts `explanation`, which may be left out."""

    action: str
    back: str
    starts: datetime
    how: str  #: As the organisation says it.
    readers: str
    limit: int
    again: bool = False  #: She has reported one before; of that nothing is shown.
    typed: str = ""  #: What she has just sent, and is to mend.
    problem: bool = False  #: It is longer than `limit`.
