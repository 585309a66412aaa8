"""The kinds of column we keep, and moments as they stand in them.

A moment is a count of whole seconds since the epoch, in UTC; what is finer is cut off,
so a moment read back is never later than the one written. The jobs table alone keeps
fractions. What has no columns of its own is JSON text.
"""

import json
import math
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from booking.calendar import AllDay
from booking.model import Words
from booking.spans import Span, from_epoch

#: A key. SQLite numbers rows by itself only when the type is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Seconds = sa.BigInteger()

#: What every table belongs to, and how what stands in one is named.
metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s",
    }
)


class Json(sa.types.TypeDecorator[Any]):
    """JSON as text, the same bytes on both engines. None is NULL."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        del dialect
        if value is None:
            return None
        return json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        del dialect
        if value is None:
            return None
        # Most have nothing in them, and pages read hundreds.
        return {} if value == "{}" else json.loads(value)


def seconds(when: datetime) -> int:
    assert when.tzinfo is not None, when
    return math.floor(when.timestamp())


def maybe_seconds(when: datetime | None) -> int | None:
    return None if when is None else seconds(when)


def moment(value: float) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def maybe_moment(value: float | None) -> datetime | None:
    return None if value is None else moment(value)


def bounds(span: Span) -> tuple[int, int]:
    """Give the whole seconds that cover a span."""
    return seconds(span.start), math.ceil(span.end.timestamp())


def maybe_span(start: int | None, end: int | None) -> Span | None:
    if start is None or end is None:
        return None
    return from_epoch(start, end)


def words_out(words: Words) -> dict[str, str]:
    return {"fi": words.fi, "sv": words.sv, "en": words.en}


def words_in(data: dict[str, str]) -> Words:
    return Words(**data)


def all_day(first: str, after_last: str) -> AllDay:
    return AllDay(date.fromisoformat(first), date.fromisoformat(after_last))
