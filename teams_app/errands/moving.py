"""Other times for an appointment: found in the index, tried against fresh rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.model import Appointment, Slot
from booking.spans import span
from teams_app.actions import moving
from teams_app.actions.moving import Limits
from teams_app.errands.booking import LIKELY, goes_with
from teams_app.errands.world import World


@dataclass(frozen=True, slots=True)
class Near:
    """Near which moment times are looked for. `exact`: that very time before all others."""

    wanted: datetime
    exact: bool = False
    lost: Slot | None = None  #: Just found taken: what goes with it is not to be had.


async def other_times(
    world: World, own: Appointment, limits: Limits, near: Near
) -> list[Slot]:
    """Give three free times nearest to a moment, in order of time, none over another.

    What overlaps the time it has now comes last, and only where there are no others.
    """
    if limits.closed:
        return []
    here = world.moving(own)
    likely = here.index().nearest(limits.search, near.wanted, LIKELY)
    first = _first(own, limits, near)
    every = [*first, *_in_order(own, limits, near, likely)]
    found = await world.database.read(
        moving.free_of, own, limits.search, list(dict.fromkeys(every)), world.policy
    )
    return sorted(
        found,
        key=lambda slot: (
            slot not in first,
            goes_with(slot, _now(own), limits.search),
            slot.start,
        ),
    )


def _first(own: Appointment, limits: Limits, near: Near) -> list[Slot]:
    within = limits.search.within
    here = span(near.wanted, own.span.length)
    allowed = within is None or within.start <= here.start < within.end
    return [Slot(own.professional, here.start)] if near.exact and allowed else []


def _in_order(
    own: Appointment, limits: Limits, near: Near, likely: Sequence[Slot]
) -> list[Slot]:
    """Put the nearest first, and what goes with the time it has now last."""
    now, search = _now(own), limits.search
    return sorted(
        (
            each
            for each in likely
            if each != now and not goes_with(each, near.lost, search)
        ),
        key=lambda slot: (goes_with(slot, now, search), abs(slot.start - near.wanted)),
    )


def _now(own: Appointment) -> Slot:
    return Slot(own.professional, own.span.start)
