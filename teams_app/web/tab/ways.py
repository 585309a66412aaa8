"""Addresses of views that other views lead to, apart from what they show."""

from datetime import date
from urllib.parse import urlencode

TEAM = "/teams/team"
LIST = "/teams/list"


def team_day(day: date | None, unit: str, look: str = "") -> str:
    """Give the address of a unit's day; without a unit, of all that she looks after."""
    asked = {"day": f"{day}" if day else "", "unit": unit, "view": look}
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"{TEAM}?{given}" if given else TEAM
