"""Whether an event that Graph still gives by its id stands in the calendar.

Somebody who deletes an event moves it to Deleted Items, and an id that survives moves
may lead there: that Graph gives it is no proof. Only the calendar says what stands in
it, so where a round has told otherwise, it is looked at too, over the event's own time.
"""

from collections.abc import Iterable
from datetime import timedelta

from booking.calendar import Event
from booking.model import ProfessionalId
from graph_sync.graph import Gone, GraphError, Unavailable, View
from teams_app.actions.calendars import WINDOW_DAYS, zone_of
from teams_app.errands import World

#: A series stands for as long as one occurrence of it does: its first may be gone.
_SERIES = timedelta(days=WINDOW_DAYS)


async def read(
    world: World, whose: ProfessionalId, mailbox: str, event_id: str
) -> Event | None:
    """Give an event by its id; None: it stands in the calendar no more."""
    try:
        event = await world.outside.graph.event(mailbox, event_id)
    except Gone:
        return None
    return event if await stands(world, whose, mailbox, event) else None


async def left(world: World, mailbox: str, event_id: str) -> Event | None:
    """Give to what an id leads that is gone from the calendar; None: to nothing."""
    try:
        event = await world.outside.graph.event(mailbox, event_id)
    except Gone:
        return None
    return None if event.cancelled else event


async def stands(
    world: World, whose: ProfessionalId, mailbox: str, event: Event
) -> bool:
    """Say whether an event just read by its id stands in the calendar.

    A cancelled one does until somebody removes it, and says itself what it is.
    Raises GraphError when the calendar cannot be read, or changes while it is.
    """
    if event.cancelled:
        return True
    graph = world.outside.graph
    span = event.span(await world.database.read(zone_of, whose))
    if event.type == "seriesMaster":
        span = span.widened(timedelta(0), _SERIES)
    (seen,) = await graph.view([View(mailbox, span)])
    if isinstance(seen, GraphError):
        raise seen
    if shown(seen, event.id):
        return True
    try:
        again = await graph.event(mailbox, event.id)
    except Gone:
        return False
    if again.change_key != event.change_key:
        # It was moved between the two reads, and may stand elsewhere by now.
        raise Unavailable("changed_meanwhile")
    return False


def shown(events: Iterable[Event], event_id: str) -> bool:
    """Say whether a view shows an event, or an occurrence of it."""
    return any(event_id in {each.id, each.series} for each in events)
