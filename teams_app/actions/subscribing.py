"""Which mailboxes are watched, and what is owed so that each is, by one subscription.

All are looked at together, for Graph lists them together. What that look finds is owed
one mailbox at a time: a thousand are more than one job has time for, and what fails or
must wait for one of them is no matter of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.calendar import Subscription
from booking.model import ProfessionalId
from graph_sync.subscriptions import Create, Drop, Renew, Step, Watch, mailbox_of
from teams_app.actions import pulls
from teams_app.store import calendars, jobs, people
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.store.jobs import Job, Promise, mailbox_lane

#: So many are begun in a second, that other work has its turn between them.
PER_SECOND = 5
#: So many are promised at a time, that whoever else writes has a turn between them.
BATCH = 100
#: After a try that was cut off, what Graph holds is looked at this much later.
_LOOKED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """The mailboxes to be watched, as we know them."""

    watches: tuple[Watch, ...]
    whose: dict[str, ProfessionalId]  #: By mailbox.
    #: Mailboxes, in small letters, that are just being subscribed to: Graph may list a
    #: subscription that is not written down here yet.
    under_way: frozenset[str]

    def settled(
        self, listed: Sequence[Subscription]
    ) -> tuple[list[Watch], list[Subscription]]:
        """Give what can be compared now: all but what is under way."""
        return (
            [one for one in self.watches if one.mailbox.lower() not in self.under_way],
            [one for one in listed if mailbox_of(one.resource) not in self.under_way],
        )


def watched(tx: Tx, now: datetime) -> Watched:
    states = {one.professional: one for one in calendars.states(tx)}
    watching, reading = (jobs.lanes_running(tx, each) for each in ("watch", "pull"))
    found = people.followed(tx, now)

    def is_under_way(id_: ProfessionalId) -> bool:
        # A calendar read for the first time is subscribed to on the way.
        first = id_ not in states or states[id_].synced is None
        lane = mailbox_lane(id_)
        return lane in watching or (first and lane in reading)

    return Watched(
        tuple(
            Watch(each.mailbox, _subscription(states.get(each.id))) for each in found
        ),
        {each.mailbox: each.id for each in found},
        frozenset(each.mailbox.lower() for each in found if is_under_way(each.id)),
    )


def _subscription(state: CalendarState | None) -> str | None:
    return state.subscription_id if state is not None else None


def owe(
    tx: Tx, steps: Sequence[Step], known: Watched, now: datetime, *, first: int = 0
) -> None:
    """Promise each step as a job of its own. `first`: so many were promised before."""
    held = {each.mailbox: each.subscription for each in known.watches}
    for number, step in enumerate(steps, first):
        due = now + timedelta(seconds=number // PER_SECOND)
        match step:
            case Create():
                id_, instead_of = known.whose[step.mailbox], held[step.mailbox]
                jobs.promise(tx, _watch(id_, instead_of, due))
            case Renew():
                owe_renewal(tx, known.whose[step.mailbox], step.subscription, due)
            case Drop():
                jobs.promise(tx, _unwatch(step.subscription, due))


def _watch(id_: ProfessionalId, instead_of: str | None, due: datetime) -> Promise:
    return Promise(
        "watch",
        f"watch:{id_}",
        due=due,
        lane=mailbox_lane(id_),
        payload={"professional": id_, "instead_of": instead_of},
        again=True,
    )


def _unwatch(name: str, due: datetime) -> Promise:
    return Promise(
        "unwatch",
        f"unwatch:{name}",
        due=due,
        payload={"subscription": name},
        again=True,
    )


def owe_renewal(tx: Tx, id_: ProfessionalId, name: str, due: datetime) -> None:
    jobs.promise(
        tx,
        Promise(
            "renew",
            f"renew:{name}",
            due=due,
            lane=mailbox_lane(id_),
            payload={"professional": id_, "subscription": name},
            again=True,
        ),
    )


def owe_look(tx: Tx, due: datetime) -> None:
    """Promise a look at all subscriptions: what is missing is made."""
    jobs.promise(tx, Promise("subscribe", "subscribe", due=due, again=True))


def to_watch(
    tx: Tx, id_: ProfessionalId, instead_of: str | None, now: datetime
) -> str | None:
    """Give the mailbox to subscribe to; None: it has been done, or is not wanted."""
    state = calendars.state(tx, id_)
    wanted = people.is_followed(tx, id_, now)
    if not wanted or state.subscription_id != instead_of:
        return None
    return people.professional(tx, id_).mailbox


def unwatched(tx: Tx, id_: ProfessionalId, now: datetime) -> str | None:
    """Give the mailbox of a calendar that was never read and is not watched yet."""
    if calendars.state(tx, id_).synced is not None:
        return None
    return to_watch(tx, id_, None, now)


def made(tx: Tx, job: Job, given: Subscription, secret: str, now: datetime) -> None:
    """Keep a new subscription, and read what was missed before there was one.

    An earlier try may have made one too, and nobody heard of it: it is looked for soon.
    """
    id_ = job.professional
    state = calendars.state(tx, id_)
    kept = replace(
        state,
        subscription_id=given.id,
        subscription_secret=secret,
        subscription_expires=given.expires,
    )
    calendars.save_state(tx, kept)
    if job.kind != "pull":  # which goes on to read
        pulls.owe(tx, [id_], now)
    if job.attempt > 1:
        owe_look(tx, now + _LOOKED_AFTER)


def renewable(tx: Tx, id_: ProfessionalId, name: str) -> str | None:
    """Give the mailbox of whose subscription it is; None: another has its place."""
    if calendars.state(tx, id_).subscription_id != name:
        return None
    return people.professional(tx, id_).mailbox


def renewed(tx: Tx, id_: ProfessionalId, given: Subscription) -> None:
    """Keep how long a subscription lasts now, unless another has taken its place."""
    state = calendars.state(tx, id_)
    if state.subscription_id == given.id:
        calendars.save_state(tx, replace(state, subscription_expires=given.expires))
