"""The Teams tab: an anonymous shell, and content fetched with the person's token.

Everything but the shell needs a verified token of one we know, and each look is logged.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from aiohttp import web

from booking.model import Language
from booking.policy import Policy
from booking.saying import as_reference
from booking.views.admin import Section
from booking.views.pages import ErrorPage, Theme
from booking.views.tab import (
    ConfigurePage,
    NotAllowedPage,
    ShellPage,
    SignedInPage,
    TabFrame,
)
from teams_app.actions import access, staffing
from teams_app.actions.access import Claims, Person
from teams_app.store import stands
from teams_app.store.database import Tx
from teams_app.web import tab
from teams_app.web.site import SITE, Site, language_of, spoken
from teams_app.web.sso import AuthorityUnreachable, NotSignedIn, SignIn
from teams_app.web.tab import (
    away,
    desk,
    health,
    offers,
    own_settings,
    questions,
    reception,
    team,
    waiting,
    ways,
)
from teams_app.web.tab.admin import (
    channels,
    journal,
    retention,
    rules,
    services,
    texts,
    units,
)
from teams_app.web.tab.admin import questions as service_questions
from teams_app.web.tab.admin import staff as professionals
from teams_app.web.tab.booking import WHY
from teams_app.web.tab.office import Office
from teams_app.web.tab.seat import MEETING, PANEL, Seat

SIGN_IN = web.AppKey("sign_in", SignIn)
#: Frames the tab may stand in, besides Teams' own: the demo's, empty in production.
EXTRA_ORIGIN = web.AppKey("extra_origin", str)

View = Callable[[Seat], Awaitable[web.Response]]
Room = Callable[[Office], Awaitable[web.Response]]

_STAND = "/teams/stand"
_ONE = "/teams/appointment/{reference}"
_PANEL = "/teams/panel"
#: Who may frame the tab: Teams, the Microsoft 365 app and Outlook, in the order and
#: with the hosts of Microsoft's list, the first for all three.
_HOSTS = (
    "https://*.cloud.microsoft https://teams.microsoft.com "
    "https://*.teams.microsoft.com https://*.microsoft365.com https://*.office.com "
    "https://outlook.office365.com"
)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/teams/tab", shell),
        web.get("/teams/sign-in", sign_in),
        web.get("/teams/signed-in", signed_in),
        web.get(health.HERE, _admin(health.show)),
        web.post(health.HERE, _admin(health.act)),
        web.get(journal.HERE, _auditor(journal.show)),
        web.get(journal.FILE, _auditor(journal.export)),
        *_of_tenant(),
        web.get(_STAND, stand),
        web.get("/teams/today", _signed_in(tab.today)),
        web.get("/teams/week", _signed_in(tab.week)),
        web.get(ways.LIST, _signed_in(tab.list_)),
        web.post(ways.LIST, _signed_in(tab.look_in_list, to_all=True)),
        web.get(waiting.HERE, _signed_in(tab.in_units, to_all=True)),
        web.get(questions.HERE, _signed_in(questions.show, to_all=True)),
        web.post(questions.HERE, _signed_in(questions.answer, to_all=True)),
        web.get(offers.HERE, _signed_in(offers.show, to_all=True)),
        web.post(offers.HERE, _signed_in(offers.withdraw, to_all=True)),
        web.get(desk.HERE, _signed_in(desk.show, to_all=True)),
        web.post(desk.HERE, _signed_in(desk.act, to_all=True)),
        web.get(team.HERE, _signed_in(tab.team_day, to_all=True)),
        web.get(away.HERE, _signed_in(away.show, to_all=True)),
        web.post(away.HERE, _signed_in(away.act, to_all=True)),
        web.get(own_settings.HERE, _signed_in(own_settings.show)),
        web.post(own_settings.HERE, _signed_in(own_settings.save)),
        web.get(WHY, _signed_in(tab.why, to_all=True)),
        web.get(reception.HERE, _signed_in(tab.at_reception, to_all=True)),
        web.post(reception.HERE, _signed_in(tab.look_for, to_all=True)),
        web.get("/teams/book", _signed_in(tab.book_form, to_all=True)),
        web.post("/teams/book", _signed_in(tab.book, to_all=True)),
        web.post("/teams/book/clients", _signed_in(tab.find_client, to_all=True)),
        web.get(_PANEL, panel),
        web.get(PANEL, _signed_in(tab.panel, to_all=True, to_admins=False)),
        web.get("/teams/configure", configure),
        *_of_one(),
        *_set_up(),
    ]


def _set_up() -> list[web.RouteDef]:
    """Give the routes by which an admin sets up who gives what, and where."""
    return [
        web.get(professionals.HERE, _admin(professionals.show)),
        web.get(professionals.ONE, _admin(professionals.one)),
        web.post(professionals.ONE, _admin(professionals.save)),
        web.get(units.HERE, _admin(units.show)),
        web.get(units.ONE, _admin(units.one)),
        web.post(units.ONE, _admin(units.save)),
        web.get(services.HERE, _admin(services.show)),
        web.get(services.ONE, _admin(services.one)),
        web.post(services.ONE, _admin(services.save)),
        web.post(services.PREVIEW, _admin(services.look)),
        web.get(service_questions.ONE, _admin(service_questions.show)),
        web.post(service_questions.ONE, _admin(service_questions.save)),
    ]


def _of_tenant() -> list[web.RouteDef]:
    """Give the routes by which the whole tenant is decided for."""
    return [
        web.get(texts.HERE, _admin(texts.show)),
        web.post(texts.HERE, _admin(texts.save)),
        web.get(rules.HERE, _admin(rules.show)),
        web.post(rules.HERE, _admin(rules.save)),
        web.get(channels.HERE, _admin(channels.show)),
        web.post(channels.HERE, _admin(channels.act)),
        web.get(retention.HERE, _admin(retention.show)),
        web.post(retention.HERE, _admin(retention.save)),
    ]


def _of_one() -> list[web.RouteDef]:
    """Give the routes of an appointment's own page."""
    return [
        web.get(_ONE, _or_into_teams(_signed_in(tab.appointment, to_all=True))),
        web.post(f"{_ONE}/notes", _signed_in(tab.write_note, to_all=True)),
        web.post(f"{_ONE}/notes/{{note}}", _signed_in(tab.change_note, to_all=True)),
        web.post(f"{_ONE}/cancel", _signed_in(tab.cancel, to_all=True)),
        web.post(f"{_ONE}/outcome", _signed_in(tab.outcome, to_all=True)),
        web.post(f"{_ONE}/arrival", _signed_in(tab.say_arrived, to_all=True)),
        web.post(f"{_ONE}/late", _signed_in(tab.late, to_all=True)),
        web.post(f"{_ONE}/keep", _signed_in(tab.keep, to_all=True)),
        web.get(f"{_ONE}/move", _signed_in(tab.move_page, to_all=True)),
        web.post(f"{_ONE}/move", _signed_in(tab.move_to, to_all=True)),
        web.get(f"{_ONE}/hand", _signed_in(tab.hand_form, to_all=True)),
        web.post(f"{_ONE}/hand", _signed_in(tab.hand, to_all=True)),
        web.post(f"{_ONE}/undo", _signed_in(tab.undo, to_all=True)),
    ]


