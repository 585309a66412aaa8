"""The Teams tab: an anonymous shell, and content fetched with the person's token.

Everything but the shell needs a verified token and a person we know; a professional
sees her own, a supervisor what waits in her units, and every look is logged.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

from aiohttp import web

from booking.model import Language
from booking.views.pages import ErrorPage, Theme
from booking.views.tab import NotAllowedPage, ShellPage, SignedInPage, TabFrame
from teams_app.actions import access
from teams_app.actions.access import Claims, Person
from teams_app.store import stands
from teams_app.store.database import Tx
from teams_app.web import tab
from teams_app.web.site import SITE, Site, language_of, spoken
from teams_app.web.sso import AuthorityUnreachable, NotSignedIn, SignIn
from teams_app.web.tab import health, waiting
from teams_app.web.tab.seat import Seat

SIGN_IN = web.AppKey("sign_in", SignIn)
#: Frames the tab may stand in, besides Teams' own: the demo's, empty in production.
EXTRA_ORIGIN = web.AppKey("extra_origin", str)

View = Callable[[Seat], Awaitable[web.Response]]

_STAND = "/teams/stand"
_ONE = "/teams/appointment/{reference}"
_TEAMS = (
    "https://teams.microsoft.com https://*.teams.microsoft.com "
    "https://*.cloud.microsoft"
)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/teams/tab", shell),
        web.get("/teams/sign-in", sign_in),
        web.get("/teams/signed-in", signed_in),
        web.get(health.HERE, _admin(health.show)),
        web.post(health.HERE, _admin(health.act)),
        web.get(_STAND, stand),
        web.get("/teams/today", _signed_in(tab.today)),
        web.get("/teams/week", _signed_in(tab.week)),
        web.get("/teams/list", _signed_in(tab.list_)),
        web.get(waiting.HERE, _signed_in(tab.in_units, to_all=True)),
        web.get("/teams/why", _signed_in(tab.why)),
        web.get("/teams/book", _signed_in(tab.book_form)),
        web.post("/teams/book", _signed_in(tab.book)),
        web.get(_ONE, _signed_in(tab.appointment, to_all=True)),
        web.post(f"{_ONE}/cancel", _signed_in(tab.cancel, to_all=True)),
        web.get(f"{_ONE}/move", _signed_in(tab.move_page, to_all=True)),
        web.post(f"{_ONE}/move", _signed_in(tab.move_to, to_all=True)),
    ]


async def shell(request: web.Request) -> web.Response:
    """Give the tab's first document. It holds nothing about anybody."""
    site = request.app[SITE]
    view = ShellPage(
        content="/teams/today",
        appointment="/teams/appointment/",
        deep_link=site.world.policy.tab_url,
        extra_origin=request.app[EXTRA_ORIGIN],
        sign_in="/teams/sign-in",
        form="/teams/book?form=",
        stand=_STAND,
    )
    return _document(request, "tab/shell.html", view)


def _document(request: web.Request, template: str, view: object) -> web.Response:
    frame = frame_of(request, language_of(request), _theme(request))
    response = web.Response(
        text=request.app[SITE].pages.render(template, frame, view),
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )
    response.headers["Content-Security-Policy"] = policy(request.app[EXTRA_ORIGIN])
    return response


async def sign_in(request: web.Request) -> web.Response:
    """Begin in a window of its own: who we ask for consent stands at the authority.

    Nothing of what it answers is believed or kept; the tab asks Teams for a token anew.
    """
    back = f"{request.app[SITE].base}/teams/signed-in"
    hint = request.query.get("login_hint", "")
    raise web.HTTPSeeOther(request.app[SIGN_IN].window(back, hint))


async def signed_in(request: web.Request) -> web.Response:
    view = SignedInPage(request.app[EXTRA_ORIGIN])
    return _document(request, "tab/signed_in.html", view)


def policy(extra: str) -> str:
    """Give the tab's content security policy: only Teams may frame it."""
    frames = f"{_TEAMS} {extra}".strip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; "
        "connect-src 'self' https://res.cdn.office.net; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {frames}"
    )


def _theme(request: web.Request) -> Theme:
    themes: tuple[Literal["dark", "contrast"], ...] = ("dark", "contrast")
    return next((t for t in themes if request.query.get("theme") == t), "default")


def frame_of(request: web.Request, language: Language, theme: Theme) -> TabFrame:
    return TabFrame(
        language=language,
        theme=theme,
        today="/teams/today",
        week="/teams/week",
        list="/teams/list",
        book="/teams/book",
        chat=request.app[SITE].world.policy.chat_url,
    )


