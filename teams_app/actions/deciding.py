"""What an admin decides in the tab for the whole tenant: rules, lines, channels, times.

Each is one area with a revision: who decides from an old copy changes nothing. What was
decided comes before the settings of the deployment until it is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from booking import own_lines, retention, tenant_rules
from booking.handover import LATE_MINUTES
from booking.model import Channel, Language
from booking.own_lines import OwnLines
from booking.policy import Policy
from booking.retention import Class, Days, Retention
from booking.tenant_rules import Value
from booking.views.pages import FieldError
from teams_app.actions import offer_looks
from teams_app.store import decisions, forgetting, log, people
from teams_app.store.database import Tx
from teams_app.store.decisions import Decision

#: Rules by which it is decided what an offer's client may still choose.
_OF_OFFERS = tenant_rules.OF_THE_INDEX | {"self_booking"}


class Area(StrEnum):
    RULES = "rules"
    TEXTS = "texts"
    CHANNELS = "channels"
    RETENTION = forgetting.AREA


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody has decided otherwise meanwhile."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """What is kept would be kept for less long: that is to be confirmed first."""

    shortened: tuple[Class, ...]


def policy(tx: Tx, stated: Policy) -> Policy:
    """Give the policy as it is with all that was decided."""
    found = decisions.every(tx)

    def value(area: Area) -> Mapping[str, Any]:
        return found[area].value if area in found else {}

    given = {each: str(value(Area.TEXTS).get(each, "")) for each in own_lines.NAMES}
    off = frozenset(map(Channel, value(Area.CHANNELS).get("off", ())))
    ruled = tenant_rules.over(stated, value(Area.RULES))
    return replace(ruled, lines=OwnLines(**given), channels_off=off)


def late(tx: Tx) -> timedelta:
    """Say how near to its start a client may be on her way to an appointment."""
    decided = decisions.of(tx, Area.RULES).value.get("late_minutes")
    return timedelta(minutes=int(decided or LATE_MINUTES))


def revision(tx: Tx, area: Area) -> Decision:
    """Give the last decision of an area: its revision names what a form was made of."""
    return decisions.of(tx, area)


def rule(
    tx: Tx, wanted: Mapping[str, Value], seen: int, stated: Policy, look: "By"
) -> Outdated | FieldError | None:
    """Decide the rules. What is as the settings say is left to them."""
    decisions.lock(tx)
    if decisions.of(tx, Area.RULES).revision != seen:
        return Outdated()
    before = policy(tx, stated)
    named = not wanted["names_organisation"] and _names_organisation(before)
    if named:
        return FieldError("names_organisation", "lines_name")
    said = tenant_rules.values(stated)
    kept = {key: value for key, value in wanted.items() if value != said[key]}
    changed = tenant_rules.changed(tenant_rules.values(before), wanted)
    _ruled(tx, kept, look, changed)
    return None


def as_stated(
    tx: Tx, seen: int, stated: Policy, look: "By"
) -> Outdated | FieldError | None:
    """Take all rules back: they are as the settings say."""
    decisions.lock(tx)
    if decisions.of(tx, Area.RULES).revision != seen:
        return Outdated()
    before = policy(tx, stated)
    if not stated.names_organisation and _names_organisation(before):
        return FieldError("names_organisation", "lines_name")
    said = tenant_rules.values(stated)
    changed = tenant_rules.changed(tenant_rules.values(before), said)
    _ruled(tx, {}, look, changed)
    return None


def _ruled(
    tx: Tx, value: dict[str, Any], look: "By", changed: Mapping[str, str]
) -> None:
    """Decide the rules; where another one says what is left of an offer, cards follow."""
    _decided(tx, Area.RULES, value, look, changed)
    if changed.keys() & _OF_OFFERS:
        offer_looks.keep_all_once_heard(tx, look.at)


def say(
    tx: Tx, wanted: OwnLines, seen: int, stated: Policy, look: "By"
) -> Outdated | tuple[FieldError, ...] | None:
    """Decide what the organisation says itself in its mails."""
    decisions.lock(tx)
    if decisions.of(tx, Area.TEXTS).revision != seen:
        return Outdated()
    before = policy(tx, stated)
    errors = wrong_lines(tx, wanted, before)
    if errors:
        return errors
    lines = {each: getattr(wanted, each) for each in own_lines.NAMES}
    changed = {
        key: "changed" for key in lines if lines[key] != getattr(before.lines, key)
    }
    _decided(tx, Area.TEXTS, lines, look, changed)
    return None


def wrong_lines(tx: Tx, wanted: OwnLines, now: Policy) -> tuple[FieldError, ...]:
    """Say which lines may not be said."""
    unsaid = _unsaid(tx, now)
    found = {
        each: own_lines.wrong(getattr(wanted, each), unsaid) for each in own_lines.NAMES
    }
    return tuple(
        FieldError(name, problem, own_lines.LINE_MAX)
        for name, problem in found.items()
        if problem is not None
    )


def _unsaid(tx: Tx, now: Policy) -> list[str]:
    """Name what no message says: services, units, people.

    The organisation too, unless its messages say whose they are.
    """
    named = [each.name for each in people.services(tx)]
    named += [each.name for each in people.units(tx)]
    found = [each.in_(tongue) for each in named for tongue in Language]
    found += [each.name for each in people.professionals(tx)]
    return found if now.names_organisation else [*found, *_organisation(now)]


def _organisation(now: Policy) -> list[str]:
    return [now.organisation.in_(tongue) for tongue in Language]


def _names_organisation(now: Policy) -> bool:
    said = (str(getattr(now.lines, each.name)) for each in fields(now.lines))
    return any(own_lines.names(each, _organisation(now)) for each in said)


def switch(
    tx: Tx, channel: Channel, seen: int, look: "By", *, on: bool
) -> Outdated | None:
    """Turn a channel on or off."""
    decisions.lock(tx)
    found = decisions.of(tx, Area.CHANNELS)
    if found.revision != seen:
        return Outdated()
    off = set(found.value.get("off", ()))
    after = off - {channel.value} if on else off | {channel.value}
    changed = {channel.value: "on" if on else "off"} if after != off else {}
    _decided(tx, Area.CHANNELS, {"off": sorted(after)}, look, changed)
    return None


def kept(tx: Tx) -> Retention:
    return forgetting.kept(tx)


def keep(
    tx: Tx, wanted: Mapping[Class, Days], seen: int, look: "By", *, confirmed: bool
) -> Outdated | Unconfirmed | None:
    """Decide how long things are kept. For less long only what was confirmed."""
    decisions.lock(tx)
    if decisions.of(tx, Area.RETENTION).revision != seen:
        return Outdated()
    found = kept(tx)
    if found.kept == dict(wanted):
        return None
    now = {each: found.at(look.at, each) for each in Class}
    shorter = retention.shortened(now, wanted)
    if shorter and not confirmed:
        return Unconfirmed(shorter)
    changed = {
        each.value: "-" if wanted[each] is None else str(wanted[each])
        for each in Class
        if wanted[each] != found.kept[each]
    }
    value = retention.written(now, wanted, look.at)
    _decided(tx, Area.RETENTION, value, look, changed)
    return None


def forgotten_by(
    tx: Tx, wanted: Mapping[Class, Days], now: datetime
) -> dict[Class, int]:
    """Count what would be forgotten now, were things kept so long."""
    return {
        each: forgetting.count(tx, each, Retention(wanted, wanted).end(now, each))
        for each in Class
    }


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and when."""

    who: str
    at: datetime


def _decided(
    tx: Tx, area: Area, value: dict[str, Any], by: By, changed: Mapping[str, str]
) -> None:
    """Write it down and log it; what changes nothing is no decision."""
    if not changed:
        return
    made = decisions.put(tx, area, value, by.who, by.at)
    said = ",".join(f"{key}={each}" for key, each in sorted(changed.items()))
    log.record(
        tx,
        at=by.at,
        who=by.who,
        what="set_up",
        subject=f"{area}:{made.revision}",
        source=f"tab:{said}",
    )
