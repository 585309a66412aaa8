"""Who has left, by what a group in Entra says now and what it said before.

A group that has all at once lost more than half of its people is more likely changed by
mistake, or read without the right to it, than left by them: it is not believed before it
has stood so for a day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

#: So few may leave at once without a doubt, however small the group.
FEW = 2
BELIEVED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What has changed: who is there again or anew, and who is there no more."""

    there: frozenset[str]
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Doubted:
    """Too many are missing at once."""

    since: datetime
    missing: int


def compare(
    before: Collection[str],
    now_there: Collection[str],
    now: datetime,
    doubted: datetime | None,
) -> Step | Doubted:
    """Compare who was there with who is. `doubted`: since when it has been in doubt."""
    was, is_ = frozenset(before), frozenset(now_there)
    left = was - is_
    many = len(left) > FEW and 2 * len(left) > len(was)
    if many and (doubted is None or doubted + BELIEVED_AFTER > now):
        return Doubted(doubted or now, len(left))
    return Step(is_, left)
