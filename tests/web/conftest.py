"""The web application before the small world, reached through HTTP."""

import base64
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from booking.links import LinkKind
from teams_app.actions import access
from teams_app.signing import Keys
from teams_app.web import app as web_app
from teams_app.web.assets import Assets
from teams_app.web.rendering import Pages
from teams_app.web.site import SITE, Site
from teams_app.web.sso import SignIn
from teams_app.web.staff import EXTRA_ORIGIN, SIGN_IN
from teams_app.web.tab.seat import AGAIN
from tests import make
from tests.bot.channel import SigningKey, epoch
from tests.support import audited
from tests.support.small_world import BASE, TENANT, SmallWorld

APP = "6f9e3f42-0000-4000-8000-0000000000b0"
ISSUER = "https://login.example/v2.0"
EXTRA = "http://127.0.0.1:8081"
ASSETS = Assets.read()
#: Drawing keeps nothing of a test, and what is made once serves all.
pages = cache(partial(Pages, ASSETS))
KEY = SigningKey("k1")


BOTH_ENGINES = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Give SQLite; PostgreSQL too only where `BOTH_ENGINES` says it matters."""
    engine = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{engine}_url")
    return url


@dataclass
class Answer:
    status: int
    text: str
    headers: Any

    @property
    def location(self) -> str:
        found: str = self.headers["Location"]
        return found

    @property
    def token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.text)
        assert found is not None, self.text[:2000]
        return found.group(1)


def _who(headers: Mapping[str, str] | None) -> str:
    """Give who asks, as the log has her; nobody known by a token that says nothing."""
    signed = (headers or {}).get("Authorization", "").split(".")
    try:
        said = json.loads(base64.urlsafe_b64decode(signed[1] + "=="))
        return f"staff:{said['oid'].lower()}"
    except (IndexError, ValueError, KeyError, AttributeError, TypeError):
        return "nobody"


class Door:
    """Speaks HTTP with the application, as a browser without a script does."""

    def __init__(
        self, small: SmallWorld, server: TestServer, session: aiohttp.ClientSession
    ) -> None:
        self.small = small
        self._server = server
        self._session = session

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Ask, and look whether the log says what it must of the answer."""
        if path.startswith("/hooks/"):
            return await self._ask(method, path, **more)
        was = self.small.read(audited.before)
        answer = await self._ask(method, path, **more)
        typed = f"{path.partition('?')[2]} {more.get('params')} {more.get('data')}"
        who = _who(more.get("headers")) if path.startswith("/teams/") else ""
        by_itself = method == "GET" and AGAIN in (more.get("headers") or {})
        open_since = self.small.now - access.OPEN_FOR if by_itself else None
        heard = audited.Heard(who, answer.text, typed, answer.status, open_since)
        assert self.small.read(audited.faults, was, heard) == [], (method, path)
        return answer

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        url = str(self._server.make_url("")).rstrip("/") + path
        async with self._session.request(
            method, url, allow_redirects=False, **more
        ) as answer:
            raw = await answer.read()
            text = raw.decode("utf-8", "replace")
            # As it is read: where a line may not break makes no other word.
            text = text.replace("\u00a0", " ").replace("\u2060", "")
            return Answer(answer.status, text, answer.headers)

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, **fields: Any) -> Answer:
        return await self.ask("POST", path, data=fields)

    def decide(self, **changes: Any) -> None:
        """Let the tenant decide otherwise; the application keeps what it began with."""
        self.small.policy = make.replace(self.small.policy, **changes)
        site = self._server.app[SITE]
        world = make.replace(site.world, stated=self.small.policy)
        object.__setattr__(site, "world", world)

    def path(self, appointment: Any, rest: str = "") -> str:
        token = self.small.links.token(
            LinkKind.APPOINTMENT, appointment.link, appointment.generation
        )
        return f"/a/{token}{rest}"

    def staff(self, **changes: Any) -> dict[str, str]:
        """Give the headers of a request from the tab, as Aino unless told."""
        now = int(epoch())
        claims = {
            "aud": APP,
            "iss": ISSUER,
            "ver": "2.0",
            "iat": now - 5,
            "nbf": now - 5,
            "exp": now + 600,
            "tid": TENANT,
            "oid": make.a_professional().object_id,
            "scp": "access_as_user",
        } | changes
        said = {name: value for name, value in claims.items() if value is not None}
        return {"Authorization": f"Bearer {KEY.sign(said)}"}


@pytest_asyncio.fixture(loop_scope="session")
async def door(small: SmallWorld) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession() as session:
        site = Site(small.world, pages(small.policy.zone), BASE, b"form key")
        app = web_app.make(site, ASSETS)

        async def keys(_: web.Request) -> web.Response:
            return web.json_response({"keys": [KEY.public()]})

        beside = web.Application()
        beside.router.add_get("/keys", keys)
        async with TestServer(beside) as authority:
            app[EXTRA_ORIGIN] = EXTRA
            app[SIGN_IN] = SignIn(
                keys=Keys(session, str(authority.make_url("/keys"))),
                tenant=TENANT,
                audiences=(APP, f"api://aika.example/{APP}"),
                issuer=ISSUER,
                authorize_url="https://login.example/authorize",
            )
            async with TestServer(app) as server:
                yield Door(small, server, session)