async def shell(request: web.Request) -> web.Response:
    """Give the tab's first document. It holds nothing about anybody."""
    return _document(request, "tab/shell.html", _shell(request, "/teams/today"))


async def panel(request: web.Request) -> web.Response:
    """Give the same beside a meeting: what it is about is asked for with the token."""
    view = replace(_shell(request, PANEL), beside=True)
    return _document(request, "tab/shell.html", view)


def _shell(request: web.Request, content: str) -> ShellPage:
    return ShellPage(
        content=content,
        appointment="/teams/appointment/",
        deep_link=request.app[SITE].world.policy.tab_url,
        extra_origin=request.app[EXTRA_ORIGIN],
        sign_in="/teams/sign-in",
        form="/teams/book?form=",
        stand=_STAND,
    )


async def configure(request: web.Request) -> web.Response:
    """Let Teams add the side panel to a meeting. There is nothing to choose."""
    address = f"{request.app[SITE].base}{_PANEL}"
    view = ConfigurePage(
        panel=f"{address}?theme={{app.theme}}&locale={{app.locale}}",
        name="Vuoro",
        extra_origin=request.app[EXTRA_ORIGIN],
    )
    return _document(request, "tab/configure.html", view)


def _document(request: web.Request, template: str, view: object) -> web.Response:
    # Teams says its language in the address; a browser's own may be another.
    language = spoken(request.query.get("locale", "")) or language_of(request)
    frame = frame_of(request, language, _theme(request))
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
    """Give the tab's content security policy: only the hosts of the app may frame it."""
    frames = f"{_HOSTS} {extra}".strip()
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
        panel=PANEL if MEETING in request.headers else "",
    )


