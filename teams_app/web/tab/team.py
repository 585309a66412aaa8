"""The team's day: everybody of a unit side by side, for its supervisor."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from aiohttp import web

from booking.calendar import AllDay, Busy, ShowAs
from booking.model import Appointment, Language, ServiceId, Unit, UnitId
from booking.skills import has_what_it_takes
from booking.spans import Span, day_span
from booking.views import team as views
from booking.views.pages import Person
from booking.views.tab import Band, BusyEntry, Entry, OwnEntry, Placed
from booking.views.team import Column, Done, TeamPage, Turn
from booking.views.waiting import Asked, Question
from booking.views.week import bands, hours, place
from teams_app.actions import access, team
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.tab import ways
from teams_app.web.tab.calendar import holiday
from teams_app.web.tab.seat import Seat

HERE = ways.TEAM
_LIST = "list"
_MINUTE = timedelta(minutes=1)


async def team_day(seat: Seat) -> web.Response:
    """Show the day of a unit, or of all that she supervises."""
    return await shown(seat)


async def shown(
    seat: Seat, done: Done | None = None, wrong: str = "", status: int = 200
) -> web.Response:
    """Show the team's day; after an act, with what came of it."""
    if not access.led(seat.who):
        return seat.not_hers()
    asked = seat.request.query
    day = seat.day(None if done is None or not done.day else done.day)
    unit = asked.get("unit", "") if done is None else done.unit
    look = asked.get("view", "") if done is None else done.look
    view = await seat.world.database.write(_read, seat, day, unit, look)
    return seat.show("tab/team.html", replace(view, done=done, wrong=wrong), status)


def _read(tx: Tx, seat: Seat, day: date, unit: str, look: str) -> TeamPage:
    with unchanged(tx):
        return _page(tx, seat, day, unit, look)


def _page(tx: Tx, seat: Seat, day: date, unit: str, look: str) -> TeamPage:
    mine = team.units(tx, seat.who)
    chosen = [each for each in mine if each.key == unit] or mine
    within = day_span(day, seat.zone)
    found = team.day(
        tx,
        seat.who,
        [each.id for each in chosen],
        within,
        seat.look,
        seat.world.policy,
    )
    key = chosen[0].key if len(chosen) < len(mine) else ""
    as_list = look == _LIST
    names = {each.id: each.name.in_(seat.language) for each in chosen}
    drawn = _Drawn.of(seat, found, day, names if len(chosen) > 1 else {})
    first, last = drawn.hours
    return TeamPage(
        now=seat.now,
        day=day,
        is_today=day == seat.today,
        holiday=holiday(day, seat.language),
        columns=drawn.columns(),
        first_hour=first,
        last_hour=last,
        previous=_href(day - timedelta(days=1), key, as_list=as_list),
        next=_href(day + timedelta(days=1), key, as_list=as_list),
        today="" if day == seat.today else _href(None, key, as_list=as_list),
        units=_units(mine, key, day, seat.language, as_list=as_list),
        looks=_looks(day, key, as_list=as_list),
        blocking=frozenset(each.value for each in seat.world.policy.rules.blocking),
        here=_href(day, key, as_list=as_list),
        search=ways.LIST,
        as_list=as_list,
        more=found.more,
        unit=key,
    )


def _href(day: date | None, unit: str, *, as_list: bool) -> str:
    return ways.team_day(day, unit, _LIST if as_list else "")


def _units(
    mine: list[Unit], key: str, day: date, language: Language, *, as_list: bool
) -> tuple[Turn, ...]:
    if len(mine) < 2:  # noqa: PLR2004
        return ()
    each_one = [
        Turn(
            each.key,
            each.name.in_(language),
            _href(day, each.key, as_list=as_list),
            current=each.key == key,
        )
        for each in mine
    ]
    return (Turn("", "", _href(day, "", as_list=as_list), current=not key), *each_one)


