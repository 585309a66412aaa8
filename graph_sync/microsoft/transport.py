"""Requests that the SDK's builders made, sent and answered raw.

The SDK makes the address and the body and brings the token; its parsing of answers
costs hundreds of times more than ours, its repeats sleep for minutes inside a call, and
its batches lose their order, so those three are done here.

* A token goes to the one host we were told of; a link to elsewhere is refused.
* A request that may have been carried out is repeated only when `safe`.
* Repeats are bounded in number and in time; then the caller hears the error.
"""

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar

import httpx
import orjson
from azure.core.exceptions import AzureError, ClientAuthenticationError
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from kiota_http.middleware.options import (
    RedirectHandlerOption,
    ResponseHandlerOption,
    RetryHandlerOption,
)
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_request_adapter import options as graph_options
from msgraph_core import GraphClientFactory

from graph_sync.graph import (
    GraphError,
    Refused,
    Throttled,
    Unanswered,
    Unavailable,
)
from graph_sync.microsoft.errors import Reply, error_of, unreadable
from graph_sync.microsoft.limits import PAUSED, Gate, Limits, closed
from graph_sync.microsoft.parts import BATCH_MAX, Part, answers, listed, slices
from graph_sync.microsoft.tokens import GRAPH_SCOPE, Credential, refusal

T = TypeVar("T")
#: Code of a Refused: a link leads to another host than ours of Graph.
FOREIGN: Final = "ForeignLink"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class _Raw:
    """Hands the answer over as it came."""

    async def handle_response_async(
        self, response: httpx.Response, _: Any
    ) -> httpx.Response:
        return response


@dataclass(frozen=True, slots=True)
class World:
    """What a transport takes from outside: waiting, clock, ids, trust."""

    sleep: Callable[[float], Awaitable[None]]
    request_id: Callable[[], str]
    clock: Callable[[], float] = time.monotonic
    real: Callable[[], float] | None = None  #: Seconds since the epoch, by our clock.
    verify: ssl.SSLContext | None = None


