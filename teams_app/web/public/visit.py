"""What a client's link opens: her appointment, in her language, and its forms.

Who holds the link may see, move and cancel. GET never changes anything; every POST
brings back the form's token. A link that opens nothing never says whether it once did.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from booking.model import Appointment, Language, Status
from booking.views.pages import Matter, Typed
from teams_app.actions import access, client_limits, unheard
from teams_app.actions.records import Whole, whole
from teams_app.store.database import Tx
from teams_app.web.public import matters, way_back
from teams_app.web.site import SITE, Site, language_of, page, posted

#: The fields of a POST.
Form = dict[str, list[str]]


class Visit:
    """One request by link: the site, the appointment, the page's language and frame."""

    def __init__(
        self,
        request: web.Request,
        site: Site,
        found: Whole,
        back: str,
        at: str | None = None,
    ) -> None:
        """Use `visit`. `at`: the step that is shown, when another page's form led to it.

        Empty: her page itself.
        """
        self.request = request
        self.back = back
        self.site = site
        self.found = found
        self.appointment = found.appointment
        known = found.client.language if found.client else found.appointment.language
        self.language: Language = language_of(request, known)
        self.path = site.appointment_path(
            self.appointment.link, self.appointment.generation
        )
        self.scope = f"a:{self.appointment.link}"
        opened_at = "" if at is None else self.to(at)
        self.frame = site.frame(
            request, self.language, self.scope, opened_at, phone=found.unit.phone
        )

    @property
    def now(self) -> datetime:
        return self.site.world.now()

    @property
    def zone(self) -> ZoneInfo:
        return self.site.world.policy.zone

    def to(self, rest: str = "", **query: str) -> str:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        more = f"&{asked}" if asked else ""
        if rest in way_back.STEPS:
            more += self.back
        return f"{self.path}{rest}?lang={self.language}{more}"

    def matter(self) -> Matter:
        policy = self.site.world.policy
        said = matters.matter_of(self.found, self.language, policy)
        if self.appointment.status is Status.HELD and self.appointment.offer is None:
            # She chose the service herself a minute ago: the page may say it.
            said = replace(said, service=self.found.service.name.in_(self.language))
        known = self.found.known
        if known is not None:
            # That it was another for a while, the message she has says nothing of.
            said = replace(said, starts=known.start, ends=known.end)
        return said

    def show(self, template: str, value: object, status: int = 200) -> web.Response:
        return page(self.site, template, self.frame, value, status)

    async def form(self) -> Form:
        """Read a POST, refused without the form's own token."""
        return await _form(self.request, self.scope)


async def _form(request: web.Request, scope: str) -> Form:
    fields = await posted(request)
    given = fields.pop("form_token", [""])[0]
    if not request.app[SITE].form_is_ours(request, scope, given):
        raise web.HTTPForbidden
    return fields


async def form_of_gone(request: web.Request) -> Form:
    """Read a POST of a page whose hold is gone. The link is still its own proof."""
    links = request.app[SITE].world.outside.links
    return await _form(request, f"a:{way_back.half_of(links, token(request))}")


def token(request: web.Request) -> str:
    return request.match_info["token"]


async def visit(request: web.Request, at: str | None = None) -> Visit:
    """Open what the link leads to. Raises the page for a link that opens nothing.

    `at`: as a `Visit` has it.
    """
    site = request.app[SITE]
    found = await site.world.database.read(_by_link, site, token(request))
    if found is None:
        back = way_back.of_gone(request, site.world.outside.links, token(request))
        raise ChooseAgain(back) if back else LinkGone
    return Visit(request, site, found, way_back.again(request), at)


class LinkGone(Exception):
    """The link opens nothing (any more)."""


class ChooseAgain(Exception):
    """She is to choose another time, there where she chose the first: at `back`.

    `lost`: she would rather have had the first, which is not hers any more. `let_go`:
    what she held, and has given back in this very request.
    """

    def __init__(
        self,
        back: str,
        typed: Typed = (),
        *,
        lost: bool = True,
        let_go: Appointment | None = None,
    ) -> None:
        super().__init__()
        self.back, self.typed, self.lost, self.let_go = back, typed, lost, let_go


def _by_link(tx: Tx, site: Site, token: str) -> Whole | None:
    found = access.by_link(tx, site.world.outside.links, token)
    if found is None:
        return None
    moves = client_limits.moves(tx, found.id, site.world.policy)
    every = whole(tx, found)
    known = unheard.known_before(tx, found) if every.choosing else None
    return replace(every, moves=moves, known=known)
