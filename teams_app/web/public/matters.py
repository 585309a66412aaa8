"""From an appointment to what a client's page may say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from booking.availability import Search
from booking.model import (
    Appointment,
    Language,
    Modality,
    Professional,
    ProfessionalId,
    Service,
    Slot,
    Unit,
)
from booking.policy import Policy
from booking.spans import Span, day_span, wall
from booking.views.pages import Day, Matter, Person, Picker, Place, SlotChoice
from teams_app import errands
from teams_app.actions import calendars
from teams_app.actions.calendars import Ask
from teams_app.actions.records import Whole
from teams_app.actions.staff_views import slot_value
from teams_app.errands import LIKELY, World

DAYS_SHOWN = 5


def matter_of(found: Whole, language: Language, policy: Policy) -> Matter:
    """Say of an appointment what the tenant lets its client's page say."""
    appointment = found.appointment
    return Matter(
        service=found.service.name.in_(language) if policy.names_service else "",
        minutes=int(appointment.span.length.total_seconds() // 60),
        modality=appointment.modality,
        person=_person(found.professional, policy),
        place=place_of(found.unit, language)
        if appointment.modality is Modality.IN_PERSON
        else None,
        starts=appointment.span.start,
        ends=appointment.span.end,
    )


def _person(professional: Professional, policy: Policy) -> Person | None:
    return Person(professional.name) if policy.names_professional else None


def place_of(unit: Unit, language: Language) -> Place:
    return Place(unit.name.in_(language), unit.address, unit.arrival.in_(language))


def phone_of(units: Iterable[Unit]) -> str:
    """Give the number of these, where it is one; empty: the organisation's."""
    numbers = {each.phone for each in units}
    return numbers.pop() if len(numbers) == 1 else ""


def matter_of_service(
    service: Service,
    modality: Modality,
    language: Language,
    *,
    named: bool = True,
    professional: Professional | None = None,
    policy: Policy | None = None,
) -> Matter:
    person = (
        _person(professional, policy)
        if professional is not None and policy is not None
        else None
    )
    return Matter(
        service=service.name.in_(language) if named else "",
        minutes=service.minutes,
        modality=modality,
        person=person,
    )


def choices(
    slots: Sequence[Slot], length: timedelta, names: dict[ProfessionalId, str]
) -> tuple[SlotChoice, ...]:
    return tuple(
        SlotChoice(
            slot_value(slot),
            slot.start,
            slot.start + length,
            names.get(slot.professional, ""),
        )
        for slot in slots
    )


def first_names(
    world: World, givers: Sequence[Professional]
) -> dict[ProfessionalId, str]:
    """Name the professionals where there is a choice and the tenant allows it."""
    if len(givers) < 2 or not world.policy.names_professional:  # noqa: PLR2004
        return {}
    return {each.id: each.name.split()[0] for each in givers}


def picker(
    world: World,
    search: Search,
    asked: str,
    names: dict[ProfessionalId, str],
    href: str,
    lost: Slot | None = None,
) -> Picker | None:
    """Lay out the free times: the first one, five days, the times of one day.

    `asked` is the day in the address, ISO; what is no day means the first free one.
    `href` is the page's address with room for `day=` at its end. `lost` was refused a
    moment ago, whatever the index says. None: nothing is free.
    """
    index = world.index()
    counts = index.days(search)
    if not counts:
        return None
    earliest = _each_once(
        index.any_start(search, 1 if lost is None else LIKELY, proposing=True),
        lost,
        search,
    )
    first = wall(earliest[0].start, world.policy.zone).date() if earliest else None
    day = _day(asked, first or min(counts))
    monday = day - timedelta(days=day.weekday())
    slots = _of_day(world, search, day, lost)
    length = search.service.length
    return Picker(
        day=day,
        days=tuple(
            Day(each, counts.get(each, 0), _to(href, each) if each in counts else "")
            for each in _shown(
                monday, counts, wall(world.now(), world.policy.zone).date()
            )
        ),
        slots=choices(slots, length, names),
        first=choices(earliest, length, names)[0] if earliest else None,
        previous=_to(href, _week_before(counts, monday)),
        next=_to(href, min((d for d in counts if d >= monday + _WEEK), default=None)),
        crossing=frozenset(slot_value(s) for s in slots if search.overlaps(s.start)),
    )


_WEEK = timedelta(days=7)
#: Days beyond this are nobody's: at the ends of the calendar a week has no Sunday.
_FAR = 370


def day_of(world: World, when: datetime) -> str:
    """Give the day of an instant as addresses write it."""
    return wall(when, world.policy.zone).date().isoformat()


def _day(asked: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        return otherwise
    return found if abs((found - otherwise).days) <= _FAR else otherwise


def _shown(monday: date, counts: dict[date, int], today: date) -> list[date]:
    """Give the weekdays to come, and a weekend day only where it has free times."""
    week = [monday + timedelta(days=n) for n in range(7)]
    return [
        day
        for n, day in enumerate(week)
        if day in counts or (n < DAYS_SHOWN and day >= today)
    ]


def _to(href: str, day: date | None) -> str:
    return f"{href}day={day}" if day is not None else ""


def _week_before(counts: dict[date, int], monday: date) -> date | None:
    """Give the first free day of the last week before this one that has any."""
    earlier = [day for day in counts if day < monday]
    if not earlier:
        return None
    start = max(earlier) - timedelta(days=max(earlier).weekday())
    return min(day for day in earlier if day >= start)


def _of_day(world: World, search: Search, day: date, lost: Slot | None) -> list[Slot]:
    """Give the day's starts, each once, with the least booked of who is free."""
    within = _reach(world, day)
    if within is None:
        return []
    if search.within is not None:
        start = max(within.start, search.within.start)
        end = min(within.end, search.within.end)
        if start >= end:
            return []
        within = Span(start, end)
    return _each_once(
        world.index().any_start(replace(search, within=within)), lost, search
    )


def _each_once(
    found: Sequence[tuple[datetime, Sequence[ProfessionalId]]],
    lost: Slot | None,
    search: Search,
) -> list[Slot]:
    """Give these starts, each with one who is free: with whom one is, is one everywhere."""
    slots = (
        next(
            (slot for slot in slots if not errands.goes_with(slot, lost, search)), None
        )
        for slots in ([Slot(who, start) for who in free] for start, free in found)
    )
    return [slot for slot in slots if slot is not None]


def _reach(world: World, day: date) -> Span | None:
    today = wall(world.now(), world.policy.zone).date()
    if not -1 <= (day - today).days <= _FAR:
        return None
    return day_span(day, world.policy.zone)


async def is_free(
    world: World, search: Search, slot: Slot, own: Appointment | None = None
) -> bool:
    """Say by fresh rows whether a client may have this very time.

    `own`: what she has now and would give for it.
    """
    ask = Ask(slot, search.service, search.modality, search.staff, ignoring=own)
    return await world.database.read(calendars.has_room, ask, world.policy, world.now())


async def nearest(
    world: World,
    search: Search,
    lost: Slot,
    names: dict[ProfessionalId, str],
    own: Appointment | None = None,
    first: Sequence[datetime] = (),
) -> tuple[SlotChoice, ...]:
    """Give the nearest three, when a time was just taken.

    `own`, `first`: see `errands.nearest`.
    """
    free = await errands.nearest(
        world,
        search,
        lost.start,
        own=own,
        barred=lambda slot: errands.goes_with(slot, lost, search),
        first=first,
    )
    return choices(free, search.service.length, names)
