"""The real Graph client and the tenant in a box in one process, without a socket.

A request of the client's HTTP library is handed to the tenant's Graph as if it had come
over the wire. The tenant works in tasks of its own: when the asker dies meanwhile, what
was asked is done all the same.
"""

import asyncio
import contextvars
import ssl
from collections.abc import Awaitable, Callable, Iterable
from itertools import count
from typing import Any

import httpx
from azure.core.credentials import AccessToken
from multidict import CIMultiDict
from yarl import URL

from dev_tenant.graph.http import Graph
from dev_tenant.graph.notify import Notifier
from dev_tenant.outgoing import Reply
from graph_sync.microsoft import Limits, Microsoft, World

BASE = "http://127.0.0.1:1"
#: One for all: making it takes longer than most requests.
_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class AnyCredential:
    """A token for whoever asks."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken("any", 2**40)

    async def close(self) -> None:
        return


class _Line:
    """The connection a request came by, as far as it can be cut."""

    def __init__(self) -> None:
        self.cut = False

    def abort(self) -> None:
        self.cut = True


class _Asked:
    """A request as the tenant's Graph reads it."""

    def __init__(self, request: httpx.Request) -> None:
        self.url = URL(str(request.url))
        self.rel_url = self.url.relative()
        self.scheme, self.host = self.url.scheme, f"{self.url.host}:{self.url.port}"
        self.method, self.path = request.method, self.url.path
        self.headers = CIMultiDict(request.headers.multi_items())
        self.transport = _Line()
        self._content = request.content

    async def text(self) -> str:
        return self._content.decode()


class Wire(httpx.AsyncBaseTransport):
    """Hands requests over; a cut connection and a late answer are httpx's errors."""

    def __init__(
        self,
        graph: Graph,
        seconds: float,
        working: set[asyncio.Task[Any]] | None = None,
    ) -> None:
        """`working` is given what the tenant is at, whether or not anybody waits."""
        self._graph = graph
        self._seconds = seconds
        self._working = set() if working is None else working

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = _Asked(request)
        working = by_itself(self._graph.http(asked))  # type: ignore[arg-type]
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        try:
            async with asyncio.timeout(self._seconds):
                answer: Any = await asyncio.shield(working)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer", request=request) from None
        if asked.transport.cut:
            raise httpx.ReadError("the connection was closed", request=request)
        return httpx.Response(
            answer.status, headers=list(answer.headers.items()), content=answer.body
        )


_NOBODY = contextvars.Context()


def by_itself(work: Any) -> asyncio.Task[Any]:
    """Run something in nobody's name, so that it outlives whoever asked for it."""
    return asyncio.get_running_loop().create_task(work, context=_NOBODY.copy())


def client(
    graph: Graph,
    limits: Limits | None = None,
    clock: Callable[[], float] | None = None,
) -> Microsoft:
    """Give a real client of this tenant. `clock`: where time leaps, one that does too."""
    numbers = count(1)
    limits = limits or Limits()
    world = World(
        sleep=asyncio.sleep,
        request_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012}",
        clock=clock or (lambda: asyncio.get_running_loop().time()),
        verify=_TRUST,
    )
    made = Microsoft(f"{BASE}/v1.0", AnyCredential(), world, limits=limits)
    wire(made, Wire(graph, limits.timeout))
    return made


def wire(made: Microsoft, by: httpx.AsyncBaseTransport) -> None:
    """Let a client's requests go this way; the SDK's own layers stay round it."""
    wrapped: Any = made._transport._http._transport
    wrapped.transport = wrapped.pipeline._transport = by


Hear = Callable[[str, Any], Awaitable[tuple[int, str]]]


class NoticePost:
    """What the tenant sends out, handed to whoever listens at the moment."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear

    async def send(self, method: str, url: str, **sent: Any) -> Reply:
        assert method == "POST", method
        status, text = await self._hear(url, sent["body"])
        return Reply(status, {"Content-Type": "text/plain"}, text)

    async def close(self) -> None:
        return


def redirect(graph: Graph, hear: Hear) -> None:
    """Let notices and handshakes of this Graph go to `hear` instead of the network."""
    post: Any = NoticePost(hear)
    notifier: Notifier = graph.notifier
    notifier._outgoing = post
    graph.outgoing = post
    from dev_tenant.graph.table import routes

    graph.routes = routes(post)


def settle(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
