"""The web application: routes, headers, errors, and the door to Graph's notices.

Every answer carries a strict content security policy; every failure becomes a page in
the reader's language that says what happened, why, and the way out, with a short id and
never a stack.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from time import perf_counter

from aiohttp import web
from multidict import CIMultiDict

from booking.model import Language
from booking.views.pages import ErrorPage, LinkGonePage
from teams_app.web import files, health, hooks, staff
from teams_app.web.assets import Assets
from teams_app.web.public import book, manage, offers, papers, steps
from teams_app.web.public.visit import Busy, LinkGone
from teams_app.web.site import SITE, Site, language_of, page

log = logging.getLogger("vuoro.web")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: No form here is near this; a card's press is held by the connector's own limit.
BODY_MAX = 256 * 1024

_PUBLIC = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def make(site: Site, static: Assets) -> web.Application:
    """Put the application together."""
    app = web.Application(middlewares=[_headers, _errors], client_max_size=BODY_MAX)
    app[SITE] = site
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
        web.post("/a/{token}/confirm", steps.confirm_hold),
        web.post("/a/{token}/release", steps.release),
        web.get("/a/{token}/move", manage.move_page),
        web.post("/a/{token}/move", manage.move_to),
        web.get("/a/{token}/cancel", manage.cancel_page),
        web.post("/a/{token}/cancel", manage.cancel),
        web.get("/a/{token}/calendar.ics", manage.calendar_file),
        web.get("/j/{token}", manage.join),
    ]


@web.middleware
async def _headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as answer:  # a way to another page, or a refusal
        _protect(answer.headers)
        raise
    _protect(response.headers)
    return response


def _protect(headers: CIMultiDict[str]) -> None:
    headers.setdefault("Content-Security-Policy", _PUBLIC)
    # Not "no-referrer": with it a browser posts our forms with `Origin: null`.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn failures into pages, and write one line a request into the log."""
    began, id_ = perf_counter(), secrets.token_hex(4)
    try:
        response = await handler(request)
    except LinkGone:
        response = _link_gone(request)
    except Busy:
        response = _error(request, "busy", 503, id_)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":  # noqa: PLR2004
            _logged(request, error.status, began, id_)
            raise
        response = _error(
            request, _KINDS.get(error.status, "bad_request"), error.status, id_
        )
    except Exception:
        log.exception("broken", extra={"request": id_, "route": _template(request)})
        response = _error(request, "broken", 500, id_)
    _logged(request, response.status, began, id_)
    return response


_KINDS = {
    401: "forbidden",
    403: "form_old",
    404: "not_found",
    405: "not_found",
    413: "bad_request",
    429: "too_many",
}


def _template(request: web.Request) -> str:
    """Name the route, never the path: paths hold links."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"


def _logged(request: web.Request, status: int, began: float, id_: str) -> None:
    log.info(
        "request",
        extra={
            "method": request.method,
            "route": _template(request),
            "status": status,
            "ms": round((perf_counter() - began) * 1000, 1),
            "request": id_,
        },
    )


def _link_gone(request: web.Request) -> web.Response:
    site = request.app[SITE]
    language = language_of(request)
    frame = site.frame(request, language, "none")
    return page(
        site, "public/link_gone.html", frame, LinkGonePage(f"/b?lang={language}"), 404
    )


def _error(request: web.Request, kind: str, status: int, id_: str) -> web.Response:
    site = request.app[SITE]
    language: Language = language_of(request)
    view = ErrorPage(kind, id_, f"/b?lang={language}")  # type: ignore[arg-type]
    if request.path.startswith(("/api/", "/hooks/", "/health")):
        return web.json_response({"error": kind, "request": id_}, status=status)
    if request.path.startswith("/teams/") and request.path != "/teams/tab":
        return staff.error(request, view, status)
    frame = site.frame(request, language, "none")
    return page(site, "public/error.html", frame, view, status)
