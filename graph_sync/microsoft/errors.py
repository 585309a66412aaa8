"""From an HTTP answer of Graph to our family of errors.

An answer is good or becomes exactly one error; what Graph wrote besides its code and
request id is not kept, for bodies may hold other people's data. An answer that says
nothing is no good one: a calendar nobody has described is not an empty calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from graph_sync.graph import (
    Changed,
    Forbidden,
    Gone,
    GraphError,
    NoMailbox,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
)

#: A repeat with a transaction id that Graph remembers for another create.
DUPLICATE: Final = "ErrorDuplicateTransactionId"
#: Waiting when Graph says *too many* or *unavailable* but not for how long.
RETRY_AFTER_UNSAID: Final = 1.0
RETRY_AFTER_MAX: Final = 3600.0
_SERVER: Final = HTTPStatus.INTERNAL_SERVER_ERROR

#: Codes that say more than their status; Exchange is not of one mind about those.
_BY_CODE: Final[dict[str, type[GraphError]]] = {
    "ErrorIrresolvableConflict": Changed,
    "ErrorItemNotFound": Gone,
    "ErrorInvalidUser": NoMailbox,
    "ErrorNonExistentMailbox": NoMailbox,
    "MailboxNotEnabledForRESTAPI": NoMailbox,
    "MailboxNotHostedInExchangeOnline": NoMailbox,
    "Request_ResourceNotFound": NoMailbox,
    "ResourceNotFound": NoMailbox,  # "Resource could not be discovered."
    "ResyncRequired": TokenExpired,
    "SyncStateInvalid": TokenExpired,
    "SyncStateNotFound": TokenExpired,
    DUPLICATE: Changed,
}
_BY_STATUS: Final[dict[int, type[GraphError]]] = {
    HTTPStatus.UNAUTHORIZED: Forbidden,
    HTTPStatus.FORBIDDEN: Forbidden,
    # What is not explained may come from a proxy, or a mailbox on its way elsewhere.
    HTTPStatus.NOT_FOUND: Unavailable,
    HTTPStatus.REQUEST_TIMEOUT: Unavailable,
    HTTPStatus.CONFLICT: Changed,
    HTTPStatus.GONE: TokenExpired,
    HTTPStatus.PRECONDITION_FAILED: Changed,
    HTTPStatus.FAILED_DEPENDENCY: Unavailable,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of Graph, to a request of its own or to a part of a batch."""

    status: int
    headers: Mapping[str, str]  #: Names in small letters.
    body: Any  #: Parsed JSON, or None.
    subscription: bool = False  #: It is about a subscription, named by its id.

    @property
    def good(self) -> bool:
        """Whether it was done; a success that tells of an error is none."""
        return _success(self.status) and not (
            isinstance(self.body, dict) and "error" in self.body
        )

    def value(self) -> dict[str, Any]:
        """Give the object it holds. Raises what the answer says."""
        if not self.good:
            raise error_of(self)
        if not isinstance(self.body, dict):
            raise unreadable("no object where one was asked for")
        return self.body

    def items(self) -> list[dict[str, Any]]:
        """Give the objects of a page; a page without a list is not an empty one."""
        found = self.value().get("value")
        if not isinstance(found, list):
            raise unreadable("a page without a list")
        if not all(isinstance(each, dict) for each in found):
            raise unreadable("a page with a hole in it")
        return found

    def link(self, name: str) -> str | None:
        """Give a link of a page, None when it has none of the name."""
        body = self.value()
        if name not in body:
            return None
        found = body[name]
        if not isinstance(found, str) or not found:
            raise unreadable("a link that leads nowhere")
        return found


def unreadable(why: str) -> Unavailable:
    """Say that there was an answer, and nothing in it."""
    return Unavailable("Unreadable", why)


def error_of(reply: Reply) -> GraphError:
    """Say which error an answer is. Only for answers that are not good."""
    error = _error(reply.body)
    code = str(error.get("code") or reply.status)
    if _success(reply.status):
        code = "Unreadable"
    inner = error.get("innerError") or error.get("innererror") or {}
    request_id = reply.headers.get("request-id") or _text(inner, "request-id")
    wait = retry_after(reply.headers)
    found = _kind(reply, code, wait)(code, f"status {reply.status}", request_id)
    if isinstance(found, Throttled):
        found.retry_after = RETRY_AFTER_UNSAID if wait is None else wait
    return found


def _kind(reply: Reply, code: str, wait: float | None) -> type[GraphError]:
    status = reply.status
    if status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
        return Throttled
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return Unanswered
    if status < HTTPStatus.MULTIPLE_CHOICES or status >= _SERVER:
        return Unavailable
    if status == HTTPStatus.NOT_FOUND and reply.subscription:
        return Gone
    return _BY_CODE.get(code) or _BY_STATUS.get(status, Refused)


def _success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After: seconds (Graph's may be fractional) or a date."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return _until(text, headers.get("date", ""))
    return min(max(seconds, 0.0), RETRY_AFTER_MAX) if seconds == seconds else None  # noqa: PLR0124 -- NaN


def _until(moment: str, now: str) -> float | None:
    """Measure by the answer's own clock: ours may differ, and tests move it."""
    try:
        wait = parsedate_to_datetime(moment) - parsedate_to_datetime(now)
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), RETRY_AFTER_MAX)


def _error(body: Any) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _text(source: Any, name: str) -> str:
    return str(source.get(name) or "") if isinstance(source, dict) else ""
