"""Why a time is not offered, in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.availability.why import FOR_CLIENTS, Reason
from booking.spans import Span, wall
from booking.wording import text
from booking.wording.dates import time_range, when_short


@dataclass(frozen=True, slots=True)
class WhyPage:
    """The answer to *why not then?*: a fragment of the booking form."""

    asked: datetime | None  #: None: what was typed is no time.
    reasons: tuple[str, ...] = ()  #: What hides it from everybody.
    for_clients: tuple[str, ...] = ()  #: What hides it from clients alone.
    unread: bool = False  #: Her calendar has not been read.


def page(
    language: str,
    asked: datetime | None,
    reasons: tuple[Reason, ...] | None,
    zone: ZoneInfo,
) -> WhyPage:
    """Put reasons into words; None: nothing is known of her calendar."""
    if reasons is None:
        return WhyPage(asked, unread=True)
    return WhyPage(
        asked,
        tuple(say(language, r, zone) for r in reasons if r.rule not in FOR_CLIENTS),
        tuple(say(language, r, zone) for r in reasons if r.rule in FOR_CLIENTS),
    )


def say(language: str, reason: Reason, zone: ZoneInfo) -> str:
    """Say one reason. Of Outlook's own events only how they are shown."""
    when = "" if reason.span is None else _when(language, reason.span, zone)
    shown = reason.show_as
    how = text(language, f"tab.show_as.{shown.value}") if shown is not None else ""
    said = text(
        language, f"why.{reason.rule.value}", when=when, how=how, n=reason.number
    )
    return f"{said} {text(language, 'why.beside')}" if reason.beside else said


def _when(language: str, span: Span, zone: ZoneInfo) -> str:
    same_day = wall(span.start, zone).date() == wall(span.end, zone).date()
    if same_day:
        return time_range(language, span.start, span.end, zone)
    start, end = (when_short(language, at, zone) for at in (span.start, span.end))
    return f"{start} – {end}"
