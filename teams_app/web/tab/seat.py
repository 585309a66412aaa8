"""Where a signed-in person sits: who she is, in which language, and what she may see."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from booking.model import Language, Professional
from booking.spans import wall
from booking.views.tab import TabFrame
from teams_app.actions.access import Look, Person
from teams_app.errands import World
from teams_app.web.site import Site, posted

#: Days further from today than this are read as today: a week at the end of the
#: calendar has no Sunday.
_FAR = 3700


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
        return Look(self.now, "tab")

    def day(self) -> date:
        """Read the day asked for; what is no day means today."""
        try:
            found = date.fromisoformat(self.request.query.get("day", ""))
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
