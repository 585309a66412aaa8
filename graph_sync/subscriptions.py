"""Subscriptions to mailboxes: which to ask for, and what to make of what they tell.

A notice is only a wake-up: it is believed when it carries the secret of a subscription
we hold, and then the mailbox is read. Nothing is sent or stored here.
"""

import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from booking.calendar import Subscription

#: The longest life Graph gives to a watch over events is 4230 minutes.
LIFE: Final = timedelta(minutes=4200)
#: By so much lives differ, that what was begun together is not renewed together.
SPREAD: Final = timedelta(hours=12)
#: Renewed when less is left: a lost day leaves two more tries.
MARGIN: Final = timedelta(days=1)
#: Notices of one POST that are looked at. Microsoft does not say how many Graph sends
#: together; so many are more than fit into a body we take, as long as Graph's are.
NOTICES_MAX: Final = 1000


def life(mailbox: str) -> timedelta:
    """Give how long to ask for to watch a mailbox: always the same for the same one."""
    minutes = int(SPREAD / timedelta(minutes=1))
    return LIFE - timedelta(minutes=crc32(mailbox.lower().encode()) % minutes)


@dataclass(frozen=True, slots=True)
class Watch:
    """A mailbox that should be watched, and the subscription we believe to have."""

    mailbox: str
    subscription: str | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Subscribe with a new secret, then read the mailbox: something may be missed."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class Renew:
    mailbox: str
    subscription: str


@dataclass(frozen=True, slots=True)
class Drop:
    subscription: str


Step = Drop | Create | Renew


def plan(
    watches: Sequence[Watch], listed: Sequence[Subscription], url: str, now: datetime
) -> tuple[Step, ...]:
    """Compare what should be with what Graph lists. Drops come first, then the rest.

    Kept is only the subscription whose secret we hold; another one over the same
    mailbox would double every notice, and nobody could tell its notices from forged
    ones. Over mailboxes we do not watch, only those are dropped that report to us.
    """
    by_id = {one.id: one for one in listed}
    drops: list[Step] = []
    steps: list[Step] = []
    kept: set[str] = set()
    for watch in watches:
        held = by_id.get(watch.subscription or "")
        if held is None or held.expires <= now or not _fits(held, watch, url):
            steps.append(Create(watch.mailbox))
            continue
        kept.add(held.id)
        if held.expires - now < MARGIN:
            steps.append(Renew(watch.mailbox, held.id))
    watched = {watch.mailbox.lower() for watch in watches}
    for one in listed:
        over_ours = mailbox_of(one.resource) in watched
        if one.id not in kept and (over_ours or one.url == url):
            drops.append(Drop(one.id))
    return (*drops, *steps)


def _fits(held: Subscription, watch: Watch, url: str) -> bool:
    return held.url == url and mailbox_of(held.resource) == watch.mailbox.lower()


_RESOURCE: Final = re.compile(
    r"^/?users(?:/|\(')(?P<mailbox>[^/']+)(?:'\))?/(?:calendar/)?events/?$",
    re.IGNORECASE,
)


def mailbox_of(resource: str) -> str | None:
    """Read whose events a resource is, in small letters; None for anything else."""
    found = _RESOURCE.match(resource)
    return found["mailbox"].lower() if found else None


class Lifecycle(StrEnum):
    REAUTHORIZE = "reauthorizationRequired"
    REMOVED = "subscriptionRemoved"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, as little of it as is used."""

    subscription: str
    secret: str
    event_id: str | None = None
    change_key: str = ""
    removed: bool = False
    lifecycle: str | None = None


def how_many(body: Any) -> int:
    """Count what the body of a POST holds, before any of it is read."""
    return len(_said(body))


def read_notices(body: Any) -> tuple[Notice, ...]:
    """Read the body of a POST. What is no notice is passed over: anyone may write."""
    said = _said(body)[:NOTICES_MAX]
    return tuple(_notice(raw) for raw in said if isinstance(raw, dict))


def _said(body: Any) -> list[Any]:
    said = body.get("value") if isinstance(body, dict) else None
    return said if isinstance(said, list) else []


def _notice(raw: dict[str, Any]) -> Notice:
    data = raw.get("resourceData")
    data = data if isinstance(data, dict) else {}
    lifecycle = raw.get("lifecycleEvent")
    return Notice(
        subscription=_text(raw.get("subscriptionId")),
        secret=_text(raw.get("clientState")),
        event_id=_text(data.get("id")) or None,
        change_key=change_key_of(_text(data.get("@odata.etag"))),
        removed=raw.get("changeType") == "deleted",
        lifecycle=None if lifecycle is None else _text(lifecycle),
    )


def _text(value: Any) -> str:
    """Read a text, without what no database of ours could be asked for.

    That is NUL, and half a pair of surrogates, which JSON lets one write.
    """
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()


def change_key_of(etag: str) -> str:
    """Read the change key that an etag is made of."""
    return etag.removeprefix("W/").strip('"')


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription of ours: over which mailbox, and the secret we gave with it."""

    mailbox: str
    secret: str


def genuine(notice: Notice, held: Held | None) -> bool:
    """Say whether a notice is Graph's. Takes as long for a wrong secret as for right."""
    expected = held.secret if held is not None else ""
    same = hmac.compare_digest(notice.secret.encode(), expected.encode())
    return same and bool(expected)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a POST of notices means."""

    pull: frozenset[str] = frozenset()  #: Mailboxes to read the changes of.
    check: frozenset[str] = frozenset()  #: Mailboxes to read anew from end to end.
    renew: frozenset[str] = frozenset()  #: Subscriptions; renewing also reauthorises.
    recreate: frozenset[str] = frozenset()  #: Mailboxes nobody watches any more.
    forged: int = 0  #: To be counted, never to be answered differently.


def heard(
    notices: Iterable[Notice],
    held: Mapping[str, Held],
    own: Mapping[str, str | None],
) -> Heard:
    """Judge notices. `held` by subscription id.

    `own` gives, by event id, the change key that our last write left, or None where we
    removed the event: our own writes come back as notices too, and are no news.
    """
    pull: set[str] = set()
    check: set[str] = set()
    renew: set[str] = set()
    recreate: set[str] = set()
    forged = 0
    for notice in notices:
        mine = held.get(notice.subscription)
        if mine is None or not genuine(notice, mine):
            forged += 1
            continue
        match notice.lifecycle:
            case None:
                if not _is_echo(notice, own):
                    pull.add(mine.mailbox)
            case Lifecycle.REAUTHORIZE:
                renew.add(notice.subscription)
            case Lifecycle.REMOVED:
                recreate.add(mine.mailbox)
                pull.add(mine.mailbox)
            case _:  # missed, or a kind that is not known yet
                check.add(mine.mailbox)
    return Heard(
        frozenset(pull), frozenset(check), frozenset(renew), frozenset(recreate), forged
    )


def _is_echo(notice: Notice, own: Mapping[str, str | None]) -> bool:
    if notice.event_id is None or notice.event_id not in own:
        return False
    left = own[notice.event_id]
    if notice.removed:
        return left is None
    return left is not None and left == notice.change_key


def events_named(notices: Collection[Notice]) -> frozenset[str]:
    """Give the event ids to look up for `own`."""
    return frozenset(each.event_id for each in notices if each.event_id is not None)
