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
from dataclasses import dataclass
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
    Forbidden,
    GraphError,
    Refused,
    Throttled,
    Unanswered,
    Unavailable,
)
from graph_sync.microsoft.errors import Reply, error_of
from graph_sync.microsoft.limits import Gate, Limits
from graph_sync.microsoft.tokens import GRAPH_SCOPE, Credential

BATCH_MAX: Final = 20  #: Parts of one batch, by Graph's rule.
T = TypeVar("T")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class _Raw:
    """Hands the answer over as it came."""

    async def handle_response_async(
        self, response: httpx.Response, _: Any
    ) -> httpx.Response:
        return response


@dataclass(frozen=True, slots=True)
class Part:
    """A request, as itself or as a part of a batch."""

    request: Any  #: The SDK's RequestInformation.
    mailbox: str  #: Whose lane it takes; empty: nobody's.
    safe: bool  #: Repeating it does no harm: a read, or a write with a key.


@dataclass(frozen=True, slots=True)
class World:
    """What a transport takes from outside: waiting, clock, ids, trust."""

    sleep: Callable[[float], Awaitable[None]]
    request_id: Callable[[], str]
    clock: Callable[[], float] = time.monotonic
    verify: ssl.SSLContext | None = None


class Transport:
    def __init__(
        self, base_url: str, tokens: Credential, limits: Limits, world: World
    ) -> None:
        self._base = httpx.URL(base_url)
        self._limits = limits
        self._world = world
        self.gate = Gate(limits, world.sleep, world.clock)
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

    def link(self, url: str, headers: Mapping[str, str]) -> RequestInformation:
        """Make the request a link of Graph asks for. Refuses other hosts."""
        found = httpx.URL(url)
        ours = (self._base.scheme, self._base.host, self._base.port)
        if (found.scheme, found.host, found.port) != ours:
            raise Refused("ForeignLink", "a link leads away from Graph")
        request = RequestInformation()
        request.http_method = Method.GET
        request.url = url
        for name, value in headers.items():
            request.headers.add(name, value)
        return request

    async def ask(self, part: Part) -> Reply:
        """Send one request. Raises the error that its answer is."""

        async def once() -> Reply:
            reply = await self._send(part.request)
            reply.value()
            return reply

        return await self._patiently(part.mailbox, once, safe=part.safe)

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
        answers: dict[int, Reply | GraphError] = {}
        patience = _Patience(self._limits, self._world.clock)
        waiting = list(range(len(parts)))
        while waiting:
            waiting = self._refuse_paused(parts, waiting, patience.left, answers)
            shares = slices([part.mailbox for part in parts], waiting, self._limits)
            for share in await asyncio.gather(
                *(self._share(parts, indices, patience.left) for indices in shares)
            ):
                answers.update(share)
            waiting, wait = self._again(parts, waiting, answers, patience)
            await self._rest(wait)
        return [answers[index] for index in range(len(parts))]

    def _refuse_paused(
        self,
        parts: Sequence[Part],
        waiting: list[int],
        patience: float,
        answers: dict[int, Reply | GraphError],
    ) -> list[int]:
        """Answer for mailboxes that are closed for too long; give the others."""
        open_ones = []
        for index in waiting:
            wait = self.gate.paused(parts[index].mailbox)
            if wait > patience:
                answers[index] = _paused(wait)
            else:
                open_ones.append(index)
        return open_ones

    async def _share(
        self, parts: Sequence[Part], indices: Sequence[int], patience: float
    ) -> dict[int, Reply | GraphError]:
        chosen = [parts[index] for index in indices]
        wants = Counter(part.mailbox.lower() for part in chosen)
        try:
            async with self.gate.through(wants, patience):
                replies = await self._batch(chosen)
        except GraphError as failed:
            return dict.fromkeys(indices, failed)
        return dict(zip(indices, replies, strict=True))

    def _again(
        self,
        parts: Sequence[Part],
        asked: list[int],
        answers: Mapping[int, Reply | GraphError],
        patience: "_Patience",
    ) -> tuple[list[int], float]:
        """Choose what is asked once more, and after how long."""
        again: list[int] = []
        longest = 0.0
        for index in asked:
            failed, part = answers[index], parts[index]
            if not isinstance(failed, GraphError):
                continue
            if isinstance(failed, Throttled):
                self.gate.pause(part.mailbox, failed.retry_after)
            wait = patience.wait_after(failed, safe=part.safe)
            if wait is not None:
                again.append(index)
                longest = max(longest, wait)
        patience.count()
        return again, longest

    async def _rest(self, seconds: float) -> None:
        if seconds > 0:
            await self._world.sleep(seconds)

    async def _patiently(
        self, mailbox: str, once: Callable[[], Awaitable[T]], *, safe: bool
    ) -> T:
        """Do it, and again while that is harmless and the patience lasts."""
        patience = _Patience(self._limits, self._world.clock)
        while True:
            try:
                async with self.gate.through({mailbox: 1}, patience.left):
                    return await once()
            except GraphError as failed:
                if isinstance(failed, Throttled):
                    self.gate.pause(mailbox, failed.retry_after)
                wait = patience.wait_after(failed, safe=safe)
                if wait is None:
                    raise
            patience.count()
            await self._rest(wait)

    async def _batch(
        self, parts: Sequence[Part], *, serial: bool = False
    ) -> list[Reply | GraphError]:
        """Post one batch. Raises only when the batch as a whole went wrong."""
        request = RequestInformation(Method.POST, "{+baseurl}/$batch", {})
        request.headers.add("Accept", "application/json")
        listed = [_listed(number, part) for number, part in enumerate(parts)]
        if serial:
            for number in range(1, len(listed)):
                listed[number]["dependsOn"] = [str(number - 1)]
        request.set_stream_content(
            orjson.dumps({"requests": listed}), "application/json"
        )
        answer = (await self._send(request)).value()
        found = {str(one.get("id")): one for one in answer.get("responses") or ()}
        return [_answered(found.get(str(number))) for number in range(len(parts))]

    async def _send(self, request: RequestInformation) -> Reply:
        """Send once. Raises Unavailable when there is no answer to read."""
        for name in ("authorization", "client-request-id"):
            request.headers.remove(name)
        request.headers.add("client-request-id", self._world.request_id())
        if RAW.get_key() not in request.request_options:
            request.add_request_options([RAW])
        try:
            response = await self._adapter.send_primitive_async(request, "bytes", None)
        except ClientAuthenticationError as refused:
            raise Forbidden("TokenRefused", "Entra gave no token") from refused
        except AzureError as silent:
            raise Unavailable("NoToken", type(silent).__name__) from silent
        except (httpx.ConnectError, httpx.ConnectTimeout) as nobody:
            raise Unavailable("NotReached", type(nobody).__name__) from nobody
        except httpx.HTTPError as lost:
            raise Unanswered("NoAnswer", type(lost).__name__) from lost
        return _read(response)


