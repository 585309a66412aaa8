"""What stands between the application and the tenant in the kill tests.

Every request is passed on as it is. Those to Graph, to the connector and to the SMS
gateway are watched, and at the one that was chosen the application is killed: before the
request goes on, or after it has taken effect and before its answer comes back.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

WATCHED = ("/v1.0/", "/connector/", "/sms/")
_HOP = {"transfer-encoding", "content-length", "connection"}


@dataclass
class Relay:
    """Passes on; `arm` chooses where the application dies next."""

    behind: str = ""
    ever: set[str] = field(default_factory=set)  #: All that came by.
    went: list[str] = field(default_factory=list)  #: Took effect since it was armed.
    killed_at: str | None = None
    _call: str = ""
    _after: bool = False
    _kill: Callable[[], None] | None = None

    def arm(self, call: str, *, after: bool, kill: Callable[[], None]) -> None:
        """Kill at the next request in whose line the pattern is found."""
        self.went, self.killed_at = [], None
        self._call, self._after, self._kill = call, after, kill

    def count(self, call: str) -> int:
        """Count the requests that took effect and fit the pattern, since it was armed."""
        return sum(re.search(call, line) is not None for line in self.went)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if not request.path.startswith(WATCHED):
            return await passed_on(request, self.behind)
        line = await _line(request)
        self.ever.add(line)
        if self._kill is None or self.killed_at or not re.search(self._call, line):
            self.went.append(line)
            return await passed_on(request, self.behind)
        self.killed_at = line
        if self._after:
            self.went.append(line)
            await passed_on(request, self.behind)
        self._kill()
        raise web.HTTPBadGateway  # nobody is left to read it


async def _line(request: web.Request) -> str:
    """Name a request by its method and path, and a batch by the methods in it too."""
    line = f"{request.method} {request.path}"
    if not request.path.endswith("/$batch"):
        return line
    parts = json.loads(await request.read())["requests"]
    return " ".join([line, *(each["method"] for each in parts)])


async def passed_on(request: web.Request, base: str) -> web.Response:
    """Ask the same of whoever answers at `base`, and give the answer as it came.

    A request's body is read uncompressed, whatever it came as; an answer's is not.
    """
    body = await request.read()
    headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in _HOP | {"content-encoding"}
    }
    async with (
        aiohttp.ClientSession(
            auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session,
        session.request(
            request.method,
            base + request.raw_path,
            data=body,
            headers=headers,
            allow_redirects=False,
        ) as answer,
    ):
        kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
        return web.Response(
            body=await answer.read(), status=answer.status, headers=kept
        )
