"""From an HTTP answer of Graph to our family of errors.

An answer is good (below 300) or becomes exactly one error; what Graph wrote besides its
code and request id is not kept, for bodies may hold other people's data.
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

#: Codes that say more than their status; Exchange is not of one mind about those.
_BY_CODE: Final[dict[str, type[GraphError]]] = {
    "ErrorIrresolvableConflict": Changed,
    "ErrorItemNotFound": Gone,
    "ErrorInvalidUser": NoMailbox,
    "ErrorNonExistentMailbox": NoMailbox,
    "MailboxNotEnabledForRESTAPI": NoMailbox,
    "MailboxNotHostedInExchangeOnline": NoMailbox,
    "Request_ResourceNotFound": NoMailbox,
    "ResyncRequired": TokenExpired,
    "SyncStateInvalid": TokenExpired,
    "SyncStateNotFound": TokenExpired,
    DUPLICATE: Changed,
}
_BY_STATUS: Final[dict[int, type[GraphError]]] = {
    HTTPStatus.UNAUTHORIZED: Forbidden,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: Gone,
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

    @property
    def good(self) -> bool:
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    def value(self) -> dict[str, Any]:
        """Give the body of a good answer. Raises what the answer says."""
        if not self.good:
            raise error_of(self)
        return self.body if isinstance(self.body, dict) else {}


def error_of(reply: Reply) -> GraphError:
    """Say which error an answer is. Only for answers that are not good."""
    error = _error(reply.body)
    code = str(error.get("code") or reply.status)
    inner = error.get("innerError") or error.get("innererror") or {}
    request_id = reply.headers.get("request-id") or _text(inner, "request-id")
    wait = retry_after(reply.headers)
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
        kind: type[GraphError] = Throttled
    elif reply.status == HTTPStatus.GATEWAY_TIMEOUT:
        kind = Unanswered
    elif reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = Unavailable
    else:
        kind = _BY_CODE.get(code) or _BY_STATUS.get(reply.status, Refused)
    found = kind(code, f"status {reply.status}", request_id)
    if isinstance(found, Throttled):
        found.retry_after = RETRY_AFTER_UNSAID if wait is None else wait
    return found


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