class Transport:
    def __init__(
        self, base_url: str, tokens: Credential, limits: Limits, world: World
    ) -> None:
        self._base = httpx.URL(base_url)
        self._limits = limits
        self._world = world
        self.gate = Gate(limits, world.sleep, world.clock)
        #: By how many seconds our clock is ahead of Graph's; None: nobody has said.
        self.ahead: float | None = None
        self._hears_hour = world.clock()
        self._http = httpx.AsyncClient(
            http2=False,
            timeout=httpx.Timeout(limits.timeout, connect=5),
            limits=httpx.Limits(max_connections=limits.in_all, keepalive_expiry=60),
            verify=world.verify or True,
            trust_env=self._base.host not in _LOOPBACK,
        )
        # The SDK wraps these and then forgets to close them.
        self._inner = [self._http._transport, *self._http._mounts.values()]  # noqa: SLF001
        GraphClientFactory.create_with_default_middleware(
            client=self._http,
            options={
                **graph_options,
                RetryHandlerOption.get_key(): RetryHandlerOption(should_retry=False),
                RedirectHandlerOption.get_key(): RedirectHandlerOption(
                    should_redirect=False
                ),
            },
        )
        auth = AzureIdentityAuthenticationProvider(
            tokens,
            scopes=[GRAPH_SCOPE],
            allowed_hosts=[self._base.host],
            is_cae_enabled=False,
        )
        self._adapter = GraphRequestAdapter(auth, client=self._http)
        self._adapter.base_url = str(self._base).rstrip("/")
        self.client = GraphServiceClient(request_adapter=self._adapter)

    async def aclose(self) -> None:
        for transport in self._inner:
            if transport is not None:
                await transport.aclose()

    async def unknown(self, seconds: float) -> Mapping[str, str]:
        """Knock without a token; give the headers of whatever is answered."""
        local = self._base.host in _LOOPBACK
        async with httpx.AsyncClient(
            verify=self._world.verify or True, timeout=seconds, trust_env=not local
        ) as stranger:
            address = f"{str(self._base).rstrip('/')}/me"
            return (await stranger.get(address)).headers

    def link(self, url: str, headers: Mapping[str, str]) -> RequestInformation:
        """Make the request a link of Graph asks for. Refuses other hosts."""
        try:
            found = httpx.URL(url)
        except httpx.InvalidURL as garbled:
            raise unreadable("a link that leads nowhere") from garbled
        ours = (self._base.scheme, self._base.host, self._base.port)
        if (found.scheme, found.host, found.port) != ours:
            raise Refused(FOREIGN, "a link leads away from Graph")
        request = RequestInformation()
        request.http_method = Method.GET
        request.url = url
        for name, value in headers.items():
            request.headers.add(name, value)
        return request

    async def ask(self, part: Part, patience: float | None = None) -> Reply:
        """Send one request. Raises the error that its answer is.

        `patience`: seconds it may wait to be sent or repeated, if not the usual ones.
        """

        async def once() -> Reply:
            reply = await self._send(part.request)
            reply = replace(reply, subscription=part.subscription)
            if not reply.good:
                raise error_of(reply)
            return reply

        return await self._patiently(
            part.mailbox, once, safe=part.safe, patience=patience
        )

    async def chain(self, parts: Sequence[Part]) -> list[Reply | GraphError]:
        """Send parts of one mailbox in one batch, each after the one before it.

        Raises when the first fails; what came of the others is for the caller to see.
        """
        first = parts[0]
        assert len(parts) <= BATCH_MAX
        assert all(part.mailbox == first.mailbox for part in parts)

        async def once() -> list[Reply | GraphError]:
            replies = await self._batch(parts, serial=True)
            if isinstance(replies[0], GraphError):
                raise replies[0]
            return replies

        return await self._patiently(first.mailbox, once, safe=first.safe)

    async def batch(self, parts: Sequence[Part]) -> list[Reply | GraphError]:
        """Send parts that do not depend on each other, in as few batches as may be.

        An answer, or the error that it is, stands at the place of its question.
        """
        told: dict[int, Reply | GraphError] = {}
        patience = _Patience(self._limits, self._world.clock)
        waiting = list(range(len(parts)))
        while waiting:
            shut = self._closed(parts, waiting)
            told.update(shut)
            going = [index for index in waiting if index not in shut]
            shares = slices([part.mailbox for part in parts], going, self._limits)
            for share in await asyncio.gather(
                *(self._share(parts, indices) for indices in shares)
            ):
                told.update(share)
            waiting, wait = self._again(parts, waiting, told, patience)
            await self._rest(wait)
        return [told[index] for index in range(len(parts))]

    def _closed(
        self, parts: Sequence[Part], indices: Sequence[int]
    ) -> dict[int, Reply | GraphError]:
        """Answer for what has to wait for its mailbox; nothing else waits with it."""
        return {
            index: closed(wait)
            for index in indices
            if (wait := self.gate.paused(parts[index].mailbox))
        }

    async def _share(
        self, parts: Sequence[Part], indices: Sequence[int]
    ) -> dict[int, Reply | GraphError]:
        """Send one batch, without those whose mailbox closed before it could go."""
        wants = Counter(parts[index].mailbox.lower() for index in indices)
        told: dict[int, Reply | GraphError] = {}
        try:
            async with self.gate.among(wants):
                told.update(self._closed(parts, indices))
                going = [index for index in indices if index not in told]
                if going:
                    replies = await self._batch([parts[index] for index in going])
                    told.update(zip(going, replies, strict=True))
        except GraphError as failed:
            return dict.fromkeys(indices, failed) | told
        return told

    def _again(
        self,
        parts: Sequence[Part],
        asked: list[int],
        told: Mapping[int, Reply | GraphError],
        patience: "_Patience",
    ) -> tuple[list[int], float]:
        """Choose what is asked once more, and after how long."""
        again: list[int] = []
        longest = 0.0
        for index in asked:
            failed, part = told[index], parts[index]
            if not isinstance(failed, GraphError):
                continue
            self._heed(part.mailbox, failed)
            wait = patience.wait_after(failed, safe=part.safe)
            if wait is not None:
                again.append(index)
                longest = max(longest, wait)
        patience.count()
        return again, longest

    def _heed(self, mailbox: str, failed: GraphError) -> None:
        """Close a mailbox for as long as Graph said; our own word adds nothing."""
        if isinstance(failed, Throttled) and failed.code != PAUSED:
            self.gate.pause(mailbox, failed.retry_after)

    async def _rest(self, seconds: float) -> None:
        if seconds > 0:
            await self._world.sleep(seconds)

    async def _patiently(
        self,
        mailbox: str,
        once: Callable[[], Awaitable[T]],
        *,
        safe: bool,
        patience: float | None = None,
    ) -> T:
        """Do it, and again while that is harmless and the patience lasts."""
        mine = _Patience(self._limits, self._world.clock, patience)
        while True:
            try:
                async with self.gate.through({mailbox: 1}, mine.left):
                    return await once()
            except GraphError as failed:
                self._heed(mailbox, failed)
                wait = mine.wait_after(failed, safe=safe)
                if wait is None:
                    raise
            mine.count()
            await self._rest(wait)

    async def _batch(
        self, parts: Sequence[Part], *, serial: bool = False
    ) -> list[Reply | GraphError]:
        """Post one batch. Raises only when the batch as a whole went wrong."""
        request = RequestInformation(Method.POST, "{+baseurl}/$batch", {})
        request.headers.add("Accept", "application/json")
        said = [listed(number, part) for number, part in enumerate(parts)]
        if serial:
            for number in range(1, len(said)):
                said[number]["dependsOn"] = [str(number - 1)]
        request.set_stream_content(orjson.dumps({"requests": said}), "application/json")
        return answers(await self._send(request), parts)

    async def _send(self, request: RequestInformation) -> Reply:
        """Send once. Raises Unavailable when there is no answer to read."""
        for name in ("authorization", "client-request-id"):
            request.headers.remove(name)
        request.headers.add("client-request-id", self._world.request_id())
        # Written out once; the SDK would fill in its template whenever it asks for it.
        request.path_parameters["baseurl"] = self._adapter.base_url
        request.url = request.url
        if RAW.get_key() not in request.request_options:
            request.add_request_options([RAW])
        try:
            response = await self._adapter.send_primitive_async(request, "bytes", None)
        except ClientAuthenticationError as refused:
            raise refusal(refused) from refused
        except AzureError as silent:
            raise Unavailable("NoToken", type(silent).__name__) from silent
        except (httpx.ConnectError, httpx.ConnectTimeout) as nobody:
            raise Unavailable("NotReached", type(nobody).__name__) from nobody
        except httpx.HTTPError as lost:
            raise Unanswered("NoAnswer", type(lost).__name__) from lost
        self._hear_hour(response.headers.get("date", ""))
        return _read(response)

    def _hear_hour(self, said: str) -> None:
        """Lay our clock beside the hour an answer bears; now and then is enough."""
        if self._world.real is None or self._world.clock() < self._hears_hour:
            return
        try:
            there = parsedate_to_datetime(said)
        except ValueError:
            return
        self.ahead = self._world.real() - there.timestamp()
        self._hears_hour = self._world.clock() + _HOUR_HEARD_EACH


#: Seconds.
_HOUR_HEARD_EACH: Final = 30.0
RAW: Final = ResponseHandlerOption(_Raw())


class _Patience:
    """How often and how long a call may still be repeated."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float],
        seconds: float | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._gives_up = clock() + (limits.patience if seconds is None else seconds)
        self._tried = 0

    @property
    def left(self) -> float:
        return max(self._gives_up - self._clock(), 0.0)

    def count(self) -> None:
        self._tried += 1

    def wait_after(self, failed: GraphError, *, safe: bool) -> float | None:
        """Say how long to rest before the next try; None when there is none."""
        if self._tried + 1 >= self._limits.tries:
            return None
        match failed:
            case Throttled():
                wait = failed.retry_after
                return wait if wait <= self.left else None
            case Unavailable() if safe:
                wait = self._limits.pause * 2**self._tried
                return wait if wait <= self.left else None
            case _:
                return None


def _read(response: httpx.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body: Any = None
    if response.content:
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError as garbled:
            if response.is_success:
                raise Unavailable("NotJson", "the answer is no JSON") from garbled
    return Reply(response.status_code, headers, body)
