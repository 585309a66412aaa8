"""Some clients of the sample service, with past and coming appointments.

Made up, and booked through the actions: past ones as they would have been booked then,
coming ones into times that are free in the calendars as they are.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from booking.appointments import Actor
from booking.availability import Guarded
from booking.ids import Ids
from booking.model import (
    Appointment,
    AppointmentId,
    Language,
    Modality,
    Professional,
    Service,
    Slot,
)
from booking.policy import Policy
from booking.spans import Span, instant, span, wall
from teams_app.actions import booking, calendars
from teams_app.actions.booking import Details, Found, Wanted
from teams_app.store import jobs, people, services
from teams_app.store.database import Database, Overlap, Tx

#: What would tell somebody of an appointment.
_SAID = ("tell", "remind", "remind_professional", "announce")


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment of a sample client, `days` from today at about `hour`."""

    details: Details
    service: str
    modality: Modality
    days: int
    hour: int


async def fill(database: Database, ids: Ids, policy: Policy, now: datetime) -> None:
    """Book the sample clients in; who is known already has been."""
    for visit in await database.read(_of_strangers):
        try:
            await database.write(_book, visit, ids, policy, now)
        except Overlap:
            continue


def _of_strangers(tx: Tx) -> list[Visit]:
    return [
        visit
        for visit in _visits()
        for who in [visit.details]
        if people.find_client(tx, who.name, who.email, who.phone) is None
    ]


def _visits() -> list[Visit]:
    folder = resources.files("teams_app.sample")
    raw = json.loads(folder.joinpath("clients.json").read_text())
    return [_visit(each) for each in raw]


def _visit(raw: dict[str, Any]) -> Visit:
    details = Details(
        raw["name"],
        Language(raw["language"]),
        raw.get("email"),
        raw.get("phone"),
        raw.get("answers", {}),
    )
    return Visit(
        details, raw["service"], Modality(raw["modality"]), raw["days"], raw["hour"]
    )


def _book(
    tx: Tx, visit: Visit, ids: Ids, policy: Policy, now: datetime
) -> Appointment | None:
    service = next(s for s in services.services(tx) if s.key == visit.service)
    for giver in services.professionals_for(tx, service.id):
        if visit.details.language not in giver.languages:
            continue
        slot = _room(tx, visit, service, giver, policy, now)
        if slot is not None:
            return _booked(tx, visit, service, slot, ids, policy, now)
    return None


def _room(
    tx: Tx,
    visit: Visit,
    service: Service,
    giver: Professional,
    policy: Policy,
    now: datetime,
) -> Slot | None:
    """Find a free time near the wanted one, on a working day."""
    day = wall(now, policy.zone).date() + timedelta(days=visit.days)
    wanted = instant(day, datetime.min.time().replace(hour=visit.hour), policy.zone)
    reach = Span(wanted - timedelta(days=1), wanted + timedelta(days=1))
    calendar = calendars.calendar_of(tx, giver.id, policy, reach)
    before, after = service.buffer(visit.modality)
    for minutes in range(0, 240, 15):
        start = wanted + timedelta(minutes=minutes)
        time = Guarded(AppointmentId(-1), span(start, service.length), before, after)
        if calendars.fits(calendar, time, policy):
            return Slot(giver.id, start)
    return None


def _booked(  # noqa: PLR0913, PLR0917
    tx: Tx,
    visit: Visit,
    service: Service,
    slot: Slot,
    ids: Ids,
    policy: Policy,
    now: datetime,
) -> Appointment | None:
    """Book what has been a week before, what is to come just now.

    Whoever has long been told of a time is not told of it today, nor beside a reminder.
    """
    then = now if slot.start > now else slot.start - timedelta(days=7)
    client = booking.known_client(tx, visit.details, then)
    wanted = Wanted(
        service.id,
        visit.modality,
        visit.details.language,
        slot,
        Actor.PROFESSIONAL,
        client=client.id,
    )
    held = booking.hold(tx, wanted, ids, policy, then)
    if not isinstance(held, Appointment):
        return None
    made = booking.book(
        tx,
        held.id,
        Found.FREE,
        details=visit.details,
        by=Actor.PROFESSIONAL,
        now=then,
    )
    if not isinstance(made, Appointment):
        return None
    if slot.start <= now:
        # Nobody is told today of what was long ago.
        jobs.withdraw(tx, made.id, kinds=_SAID)
    return made