def _signed_in(
    view: View, *, to_all: bool = False, to_admins: bool = True
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only a known person in; give her a seat from which to see her own.

    Who meets no clients has no day of her own: where a view is not `to_all` a supervisor
    sees what waits in her units, and a reception the day of its own. Who has no
    appointments to see is shown what she looks after, where a view is `to_admins`.
    """

    async def handle(request: web.Request) -> web.Response:
        site = request.app[SITE]
        claims = await _claims(request)
        found = await _arriving(site, claims)
        if found is None:
            if not to_admins:
                return _not_allowed(request, site)
            return await _office_first(request, claims)
        if not found.named:
            await site.world.database.write(access.keep_name, claims)
        seat = _seat(request, claims, found.who, found.stands, admin=found.admin)
        shown = view if to_all or seat.who.professional else _first(seat.who)
        return await shown(seat)

    return handle


async def _office_first(request: web.Request, claims: Claims) -> web.Response:
    """Show who has no appointments to see what she looks after; only when she looks."""
    site = request.app[SITE]
    await _note(request, claims)
    left = await site.world.database.read(access.has_left, claims)
    if request.method not in {"GET", "HEAD"} or left:
        return _not_allowed(request, site)
    admin = await site.world.database.read(access.is_admin, claims, site.world.policy)
    office = _office(request, claims, None, admin=admin)
    if office.sections and not await site.world.database.read(access.is_named, claims):
        await site.world.database.write(access.keep_name, claims)
    if admin:
        return await health.show(office)
    if access.is_auditor(claims):
        return journal.begin(office)
    if access.is_proposed(claims):
        await site.world.database.write(staffing.propose, claims)
        return _not_allowed(request, site, "proposed")
    return _not_allowed(request, site)


def _first(who: Person) -> View:
    return tab.in_units if access.led(who) else tab.at_reception


def _or_into_teams(
    view: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Lead whoever follows a link in a message into Teams, where one signs in."""

    async def handle(request: web.Request) -> web.Response:
        reference = as_reference(request.match_info["reference"])
        follows = request.headers.get("Sec-Fetch-Mode") == "navigate"
        if reference and follows and "Authorization" not in request.headers:
            there = request.app[SITE].world.policy.staff_url(reference)
            raise web.HTTPFound(there, headers={"Cache-Control": "no-store"})
        return await view(request)

    return handle


async def stand(request: web.Request) -> web.Response:
    """Say how far her views have come: nothing about anybody, so no look is logged."""
    found = await _arriving(request.app[SITE], await _claims(request))
    if found is None:
        raise web.HTTPForbidden
    return web.Response(text=found.stands, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Arrived:
    """Who comes: all that is asked of her, in one transaction, whatever she opens."""

    who: Person
    stands: str  #: How far her views have come.
    admin: bool
    named: bool  #: Nothing is to be kept of her name.


async def _arriving(site: Site, claims: Claims) -> _Arrived | None:
    def look(tx: Tx) -> _Arrived | None:
        who = access.person(tx, claims)
        if who is None:
            return None
        own = who.professional.id if who.professional is not None else None
        said = stands.of(tx, own, access.followed(who), site.world.now())
        admin = access.is_admin(tx, claims, site.world.policy)
        return _Arrived(who, said, admin, access.is_named(tx, claims, who))

    return await site.world.database.read(look)


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


def _admin(view: Room) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only those in who look after Vuoro."""
    return _let_in(view, access.is_admin)


def _auditor(view: Room) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only those in who may read the log; an admin may not by being one."""
    return _let_in(view, lambda _tx, claims, _policy: access.is_auditor(claims))


def _let_in(
    view: Room, may: Callable[[Tx, Claims, Policy], bool]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        site = request.app[SITE]
        claims = await _claims(request)
        await _note(request, claims)

        def let(tx: Tx) -> tuple[Person | None, bool, bool] | None:
            if access.has_left(tx, claims) or not may(tx, claims, site.world.policy):
                return None
            admin = access.is_admin(tx, claims, site.world.policy)
            who = access.person(tx, claims)
            return who, admin, access.is_named(tx, claims, who)

        found = await site.world.database.read(let)
        if found is None:
            return _not_allowed(request, site)
        who, admin, named = found
        if not named:
            await site.world.database.write(access.keep_name, claims)
        return await view(_office(request, claims, who, admin=admin))

    return handle


async def _note(request: web.Request, claims: Claims) -> None:
    """Keep that she looks after Vuoro by her app role, so that alarms may reach her."""
    world = request.app[SITE].world
    if not await world.database.read(access.is_noted, claims, world.now()):
        tongue = language_of(request)
        await world.database.write(access.note, claims, tongue, world.now())


def _office(
    request: web.Request, claims: Claims, who: Person | None, *, admin: bool
) -> Office:
    """Seat an admin or auditor. One who is nothing else has no views but these."""
    frame = _views_of(request, claims, who, admin=admin)
    named, found = access.named(claims.object_id), _sections(claims, admin=admin)
    return Office(request, named, frame.language, frame, found, claims.address)


def _sections(claims: Claims, *, admin: bool) -> tuple[Section, ...]:
    """Give the sections of administration that somebody may open."""
    found = []
    if admin:
        found += [
            Section("professionals", professionals.HERE),
            Section("units", units.HERE),
            Section("services", services.HERE),
            Section("texts", texts.HERE),
            Section("rules", rules.HERE),
            Section("channels", channels.HERE),
            Section("retention", retention.HERE),
        ]
    if access.is_auditor(claims):
        found.append(Section("log", journal.HERE))
    return tuple(found)


def _seat(
    request: web.Request, claims: Claims, who: Person, now_stands: str, *, admin: bool
) -> Seat:
    frame = replace(_views_of(request, claims, who, admin=admin), stand=now_stands)
    return Seat(request, request.app[SITE], who, frame.language, frame)


def _views_of(
    request: web.Request, claims: Claims, who: Person | None, *, admin: bool
) -> TabFrame:
    """Say which views somebody has, in the language she reads."""
    wished = spoken(request.headers.get("Accept-Language", ""))
    own = who.professional if who is not None else None
    language = wished or (own.language if own is not None else Language.FI)
    frame = frame_of(request, language, "default")
    if own is None:
        frame = replace(frame, today="", week="", list="", book="")
    if who is not None:
        frame = replace(frame, away=away.HERE if access.has_own_affairs(who) else "")
    if own is not None:
        frame = replace(frame, settings=own_settings.HERE)
    if who is not None and access.led(who):
        frame = replace(frame, waiting=waiting.HERE, team=team.HERE)
    if who is not None and access.received(who):
        frame = replace(frame, reception=reception.HERE, book="/teams/book")
    if admin:
        frame = replace(frame, health=health.HERE)
    sections = _sections(claims, admin=admin)
    return replace(frame, admin=sections[0].href if sections else "")


def _not_allowed(
    request: web.Request,
    site: Site,
    why: Literal["unknown_person", "proposed"] = "unknown_person",
) -> web.Response:
    frame = frame_of(request, language_of(request), "default")
    return _plain(site, "tab/not_allowed.html", frame, NotAllowedPage(why), 403)


def error(request: web.Request, view: ErrorPage, status: int) -> web.Response:
    """Show a failure inside the tab."""
    frame = frame_of(request, language_of(request), "default")
    inside = ErrorPage(view.kind, view.request_id, frame.panel or "/teams/today")
    return _plain(request.app[SITE], "tab/error.html", frame, inside, status)


def _plain(
    site: Site, name: str, frame: TabFrame, view: object, status: int
) -> web.Response:
    return web.Response(
        text=site.pages.render(name, frame, view),
        content_type="text/html",
        status=status,
        headers={"Cache-Control": "no-store"},
    )
