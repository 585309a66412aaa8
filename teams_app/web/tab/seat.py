"""Where a signed-in person sits: who she is, in which language, and what she may see."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from aiohttp import web

from booking.model import Language, Professional
from booking.spans import wall
from booking.views.tab import NotAllowedPage, TabFrame
from teams_app.actions.access import Look, Person
from teams_app.errands import World
from teams_app.web.site import Site, posted

#: Days further from today than this are read as today: a week at the end of the
#: calendar has no Sunday.
_FAR = 3700


#: What the side panel begins with.
PANEL = "/teams/panel/meeting"
#: By which a page beside a meeting says which one: the id of its chat, or its own.
MEETING = "Vuoro-Meeting"
#: The script draws anew what stands open, and nobody has asked for it.
AGAIN = "Vuoro-Again"


def number(form: dict[str, list[str]], name: str) -> int:
    """Read a number of a form; what is none is -1."""
    given = (form.get(name) or [""])[0]
    sound = given.isascii() and given.isdecimal() and len(given) < 15  # noqa: PLR2004
    return int(given) if sound else -1


@dataclass(frozen=True, slots=True)
class Seat:
    request: web.Request
    site: Site
    who: Person
    language: Language
    frame: TabFrame

    @property
    def professional(self) -> Professional:
        """Whose day it is; only one who meets clients gets to the pages of a day."""
        assert self.who.professional is not None
        return self.who.professional

    @property
    def first(self) -> str:
        """Where her own view of all begins; a supervisor has what waits."""
        frame = self.frame
        return frame.today or frame.reception or frame.waiting

    @property
    def world(self) -> World:
        return self.site.world

    @property
    def now(self) -> datetime:
        return self.world.now()

    @property
    def zone(self) -> ZoneInfo:
        return self.world.policy.zone

    @property
    def today(self) -> date:
        return wall(self.now, self.zone).date()

    @property
    def look(self) -> Look:
        again = self.request.method == "GET" and AGAIN in self.request.headers
        return Look(self.now, "panel" if self.frame.panel else "tab", again=again)

    @property
    def meeting(self) -> str:
        """Say which meeting this stands beside, as the page has it."""
        return unquote(self.request.headers.get(MEETING, ""))

    def day(self, asked: str | None = None) -> date:
        """Read the day asked for, in the address unless told; what is none means today."""
        given = self.request.query.get("day", "") if asked is None else asked
        try:
            found = date.fromisoformat(given)
        except ValueError:
            return self.today
        return found if abs((found - self.today).days) <= _FAR else self.today

    def show(self, template: str, value: object, status: int = 200) -> web.Response:
        return web.Response(
            text=self.site.pages.render(template, self.frame, value),
            content_type="text/html",
            status=status,
            headers={"Cache-Control": "no-store"},
        )

    async def form(self) -> dict[str, list[str]]:
        """Read a POST. The bearer token stands where a form token would."""
        return await posted(self.request)

    def not_hers(self) -> web.Response:
        """Answer that it is not hers to see or do, whether or not it is there."""
        return self.show("tab/not_allowed.html", NotAllowedPage("not_yours"), 403)
