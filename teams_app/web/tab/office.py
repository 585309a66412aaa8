"""Where somebody sits who looks after Vuoro or reads its log, professional or not."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from booking.model import Language
from booking.views.admin import Section
from booking.views.tab import NotAllowedPage, TabFrame
from teams_app.actions.access import Look
from teams_app.errands import World
from teams_app.web.site import SITE, Site


@dataclass(frozen=True, slots=True)
class Office:
    request: web.Request
    who: str  #: As the log has it.
    language: Language
    frame: TabFrame
    sections: tuple[Section, ...] = ()  #: Of administration, which she may open.
    address: str = ""  #: Where she is mailed.

    @property
    def site(self) -> Site:
        return self.request.app[SITE]

    @property
    def world(self) -> World:
        return self.site.world

    @property
    def now(self) -> datetime:
        return self.world.now()

    @property
    def look(self) -> Look:
        return Look(self.now, "tab")

    def show(self, template: str, value: object, status: int = 200) -> web.Response:
        return web.Response(
            text=self.site.pages.render(template, self.frame, value),
            content_type="text/html",
            status=status,
            headers={"Cache-Control": "no-store"},
        )

    def not_hers(self) -> web.Response:
        """Answer that it is not hers to see or do, whether or not it is there."""
        return self.show("tab/not_allowed.html", NotAllowedPage("not_yours"), 403)
