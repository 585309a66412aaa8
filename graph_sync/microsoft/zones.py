"""Windows' names of time zones, as mailboxes still have them, in IANA's; and moments."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.calendar import at_utc

#: Names the table still has that IANA has replaced.
_RENAMED: Final = {
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
}
#: Windows has one name where countries have their own; the table knows only the largest
#: of them, which may one day change its clocks without the others.
_SHARED: Final = {
    "FLE Standard Time": {
        "Europe/Helsinki",
        "Europe/Mariehamn",
        "Europe/Riga",
        "Europe/Sofia",
        "Europe/Tallinn",
        "Europe/Vilnius",
    },
    "W. Europe Standard Time": {"Europe/Oslo", "Europe/Stockholm", "Europe/Vienna"},
    "Romance Standard Time": {"Europe/Brussels", "Europe/Copenhagen", "Europe/Madrid"},
}
#: What Graph says for no zone in particular.
_UTC: Final = {"utc", "tzone://microsoft/utc", "etc/utc", "etc/gmt"}


def iana(name: str | None, otherwise: str) -> str:
    """Give the IANA name of a zone; `otherwise` for a custom or unknown one.

    A Windows name that `otherwise` goes by as well means `otherwise`.
    """
    if not name:
        return otherwise
    if name.lower() in _UTC:
        return "UTC"
    if otherwise in _SHARED.get(name, ()):
        return otherwise
    found = WINDOWS_TO_OLSON.get(name, name)
    found = _RENAMED.get(found, found)
    return found if found in _known() else otherwise


@cache
def _known() -> frozenset[str]:
    """Give IANA's names: looking for them reads a folder of the machine each time."""
    return frozenset(available_timezones())


def zone(name: str | None) -> ZoneInfo:
    """Give the zone in which a dateTime of Graph was written; UTC unless it says."""
    return ZoneInfo(iana(name, "UTC"))


def instant(value: dict[str, Any]) -> datetime:
    """Read Graph's pair of dateTime and timeZone.

    Raises AttributeError, KeyError, TypeError or ValueError where it is none.
    """
    name = value.get("timeZone")
    if name in {None, "UTC"}:
        return at_utc(value["dateTime"])
    naive = datetime.fromisoformat(value["dateTime"].rstrip("Z")[:26])
    return naive.replace(tzinfo=zone(name)).astimezone(UTC)
