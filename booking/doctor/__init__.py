"""Whether a tenant is prepared: what was asked and answered in, findings out.

Each finding says what is so and why; one that must be mended says what to do. Nothing is
asked here: `judging` has a function for each step, which takes what that step has heard.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

#: Value of our property on a test event, by which it is known and found again.
MARK: Final = "vuoro-doctor"

#: Besides numbers, words and moments a value may be a list of names.
Value = int | str | datetime | Sequence[str]


class Step(StrEnum):
    """What is looked at, in this order."""

    DATABASE = "database"
    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105  the name of a step
    PERMISSIONS = "permissions"
    MAILBOXES = "mailboxes"
    OUTSIDE = "outside"
    SENDER = "sender"
    EVENT = "event"
    SUBSCRIPTION = "subscription"
    BOT = "bot"
    MANIFEST = "manifest"
    APP = "app"
    MAIL = "mail"


#: What a step cannot be tried without.
NEEDS: Final[Mapping[Step, tuple[Step, ...]]] = {
    Step.PERMISSIONS: (Step.DATABASE, Step.TOKEN),
    Step.MAILBOXES: (Step.DATABASE, Step.TOKEN),
    Step.OUTSIDE: (Step.TOKEN,),
    Step.SENDER: (Step.TOKEN,),
    Step.EVENT: (Step.TOKEN,),
    Step.SUBSCRIPTION: (Step.TOKEN,),
    Step.APP: (Step.DATABASE, Step.TOKEN),
    Step.MAIL: (Step.DATABASE,),
}

#: What a step says more with, and does without.
WISHES: Final[Mapping[Step, tuple[Step, ...]]] = {
    Step.SENDER: (Step.DATABASE,),
    Step.EVENT: (Step.DATABASE,),
    Step.SUBSCRIPTION: (Step.DATABASE,),
    Step.BOT: (Step.DATABASE,),
    Step.MANIFEST: (Step.TOKEN,),
}


def with_needs(wanted: Collection[Step]) -> set[Step]:
    """Give these steps, and all that they cannot or would not be tried without."""
    found = set(wanted)
    while True:
        asked = (NEEDS.get(each, ()) + WISHES.get(each, ()) for each in found)
        more = {need for needs in asked for need in needs} - found
        if not more:
            return found
        found |= more


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"  #: It works; somebody should know.
    MEND = "mend"  #: Something must be done.
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. In words: `doctor.said.<step>.<name>`, `doctor.do.<step>.<name>`.

    Of one that was not tried the words are `doctor.said.untried.<name>`.
    """

    step: Step
    level: Level
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Answer(StrEnum):
    """What came of asking somebody outside."""

    YES = "yes"
    DENIED = "denied"  #: It is not allowed.
    MISSING = "missing"  #: What was asked for is not there.
    REFUSED = "refused"  #: The request itself is wrong, says the other side.
    BUSY = "busy"  #: We are asked to wait.
    SILENT = "silent"  #: No answer that says anything.


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and the other side's own code for it, for support."""

    answer: Answer
    code: str = ""

    @property
    def yes(self) -> bool:
        return self.answer is Answer.YES


YES: Final = Heard(Answer.YES)


def blocked(step: Step, found: Iterable[Finding]) -> Finding | None:
    """Say that a step cannot be tried, where one that it needs has failed."""
    failed = {each.step for each in found if each.level is Level.MEND}
    untried = {each.step for each in found if each.level is Level.UNTRIED}
    for need in NEEDS.get(step, ()):
        if need in failed | untried:
            values = {"because": need.value}
            return Finding(step, Level.UNTRIED, "because", values)
    return None


def status(found: Iterable[Finding]) -> int:
    """Give the exit status: 1 where something must be mended."""
    return int(any(each.level is Level.MEND for each in found))
