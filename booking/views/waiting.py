"""What waits for an answer: the supervisor's page, and the sign on an appointment.

As in every view no texts of our own; of a client there is nothing here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which imports us
    from booking.views.absences import AwayItem
    from booking.views.cards import Truths


class Asked(StrEnum):
    """What a question is about, as a line of its own says it: `waiting.kind`."""

    MOVED = "moved"  #: Our event stands at another time.
    DELETED = "deleted"  #: Our event is gone.
    OVERLAPPED = "overlapped"  #: Another event was put over it.
    COPIED = "copied"  #: It stands in a colleague's calendar too.
    HANDED = "handed"  #: It stands in a colleague's calendar instead.


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a change in Outlook raised, and nobody has answered."""

    about: Asked
    until: datetime  #: Nobody need answer any more then.
    colleague: str = ""  #: In whose calendar it stands, too or instead.
    conflict: int = 0  #: Which question it is.

    @property
    def of_professional(self) -> bool:
        """Whether she whose appointment it is answers it herself."""
        return self.about not in {Asked.COPIED, Asked.HANDED}

    @property
    def answer(self) -> str:
        """Say where it is answered in the tab."""
        return answered_at(self.conflict)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open question in the list of all that wait."""

    asks: Question
    reference: str
    starts: datetime
    professional: str  #: Whose appointment it is.
    href: str
    answer: str = ""  #: Where the reader answers it; empty: it is not asked of her.
    desk: str = ""  #: The unit's desk: `ask` it may be, `asked` it has been; or none.
    truths: "Truths | None" = None


def answered_at(conflict: int) -> str:
    """Say where a question is answered in the tab."""
    return f"/teams/question/{conflict}"


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An appointment still to come with somebody who has left."""

    reference: str
    starts: datetime
    professional: str
    href: str
    truths: "Truths | None" = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An appointment to come whose client has reported what keeps her from it."""

    reference: str
    starts: datetime
    professional: str
    href: str
    reported: datetime
    truths: "Truths | None" = None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What waits for an answer in the units that the reader supervises."""

    units: tuple[str, ...]
    questions: tuple[OpenQuestion, ...]  #: The soonest appointment first.
    now: datetime
    more: bool = False  #: There are others, later than these.
    left: tuple[LeftOver, ...] = ()  #: What is to come with those who have left.
    more_left: bool = False
    left_desk: str = ""  #: As of a question, about all of these.
    obstacles: tuple[Obstacle, ...] = ()  #: The soonest appointment first.
    more_obstacles: bool = False
    absent: "tuple[AwayItem, ...]" = ()  #: Those that appointments fall into.
    more_absent: bool = False
    away: str = ""  #: Where all absences are.
