"""Today, the week and the list: her appointments, and Outlook's own as taken time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from aiohttp import web

from booking.absence import in_force
from booking.calendar import AllDay, Busy, ShowAs
from booking.model import Language, Modality
from booking.outcomes import is_recorded
from booking.spans import Span, day_span, days_span
from booking.views.absences import AwayBand, band
from booking.views.tab import (
    BusyEntry,
    Entry,
    ListDay,
    ListPage,
    OpenOffer,
    OwnEntry,
    TodayPage,
    WeekDay,
    WeekPage,
)
from booking.views.waiting import OpenQuestion
from booking.views.week import bands, breaks, hours, place
from teams_app.actions import access, staff_views, waiting
from teams_app.actions.records import Whole, wholes
from teams_app.store import absences, appointments, calendars, offers, people
from teams_app.store.database import Tx
from teams_app.web.public import answers
from teams_app.web.tab import ways
from teams_app.web.tab.appointments import report
from teams_app.web.tab.arrived import arriving
from teams_app.web.tab.offers import read as read_offer
from teams_app.web.tab.seat import Seat
from teams_app.web.tab.waiting import listed

_LISTED_DAYS = 7
_OFFERS_SHOWN = 20
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands in her calendar over some days."""

    entries: tuple[Entry, ...]
    zone: ZoneInfo
    absences: tuple[Span, ...] = ()

    def away(self, day: date, seat: Seat) -> tuple[AwayBand, ...]:
        whole = day_span(day, seat.zone)
        return tuple(
            band(seat.language, each, day, seat.zone)
            for each in self.absences
            if each.overlaps(whole)
        )

    def of(self, day: date, zone: ZoneInfo) -> tuple[Entry, ...]:
        span = day_span(day, zone)
        return tuple(
            each
            for each in self.entries
            if each.starts < span.end and each.ends > span.start
        )


def _stretch(tx: Tx, seat: Seat, first: date, after_last: date) -> Stretch:
    span = days_span(first, after_last, seat.zone)
    mine = appointments.between(tx, [seat.professional.id], span, occupying_only=False)
    shown = [each for each in mine if each.in_calendar or each.confirming]
    access.listed(tx, seat.who, [each.id for each in shown], seat.look)
    own = [_own(each, seat) for each in wholes(tx, shown)]
    zone = ZoneInfo(people.mailbox(tx, seat.professional.id).zone)
    busy = [
        _busy(row, zone)
        for row in calendars.busy(tx, seat.professional.id, span)
        if row.ours is None and row.show_as is not ShowAs.FREE
    ]
    entries: list[Entry] = [*own, *busy]
    entries.sort(key=lambda each: (not _all_day(each), each.starts))
    known = in_force(absences.of(tx, seat.professional.id), seat.now)
    away = tuple(each.span for each in known)
    return Stretch(tuple(entries), zone, away)


def _all_day(entry: Entry) -> bool:
    return isinstance(entry, BusyEntry) and entry.all_day


def _busy(row: Busy, zone: ZoneInfo) -> BusyEntry:
    span = row.span(zone)
    return BusyEntry(
        span.start, span.end, row.show_as.value, isinstance(row.when, AllDay)
    )


def _own(found: Whole, seat: Seat) -> OwnEntry:
    appointment, language = found.appointment, seat.language
    client = found.client
    in_person = appointment.modality is Modality.IN_PERSON
    return OwnEntry(
        reference=appointment.reference,
        starts=appointment.span.start,
        ends=appointment.span.end,
        client=client.name if client else "",
        service=found.service.name.in_(language),
        modality=appointment.modality,
        status=appointment.status,
        href=f"/teams/appointment/{appointment.reference}",
        join="" if found.choosing else found.join_url or "",
        place=found.unit.name.in_(language) if in_person else "",
        phone=staff_views.number_on_card(found, seat.now),
        answers=answers.given(found.service, appointment.answers, language),
        truths=found.truths,
        choosing=found.choosing,
        questions=found.waiting(seat.now),
        recorded=is_recorded(appointment),
        unrecorded=staff_views.is_unrecorded(found, seat.now),
        report=report(seat, found),
        arriving=arriving(appointment, found.came(seat.now), seat.now),
        before=appointment.before // _MINUTE,
        after=appointment.after // _MINUTE,
    )


