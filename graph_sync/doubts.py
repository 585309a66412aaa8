"""When what a round tells of a calendar is not believed.

A calendar that held much and now holds nothing is more often a mailbox that was moved,
restored or taken away than a person who cleared it. What follows from believing it, free
time and questions about every appointment, is hard to take back; so it waits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking.calendar import Busy, Page

#: Fewer than these may well have been deleted by hand.
MANY: Final = 5


def emptied(
    mirror: Iterable[Busy],
    pages: Sequence[Page],
    *,
    full: bool,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Say whether a round, read to its end, leaves nothing of what lay ahead.

    `full`: the round began without a link, so what it does not name is gone.
    """
    if tells_of_life(pages):
        return False
    ahead = [row.event_id for row in mirror if row.span(zone).end > now]
    if len(ahead) < MANY:
        return False
    removed = {id_ for page in pages for id_ in page.removed}
    return full or removed.issuperset(ahead)


def tells_of_life(pages: Iterable[Page]) -> bool:
    """Say whether any page names an event that stands."""
    return any(not event.cancelled for page in pages for event in page.events)
