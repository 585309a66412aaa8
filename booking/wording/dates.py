"""Dates and times as people of each language write them in Finland.

A date always has its weekday. The clock is 10.30 in Finnish and Swedish, 10:30 in
English. Whoever calls gives instants; the zone is where the reader stands.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.spans import HELSINKI, wall
from booking.wording import text


def clock(language: str, when: datetime, zone: ZoneInfo = HELSINKI) -> str:
    """Give `10.30`, or `10:30` in English."""
    local = wall(when, zone)
    mark = ":" if language == "en" else "."
    hour = f"{local.hour:02}" if language == "en" else str(local.hour)
    return f"{hour}{mark}{local.minute:02}"


def date_short(language: str, day: date) -> str:
    """Give `24.11.`, `24.11`, `24 Nov`: where the weekday stands beside it."""
    return text(language, f"common.date_short.{day.month}", d=day.day)


def day_short(language: str, day: date) -> str:
    """Give `ti 24.11.`, `ti 24.11`, `Tue 24 Nov`."""
    name = text(language, f"common.day_short.{day.weekday()}")
    return f"{name} {date_short(language, day)}"


def day_of_year(language: str, day: date) -> str:
    """Give `ti 24.11.2026`, `Tue 24 Nov 2026`: where the year is not this one."""
    mark = {"fi": "", "sv": "."}.get(language, " ")
    return f"{day_short(language, day)}{mark}{day.year}"


def day_name(language: str, day: date) -> str:
    """Give the weekday alone, as a heading has it: `tiistai`."""
    return text(language, f"common.day.{day.weekday()}")


def day_long(language: str, day: date) -> str:
    """Give `tiistaina 24. marraskuuta`, `tisdagen den 24 november`."""
    return f"{text(language, f'common.on_day.{day.weekday()}')} {_day_month(language, day)}"


def day_heading(language: str, day: date) -> str:
    """Give `tiistai 24. marraskuuta`, `tisdag 24 november`."""
    return f"{day_name(language, day)} {_day_month(language, day)}"


def _day_month(language: str, day: date) -> str:
    dot = "." if language == "fi" else ""
    return f"{day.day}{dot} {text(language, f'common.month.{day.month}')}"


def when_short(language: str, when: datetime, zone: ZoneInfo = HELSINKI) -> str:
    """Give `ti 24.11. klo 10.30`."""
    local = wall(when, zone)
    name = text(language, f"common.day_short.{local.weekday()}")
    written = date_short(language, local.date())
    hour = clock(language, when, zone)
    return text(language, "common.when_short", day=name, date=written, clock=hour)


def when_exact(language: str, when: datetime, zone: ZoneInfo = HELSINKI) -> str:
    """Give `ti 24.11.2026 10.30.07`: the year and the second, where they are asked for."""
    local = wall(when, zone)
    mark = ":" if language == "en" else "."
    hour = clock(language, when, zone)
    return f"{day_of_year(language, local.date())} {hour}{mark}{local.second:02}"


def when_brief(
    language: str, when: datetime, now: datetime, zone: ZoneInfo = HELSINKI
) -> str:
    """Give `10.30`, with the date before it where it is another day: `24.11. 10.30`."""
    hour, day = clock(language, when, zone), wall(when, zone).date()
    if day == wall(now, zone).date():
        return hour
    return f"{date_short(language, day)} {hour}"


def when_long(language: str, when: datetime, zone: ZoneInfo = HELSINKI) -> str:
    """Give `tiistaina 24. marraskuuta kello 10.30`."""
    local = wall(when, zone).date()
    return text(
        language,
        "common.when_long",
        day=text(language, f"common.on_day.{local.weekday()}"),
        date=_day_month(language, local),
        clock=clock(language, when, zone),
    )


def time_range(
    language: str, start: datetime, end: datetime, zone: ZoneInfo = HELSINKI
) -> str:
    """Give `klo 10.30–11.15`, `kl. 10.30–11.15`, `10:30–11:15`."""
    return text(
        language,
        "common.time_range",
        start=clock(language, start, zone),
        end=clock(language, end, zone),
    )


def when_range(
    language: str, start: datetime, end: datetime, zone: ZoneInfo = HELSINKI
) -> str:
    """Give `ti 24.11. klo 10.30–11.15`, `Tue 24 Nov, 10:30–11:15`."""
    day = day_short(language, wall(start, zone).date())
    hours = time_range(language, start, end, zone)
    return text(language, "common.when_range", day=day, hours=hours)


def unbroken(said: str) -> str:
    """Keep a short text on one line."""
    return said.replace(" ", "\u00a0").replace("\u2013", "\u2060\u2013\u2060")
