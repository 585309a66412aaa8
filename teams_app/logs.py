"""Logs: one line of JSON each, with fields from a list and nothing else.

Ids, not names; route templates, not paths; never a token, a body or a link. A field that
is not on the list is dropped rather than written.
"""

import json
import logging
from datetime import UTC, datetime

from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override

ALLOWED = (
    "request",
    "method",
    "route",
    "status",
    "ms",
    "job",
    "kind",
    "attempt",
    "why",
    "code",
    "pulls",
    "forged",
    "port",
    "professional",
    "appointment",
)


class JsonLines(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        strange = _is_no_http(record)
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": "warning" if strange else record.levelname.lower(),
            "from": record.name,
            "said": "refused what is no HTTP" if strange else record.getMessage(),
        }
        said |= {
            name: getattr(record, name) for name in ALLOWED if hasattr(record, name)
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            if not strange:
                said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _is_no_http(record: logging.LogRecord) -> bool:
    """Whether somebody sent what is no HTTP: his doing, and where from stays unsaid."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name == "aiohttp.server" and isinstance(error, HttpProcessingError)


def begin(level: str) -> None:
    """Write the whole program's log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "azure", "msal", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
