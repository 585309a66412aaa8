"""What stands between the application and the tenant in the kill tests.

Every request is passed on as it is. Those to Graph, to the connector and to the SMS
gateway are watched, and at the one that was chosen the application is killed: before the
request goes on, or after it has taken effect and before its answer comes back.
"""

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
    seen: list[str] = field(default_factory=list)
    killed_at: str | None = None
    _part: str = ""
    _left: int = -1
    _after: bool = False
    _kill: Callable[[], None] | None = None

    def arm(
        self, part: str, nth: int, *, after: bool, kill: Callable[[], None]
    ) -> None:
        """Kill at the `nth` request from now on whose line holds `part`."""
        self.seen, self.killed_at, self._part = [], None, part
        self._left, self._after, self._kill = nth, after, kill

    def disarm(self) -> None:
        self._left, self._kill = -1, None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        strike = self._is_next(request)
        if strike and not self._after:
            self._strike(request)
        answer = await passed_on(request, self.behind)
        if strike and self._after:
            self._strike(request)
        return answer

    def _is_next(self, request: web.Request) -> bool:
        if self._kill is None or not request.path.startswith(WATCHED):
            return False
        line = f"{request.method} {request.path}"
        self.seen.append(line)
        if self._part not in line:
            return False
        self._left -= 1
        return self._left == 0

    def _strike(self, request: web.Request) -> None:
        assert self._kill is not None
        self.killed_at = f"{request.method} {request.path}"
        self._kill()
        self.disarm()
        raise web.HTTPBadGateway  # nobody is left to read it


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