async def today(seat: Seat, done: str = "") -> web.Response:
    """Show one day; today unless another is asked for."""
    day = seat.day()
    found = await seat.world.database.write(
        _stretch, seat, day, day + timedelta(days=1)
    )
    is_today = day == seat.today
    open_ = await seat.world.database.write(_open, seat) if is_today else _Open()
    own = [each for each in found.entries if isinstance(each, OwnEntry)]
    coming = [each for each in own if each.ends > seat.now]
    view = TodayPage(
        now=seat.now,
        day=day,
        entries=found.entries,
        previous=f"/teams/today?day={day - timedelta(days=1)}",
        next=f"/teams/today?day={day + timedelta(days=1)}",
        is_today=is_today,
        next_up=coming[0] if is_today and coming else None,
        done=done,
        offers=open_.offers,
        away=found.away(day, seat),
        asked=open_.asked,
    )
    return seat.show("tab/today.html", view)


@dataclass(frozen=True, slots=True)
class _Open:
    """What stands open besides: her offers, and what colleagues' appointments ask."""

    offers: tuple[OpenOffer, ...] = ()
    asked: tuple[OpenQuestion, ...] = ()


def _open(tx: Tx, seat: Seat) -> _Open:
    """Give it, and log that it was shown."""
    open_ = offers.open_for(tx, [seat.professional.id], seat.now)[:_OFFERS_SHOWN]
    found = waiting.of_colleagues(tx, seat.who, seat.look)
    return _Open(
        tuple(each for id_, _ in open_ if (each := read_offer(tx, seat, id_))),
        tuple(listed(each) for each in found),
    )


async def week(seat: Seat) -> web.Response:
    """Show the week from Monday; weekend days only where something stands in them."""
    day = seat.day()
    monday = day - timedelta(days=day.weekday())
    found = await seat.world.database.write(
        _stretch, seat, monday, monday + timedelta(days=7)
    )
    days = [_week_day(seat, found, monday + timedelta(days=n)) for n in range(7)]
    shown = [each for n, each in enumerate(days) if n < 5 or each.placed]  # noqa: PLR2004
    first, last = hours(each.placed for each in shown)
    free = breaks(found.entries)
    shown = [
        replace(each, breaks=bands(free, each.date, seat.zone, (first, last)))
        for each in shown
    ]
    this_monday = seat.today - timedelta(days=seat.today.weekday())
    view = WeekPage(
        now=seat.now,
        days=tuple(shown),
        first_hour=first,
        last_hour=last,
        previous=f"/teams/week?day={monday - timedelta(days=7)}",
        next=f"/teams/week?day={monday + timedelta(days=7)}",
        this_week="" if monday == this_monday else "/teams/week",
    )
    return seat.show("tab/week.html", view)


def _week_day(seat: Seat, found: Stretch, day: date) -> WeekDay:
    entries = found.of(day, seat.zone)
    timed = [each for each in entries if not _all_day(each)]
    return WeekDay(
        date=day,
        placed=place(timed, day, seat.zone),
        all_day=tuple(
            each for each in entries if isinstance(each, BusyEntry) and each.all_day
        ),
        is_today=day == seat.today,
        holiday=holiday(day, seat.language),
        away=found.away(day, seat),
    )


#: Languages of the holidays library for Finland.
_HOLIDAY_NAMES = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}


def holiday(day: date, language: Language) -> str:
    name: str = _holidays(day.year, _HOLIDAY_NAMES[language.value]).get(day, "")
    return name


@lru_cache(maxsize=64)
def _holidays(year: int, names: str) -> holidays.HolidayBase:
    """Give those of a year: to find them out takes longer than to read a day's rows."""
    return holidays.country_holidays("FI", years=year, language=names)


async def list_(seat: Seat) -> web.Response:
    """Show the coming days as a list."""
    first = seat.day()
    after = first + timedelta(days=_LISTED_DAYS)
    found = await seat.world.database.write(_stretch, seat, first, after)
    days = [
        ListDay(day, found.of(day, seat.zone), day == seat.today, found.away(day, seat))
        for day in _dates(first, after)
    ]
    view = ListPage(
        now=seat.now,
        days=tuple(each for each in days if each.entries or each.away or each.is_today),
        more=f"{ways.LIST}?day={after}",
        search=ways.LIST,
    )
    return seat.show("tab/list.html", view)


def _dates(first: date, after_last: date) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((after_last - first).days)]
