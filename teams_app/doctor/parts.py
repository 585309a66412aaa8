"""What the doctor needs, and how an answer from outside becomes one it judges."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from booking.doctor import YES, Answer, Heard
from booking.doctor.judging import Proof
from booking.ids import Ids
from booking.policy import Policy
from graph_sync.graph import (
    Forbidden,
    Gone,
    Graph,
    GraphError,
    NoMailbox,
    Refused,
    Throttled,
)
from graph_sync.tenancy import Tenancy
from teams_app.outside import Chat, ChatError
from teams_app.store.database import Database

T = TypeVar("T")


class Web(Protocol):
    """Plain requests without a token, to see whether somebody is there."""

    async def post(self, url: str, text: str = "") -> tuple[int, str]:
        """Give status and text of an answer; 0 and nothing where there is none."""
        ...

    async def get(self, url: str) -> int:
        """Give the status of an answer; 0 where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """One deployment, as it is wired; without a database where that cannot be had."""

    graph: Graph
    tenancy: Tenancy
    chat: Chat
    web: Web
    database: Database | None
    policy: Policy
    now: Callable[[], datetime]
    real: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    ids: Ids
    language: str  #: Of the admin; a test event is written in it.
    base_url: str
    client_id: str
    package: str  #: Id of the Teams package; empty: none is set.
    package_faults: Sequence[str]
    bot_keys_url: str
    bot_scope: str
    proof: Proof
    fault: str = ""  #: Why there is no database.
    fault_code: str = ""


_KINDS: tuple[tuple[type[GraphError], Answer], ...] = (
    (NoMailbox, Answer.MISSING),
    (Gone, Answer.MISSING),
    (Forbidden, Answer.DENIED),
    (Throttled, Answer.BUSY),
    (Refused, Answer.REFUSED),
)


def answer_of(error: GraphError) -> Heard:
    """Say which answer an error of Graph's or of Entra's is."""
    kinds = (answer for kind, answer in _KINDS if isinstance(error, kind))
    code = getattr(error, "entra", "") or error.code
    return Heard(next(kinds, Answer.SILENT), code)


async def heard(asking: Awaitable[T]) -> tuple[Heard, T | None]:
    """Ask, and give the answer beside what was given, if anything was."""
    try:
        return YES, await asking
    except GraphError as error:
        return answer_of(error), None


def of_part(reply: object) -> Heard:
    """Say which answer a part of a batch got."""
    return answer_of(reply) if isinstance(reply, GraphError) else YES


_OF_CHAT = {401: Answer.REFUSED, 403: Answer.DENIED, 404: Answer.MISSING}


async def chat_opened(parts: Parts, object_id: str) -> Heard:
    """Open somebody's chat with the bot, in which nothing is said; give the answer.

    Where Teams asks to wait, it is waited and asked again.
    """
    status = 0
    for _ in range(_TRIES):
        try:
            await parts.chat.create(parts.policy.tenant_id, object_id)
        except ChatError as error:
            status = error.status
            if status != _TOO_MANY:
                break
            await parts.sleep(min(error.retry_after or 1.0, _LONGEST))
        else:
            return YES
    usual = Answer.BUSY if status == _TOO_MANY else Answer.SILENT
    return Heard(_OF_CHAT.get(status, usual), str(status))


_TOO_MANY = 429
_TRIES = 8
#: Real seconds that are waited at most at a time.
_LONGEST = 30.0
