"""The health command's words: what the page says, as lines of text for a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from booking.health import CalendarHealth, Health, Level, Sign
from booking.views.health import job_word, line, unreached
from booking.wording import text
from booking.wording.dates import when_brief, when_short

#: The columns of the table; the first two are words, the rest stand at the right.
_COLUMNS = (
    *("calendar", "state", "synced", "heard", "subscribed"),
    *("waiting", "failing", "throttled", "checked", "differing"),
)
_WORDS = 2
#: Between two columns.
_GAP = "  "


def report(language: str, health: Health, zone: ZoneInfo) -> Iterator[str]:
    """Give the whole report as lines of text: the worst first, the calendars after."""
    yield text(language, f"health.all.{health.level.value}")
    for sign in health.signs:
        yield from _written(language, sign, zone, "")
    for one in unreached(language, health):
        when = when_short(language, one.since, zone)
        named = {"who": one.name, "why": one.why, "way": one.way, "when": when}
        yield f"      {text(language, 'health.unreached.line', **named)}"
    for job in health.facts.dead:
        kind = job_word(language, job.kind)
        about = text(
            language, "health.dead.line", id=job.id, kind=kind, about=job.about
        )
        yield f"      {about} ({job.why})"
    for level in (Level.BAD, Level.WARN):
        for calendar in health.calendars:
            for sign in calendar.signs:
                if sign.level is level:
                    yield from _written(language, sign, zone, _named(calendar))
    counts = {each.value: health.count(each) for each in Level}
    yield text(language, "health.calendars.count", **counts)
    yield from _table(language, health, zone)


def _named(calendar: CalendarHealth) -> str:
    return f"{calendar.facts.name}: "


def _written(language: str, sign: Sign, zone: ZoneInfo, whose: str) -> Iterator[str]:
    found = line(language, sign, zone)
    mark = text(language, f"health.level.{found.level.value}").upper()
    yield f"{mark}  {whose}{found.said}"
    if found.do:
        yield f"      {found.do}"


def _table(language: str, health: Health, zone: ZoneInfo) -> Iterator[str]:
    """Give a line a calendar, the worst first, in columns as wide as they must be."""
    if not health.calendars:
        return
    head = [text(language, f"health.report.{name}") for name in _COLUMNS]
    today = health.facts.now
    rows = [head, *(_row(language, each, zone, today) for each in health.calendars)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield f"  {_aligned(row, widths)}".rstrip()


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(
        cell.ljust(width) if at < _WORDS else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )


def _row(
    language: str, one: CalendarHealth, zone: ZoneInfo, now: datetime
) -> list[str]:
    facts = one.facts

    def at(when: datetime | None) -> str:
        return "-" if when is None else when_brief(language, when, now, zone)

    return [
        facts.name,
        text(language, f"health.level.{one.level.value}"),
        at(facts.synced),
        at(facts.heard),
        at(facts.subscribed_until),
        str(facts.waiting),
        str(facts.failing),
        f"{ceil(facts.throttled)} s" if facts.throttled > 0 else "-",
        text(language, "health.never") if facts.checked is None else at(facts.checked),
        "-" if facts.differing is None else str(facts.differing),
    ]
