"""The reception's page: the day of a unit, and looking for a client by name.

Who looks after a unit's reception sees when somebody comes, to whom and how; from here
she opens an appointment to move or cancel it, and books for any of the professionals.
What a client has answered or is noted of her is not for the reception.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

from aiohttp import web

from booking.arrivals import Arrival, standing
from booking.model import Appointment, Professional, ProfessionalId, Unit
from booking.spans import days_span
from booking.views.arriving import Arriving
from booking.views.reception import Coming, ReceptionPage
from booking.views.team import Turn
from teams_app.actions import access, finding, waiting
from teams_app.actions.access import Right
from teams_app.actions.finding import Found
from teams_app.actions.records import truths_of
from teams_app.store import appointments, arrivals, people
from teams_app.store.database import Tx
from teams_app.store.rows import unchanged
from teams_app.web.tab.arrived import arriving
from teams_app.web.tab.seat import Seat

HERE = "/teams/reception"
_NAME_MAX = 100
#: Nobody reads on after so many; a unit is chosen then.
LISTED_MAX = 300
#: Of an address, what says which day of which unit is shown.
_KEPT = ("day", "unit")


async def day(seat: Seat, done: str = "", wrong: str = "") -> web.Response:
    """Show one day of her units; today unless another is asked for.

    `done`, `wrong`: what came of a press there.
    """
    if not access.received(seat.who):
        return seat.not_hers()
    page = replace(await _page(seat, ""), done=done, wrong=wrong)
    return seat.show("tab/reception.html", page, 409 if wrong else 200)


def whom_in(form: dict[str, list[str]]) -> str:
    """Give who is looked for: a name, or a reference."""
    return (form.get("whom") or [""])[0].strip()[:_NAME_MAX]


async def search(seat: Seat) -> web.Response:
    """Look for a client by name or reference. Posted, so that no address holds a name."""
    form = await seat.form()
    if not access.received(seat.who):
        return seat.not_hers()
    whom = whom_in(form)
    return seat.show("tab/reception.html", await _page(seat, whom))


async def _page(seat: Seat, whom: str) -> ReceptionPage:
    return await seat.world.database.write(_read_once, seat, whom)


def _read_once(tx: Tx, seat: Seat, whom: str) -> ReceptionPage:
    with unchanged(tx):
        return _read(tx, seat, whom)


def _read(tx: Tx, seat: Seat, whom: str) -> ReceptionPage:
    """Read whoever is looked for, or else the day: nobody sees more than she asked for."""
    shown, key = seat.day(), seat.request.query.get("unit", "")
    mine = [each for each in people.units(tx) if each.id in access.received(seat.who)]
    one = [each for each in mine if each.key == key]
    unit = one[0].key if one and len(mine) > 1 else ""
    within = {each.id for each in one or mine}
    served = access.served(tx, seat.who, Right.SEE)
    found = _looked_for(tx, seat, whom) if whom else Found()
    whose = [] if whom else [each.id for each in served if each.unit in within]
    coming, unlisted = _of_day(tx, seat, whose)
    return ReceptionPage(
        action=HERE,
        units=waiting.named(tx, within, seat.language),
        day=shown,
        is_today=shown == seat.today,
        previous=_href(shown - timedelta(days=1), unit),
        next=_href(shown + timedelta(days=1), unit),
        now=seat.now,
        coming=lines(tx, seat, served, coming),
        searched=bool(whom),
        whom=whom,
        found=lines(tx, seat, served, found.appointments),
        more=found.more,
        turns=_turns(seat, mine, shown, unit),
        today=_href(None, unit),
        unlisted=unlisted,
    )


def _href(day: date | None, unit: str) -> str:
    asked = {"day": f"{day}" if day else "", "unit": unit}
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"{HERE}?{given}" if given else HERE


def _turns(seat: Seat, mine: list[Unit], day: date, unit: str) -> tuple[Turn, ...]:
    """Lead to each unit, where there are several; the first to all of them."""
    if len(mine) < 2:  # noqa: PLR2004
        return ()
    each_one = [
        Turn(
            each.key,
            each.name.in_(seat.language),
            _href(day, each.key),
            current=each.key == unit,
        )
        for each in mine
    ]
    return (Turn("", "", _href(day, ""), current=not unit), *each_one)


def _looked_for(tx: Tx, seat: Seat, whom: str) -> Found:
    return finding.find(tx, seat.who, whom, seat.look, Right.SEE)


def _of_day(
    tx: Tx, seat: Seat, whose: Sequence[ProfessionalId]
) -> tuple[list[Appointment], bool]:
    """Give the appointments that some of hers have on a day, and log the look at them.

    The first LISTED_MAX of them, today those that are not over; and whether that is not
    all.
    """
    first = seat.day()
    span = days_span(first, first + timedelta(days=1), seat.zone)
    found = appointments.between(tx, whose, span, occupying_only=False) if whose else []
    shown = [
        each
        for each in found
        if (each.in_calendar or each.confirming) and each.span.overlaps(span)
    ]
    shown.sort(key=lambda each: each.span.start)
    more = len(shown) > LISTED_MAX
    if more and first == seat.today:
        shown = [each for each in shown if each.span.end > seat.now]
    shown = shown[:LISTED_MAX]
    access.listed(tx, seat.who, [each.id for each in shown], seat.look)
    return shown, more


def lines(
    tx: Tx,
    seat: Seat,
    served: Sequence[Professional],
    shown: Sequence[Appointment],
) -> tuple[Coming, ...]:
    """Read what a line says of each, and nothing else that belongs to it."""
    people.read_clients_ahead(tx, [each.client for each in shown if each.client])
    stand = truths_of(tx, shown)
    arrivals.read_ahead(tx, [each.id for each in shown])
    names = {each.id: each.name for each in served}
    said = {each.id: each.name.in_(seat.language) for each in people.services(tx)}
    return tuple(
        replace(
            _line(tx, each, names[each.professional], said[each.service], seat),
            truths=stand[each.id],
        )
        for each in shown
    )


def _line(
    tx: Tx, shown: Appointment, professional: str, service: str, seat: Seat
) -> Coming:
    came = standing(arrivals.of_appointment(tx, shown.id), shown, seat.now)
    return Coming(
        reference=shown.reference,
        starts=shown.span.start,
        ends=shown.span.end,
        client=people.client(tx, shown.client).name if shown.client else "",
        professional=professional,
        service=service,
        modality=shown.modality,
        status=shown.status,
        href=f"/teams/appointment/{shown.reference}",
        arriving=_arriving(shown, came, seat),
    )


def _arriving(shown: Appointment, came: Arrival | None, seat: Seat) -> Arriving:
    """Say how her coming stands; the press leads back to the day that is shown."""
    found = arriving(shown, came, seat.now)
    asked = urlencode(
        {name: seat.request.query[name] for name in _KEPT if name in seat.request.query}
    )
    return replace(found, action=f"{found.action}?{asked}") if asked else found
