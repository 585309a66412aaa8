"""Windows' names of time zones, as mailboxes still have them, in IANA's."""

from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

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
#: What Graph says for no zone in particular.
_UTC: Final = {"utc", "tzone://microsoft/utc", "etc/utc", "etc/gmt"}


def iana(name: str | None, otherwise: str) -> str:
    """Give the IANA name of a zone; `otherwise` for a custom or unknown one."""
    if not name:
        return otherwise
    if name.lower() in _UTC:
        return "UTC"
    found = WINDOWS_TO_OLSON.get(name, name)
    found = _RENAMED.get(found, found)
    return found if found in available_timezones() else otherwise


def zone(name: str | None) -> ZoneInfo:
    """Give the zone in which a dateTime of Graph was written; UTC unless it says."""
    return ZoneInfo(iana(name, "UTC"))
