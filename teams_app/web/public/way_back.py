"""The way back for a client whose held time is not held any more.

A hold that was let go, or lapsed and was taken by another client, leaves no row behind,
so its own link cannot say where it was chosen. The pages between choosing and confirming carry that in their
address; it is followed only by who holds a genuine link, and only to pages of our own.
"""

import re
from urllib.parse import parse_qsl, quote

from aiohttp import web

from booking.links import LinkKind, Links
from booking.model import Slot
from teams_app.actions.staff_views import slot_value
from teams_app.web.public.times import read_slot

#: The steps of a booking that carry it.
STEPS = frozenset({"/details", "/check", "/confirm", "/release"})
_NAME = "back"
_OURS = re.compile(r"/[bo]/[A-Za-z0-9_-]{1,80}\?[a-z0-9_=&@-]{0,80}")


def carried(path: str, lost: Slot) -> str:
    """Give what an address gets at its end: a page of times, and the time at stake."""
    back = f"{path}&taken={slot_value(lost)}"
    return f"&{_NAME}={quote(back, safe='')}"


def parts(back: str) -> tuple[str, str, str, Slot | None]:
    """Take it apart: the kind of page, its name, the modality, the time at stake."""
    path, _, query = back.partition("?")
    asked = dict(parse_qsl(query))
    _, kind, name = path.split("/", 2)
    return kind, name, asked.get("modality", ""), read_slot(asked.get("taken", ""))


def again(request: web.Request) -> str:
    """Carry on what this address carries."""
    back = _read(request)
    return f"&{_NAME}={quote(back, safe='')}" if back else ""


def _read(request: web.Request) -> str:
    given = request.query.get(_NAME, "")
    return given if _OURS.fullmatch(given) else ""


def of_gone(request: web.Request, links: Links, token: str) -> str:
    """Give where to lead somebody whose hold is gone; empty: nowhere we know of."""
    return _read(request) if half_of(links, token) else ""


def half_of(links: Links, token: str) -> str | None:
    """Give the public half of a genuine link, whether or not anything hangs on it."""
    half = links.half(token)
    genuine = half and links.genuine(LinkKind.APPOINTMENT, token, half, 0)
    return half if genuine else None
