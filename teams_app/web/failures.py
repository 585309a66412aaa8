"""Every failure is a page in the reader's language: what, why, and the way out.

It carries a short id for support and never a stack; the log has one line a request, with
the route and never the path.
"""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from time import perf_counter

from aiohttp import web

from booking.model import Language
from booking.views.pages import ErrorPage, LinkGonePage
from teams_app.web import staff
from teams_app.web.public import again
from teams_app.web.public.visit import ChooseAgain, LinkGone
from teams_app.web.site import SITE, language_of, page

log = logging.getLogger("vuoro.web")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def shown(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn failures into pages, and write one line a request into the log."""
    began, id_ = perf_counter(), secrets.token_hex(4)
    try:
        response = await _answered(request, handler)
    except LinkGone:
        response = _link_gone(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":  # noqa: PLR2004
            _logged(request, error.status, began, id_)
            raise
        kind = _KINDS.get(error.status, "bad_request")
        response = _error(request, kind, error.status, id_)
        if "Retry-After" in error.headers:
            response.headers["Retry-After"] = error.headers["Retry-After"]
    except Exception as error:
        if error is request.content.exception():
            # The body broke off, or is cut into parts that are none: not our doing.
            response = _error(request, "bad_request", 400, id_)
        else:
            log.exception("broken", extra={"request": id_, "route": _template(request)})
            response = _error(request, "broken", 500, id_)
    _logged(request, response.status, began, id_)
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if packed and request.body_exists:
        # Neither browsers nor Microsoft pack what they send.
        raise web.HTTPUnsupportedMediaType
    try:
        return await handler(request)
    except ChooseAgain as wish:
        return await again.answer(request, wish)


_KINDS = {
    401: "forbidden",
    403: "form_old",
    404: "not_found",
    405: "not_found",
    413: "bad_request",
    429: "too_many",
    503: "busy",
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


#: Parts of an address that are as we make them.
_PART = re.compile(r"[A-Za-z0-9_-]{1,80}")


def _way(request: web.Request, language: Language) -> str:
    """Lead back to where she was: her own link, her service, else the first page."""
    _, kind, *_ = [*request.path.split("/", 2), ""]
    part = request.match_info.get("token") or request.match_info.get("service") or ""
    known = kind in {"a", "o", "j", "b"} and _PART.fullmatch(part)
    return f"/{kind}/{part}?lang={language}" if known else f"/b?lang={language}"


def _error(request: web.Request, kind: str, status: int, id_: str) -> web.Response:
    site = request.app[SITE]
    language: Language = language_of(request)
    view = ErrorPage(kind, id_, _way(request, language))  # type: ignore[arg-type]
    if request.path.startswith(("/api/", "/hooks/", "/health")):
        return web.json_response({"error": kind, "request": id_}, status=status)
    if request.path.startswith("/teams/") and request.path != "/teams/tab":
        return staff.error(request, view, status)
    frame = site.frame(request, language, "none")
    return page(site, "public/error.html", frame, view, status)