RAW: Final = ResponseHandlerOption(_Raw())


class _Patience:
    """How often and how long a call may still be repeated."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._gives_up = clock() + limits.patience
        self._tried = 0

    @property
    def left(self) -> float:
        return max(self._gives_up - self._clock(), 0.0)

    def count(self) -> None:
        self._tried += 1

    def wait_after(self, failed: GraphError, *, safe: bool) -> float | None:
        """Say how long to rest before the next try; None when there is none.

        After *too many* the gate itself waits, so no rest is added to it.
        """
        if self._tried + 1 >= self._limits.tries:
            return None
        match failed:
            case Throttled():
                return 0.0 if failed.retry_after <= self.left else None
            case Unavailable() if safe:
                wait = self._limits.pause * 2**self._tried
                return wait if wait <= self.left else None
            case _:
                return None


def slices(
    mailboxes: Sequence[str], waiting: Sequence[int], limits: Limits
) -> list[list[int]]:
    """Share parts out into batches that overload no mailbox."""
    shares: list[tuple[list[int], Counter[str]]] = []
    for index in waiting:
        mailbox = mailboxes[index].lower()
        for share, counts in shares:
            if len(share) < BATCH_MAX and counts[mailbox] < limits.per_mailbox:
                break
        else:
            share, counts = [], Counter()
            shares.append((share, counts))
        share.append(index)
        counts[mailbox] += 1
    return [share for share, _ in shares]


def _listed(number: int, part: Part) -> dict[str, Any]:
    request = part.request
    request.path_parameters["baseurl"] = ""
    listed: dict[str, Any] = {
        "id": str(number),
        "method": request.http_method.value,
        "url": request.url,
        "headers": dict(request.request_headers),
    }
    if request.content:
        listed["body"] = orjson.loads(request.content)
    return listed


def _answered(said: dict[str, Any] | None) -> Reply | GraphError:
    if said is None:
        return Unavailable("PartMissing", "a part of the batch was not answered")
    headers = {
        str(name).lower(): str(value)
        for name, value in (said.get("headers") or {}).items()
    }
    reply = Reply(int(said.get("status") or 0), headers, said.get("body"))
    return reply if reply.good else error_of(reply)


def _paused(wait: float) -> Throttled:
    refusal = Throttled("MailboxPaused", "waiting as Graph asked")
    refusal.retry_after = wait
    return refusal


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
