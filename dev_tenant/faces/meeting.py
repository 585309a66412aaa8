"""The page behind a Teams join link: a lobby, who is in it, and no subject.

Opened as a member of the tenant, the app's side panel stands beside it, once added.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote, urlencode

from aiohttp import web

from dev_tenant.faces import people
from dev_tenant.faces.asking import body_of, wants_page
from dev_tenant.faces.diary import HELSINKI
from dev_tenant.faces.package import package_of
from dev_tenant.faces.pages import page
from dev_tenant.faces.teams import LOCALES, THEMES, one_of, stamp
from dev_tenant.tenant import Json, Meeting, Tenant, User

NAME_MAX = 60
JOINED_MAX = 100


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes; Teams' own shape of a join link and a short one."""
    face = MeetingFace(tenant)
    return [
        web.get("/l/meetup-join/{thread}/{tail:.*}", face.home),
        web.get("/meeting/{thread}", face.home),
        web.post("/meeting/{thread}/join", face.join),
        web.post("/meeting/{thread}/admit", face.admit),
        web.get("/_tenant/meetings/{thread}", face.state),
        web.post("/_tenant/meetings/{thread}/panel", face.add_panel),
    ]


class MeetingFace:
    """The lobby. Whoever joins waits until somebody of the tenant lets them in."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def _find(self, request: web.Request) -> Meeting | None:
        thread = unquote(request.match_info["thread"])
        meetings = self.tenant.meetings.values()
        return next((m for m in meetings if thread in (m.thread, m.key)), None)

    async def home(self, request: web.Request) -> web.Response:
        meeting = self._find(request)
        if meeting is None or not self._stands(meeting):
            return page("meeting.html", meeting=None, me=None, user=None)
        organizer = self.tenant.users.get(meeting.organizer)
        me = request.query.get("me", "")
        user = self._member(request.query.get("user", ""))
        setup = self._beside(request, meeting, user) if user is not None else None
        return page(
            "meeting.html",
            frames=self.tenant.app_url if setup else "'none'",
            meeting=meeting,
            organizer=organizer.name if organizer else "",
            when=stamp(meeting.start.astimezone(HELSINKI)),
            me=next((j for j in meeting.joined if j["id"] == me), None),
            user=user,
            setup=setup,
            theme=setup["theme"] if setup else "default",
            units=people.by_unit(self.tenant),
        )

    def _member(self, asked: str) -> User | None:
        """Give the member who looks. Others have no app of the tenant's beside it."""
        user = self.tenant.find_user(asked) if asked else None
        return user if user in people.members(self.tenant) else None

    def _beside(self, request: web.Request, meeting: Meeting, user: User) -> Json:
        """Say what the app's frame beside the meeting is told, as Teams tells it."""
        asked = request.query
        lang = one_of(asked.get("locale"), ("fi", "sv", "en"), user.language[:2])
        package = package_of(self.tenant, lang)
        wrapped = b64encode(f"0#{meeting.thread}#0".encode()).decode()
        url = meeting.panel or package.configure_url
        return {
            "user": {"id": user.id, "name": user.name, "mail": user.mail},
            "tenant": self.tenant.id,
            "app": self.tenant.app.external_id,
            "theme": one_of(asked.get("theme"), THEMES, "default"),
            "locale": LOCALES[lang],
            "frame": "sidePanel" if meeting.panel else "settings",
            "meeting": {"chat": meeting.thread, "id": wrapped, "key": meeting.key},
            "package": package.name,
            "tab": {"id": "vuoro-panel", "name": package.name, "url": url},
        }

    async def add_panel(self, request: web.Request) -> web.Response:
        """`{"url"}`: keep the address that the app's own page has named for it."""
        meeting, body = self._find(request), await body_of(request)
        url = str(body.get("url") or "")
        if meeting is None or not url.startswith(f"{self.tenant.app_url}/"):
            raise web.HTTPNotFound(text="no such meeting, or no page of the app")
        meeting.panel = url
        return web.json_response({"panel": url})

    def _stands(self, meeting: Meeting) -> bool:
        """Say whether an event still holds the meeting, or it was made without one."""
        if meeting.external is not None:
            return True
        boxes = self.tenant.mailboxes.values()
        return any(e.meeting == meeting.key for b in boxes for e in b.events.values())

    async def join(self, request: web.Request) -> web.Response:
        """`{"name"}`: come to the lobby."""
        meeting, body = self._find(request), await body_of(request)
        if meeting is None or not self._stands(meeting):
            raise web.HTTPGone(text="This meeting is no longer there.")
        name = str(body.get("name") or "Guest")[:NAME_MAX]
        one = {
            "id": self.tenant.new_id("joined"),
            "name": name,
            "at": self.tenant.clock.now().isoformat(),
            "state": "lobby",
        }
        if len(meeting.joined) < JOINED_MAX:
            meeting.joined.append(one)
        return _back(request, meeting, one, body)

    async def admit(self, request: web.Request) -> web.Response:
        """`{"id"}`: let somebody in, as a person of the tenant may."""
        meeting, body = self._find(request), await body_of(request)
        if meeting is None:
            raise web.HTTPGone(text="This meeting is no longer there.")
        for one in meeting.joined:
            if one["id"] == body.get("id") or not body.get("id"):
                one["state"] = "in"
        return _back(request, meeting, None, body)

    async def state(self, request: web.Request) -> web.Response:
        meeting = self._find(request)
        if meeting is None:
            raise web.HTTPNotFound(text="no such meeting")
        return web.json_response(
            {
                "thread": meeting.thread,
                "url": meeting.url,
                "organizer": meeting.organizer,
                "start": _iso(meeting.start),
                "end": _iso(meeting.end),
                "stands": self._stands(meeting),
                "joined": meeting.joined,
            }
        )


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _back(
    request: web.Request, meeting: Meeting, one: Json | None, body: Json
) -> web.Response:
    if not wants_page(request):
        return web.json_response(one or {"joined": meeting.joined})
    asked = {"me": one["id"] if one else "", "user": str(body.get("user") or "")}
    said = urlencode({name: value for name, value in asked.items() if value})
    raise web.HTTPSeeOther(f"/meeting/{meeting.key}{'?' if said else ''}{said}")