def _looks(day: date, unit: str, *, as_list: bool) -> tuple[Turn, ...]:
    return (
        Turn("day", "", _href(day, unit, as_list=False), current=not as_list),
        Turn(_LIST, "", _href(day, unit, as_list=True), current=as_list),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A day being drawn: everybody's entries, and the hours that show them all."""

    seat: Seat
    found: team.Day
    on: date
    units: dict[UnitId, str]  #: By name, where several are shown.
    entries: tuple[tuple[Entry, ...], ...]
    placed: tuple[tuple[Placed, ...], ...]
    hours: tuple[int, int]  #: From which to which they are shown.
    whole: Span  #: All of that day.
    named: tuple[tuple[ServiceId, str], ...]  #: What can be booked, by name.

    @classmethod
    def of(
        cls, seat: Seat, found: team.Day, on: date, units: dict[UnitId, str]
    ) -> Self:
        entries = tuple(_entries(seat, found, each) for each in found.columns)
        placed = tuple(
            place([each for each in some if not _all_day(each)], on, seat.zone)
            for some in entries
        )
        named = sorted(
            (each.name.in_(seat.language), each.id)
            for each in found.services.values()
            if each.open
        )
        return cls(
            seat,
            found,
            on,
            units,
            entries,
            placed,
            hours(placed),
            day_span(on, seat.zone),
            tuple((id_, name) for name, id_ in named),
        )

    def columns(self) -> tuple[Column, ...]:
        return tuple(map(self._column, self.found.columns, self.entries, self.placed))

    def _column(
        self,
        found: team.Column,
        entries: tuple[Entry, ...],
        placed: tuple[Placed, ...],
    ) -> Column:
        whole = self.whole
        away = [each for each in found.away(self.seat.now) if each.overlaps(whole)]
        working = [left for each in found.open for left in views.without(each, away)]
        touching = tuple(
            each
            for each in entries
            if each.starts < whole.end and each.ends > whole.start
        )
        mine = [each for each in found.mine if each.in_calendar]
        return Column(
            id=found.member.id,
            person=Person(found.member.professional.name),
            services=self._services(found),
            languages=found.member.professional.languages,
            entries=touching,
            placed=placed,
            all_day=tuple(
                each
                for each in touching
                if isinstance(each, BusyEntry) and each.all_day
            ),
            shut=self._bands(views.without(whole, found.open)),
            away=self._bands(away),
            is_away=bool(away) and not working,
            known=found.known,
            count=len(mine),
            booked=views.minutes(each.span for each in mine),
            hours=views.minutes(working),
            unit=self.units.get(found.member.professional.unit, ""),
            skills=found.member.professional.skills,
        )

    def _bands(self, spans: Iterable[Span]) -> tuple[Band, ...]:
        return bands(spans, self.on, self.seat.zone, self.hours)

    def _services(self, found: team.Column) -> tuple[str, ...]:
        who, every = found.member.professional, self.found.services
        return tuple(
            name
            for id_, name in self.named
            if id_ in found.member.services and has_what_it_takes(who, every[id_])
        )


def _all_day(entry: Entry) -> bool:
    return isinstance(entry, BusyEntry) and entry.all_day


def _entries(seat: Seat, day: team.Day, column: team.Column) -> tuple[Entry, ...]:
    zone, now = ZoneInfo(column.member.mailbox.zone), seat.now
    found: list[Entry] = [_own(seat, day, each, now) for each in column.mine]
    found += [
        _busy(each, zone)
        for each in column.foreign
        if each.show_as is not ShowAs.FREE and not each.bookable
    ]
    return tuple(sorted(found, key=lambda each: (not _all_day(each), each.starts)))


def _busy(row: Busy, zone: ZoneInfo) -> BusyEntry:
    span = row.span(zone)
    whole = isinstance(row.when, AllDay)
    return BusyEntry(span.start, span.end, row.show_as.value, whole)


def _own(seat: Seat, day: team.Day, found: Appointment, now: datetime) -> Entry:
    if not found.in_calendar:
        return BusyEntry(found.span.start, found.span.end, "held")
    path = f"/teams/appointment/{found.reference}"
    moves = found.occupies and found.span.end > now
    return OwnEntry(
        reference=found.reference,
        starts=found.span.start,
        ends=found.span.end,
        client="",
        service=day.services[found.service].name.in_(seat.language),
        modality=found.modality,
        status=found.status,
        href=f"{path}/hand" if moves else path,
        questions=tuple(
            Question(Asked(each.value), found.span.end)
            for each in day.asked.get(found.id, ())
        ),
        truths=day.truths.get(found.id),
        before=found.before // _MINUTE,
        after=found.after // _MINUTE,
    )
