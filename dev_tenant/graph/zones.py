"""Names of time zones: Windows' and IANA's, both taken, echoed as they were given."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

WINDOWS: dict[str, str] = dict(get_global("windows_zone_mapping"))
ALIASES = {"tzone://Microsoft/Utc": "UTC", "tzone://Microsoft/Custom": "UTC"}


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | None:
    """The rules behind a name, or None for a name nobody knows."""
    wanted = ALIASES.get(name) or WINDOWS.get(name) or name
    if wanted not in _known():
        return None
    return ZoneInfo(wanted)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def windows_names() -> list[str]:
    return sorted(WINDOWS)


def iana_names() -> list[str]:
    return sorted(n for n in _known() if "/" in n and not n.startswith("Etc/"))
