"""Other times for an appointment: found in the index, tried against fresh rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.model import Appointment, Slot
from booking.spans import Span, span
from teams_app.actions import moving
from teams_app.actions.moving import Limits
from teams_app.errands.booking import LIKELY, goes_with
from teams_app.errands.world import World


@dataclass(frozen=True, slots=True)
class Near:
    """Near which moment times are looked for. `exact`: that very time before all others."""

    wanted: datetime
    exact: bool = False
    days: Span | None = None  #: What begins in these comes before all else.
    lost: Slot | None = None  #: Just found taken: what goes with it is not to be had.


async def other_times(
    world: World, own: Appointment, limits: Limits, near: Near
) -> list[Slot]:
    """Give three free times nearest to a moment, none over another.

    What was wished for comes first; what overlaps the time it has now comes last, and only
    where there is nothing else of what was wished for.
    """
    if limits.closed:
        return []
    likely = [*_wished(world, own, limits, near), *_likely(world, own, limits, near)]
    first = _first(own, limits, near)
    every = dict.fromkeys([*first, *_in_order(own, limits, near, likely)])
    found = await world.database.read(
        moving.free_of, own, limits.search, list(every), world.policy
    )
    return sorted(
        found,
        key=lambda slot: (
            slot not in first,
            *_rank(slot, own, limits, near),
            slot.start,
        ),
    )


def _likely(world: World, own: Appointment, limits: Limits, near: Near) -> list[Slot]:
    return world.moving(own).index().nearest(limits.search, near.wanted, LIKELY)


def _wished(world: World, own: Appointment, limits: Limits, near: Near) -> list[Slot]:
    """Look in the days wished for alone: others may be nearer to where they begin."""
    whole, within = near.days, limits.search.within
    if whole is not None and within is not None:
        start, end = max(whole.start, within.start), min(whole.end, within.end)
        whole = Span(start, end) if start < end else None
    if whole is None:
        return []
    inside = replace(limits, search=replace(limits.search, within=whole))
    return _likely(world, own, inside, near)


def _rank(slot: Slot, own: Appointment, limits: Limits, near: Near) -> tuple[bool, ...]:
    """Say what comes later: what was not wished for, what overlaps the time it has now."""
    days = near.days
    inside = days is None or days.start <= slot.start < days.end
    return not inside, goes_with(slot, _now(own), limits.search)


def _first(own: Appointment, limits: Limits, near: Near) -> list[Slot]:
    within = limits.search.within
    here = span(near.wanted, own.span.length)
    allowed = within is None or within.start <= here.start < within.end
    return [Slot(own.professional, here.start)] if near.exact and allowed else []


def _in_order(
    own: Appointment, limits: Limits, near: Near, likely: Sequence[Slot]
) -> list[Slot]:
    """Put the nearest of what was wished for first."""
    now, search = _now(own), limits.search
    return sorted(
        (
            each
            for each in likely
            if each != now and not goes_with(each, near.lost, search)
        ),
        key=lambda slot: (
            *_rank(slot, own, limits, near),
            abs(slot.start - near.wanted),
        ),
    )


def _now(own: Appointment) -> Slot:
    return Slot(own.professional, own.span.start)
