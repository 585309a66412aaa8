"""How often a calendar is read without being told to.

Less where notices are seen to come, more where they are not. Graph promises no notice. So every round that brings news says whether a notice had come
before it: one had, and polling may widen; none had, and it tightens at once.
"""

from datetime import datetime, timedelta
from typing import Final

#: Where nobody tells us, this is how long we do not know.
TIGHT: Final = timedelta(seconds=60)
#: Where notices flow, polling is a second thought: so many times as seldom.
WIDEST: Final = 6


def interval(
    base: timedelta,
    learned: timedelta | None,
    subscribed_until: datetime | None,
    now: datetime,
) -> timedelta:
    """Give how long a calendar may go unread while notices are wanted.

    Without a subscription that lives, what was learned of its notices says nothing.
    """
    if subscribed_until is None or subscribed_until <= now:
        return min(base, TIGHT)
    return base if learned is None else learned


def learn(
    base: timedelta, learned: timedelta | None, *, heard: bool, news: bool
) -> timedelta:
    """Give the interval after a round.

    `heard`: a notice came since the round before. `news`: the round told of something
    that was not our own doing.
    """
    before = base if learned is None else learned
    if heard:
        return min(before * 2, base * WIDEST)
    if news:
        return min(base, TIGHT)
    # A quiet round proves nothing: what was tight gets easier, and no wider than usual.
    return min(before * 2, base) if before < base else before
