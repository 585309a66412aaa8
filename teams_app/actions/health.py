"""How well everything goes, read out of the rows; and what an admin does about it.

`facts` looks at ids, moments and counts: no client is read here. A job given up is owed
once more (`retry`), or left as it is and its professional told (`give_up`).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from booking.health import LISTED_FOR, CalendarFacts, DeadJob, Facts, Noticed
from booking.model import OfferId, Professional, UnitId, Words
from booking.policy import Policy
from booking.saying import as_reference
from graph_sync.graph import REFUSED_BY_ENTRA
from teams_app.actions import (
    access,
    leaving,
    obstacles,
    polling,
    reach,
    role_groups,
    unkept,
)
from teams_app.actions.access import Look
from teams_app.actions.calendars import followed
from teams_app.actions.doubts import EMPTIED
from teams_app.actions.events import GIVEN_UP
from teams_app.actions.messages import KINDS
from teams_app.actions.records import NO_JOIN_LINK
from teams_app.store import appointments, differences, health, jobs, log, people
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.store.health import Dead, Lane
from teams_app.store.jobs import Promise, mailbox_lane

#: Why a message could not be said any more.
_TOO_LATE = frozenset({"started", "too_late", "expired"})
#: What is wrong with an event that could not be written.
_UNWRITTEN = frozenset({GIVEN_UP, "refused", "forbidden"})
#: How the errors begin of writes that are tried again, and will not go before a person
#: has seen to it: their events count among the above.
_BARRED = ("forbidden", REFUSED_BY_ENTRA)
#: What a client, or her calendar's times, wait for.
_WAITED_FOR = KINDS | {"pull", "pull_anew", "copy"}
#: Of these too the calendar says more, or Graph has said how long to wait.
_SAID = (*_BARRED, "Gone", "NoMailbox", EMPTIED, "throttled")


def facts(tx: Tx, policy: Policy, now: datetime) -> Facts:
    """Read everything that is looked at, but for what the deployment alone knows."""
    due = health.due(tx, now, barred=_BARRED)
    messages = [each for each in due if each.kind in KINDS]
    confirming = [each for each in due if each.kind == "confirm"]
    delayed = [
        each
        for each in health.due(tx, now, barred=_SAID)
        if each.kind in _WAITED_FOR and each.failing_since is not None
    ]
    read = role_groups.readings(tx, policy)
    units = [each.id for each in people.units(tx)]
    left = leaving.in_units(tx, units, now) if policy.professionals_group else []
    unheard = obstacles.unheard(tx, now)
    return Facts(
        now=now,
        unheard=len(unheard),
        unheard_in=_named_units(tx, {each.unit for each in unheard}),
        left=tuple(professional.name for professional, _ in left),
        left_over=sum(len(theirs) for _, theirs in left),
        group_unread=min((each.failing for each in read if each.failing), default=None),
        group_doubted=min(
            (each.doubted for each in read if each.doubted), default=None
        ),
        unreached=reach.unreached(tx),
        differences=noticed(tx, now),
        ahead=health.ahead(tx, now - HEARD_LATELY),
        calendars=_calendars(tx, due, policy, now),
        dead=tuple(_dead(each) for each in health.dead(tx)),
        notices=bool(policy.notice_url),
        swept=health.due_at(tx, "sweep"),
        jobs=jobs.figures(tx),
        unsent=sum(each.count for each in messages),
        unsent_since=min((each.since for each in messages), default=None),
        confirming=sum(each.count for each in confirming),
        confirming_since=min((each.since for each in confirming), default=None),
        delayed=sum(each.failing for each in delayed),
        delayed_since=min(
            (each.failing_since for each in delayed if each.failing_since), default=None
        ),
    )


def _named_units(tx: Tx, units: Collection[UnitId]) -> tuple[Words, ...]:
    return tuple(each.name for each in people.units(tx) if each.id in units)


#: What was heard of the clock before says nothing of it now.
HEARD_LATELY = timedelta(hours=1)
#: So many of the differences that comparisons found are listed.
LISTED_MAX = 200


def noticed(tx: Tx, now: datetime) -> tuple[Noticed, ...]:
    """Give what comparisons have found lately, and what still stands."""
    names = {each.id: each.name for each in people.professionals(tx)}
    return tuple(
        Noticed(names[each.professional], each.difference, each.found, each.fixed)
        for each in differences.lately(tx, now - LISTED_FOR, LISTED_MAX)
    )


def _calendars(
    tx: Tx, due: list[Lane], policy: Policy, now: datetime
) -> tuple[CalendarFacts, ...]:
    writes = {each.lane: each for each in due if each.kind == "calendar"}
    wrong = Counter(health.problems(tx, now))
    waits = health.throttled(tx)
    found = []
    for each, state in followed(tx, now):
        lane = mailbox_lane(each.id)
        write = writes.get(lane)
        found.append(
            replace(
                _read(each, state, policy, now),
                waiting=write.count if write else 0,
                retrying=write.failing if write else 0,
                retrying_since=write.failing_since if write else None,
                refused=sum(wrong[each.id, problem] for problem in _UNWRITTEN),
                unjoined=wrong[each.id, NO_JOIN_LINK],
                throttled=waits.get(lane, 0.0),
            )
        )
    return tuple(found)


def _read(
    one: Professional, state: CalendarState, policy: Policy, now: datetime
) -> CalendarFacts:
    return CalendarFacts(
        professional=one.id,
        name=one.name,
        synced=state.synced,
        heard=state.heard,
        subscribed_until=state.subscription_expires,
        failing_since=state.failing_since,
        error=state.last_error or "",
        every=polling.interval(state, policy, now),
        checked=state.checked,
        differing=state.differing,
    )


def named(found: Facts) -> frozenset[str]:
    """Give the references of appointments that stand in what was read."""
    about = {each.about for each in found.dead}
    about |= {each.difference.reference for each in found.differences}
    return frozenset(each for each in about if as_reference(each))


def told(tx: Tx, who: str, references: Collection[str], look: Look) -> None:
    """Log that somebody who looks after Vuoro was shown these references."""
    found = [appointments.by_reference(tx, each) for each in sorted(references)]
    access.told(tx, who, [each.id for each in found if each is not None], look)


def _dead(one: Dead) -> DeadJob:
    about = one.reference or ""
    for name in ("professional", "offer"):
        if not about and name in one.payload:
            about = f"{name}:{one.payload[name]}"
    return DeadJob(one.id, one.kind, about, one.error or "", one.ended)


def retry(tx: Tx, id_: int, who: str, now: datetime) -> bool:
    """Owe a job given up once more, with all its tries.

    False: it is not dead, or it is too late for it (`is_too_late`).
    """
    found = health.dead_one(tx, id_)
    if found is None or _expired(found, now) or not health.revive(tx, id_, now):
        return False
    if found.kind in KINDS:
        health.send_again(tx, found.key)
    _logged(tx, "retry", id_, who, now)
    return True


def retry_all(tx: Tx, who: str, now: datetime) -> int:
    """Owe everything given up once more; what it is too late for stays as it is."""
    return sum(retry(tx, each.id, who, now) for each in health.dead(tx))


def is_too_late(tx: Tx, id_: int, now: datetime) -> bool:
    """Say whether trying a job given up again would do nothing any more."""
    found = health.dead_one(tx, id_)
    return found is not None and _expired(found, now)


def _expired(found: Dead, now: datetime) -> bool:
    passed = found.expires is not None and found.expires <= now
    return passed or (found.kind in KINDS and found.error in _TOO_LATE)


def give_up(tx: Tx, id_: int, who: str, now: datetime) -> bool:
    """Leave a job given up as it is; its professional is told once, by a card.

    False: it is not dead, or somebody has done so before.
    """
    found = health.dead_one(tx, id_)
    if found is None or not health.settle(tx, id_):
        return False
    key = f"given_up:{id_}:{int(found.ended.timestamp())}"
    if found.appointment is not None:
        told = Promise("given_up", key, due=now, appointment=found.appointment)
        jobs.promise(tx, told)
    elif "offer" in found.payload:
        offer = OfferId(int(found.payload["offer"]))
        jobs.promise(tx, unkept.showing(offer, now, key))
    _logged(tx, "give_up", id_, who, now)
    return True


def _logged(tx: Tx, what: str, id_: int, who: str, now: datetime) -> None:
    log.record(tx, at=now, who=who, what=what, subject=f"job:{id_}", source="health")


def noted(tx: Tx, what: str, subject: str, who: str, look: Look) -> None:
    """Log what an admin had done that is no job: calendars compared, or believed."""
    log.record(tx, at=look.at, who=who, what=what, subject=subject, source=look.source)
