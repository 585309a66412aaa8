"""*Why not then?*: the answer to a professional who misses a time in the form."""

from datetime import date, datetime, time

from aiohttp import web

from booking.model import Modality, Service
from booking.spans import instant
from booking.views.why import WhyPage, page
from teams_app.actions import whys
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat

#: Where the form asks.
HERE = "/teams/why"


async def why(seat: Seat) -> web.Response:
    """Name what hides the start that was typed. It looks at her own calendar alone."""
    start = _start(seat)
    if start is None:
        return seat.show("tab/why.html", WhyPage(None))
    asked = seat.request.query
    found = await seat.world.database.read(
        _read, seat, asked.get("service", ""), asked.get("modality", ""), start
    )
    return seat.show("tab/why.html", found)


def _start(seat: Seat) -> datetime | None:
    asked = seat.request.query
    try:
        day = date.fromisoformat(asked.get("why_day", ""))
        clock = time.fromisoformat(asked.get("why_time", ""))
    except ValueError:
        return None
    # A calendar has an end, and a moment near it no neighbours to look at.
    if clock.tzinfo is not None or abs((day - seat.today).days) > _FAR_DAYS:
        return None
    return instant(day, clock.replace(second=0, microsecond=0), seat.zone)


_FAR_DAYS = 3700


def _read(tx: Tx, seat: Seat, key: str, way: str, start: datetime) -> WhyPage:
    services = [s for s in people.services_of(tx, seat.professional.id) if s.open]
    service = next((s for s in services if s.key == key), None)
    if service is None:
        return WhyPage(None)
    reasons = whys.why(
        tx,
        seat.professional.id,
        service,
        _modality(service, way),
        start,
        seat.world.policy,
        seat.now,
    )
    return page(seat.language, start, reasons, seat.zone)


def _modality(service: Service, way: str) -> Modality:
    return next((m for m in Modality if m.value == way), service.modalities[0])
