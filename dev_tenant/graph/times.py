"""Moments as Graph writes and reads them.

Inside, an event's times are wall clock in its own zone; here they become instants and
the pairs of `dateTime` and `timeZone` that travel. All-day events are never shifted:
they come midnight to midnight, labelled with whatever zone was asked for.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from dev_tenant.graph.answers import Failure, bad_request
from dev_tenant.graph.zones import zone_of
from dev_tenant.tenant import Json

_moment = re.compile(
    r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,12})?)?"
    r"(Z|[+-]\d\d:?\d\d)?$"
)


def read_moment(text: str) -> datetime:
    """An ISO moment with or without an offset; ValueError when it is neither."""
    found = _moment.match(text.strip())
    if found is None:
        raise ValueError(text)
    day, clock, seconds, fraction, offset = found.groups()
    whole = f"{day}T{clock or '00:00'}{seconds or ':00'}"
    if fraction:
        whole += f".{fraction[1:7]:0<6}"
    return datetime.fromisoformat(whole + (offset or "").replace("Z", "+00:00"))


def instant(wall: datetime, zone: str) -> datetime:
    """The UTC instant of a wall-clock time; a skipped time moves forward."""
    rules = zone_of(zone)
    assert rules is not None, zone
    return wall.replace(tzinfo=rules).astimezone(UTC)


def wall(moment: datetime, zone: str) -> datetime:
    rules = zone_of(zone)
    assert rules is not None, zone
    return moment.astimezone(rules).replace(tzinfo=None)


def read_pair(pair: Any, name: str, default_zone: str = "UTC") -> tuple[datetime, str]:
    """Read `{dateTime, timeZone}` into wall clock and zone name."""
    if not isinstance(pair, dict) or not isinstance(pair.get("dateTime"), str):
        raise Failure(400, "ErrorInvalidRequest", f"The property '{name}' is required.")
    zone = pair.get("timeZone") or default_zone
    if zone_of(str(zone)) is None:
        raise Failure(
            400, "TimeZoneNotSupportedException", f"The time zone '{zone}' is unknown."
        )
    try:
        moment = read_moment(pair["dateTime"])
    except ValueError as wrong:
        raise bad_request(
            f"The value '{pair['dateTime']}' of '{name}' is not a date and time.",
            "ErrorInvalidParameter",
        ) from wrong
    if moment.tzinfo is not None:
        return wall(moment, str(zone)), str(zone)
    return moment, str(zone)


def pair(moment: datetime, zone: str, wanted: str) -> Json:
    """A wall-clock time of `zone` as the pair a caller wanting `wanted` sees."""
    seen = moment if zone == wanted else wall(instant(moment, zone), wanted)
    return label(seen, wanted)


def label(seen: datetime, zone: str) -> Json:
    return {"dateTime": decimals(seen), "timeZone": zone}


def decimals(seen: datetime) -> str:
    """Seven decimals, as Exchange prints them."""
    return f"{seen:%Y-%m-%dT%H:%M:%S}.{seen.microsecond:06d}0"


def stamp(moment: datetime) -> str:
    """A DateTimeOffset property, in UTC."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0Z"


def read_instant(text: str, name: str) -> datetime:
    """A moment of a query or property; one without an offset is UTC."""
    try:
        moment = read_moment(text.replace(" ", "+"))
    except ValueError as wrong:
        raise bad_request(
            f"The value '{text}' of parameter '{name}' is invalid.",
            "ErrorInvalidParameter",
        ) from wrong
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def whole_days(start: datetime, end: datetime) -> bool:
    """Whether an all-day event may lie so: midnight to a later midnight."""
    midnight = datetime.min.time()
    return (
        start.time() == midnight
        and end.time() == midnight
        and end - start >= timedelta(days=1)
    )
