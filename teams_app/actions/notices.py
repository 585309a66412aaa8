"""Graph's notices: each is a wake-up at most, and never believed for what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.model import ProfessionalId
from graph_sync.subscriptions import Held, Notice, events_named, genuine, heard
from teams_app.actions import events, pulls
from teams_app.store import calendars, health, jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Our own write may come back as a notice before its answer is recorded; such a notice
#: is looked at again this much later.
_ECHO_WAIT = timedelta(seconds=0.6)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a POST, for the log."""

    pulls: int
    forged: int


def take(tx: Tx, notices: Sequence[Notice], now: datetime) -> Taken:
    """Promise what genuine notices call for, once a calendar."""
    held: dict[str, Held] = {}
    owner: dict[str, ProfessionalId] = {}
    for name in {notice.subscription for notice in notices}:
        state = calendars.by_subscription(tx, name)
        if state is None or state.subscription_secret is None:
            continue
        mailbox = people.professional(tx, state.professional).mailbox
        held[name] = Held(mailbox, state.subscription_secret)
        owner[mailbox] = state.professional
    health.heard(tx, _spoken_of(notices, held, owner), now)
    own: dict[str, str | None] = {}
    for id_ in set(owner.values()):
        own |= _left_behind(tx, id_, notices)
    said = heard(notices, held, own)
    settled: set[ProfessionalId] = set()
    doubtful: set[ProfessionalId] = set()
    for mailbox in said.pull:
        id_ = owner[mailbox]
        busy = jobs.leased_in_lane(tx, f"mailbox:{id_}", "calendar")
        (doubtful if busy else settled).add(id_)
    pulls.owe(tx, settled, now)
    for id_ in doubtful:
        _again_soon(tx, id_, notices, now)
    pulls.owe(tx, {owner[mailbox] for mailbox in said.check}, now, anew=True)
    for name in said.renew:
        _renew(tx, owner[held[name].mailbox], name, now)
    if said.recreate:
        owe_subscriptions(tx, now)
    return Taken(len(said.pull), said.forged)


def _spoken_of(
    notices: Sequence[Notice],
    held: dict[str, Held],
    owner: dict[str, ProfessionalId],
) -> set[ProfessionalId]:
    """Give whose calendars Graph has told of: an echo too shows that notices come."""
    real = {n.subscription for n in notices if genuine(n, held.get(n.subscription))}
    return {owner[held[name].mailbox] for name in real}


def owe_subscriptions(tx: Tx, now: datetime) -> None:
    """Promise a look at all subscriptions: what is missing is made."""
    jobs.promise(tx, Promise("subscribe", "subscribe", due=now, again=True))


def _renew(tx: Tx, id_: ProfessionalId, name: str, now: datetime) -> None:
    """Graph wants to hear again that we may watch; how long is left does not matter."""
    jobs.promise(
        tx,
        Promise(
            "renew",
            f"renew:{name}",
            due=now,
            payload={"professional": id_, "subscription": name},
            again=True,
        ),
    )


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
