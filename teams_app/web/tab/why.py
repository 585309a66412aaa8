"""*Why not then?*: the answer to a professional who misses a time in the form."""

from datetime import date, datetime, time

from aiohttp import web

from booking.model import Modality, Professional, Service
from booking.spans import instant
from booking.views.why import WhyPage, page
from teams_app.actions import giving, whys
from teams_app.store.database import Tx
from teams_app.web.tab import booking
from teams_app.web.tab.seat import Seat


async def why(seat: Seat) -> web.Response:
    """Name what hides the start that was typed, from who may book there."""
    start = _start(seat)
    if start is None:
        return seat.show("tab/why.html", WhyPage(None))
    asked = seat.request.query
    professional = await booking.whom(seat, asked.get("professional", ""))
    if professional is None:
        return seat.not_hers()
    key, way = asked.get("service", ""), asked.get("modality", "")
    found = await seat.world.database.read(_read, seat, professional, key, way, start)
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


def _read(
    tx: Tx,
    seat: Seat,
    professional: Professional,
    key: str,
    way: str,
    start: datetime,
) -> WhyPage:
    given = giving.open_services(tx, professional)
    service = next((s for s in given if s.key == key), None)
    if service is None:
        return WhyPage(None)
    reasons = whys.why(
        tx,
        professional.id,
        service,
        _modality(service, way),
        start,
        seat.world.policy,
        seat.now,
    )
    return page(seat.language, start, reasons, seat.zone)


def _modality(service: Service, way: str) -> Modality:
    return next((m for m in Modality if m.value == way), service.modalities[0])
