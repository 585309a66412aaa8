"""Which calendars are read without being told to, and what each round teaches.

`graph_sync.polling` has the rule; here it meets the rows.
"""

from datetime import datetime, timedelta

from booking.policy import Policy
from graph_sync import polling
from graph_sync.graph import REFUSED_BY_ENTRA
from graph_sync.reconcile import Applied
from teams_app.actions import pulls
from teams_app.actions.calendars import followed
from teams_app.actions.pulls import Pull
from teams_app.store import calendars, health, jobs
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx


def interval(state: CalendarState, policy: Policy, now: datetime) -> timedelta:
    """Give how long this calendar may go unread."""
    base = timedelta(seconds=policy.poll_seconds)
    if not policy.notice_url:
        return base
    return polling.interval(base, _learned(state), state.subscription_expires, now)


def _learned(state: CalendarState) -> timedelta | None:
    every = state.poll_every
    return None if every is None else timedelta(seconds=every)


def owe_stale(tx: Tx, policy: Policy, now: datetime) -> int:
    """Promise a pull of every calendar not read for a while: polling alone is enough."""
    stale = []
    for each, state in followed(tx, now):
        every = interval(state, policy, now)
        if state.synced is None or state.synced + every <= now:
            stale.append(each.id)
    pulls.owe(tx, stale, now)
    return len(stale)


def is_news(applied: Applied) -> bool:
    """Say whether a page told of anything that we had not done ourselves."""
    foreign = any(row.ours is None for row in applied.put)
    return foreign or bool(applied.drop or applied.changed)


def finished(
    tx: Tx, pull: Pull, link: str, policy: Policy, now: datetime, *, news: bool
) -> None:
    """End a round that was read to its end, and learn from it whether notices come."""
    state = calendars.state(tx, pull.professional)
    pulls.finished(tx, pull, link, now)
    if state.last_error == REFUSED_BY_ENTRA:
        jobs.hurry(tx, REFUSED_BY_ENTRA)
    if pull.full or not policy.notice_url or state.synced is None:
        return
    heard = state.heard is not None and state.heard >= state.synced
    base = timedelta(seconds=policy.poll_seconds)
    every = polling.learn(base, _learned(state), heard=heard, news=news)
    health.poll_every(tx, pull.professional, every)