def _signed_in(
    view: View, *, to_all: bool = False
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only a known person in; give her a seat from which to see her own.

    A supervisor who meets no clients has no day of her own: where a view is not `to_all`
    she sees what waits in her units.
    """

    async def handle(request: web.Request) -> web.Response:
        site = request.app[SITE]
        claims = await _claims(request)
        admin = access.is_admin(claims, site.world.policy)
        found = await _arriving(site, claims)
        if found is None:
            if admin:
                return await health.show(_office(request, claims, None))
            return _not_allowed(request, site)
        who, now_stands = found
        seat = _seat(request, site, who, now_stands)
        shown = view if to_all or who.professional is not None else tab.in_units
        return await shown(_with_health(seat) if admin else seat)

    return handle


async def stand(request: web.Request) -> web.Response:
    """Say how far her views have come: nothing about anybody, so no look is logged."""
    site = request.app[SITE]
    found = await _arriving(site, await _claims(request))
    if found is None:
        raise web.HTTPForbidden
    _, said = found
    return web.Response(text=said, headers={"Cache-Control": "no-store"})


async def _arriving(site: Site, claims: Claims) -> tuple[Person, str] | None:
    """Say who comes, and how far her views have come, in one look."""

    def look(tx: Tx) -> tuple[Person, str] | None:
        who = access.person(tx, claims)
        if who is None:
            return None
        own = who.professional.id if who.professional is not None else None
        return who, stands.of(tx, own, who.supervises, site.world.now())

    return await site.world.database.read(look)


def _with_health(seat: Seat) -> Seat:
    return replace(seat, frame=replace(seat.frame, health=health.HERE))


async def _claims(request: web.Request) -> Claims:
    """Verify the token of a request; whoever has none is asked for one."""
    try:
        return await request.app[SIGN_IN].claims(
            request.headers.get("Authorization", "")
        )
    except NotSignedIn:
        raise web.HTTPUnauthorized(
            text="{}",
            content_type="application/json",
            headers={"WWW-Authenticate": "Bearer"},
        ) from None
    except AuthorityUnreachable:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None


def _admin(
    view: Callable[[health.Office], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only those in who look after Vuoro."""

    async def handle(request: web.Request) -> web.Response:
        site = request.app[SITE]
        claims = await _claims(request)
        if not access.is_admin(claims, site.world.policy):
            return _not_allowed(request, site)
        who = await site.world.database.read(access.person, claims)
        return await view(_office(request, claims, who))

    return handle


def _office(request: web.Request, claims: Claims, who: Person | None) -> health.Office:
    """Seat an admin. One who is no professional has no views but this."""
    frame = replace(_views_of(request, who), health=health.HERE)
    return health.Office(request, access.named(claims.object_id), frame.language, frame)


def _seat(request: web.Request, site: Site, who: Person, now_stands: str) -> Seat:
    frame = replace(_views_of(request, who), stand=now_stands)
    return Seat(request, site, who, frame.language, frame)


def _views_of(request: web.Request, who: Person | None) -> TabFrame:
    """Say which views somebody has, in the language she reads."""
    wished = spoken(request.headers.get("Accept-Language", ""))
    own = who.professional if who is not None else None
    language = wished or (own.language if own is not None else Language.FI)
    frame = frame_of(request, language, "default")
    if own is None:
        frame = replace(frame, today="", week="", list="", book="")
    supervises = who is not None and bool(who.supervises)
    return replace(frame, waiting=waiting.HERE if supervises else "")


def _not_allowed(request: web.Request, site: Site) -> web.Response:
    frame = frame_of(request, language_of(request), "default")
    view = NotAllowedPage("unknown_person")
    return web.Response(
        text=site.pages.render("tab/not_allowed.html", frame, view),
        content_type="text/html",
        status=403,
        headers={"Cache-Control": "no-store"},
    )


def error(request: web.Request, view: ErrorPage, status: int) -> web.Response:
    """Show a failure inside the tab."""
    site = request.app[SITE]
    frame = frame_of(request, language_of(request), "default")
    inside = ErrorPage(view.kind, view.request_id, "/teams/today")
    return web.Response(
        text=site.pages.render("tab/error.html", frame, inside),
        content_type="text/html",
        status=status,
        headers={"Cache-Control": "no-store"},
    )
