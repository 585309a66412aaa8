"""Graph's notices: each is a wake-up at most, and never believed for what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.model import ProfessionalId
from graph_sync.subscriptions import Held, Notice, events_named, genuine, heard
from teams_app.actions import events, pulls, subscribing
from teams_app.store import calendars, health, jobs, subscribed
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise, mailbox_lane
from teams_app.store.subscribed import Subscribed

#: Our own write may come back as a notice before its answer is recorded; such a notice
#: is looked at again this much later.
_ECHO_WAIT = timedelta(seconds=0.6)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a POST, for the log."""

    pulls: int
    forged: int


def sift(tx: Tx, notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Give the notices that are Graph's. Whatever else was posted costs this one read."""
    held = subscribed.held(tx, {each.subscription for each in notices})
    return _real(notices, _known(held))


def _known(held: Mapping[str, Subscribed]) -> dict[str, Held]:
    return {name: Held(each.mailbox, each.secret) for name, each in held.items()}


def _real(notices: Sequence[Notice], known: Mapping[str, Held]) -> tuple[Notice, ...]:
    return tuple(
        each for each in notices if genuine(each, known.get(each.subscription))
    )


def take(tx: Tx, notices: Sequence[Notice], now: datetime) -> Taken:
    """Promise what genuine notices call for, once a calendar."""
    held = subscribed.held(tx, {each.subscription for each in notices})
    known = _known(held)
    real = _real(notices, known)
    owner = {each.mailbox: each.professional for each in held.values()}
    told: dict[ProfessionalId, list[Notice]] = {}
    for notice in real:
        told.setdefault(held[notice.subscription].professional, []).append(notice)
    # An echo of our own write too shows that notices come.
    health.heard(tx, told.keys(), now)
    own: dict[str, str | None] = {}
    for id_, hers in told.items():
        own |= _left_behind(tx, id_, hers)
    said = heard(real, known, own)
    for id_ in sorted(owner[mailbox] for mailbox in said.pull):
        _wake(tx, id_, told[id_], now)
    pulls.owe(tx, {owner[mailbox] for mailbox in said.check}, now, anew=True)
    for name in said.renew:
        # Graph wants to hear again that we may watch; how long is left does not matter.
        subscribing.owe_renewal(tx, held[name].professional, name, now)
    if said.recreate:
        subscribing.owe_look(tx, now)
    return Taken(len(said.pull), len(notices) - len(real))


def _wake(
    tx: Tx, id_: ProfessionalId, notices: Sequence[Notice], now: datetime
) -> None:
    """Promise a pull; where we are just writing ourselves, only after a second look."""
    if jobs.leased_in_lane(tx, mailbox_lane(id_), "calendar"):
        _again_soon(tx, id_, notices, now)
    else:
        pulls.owe(tx, [id_], now)


def _left_behind(
    tx: Tx, id_: ProfessionalId, notices: Sequence[Notice]
) -> dict[str, str | None]:
    """Give, by event id, the change key our last write left; None: we removed it."""
    left: dict[str, str | None] = {}
    for event_id in events_named(notices):
        link = calendars.link_by_event(tx, id_, event_id)
        if link is not None:
            left[event_id] = link.change_key
        elif events.was_removed(tx, id_, event_id):
            left[event_id] = None
    return left


def _again_soon(
    tx: Tx, id_: ProfessionalId, notices: Sequence[Notice], now: datetime
) -> None:
    for notice in notices:
        if notice.event_id is None:
            # Nothing to compare later: better one read too many.
            pulls.owe(tx, [id_], now)
            continue
        jobs.promise(
            tx,
            Promise(
                "notice",
                f"notice:{id_}:{notice.event_id}:{notice.change_key}",
                due=now + _ECHO_WAIT,
                payload={
                    "professional": id_,
                    "event": notice.event_id,
                    "change_key": notice.change_key,
                    "removed": notice.removed,
                },
                again=True,
            ),
        )


def judge_again(tx: Tx, payload: dict[str, object], now: datetime) -> bool:
    """Look once more whether a notice was our own write's; if not, owe the pull."""
    id_ = ProfessionalId(int(str(payload["professional"])))
    event_id, key = str(payload["event"]), str(payload["change_key"])
    link = calendars.link_by_event(tx, id_, event_id)
    if payload["removed"]:
        echo = link is None and events.was_removed(tx, id_, event_id)
    else:
        echo = link is not None and link.change_key == key
    if not echo:
        pulls.owe(tx, [id_], now)
    return echo
