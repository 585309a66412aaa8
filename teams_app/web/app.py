"""The web application: routes, headers, errors, and the door to Graph's notices.

Every answer carries a strict content security policy, is kept nowhere unless it says
so, and goes packed. Packing gives no secret away: a page's secrets are in the address or
the bearer token that fetched it, no browser adds either by itself, and so nobody can
make one fetch a page with words of his own in it and measure what comes.
"""

import gzip
from time import monotonic

from aiohttp import web
from multidict import CIMultiDict

from teams_app.web import failures, files, health, hooks, staff
from teams_app.web.assets import Assets
from teams_app.web.failures import Handler
from teams_app.web.fair import FAIR, Fair
from teams_app.web.public import (
    book,
    joining,
    manage,
    moving,
    obstacles,
    offers,
    papers,
    steps,
)
from teams_app.web.site import SITE, Site
from teams_app.web.watching import WATCH, Watch

#: No form here is near this; a card's press is held by the connector's own limit.
BODY_MAX = 256 * 1024

#: Harder costs twice the time for a few bytes.
_PACKED_HARD = 5

_PUBLIC = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def make(site: Site, static: Assets, fair: Fair | None = None) -> web.Application:
    """Put the application together."""
    app = web.Application(
        middlewares=[_headers, failures.shown],
        client_max_size=BODY_MAX,
        # A packed body is refused as it came: unpacked, it may be of any size.
        handler_args={"auto_decompress": False},
    )
    app[SITE] = site
    app[WATCH] = Watch()
    app[FAIR] = fair or Fair(monotonic)
    app.add_routes(routes())
    app.add_routes(files.routes(static))
    return app


def routes() -> list[web.RouteDef]:
    return [*_public(), *_by_link(), *staff.routes(), *hooks.routes(), *health.routes()]


def _public() -> list[web.RouteDef]:
    return [
        web.get("/", book.home),
        web.get("/b", book.services),
        web.get("/b/{service}", book.times),
        web.post("/b/{service}", book.choose),
        web.get("/api/public/slots", book.slots_json),
        web.get("/accessibility", papers.accessibility),
        web.get("/privacy", papers.privacy),
    ]


def _by_link() -> list[web.RouteDef]:
    return [
        web.get("/o/{token}", offers.show),
        web.post("/o/{token}", offers.choose),
        web.get("/a/{token}", manage.show),
        web.get("/a/{token}/details", steps.details),
        web.post("/a/{token}/details", steps.save_details),
        web.get("/a/{token}/check", steps.check),
        web.get("/a/{token}/confirm", manage.show),
        web.post("/a/{token}/confirm", steps.confirm_hold),
        web.get("/a/{token}/release", manage.show),
        web.post("/a/{token}/release", steps.release),
        web.get("/a/{token}/move", moving.times),
        web.post("/a/{token}/move", moving.choose),
        web.get("/a/{token}/move/check", moving.check),
        web.post("/a/{token}/move/check", moving.confirm),
        web.get("/a/{token}/cancel", manage.cancel_page),
        web.post("/a/{token}/cancel", manage.cancel),
        web.get("/a/{token}/obstacle", obstacles.show),
        web.post("/a/{token}/obstacle", obstacles.report),
        web.post("/a/{token}/language", manage.speak),
        web.get("/a/{token}/calendar.ics", manage.calendar_file),
        web.get("/j/{token}", joining.join),
        web.post("/j/{token}", joining.stuck),
        web.post("/j/{token}/again", joining.again),
    ]


@web.middleware
async def _headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as answer:  # a way to another page, or a refusal
        _protect(request, answer.headers)
        raise
    _protect(request, response.headers)
    if isinstance(response, web.Response) and response.content_type == "text/html":
        _pack(request, response)
    return response


def _protect(request: web.Request, headers: CIMultiDict[str]) -> None:
    headers.setdefault("Content-Security-Policy", _PUBLIC)
    # Not "no-referrer": with it a browser posts our forms with `Origin: null`.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cache-Control", "no-store")
    if request.app[SITE].base.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "token" in request.match_info:
        # A link somebody has put on a page of his own is still found by nobody.
        headers.setdefault("X-Robots-Tag", "noindex, nofollow")


def _pack(request: web.Request, response: web.Response) -> None:
    response.headers["Vary"] = "Accept-Encoding"
    body = response.body
    if "gzip" in request.headers.get("Accept-Encoding", "") and isinstance(body, bytes):
        response.body = gzip.compress(body, _PACKED_HARD, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
