"""What every handler needs: the world, the pages, and who we are to the public.

One value in the application, under a typed key. Handlers take the request and this, and
give a response; they decide nothing about bookings.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from booking.links import LinkKind
from booking.model import Language
from booking.views.pages import Frame, LanguageLink
from teams_app.errands import World
from teams_app.web.rendering import Pages

#: Seconds after which to try again what does not answer now.
SOON = "30"
_FORM_HOURS = 12
_MAC_BYTES = 15


@dataclass(frozen=True, slots=True)
class Site:
    world: World
    pages: Pages
    base: str  #: Our public address, without a slash at its end.
    form_key: bytes

    def frame(
        self,
        request: web.Request,
        language: Language,
        scope: str,
        at: str = "",
        *,
        phone: str = "",
    ) -> Frame:
        """Give what surrounds a public page; `scope` is what its forms may change.

        `at`: where the page that answers a POST is opened again. `phone`: of the unit
        that the page is about, as its messages have it; the hours are those of the
        organisation's own.
        """
        policy = self.world.policy
        here = at if at and request.method == "POST" else here_of(request)
        links = tuple(
            LanguageLink(each, with_language(here, each)) for each in Language
        )
        return Frame(
            language=language,
            organisation=policy.organisation.in_(language),
            home=f"/b?lang={language}",
            languages=links,
            phone=phone or policy.help_phone,
            phone_hours=policy.help_hours.in_(language)
            if phone in {"", policy.help_phone}
            else "",
            accessibility=f"/accessibility?lang={language}",
            privacy=f"/privacy?lang={language}",
            form_token=self.form_token(scope),
        )

    def form_token(self, scope: str) -> str:
        """Make the token that a form of this scope must bring back."""
        hour = int(self.world.now().timestamp()) // 3600
        return f"{hour:x}.{self._mac(scope, hour)}"

    def form_is_ours(self, request: web.Request, scope: str, token: str) -> bool:
        """Check a form's token, and the origin where the browser names one."""
        hour_text, _, mac = token.partition(".")
        try:
            hour = int(hour_text[:12], 16)
        except ValueError:
            return False
        age = int(self.world.now().timestamp()) // 3600 - hour
        genuine = hmac.compare_digest(mac.encode(), self._mac(scope, hour).encode())
        return genuine and 0 <= age <= _FORM_HOURS and self._same_origin(request)

    def _same_origin(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        ours = urlsplit(self.base)
        return origin == f"{ours.scheme}://{ours.netloc}"

    def _mac(self, scope: str, hour: int) -> str:
        said = f"form:{scope}:{hour:x}".encode()
        raw = hmac.digest(self.form_key, said, hashlib.sha256)[:_MAC_BYTES]
        return base64.urlsafe_b64encode(raw).decode()

    def appointment_path(self, link: str, generation: int) -> str:
        token = self.world.outside.links.token(LinkKind.APPOINTMENT, link, generation)
        return f"/a/{token}"

    def offer_path(self, link: str, generation: int) -> str:
        token = self.world.outside.links.token(LinkKind.OFFER, link, generation)
        return f"/o/{token}"

    def join_path(self, link: str, generation: int) -> str:
        token = self.world.outside.links.token(LinkKind.APPOINTMENT, link, generation)
        return f"/j/{token}"


SITE = web.AppKey("site", Site)

#: What reading a body in no encoding there is, or cut into parts that are none, raises.
_NO_FORM = (ValueError, LookupError, AssertionError, RuntimeError, HttpProcessingError)


async def posted(request: web.Request) -> dict[str, list[str]]:
    """Read the fields of a form, files left out. What is no form is a bad request."""
    try:
        found = await request.post()
        fields: dict[str, list[str]] = {}
        for name, value in found.items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(storable(value))
    except _NO_FORM:
        raise web.HTTPBadRequest from None
    return fields


def storable(value: str) -> str:
    """Drop NUL, which no keyboard types and PostgreSQL refuses to keep.

    Raises ValueError of half a character, which some encodings of a body can name.
    """
    value.encode()
    return value.replace("\x00", "")


def language_of(request: web.Request, otherwise: Language | None = None) -> Language:
    """Give the page's language: asked for, known, the browser's, or Finnish."""
    asked = request.query.get("lang", "")
    for each in Language:
        if asked == each.value:
            return each
    return otherwise or _accepted(request.headers.get("Accept-Language", ""))


def _accepted(header: str) -> Language:
    return spoken(header) or Language.FI


def spoken(header: str) -> Language | None:
    """Give the first of our languages in an Accept-Language header."""
    for part in header.lower().split(","):
        primary = part.split(";")[0].strip().split("-")[0]
        for each in Language:
            if primary == each.value:
                return each
    return None


def here_of(request: web.Request) -> str:
    """Give the request's own address; the first page for what would lead elsewhere.

    A browser reads a path that begins with two slashes, either way, as another site.
    """
    path = request.rel_url.raw_path
    elsewhere = path[1:2] in {"/", "\\"} or path.lower().startswith("/%5c")
    return "/b" if elsewhere else str(request.rel_url)


def with_language(here: str, language: Language) -> str:
    """Give the address of the same page in another language."""
    path, _, query = here.partition("?")
    asked = dict(parse_qsl(query)) | {"lang": language.value}
    asked.pop("done", None)
    return f"{path}?{urlencode(asked, safe='@')}"


def page(
    site: Site, template: str, frame: Frame, value: object, status: int = 200
) -> web.Response:
    """Answer with a page that nobody else may keep."""
    return web.Response(
        text=site.pages.render(template, frame, value),
        content_type="text/html",
        status=status,
        headers={"Cache-Control": "no-store"},
    )
