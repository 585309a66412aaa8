"""What a mailbox says of itself: hours, zone, Teams meetings."""

from datetime import time
from typing import Any, Final

from booking.calendar import Mailbox, WorkingHours
from graph_sync.microsoft.zones import iana

_DAYS: Final = {
    name: number
    for number, name in enumerate(
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    )
}
_TEAMS: Final = "teamsForBusiness"


def read_mailbox(
    settings: dict[str, Any], calendar: dict[str, Any], home: str
) -> Mailbox:
    """Read both answers; `home` is the zone of who does not say or says a custom one."""
    zone = iana(settings.get("timeZone"), home)
    providers = calendar.get("allowedOnlineMeetingProviders")
    return Mailbox(
        hours=_hours(settings.get("workingHours") or {}, zone),
        zone=zone,
        online_meetings=providers is None or _TEAMS in providers,
    )


def _hours(said: dict[str, Any], zone: str) -> WorkingHours:
    usual = WorkingHours(zone=zone)
    days = said.get("daysOfWeek")
    return WorkingHours(
        days=usual.days
        if days is None
        else frozenset(_DAYS[day.lower()] for day in days if day.lower() in _DAYS),
        start=_clock(said.get("startTime"), usual.start),
        end=_clock(said.get("endTime"), usual.end),
        zone=iana((said.get("timeZone") or {}).get("name"), zone),
    )


def _clock(text: str | None, usual: time) -> time:
    try:
        return time.fromisoformat((text or "")[:8])
    except ValueError:
        return usual
