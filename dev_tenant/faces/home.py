"""The front door: who lives here, all the faces, the clock, and what to try."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from aiohttp import web

from dev_tenant.faces import people
from dev_tenant.faces.asking import body_of, wants_page, wrong
from dev_tenant.faces.diary import HELSINKI
from dev_tenant.faces.pages import page
from dev_tenant.faces.teams import moment
from dev_tenant.outgoing import Outgoing
from dev_tenant.tenant import Tenant

MORNING = time(7)
APP_SECONDS = 5.0


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    face = HomeFace(tenant)
    return [web.get("/", face.home), web.post("/_tenant/teams/clock", face.clock)]


class HomeFace:
    """The index page and the buttons of its clock."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.outgoing = Outgoing(tenant)

    async def home(self, request: web.Request) -> web.Response:
        tenant = self.tenant
        now = tenant.clock.now().astimezone(HELSINKI)
        return page(
            "home.html",
            tenant=tenant,
            units=people.by_unit(tenant),
            now=moment(tenant),
            wall=now.replace(tzinfo=None).isoformat(timespec="minutes"),
            moved=bool(tenant.clock.offset) or tenant.clock.frozen is not None,
            first=people.members(tenant)[0],
            lead=people.with_role(tenant, "supervisor"),
            messages=len(tenant.inbox),
            alone="alone" in request.query,
        )

    async def clock(self, request: web.Request) -> web.Response:
        """`{"to": "hour" | "morning" | "real" | "2026-11-24T07:00"}`."""
        body = await body_of(request)
        self._move(str(body.get("to") or body.get("at") or ""))
        heard = await self._tell_app()
        if wants_page(request):
            raise web.HTTPSeeOther("/" if heard else "/?alone")
        now = self.tenant.clock.now().isoformat()
        return web.json_response({"now": now, "heard": heard})

    async def _tell_app(self) -> bool:
        """Let the application of a demo follow; any other takes no such order."""
        clock = self.tenant.clock
        ahead = (clock.now() - clock.real()).total_seconds()
        reply = await self.outgoing.send(
            "POST",
            f"{self.tenant.app_url}/_demo/clock",
            body={"offset_seconds": ahead},
            timeout=APP_SECONDS,
            comment="the demo's clock was moved",
        )
        return reply.ok

    def _move(self, to: str) -> None:
        clock = self.tenant.clock
        if to == "hour":
            clock.advance(timedelta(hours=1))
        elif to == "morning":
            clock.move_to(_next_morning(clock.now().astimezone(HELSINKI)))
        elif to == "real":
            clock.offset, clock.frozen = timedelta(), None
        else:
            try:
                wall = datetime.fromisoformat(to)
            except ValueError as problem:
                raise wrong("to is hour, morning, real or a time") from problem
            clock.move_to(wall if wall.tzinfo else wall.replace(tzinfo=HELSINKI))


def _next_morning(now: datetime) -> datetime:
    """Give the next seven o'clock in Helsinki."""
    today = datetime.combine(now.date(), MORNING, HELSINKI)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), MORNING, HELSINKI)
    return today if today > now else tomorrow
