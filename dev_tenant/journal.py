"""What went over the wire, both ways, as HAR 1.2.

Requests answered by Graph, Entra and the connector are written down, and so are those
the tenant makes itself: change notifications and bot activities. Credentials are not:
Authorization headers, secrets, assertions and tokens are replaced by a word.
"""

import json
import re
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

KEPT = 20_000
SECRET_HEADERS = {"authorization", "cookie", "set-cookie"}
SECRET_FIELDS = {
    "client_secret",
    "client_assertion",
    "assertion",
    "access_token",
    "refresh_token",
    "id_token",
    "code",
}
WORD = "redacted"
_json_secret = re.compile(
    r'("(?:client_secret|client_assertion|access_token|refresh_token|id_token|token)"'
    r'\s*:\s*")[^"]*(")'
)


@dataclass(frozen=True)
class Exchange:
    """One request with its answer; bodies are text, empty when there were none."""

    started: datetime
    seconds: float
    outgoing: bool  #: True when the tenant asked, False when it was asked.
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int  #: 0 when no answer came
    response_headers: Mapping[str, str]
    response_body: str
    comment: str = ""


@dataclass
class Journal:
    entries: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, exchange: Exchange) -> None:
        self.entries.append(exchange)

    def clear(self) -> None:
        self.entries.clear()

    def har(self) -> dict[str, Any]:
        return {
            "log": {
                "version": "1.2",
                "creator": {"name": "dev_tenant", "version": "1"},
                "entries": [_entry(e) for e in self.entries],
            }
        }


def stopwatch() -> float:
    return time.perf_counter()


def _entry(e: Exchange) -> dict[str, Any]:
    milliseconds = round(e.seconds * 1000, 3)
    kind = _header(e.request_headers, "content-type")
    answered = _header(e.response_headers, "content-type")
    request: dict[str, Any] = {
        "method": e.method,
        "url": e.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(e.request_headers.items()),
        "queryString": _query(e.url),
        "headersSize": -1,
        "bodySize": len(e.request_body.encode()),
    }
    if e.request_body:
        request["postData"] = {"mimeType": kind, "text": redact(e.request_body, kind)}
    return {
        "startedDateTime": e.started.isoformat(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": e.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _headers(e.response_headers.items()),
            "content": {
                "size": len(e.response_body.encode()),
                "mimeType": answered,
                "text": redact(e.response_body, answered),
            },
            "redirectURL": _header(e.response_headers, "location"),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_direction": "from tenant" if e.outgoing else "to tenant",
        "comment": e.comment,
    }


def redact(body: str, kind: str) -> str:
    if "x-www-form-urlencoded" in kind:
        pairs = parse_qsl(body, keep_blank_values=True)
        return urlencode([(k, WORD if k in SECRET_FIELDS else v) for k, v in pairs])
    return _json_secret.sub(rf"\1{WORD}\2", body)


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((v for k, v in headers.items() if k.lower() == name), "")


def _headers(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"name": k, "value": WORD if k.lower() in SECRET_HEADERS else v}
        for k, v in pairs
    ]


def _query(url: str) -> list[dict[str, str]]:
    query = url.partition("?")[2].partition("#")[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    return [{"name": k, "value": v} for k, v in pairs]


def as_text(har: dict[str, Any]) -> str:
    return json.dumps(har, ensure_ascii=False)
