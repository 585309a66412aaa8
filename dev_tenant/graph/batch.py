"""$batch: up to twenty requests in one, answered one by one.

Parts for Outlook run four at a time whatever their mailbox; a part that depends on
others waits for them and is answered 424 when one of them failed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from dev_tenant.graph import typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request, error_body
from dev_tenant.tenant import Json

PARTS_MAX = 20
AT_ONCE = 4
FAILED = 400  #: The first status that is a failure.
METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}

Run = Callable[[Call], Awaitable[Answer]]


def read_parts(fields: Json) -> list[Json]:
    typed.check(fields, typed.PARTS)
    parts = fields.get("requests")
    if not isinstance(parts, list) or not parts:
        raise bad_request("Missing requests array in the batch payload.")
    if len(parts) > PARTS_MAX:
        raise bad_request(
            "Number of batch request steps exceeds the maximum value of 20.",
            "MaximumValueExceeded",
        )
    seen: set[str] = set()
    for part in parts:
        _check_part(part, seen)
        seen.add(str(part["id"]).lower())
    return parts


def _check_part(part: Any, before: set[str]) -> None:
    if not isinstance(part, dict) or not part.get("id"):
        raise bad_request("Every batch request needs an id.")
    id_, url = str(part["id"]).lower(), str(part.get("url") or "")
    if id_ in before:
        raise bad_request("Request Id is not unique in the batch.")
    if str(part.get("method") or "").upper() not in METHODS:
        raise bad_request(f"The method of request '{id_}' is invalid.")
    if not url or "://" in url or url.lower().lstrip("/").startswith("$batch"):
        raise bad_request(f"The url of request '{id_}' must be relative.")
    names = {k.lower() for k in part.get("headers") or {}}
    if part.get("body") is not None and "content-type" not in names:
        raise bad_request(
            f"The Content-Type header is missing for request '{id_}' with a body."
        )
    for other in part.get("dependsOn") or []:
        if str(other).lower() not in before:
            raise bad_request(f"Request '{id_}' depends on an unknown request.")


async def run(call: Call, answer: Run) -> Answer:
    parts = read_parts(call.fields())
    lanes = asyncio.Semaphore(AT_ONCE)
    tasks: dict[str, asyncio.Task[Json]] = {}
    for part in parts:
        needed = [tasks[str(d).lower()] for d in part.get("dependsOn") or []]
        work = _run_part(call, part, needed, lanes, answer)
        tasks[str(part["id"]).lower()] = asyncio.create_task(work)
    responses = [await t for t in tasks.values()]
    if not any(p.get("dependsOn") for p in parts):
        # Answers come in any order; the last ones first is such an order.
        responses.reverse()
    return Answer(200, {"responses": responses})


async def _run_part(
    call: Call,
    part: Json,
    needed: list["asyncio.Task[Json]"],
    lanes: asyncio.Semaphore,
    answer: Run,
) -> Json:
    for other in needed:
        if (await other)["status"] >= FAILED:
            failed = Failure(
                424, "FailedDependency", "A request this one depends on failed."
            )
            body = error_body(failed, call.request_id, call.tenant.clock.real())
            return _told(part, Answer(424, body))
    async with lanes:
        return _told(part, await answer(_inner(call, part)))


def _inner(call: Call, part: Json) -> Call:
    path, _, query = str(part["url"]).lstrip("/").partition("?")
    return replace(
        call,
        method=str(part["method"]).upper(),
        segments=[unquote(s) for s in path.split("/") if s],
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={k.lower(): str(v) for k, v in (part.get("headers") or {}).items()},
        body=part.get("body"),
        delay=0.0,
    )


def _told(part: Json, answer: Answer) -> Json:
    headers = {"Cache-Control": "no-cache", **answer.headers}
    told: Json = {"id": part["id"], "status": answer.status, "headers": headers}
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
        told["body"] = answer.body
    return told
