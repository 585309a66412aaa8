"""What cards and pages show of running late: who is told, and what."""

from dataclasses import dataclass
from datetime import datetime

from booking.model import Language, Modality
from booking.views.cards import Truth


@dataclass(frozen=True, slots=True)
class LateChoice:
    """So many minutes, and whom they reach: those a press tells, and nobody else."""

    minutes: int
    whom: tuple[int, ...]  #: Appointments, the first in time first.


@dataclass(frozen=True, slots=True)
class LateLine:
    """One who is told, or may be."""

    client: str
    start: datetime
    end: datetime
    least: int = 0  #: She is reached only by this much or more; none: in any case.
    minutes: int = 0  #: So late she is told it begins, or has been told.
    told: Truth = Truth.NOT_OWED
    language: Language = Language.FI  #: In which she is written to.


@dataclass(frozen=True, slots=True)
class LateCard:
    """The question how late, or the answer that it is being told.

    `asked`: so many minutes were written, and wait for one press. `said`: it was
    pressed; without lines nobody is left whom it concerns. `others`: what was pressed
    would have told others than the card named.
    """

    language: Language
    lines: tuple[LateLine, ...]
    choices: tuple[LateChoice, ...]
    asked: int = 0
    said: bool = False
    others: bool = False
    modality: Modality = Modality.REMOTE  #: How the first is met: it words the message.
    taken_back: bool = False  #: *On time after all* was said, and is being told.
    on_time: bool = False  #: There is something to take back.
    tab_url: str = ""  #: Her day, where the same can be said.
    over: bool = False  #: What was said has been: nothing of it can be changed.
