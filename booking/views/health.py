"""What the health page and the health command are drawn from."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.health import (
    CalendarHealth,
    Compared,
    Health,
    Level,
    Sign,
    compared,
    stale_at_most,
)
from booking.model import Language
from booking.views import differences
from booking.views.differences import DifferenceRow
from booking.wording import text
from booking.wording.dates import when_short


@dataclass(frozen=True, slots=True)
class Line:
    """A sign in words: what is so, and what to do."""

    level: Level
    said: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Troubled:
    """A calendar of which there is something to say."""

    professional: int
    name: str
    lines: tuple[Line, ...]
    doubted: bool  #: It looks emptied: somebody may say that it is so.


@dataclass(frozen=True, slots=True)
class DeadLine:
    id: int
    kind: str  #: In words.
    about: str
    why: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class CalendarRow:
    name: str
    level: Level
    synced: datetime | None
    heard: datetime | None
    subscribed: datetime | None
    waiting: int
    failing: int
    checked: datetime | None
    stale_minutes: int  #: How old what is known may get while all is well.


@dataclass(frozen=True, slots=True)
class UnreachedRow:
    """Whom the bot does not reach, since when, why and how she is told, in words."""

    name: str
    since: datetime
    why: str
    way: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """How everything goes, for an admin. Forms post `act` and `id` to `action`."""

    level: Level
    lines: tuple[Line, ...]
    dead: tuple[DeadLine, ...]
    troubled: tuple[Troubled, ...]
    rows: tuple[CalendarRow, ...]
    more: int  #: Calendars that are fine and not shown.
    counts: dict[str, int]
    action: str
    unreached: tuple[UnreachedRow, ...] = ()
    unreached_more: int = 0  #: So many are not listed.
    differences: tuple[DifferenceRow, ...] = ()  #: What comparisons have found.
    compared: Compared = Compared.NOT_YET  #: What it means where that is nothing.
    done: str = ""  #: Key of what has just been done: `health.done.<done>`.


#: So many calendars are shown at most, the worst first.
ROWS_MAX = 200


def page(
    language: str, health: Health, zone: ZoneInfo, action: str, done: str = ""
) -> HealthPage:
    """Draw up the page, in one language."""
    shown = health.calendars[:ROWS_MAX]
    return HealthPage(
        level=health.level,
        lines=tuple(line(language, each, zone) for each in health.signs),
        dead=tuple(
            DeadLine(
                each.id, job_word(language, each.kind), each.about, each.why, each.ended
            )
            for each in health.facts.dead
        ),
        troubled=tuple(_troubled(language, each, zone) for each in shown if each.signs),
        rows=tuple(_row(each) for each in shown),
        more=len(health.calendars) - len(shown),
        counts={each.value: health.count(each) for each in Level},
        action=action,
        unreached=unreached(language, health),
        unreached_more=max(0, len(health.facts.unreached) - ROWS_MAX),
        differences=tuple(
            differences.row(language, each, zone) for each in health.facts.differences
        ),
        compared=compared(health.facts),
        done=done,
    )


def unreached(language: str, health: Health) -> tuple[UnreachedRow, ...]:
    """Say of each who is not reached why, and how she is told instead."""
    return tuple(
        UnreachedRow(
            each.name,
            each.since,
            text(language, f"health.unreached.because.{each.why.value}"),
            text(language, f"health.unreached.by.{each.way.value}"),
        )
        for each in health.facts.unreached[:ROWS_MAX]
    )


def _troubled(language: str, one: CalendarHealth, zone: ZoneInfo) -> Troubled:
    return Troubled(
        professional=one.facts.professional,
        name=one.facts.name,
        lines=tuple(line(language, each, zone) for each in one.signs),
        doubted=any(each.name == "emptied" for each in one.signs),
    )


def _row(one: CalendarHealth) -> CalendarRow:
    facts = one.facts
    return CalendarRow(
        name=facts.name,
        level=one.level,
        synced=facts.synced,
        heard=facts.heard,
        subscribed=facts.subscribed_until,
        waiting=facts.waiting,
        failing=facts.failing,
        checked=facts.checked,
        stale_minutes=round(stale_at_most(facts).total_seconds() / 60),
    )


def line(language: str, sign: Sign, zone: ZoneInfo) -> Line:
    """Put a sign into words. Green ones need nothing done."""
    values = {
        name: when_short(language, value, zone)
        if isinstance(value, datetime)
        else value
        for name, value in sign.values.items()
    }
    if sign.units:
        values["who"] = ", ".join(each.in_(Language(language)) for each in sign.units)
    said = text(language, f"health.sign.{sign.name}", **values)
    if sign.level is Level.OK:
        return Line(sign.level, said)
    return Line(sign.level, said, text(language, f"health.do.{sign.name}", **values))


#: What each kind of job is to an admin; a kind that is new is *something else*.
_KINDS = {
    "calendar": "calendar",
    "confirm": "confirm",
    "pull": "reading",
    "pull_anew": "reading",
    "subscribe": "subscription",
    **dict.fromkeys(("watch", "renew", "unwatch"), "subscription"),
    **dict.fromkeys(
        ("tell", "tell_offer", "remind", "ask_new_time", "time_holds"), "message"
    ),
    "time_stands": "message",
    **dict.fromkeys(("announce", "ask", "cards", "offer_cards", "answered"), "card"),
    **dict.fromkeys(("morning", "remind_professional", "show_offer", "came"), "card"),
    **dict.fromkeys(("ask_handover", "remind_handover", "tell_outcome"), "card"),
    **dict.fromkeys(("given_up", "closed_calendar", "away", "obstacle_word"), "card"),
    **dict.fromkeys(("alarm", "alarm_cards", "alarm_mail"), "alarm"),
}


def job_word(language: str, kind: str) -> str:
    return text(language, f"health.job.{_KINDS.get(kind, 'other')}")
