"""Forgetting what is past its use, a little at a time.

Each function forgets at most BATCH rows in a transaction of its own and gives how many:
who gets fewer than BATCH is done. What somebody else holds just now is left for the next
time. How long what is about people is kept an admin decides (`forgetting`); the access
log is never forgotten.

Kept in real time are jobs, requests and lanes; what people made, in business time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from booking.model import ProfessionalId, Status
from booking.retention import Class
from teams_app.store import clock, forgetting, log
from teams_app.store.claims import LIVE
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.jobs import DEAD
from teams_app.store.tables import (
    admins_seen,
    alarms,
    appointments,
    clients,
    covers,
    deliveries,
    differences,
    jobs,
    lanes,
    offers,
    requests,
    told_otherwise,
)

BATCH: Final = 500

#: A promise kept remembers that it was: nothing is sent twice by a later change.
JOBS_KEPT: Final = timedelta(days=90)
#: Of these nothing is remembered; there is one for every notice or hour.
PASSING: Final = (
    "notice",
    "subscribe",
    "answered",
    "watch",
    "renew",
    "unwatch",
    "tidy",
    "check",
    "check_all",
    "ask_mailbox",
    "ask_mailboxes",
)
PASSING_KEPT: Final = timedelta(days=1)
#: For whoever wants to know what went wrong.
DEAD_KEPT: Final = timedelta(days=365)
#: A card pressed again, or a notice repeated, comes sooner than this.
REQUESTS_KEPT: Final = timedelta(days=30)
#: A form begun in the chat, with a client's name on it, is gone on with the same day.
DRAFTS_KEPT: Final = timedelta(days=1)
#: A hold that has ended may be renewed for a while by a client who took her time.
HOLDS_KEPT: Final = timedelta(days=1)
#: Somebody who began to book and did not: nothing hangs on her name.
STRANGERS_KEPT: Final = timedelta(days=7)
#: The card in the channel shows for as long what became of it.
COVERS_KEPT: Final = timedelta(days=180)
#: That a card was told otherwise than by the bot is remembered, so that it is told once.
TELLINGS_KEPT: Final = timedelta(days=180)
#: Its cards stand as long.
ALARMS_KEPT: Final = timedelta(days=180)
#: So long somebody counts as an admin whom only a token has named.
ADMINS_KEPT: Final = timedelta(days=30)
#: Whether a difference comes again shows in a month.
DIFFERENCES_KEPT: Final = timedelta(days=30)


def finished_jobs(tx: Tx, now: datetime) -> int:
    del now
    real = clock.read(tx)
    done = jobs.c.done_at
    old = sa.or_(
        sa.and_(jobs.c.outcome != DEAD, done < real - JOBS_KEPT.total_seconds()),
        sa.and_(jobs.c.kind.in_(PASSING), done < real - PASSING_KEPT.total_seconds()),
        done < real - DEAD_KEPT.total_seconds(),
    )
    return _forget(tx, jobs.c.id, old)


def places_never_given_back(tx: Tx, now: datetime) -> int:
    del now
    ended = jobs.c.lease_until <= clock.read(tx)
    return _forget(tx, jobs.c.id, sa.and_(jobs.c.kind == LIVE, ended))


def open_lanes(tx: Tx, now: datetime) -> int:
    del now
    return _forget(tx, lanes.c.name, lanes.c.blocked_until <= clock.read(tx))


def old_requests(tx: Tx, now: datetime) -> int:
    del now
    real = clock.read(tx)
    draft = requests.c.key.startswith("draft:")
    old = sa.or_(
        requests.c.made_at < real - REQUESTS_KEPT.total_seconds(),
        sa.and_(draft, requests.c.made_at < real - DRAFTS_KEPT.total_seconds()),
    )
    return _forget(tx, requests.c.key, old)


def lapsed_holds(tx: Tx, now: datetime) -> int:
    """Forget holds that nobody renewed, and the answers that hang on them."""
    table = appointments
    old = (
        sa.select(table.c.id)
        .where(
            table.c.status == Status.HELD.value,
            table.c.hold_ends <= seconds(now - HOLDS_KEPT),
            sa.not_(table.c.confirming),
        )
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    gone = tx.execute(
        sa.delete(table)
        .where(table.c.id.in_(old))
        .returning(table.c.id, table.c.professional_id)
    ).all()
    tx.touched |= {ProfessionalId(each.professional_id) for each in gone}
    ids = sorted(each.id for each in gone)
    # Not as what gave way to somebody who wanted the time (`appointments.drop_lapsed`).
    log.record_list(tx, ids, at=now, who="system", what="hold_forgotten", source="hold")
    return len(gone)


def strangers(tx: Tx, now: datetime) -> int:
    """Forget clients of whom nothing is left: not a booking, an offer or a message."""
    known = [
        sa.exists().where(table.c.client_id == clients.c.id)
        for table in (appointments, offers, deliveries)
    ]
    old = clients.c.created_at < seconds(now - STRANGERS_KEPT)
    gone = _forget(tx, clients.c.id, sa.and_(old, sa.not_(sa.or_(*known))))
    if gone:
        log.record(
            tx,
            at=now,
            who="system",
            what="forgotten",
            subject="clients",
            source=f"retention:{gone}",
        )
    return gone


def old_appointments(tx: Tx, now: datetime) -> int:
    return forgetting.forget(tx, Class.APPOINTMENTS, now, BATCH)


def old_answers(tx: Tx, now: datetime) -> int:
    return forgetting.forget(tx, Class.ANSWERS, now, BATCH)


def old_offers(tx: Tx, now: datetime) -> int:
    return forgetting.forget(tx, Class.OFFERS, now, BATCH)


def old_cards(tx: Tx, now: datetime) -> int:
    return forgetting.forget(tx, Class.CARDS, now, BATCH)


def old_tellings(tx: Tx, now: datetime) -> int:
    old = told_otherwise.c.intended_at < seconds(now - TELLINGS_KEPT)
    return _forget(tx, told_otherwise.c.key, old)


def old_absences(tx: Tx, now: datetime) -> int:
    return forgetting.forget(tx, Class.ABSENCES, now, BATCH)


def old_covers(tx: Tx, now: datetime) -> int:
    old = covers.c.until < seconds(now - COVERS_KEPT)
    return _forget(tx, covers.c.id, old)


def old_alarms(tx: Tx, now: datetime) -> int:
    return _forget(tx, alarms.c.id, alarms.c.ended_at < seconds(now - ALARMS_KEPT))


def old_differences(tx: Tx, now: datetime) -> int:
    old = differences.c.found_at < seconds(now - DIFFERENCES_KEPT)
    return _forget(tx, differences.c.id, old)


def admins_not_seen(tx: Tx, now: datetime) -> int:
    old = admins_seen.c.seen_at <= seconds(now - ADMINS_KEPT)
    return _forget(tx, admins_seen.c.object_id, old)


def _forget(tx: Tx, key: sa.Column[object], old: sa.ColumnElement[bool]) -> int:
    some = sa.select(key).where(old).limit(BATCH).with_for_update(skip_locked=True)
    return tx.execute(sa.delete(key.table).where(key.in_(some))).rowcount


#: In this order: what is gone may leave a stranger behind.
ALL: Final[tuple[Callable[[Tx, datetime], int], ...]] = (
    finished_jobs,
    places_never_given_back,
    open_lanes,
    old_requests,
    lapsed_holds,
    old_appointments,
    old_answers,
    old_offers,
    strangers,
    old_cards,
    old_tellings,
    old_absences,
    old_covers,
    old_alarms,
    old_differences,
    admins_not_seen,
)
