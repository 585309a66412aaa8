"""One request of ours, and how many of them share Graph's `$batch`.

A batch's answers come in any order and one by one: what was not answered, or not so
that it can be read, is `Unavailable` in that place alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from graph_sync.graph import GraphError, Unavailable
from graph_sync.microsoft.errors import Reply, error_of, unreadable
from graph_sync.microsoft.limits import Limits

BATCH_MAX: Final = 20  #: Parts of one batch, by Graph's rule.


@dataclass(frozen=True, slots=True)
class Part:
    """A request, as itself or as a part of a batch."""

    request: Any  #: The SDK's RequestInformation.
    mailbox: str  #: Whose lane it takes; empty: nobody's.
    safe: bool  #: Repeating it does no harm: a read, or a write with a key.
    subscription: bool = False  #: It names a subscription, so a 404 is about that.


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


def listed(number: int, part: Part) -> dict[str, Any]:
    """Write a part down as a batch has it."""
    request = part.request
    request.path_parameters["baseurl"] = ""
    said: dict[str, Any] = {
        "id": str(number),
        "method": request.http_method.value,
        "url": request.url,
        "headers": dict(request.request_headers),
    }
    if request.content:
        said["body"] = orjson.loads(request.content)
    return said


def answers(whole: Reply, parts: Sequence[Part]) -> list[Reply | GraphError]:
    """Give what a batch answered, each at the place of its part."""
    said = whole.value().get("responses")
    if not isinstance(said, list):
        raise unreadable("a batch without answers")
    found = {str(one.get("id")): one for one in said if isinstance(one, dict)}
    return [
        _answered(found.get(str(number)), part) for number, part in enumerate(parts)
    ]


def _answered(said: dict[str, Any] | None, part: Part) -> Reply | GraphError:
    if said is None:
        return Unavailable("PartMissing", "a part of the batch was not answered")
    status, headers = said.get("status"), said.get("headers")
    if not isinstance(status, int) or isinstance(status, bool):
        return unreadable("a part of the batch without a status")
    named = headers if isinstance(headers, dict) else {}
    reply = Reply(
        status,
        {str(name).lower(): str(value) for name, value in named.items()},
        said.get("body"),
        subscription=part.subscription,
    )
    return reply if reply.good else error_of(reply)
