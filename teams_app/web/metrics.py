"""Figures for Prometheus: counts and ages, of nobody in particular.

Only counts leave here. No mailbox, professional, client or reference is a label, so that
whoever collects figures learns nothing about anybody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector

from booking.health import CalendarFacts, Facts, Health, Level, stale_at_most

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(health: Health) -> bytes:
    """Write the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Figures(health))
    return generate_latest(registry)


class _Figures:
    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[GaugeMetricFamily]:
        facts = self.health.facts
        yield from _judged(self.health)
        yield from _reading(facts)
        yield from _owed(facts)
        if facts.ahead is not None:
            yield _one("clock_ahead_seconds", "Our clock, beside Graph's", facts.ahead)
        ends = facts.credential_ends
        if ends is not None:
            yield _one(
                "credential_ends_timestamp_seconds",
                "When the app's secret or certificate ends",
                ends.timestamp(),
            )


def _judged(health: Health) -> Iterator[GaugeMetricFamily]:
    levels = {each.value: health.count(each) for each in Level}
    yield _many("calendars", "Calendars by how they do", "level", levels)
    signs = Counter(each.name for each in health.signs)
    signs.update(each.name for one in health.calendars for each in one.signs)
    yield _many("signs", "Signs that stand, by name", "sign", signs)
    red = health.level is Level.BAD
    yield _one("red", "1 while anything is red", float(red))


def _reading(facts: Facts) -> Iterator[GaugeMetricFamily]:
    calendars, now = facts.calendars, facts.now
    read = [each.synced for each in calendars if each.synced is not None]
    if read:
        yield _one(
            "calendar_unread_seconds_max", "Longest unread", _age(min(read), now)
        )
    heard = [each.heard for each in calendars if each.heard is not None]
    if heard:
        yield _one("notice_age_seconds", "Since the last notice", _age(max(heard), now))
    ends = [e.subscribed_until for e in calendars if e.subscribed_until is not None]
    if ends:
        left = -_age(min(ends), now)
        yield _one("subscription_left_seconds_min", "Of the first to end", left)
    yield _one(
        "calendar_stale_seconds_max",
        "How old what is known of a calendar may get",
        max((stale_at_most(e).total_seconds() for e in calendars), default=0.0),
    )
    yield _one(
        "mailboxes_throttled",
        "Mailboxes that Graph wants to be left alone",
        _sum(each.throttled > 0 for each in calendars),
    )
    yield _one(
        "calendar_differences",
        "Found by the last comparisons",
        _sum(each.differing or 0 for each in calendars),
    )


def _owed(facts: Facts) -> Iterator[GaugeMetricFamily]:
    writes = _writes(facts.calendars)
    yield _many("calendar_writes", "Writes to Outlook that are due", "state", writes)
    yield _one("messages_unsent", "Messages that are due", facts.unsent)
    since = facts.unsent_since
    waited = 0.0 if since is None else _age(since, facts.now)
    yield _one("message_unsent_seconds_max", "How long the first waits", waited)
    yield _many("jobs", "Jobs by state", "state", facts.jobs)
    dead = Counter(each.kind for each in facts.dead)
    unreached = Counter(each.why.value for each in facts.unreached)
    yield _many("people_unreached", "Closed to the bot, by why", "why", unreached)
    yield _many("jobs_dead", "Jobs given up, by kind", "kind", dead)


def _writes(calendars: Iterable[CalendarFacts]) -> dict[str, int]:
    found = tuple(calendars)
    return {
        "waiting": sum(each.waiting for each in found),
        "failing": sum(each.failing for each in found),
    }


def _age(when: datetime, now: datetime) -> float:
    return (now - when) / timedelta(seconds=1)


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))


def _one(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"vuoro_{name}", said, value=value)


def _many(
    name: str, said: str, label: str, values: Mapping[str, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"vuoro_{name}", said, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
