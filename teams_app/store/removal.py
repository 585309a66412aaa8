"""What of Vuoro stands in the tenant, by the rows: appointments, events, chats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.model import (
    IN_CALENDAR,
    Appointment,
    AppointmentId,
    OfferStatus,
    ProfessionalId,
)
from teams_app.store import appointments as rows
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.tables import (
    appointments,
    calendar_links,
    calendars,
    conversations,
    event_copies,
    jobs,
    offers,
    professionals,
)


@dataclass(frozen=True, slots=True)
class Left:
    """An event of ours that stands in a mailbox and is not over."""

    mailbox: str
    name: str  #: Of whose mailbox it is.
    professional: ProfessionalId
    event_id: str
    appointment: AppointmentId | None  #: None: somebody's copy of it.


def coming(tx: Tx, now: datetime) -> list[Appointment]:
    """Give the appointments that have not begun, the soonest first."""
    table = appointments
    chosen = (
        sa.select(table.c.id)
        .where(table.c.starts_at > seconds(now))
        .where(table.c.status.in_([each.value for each in IN_CALENDAR]))
        .order_by(table.c.starts_at, table.c.id)
    )
    ids = tx.execute(chosen).scalars().all()
    return [rows.load(tx, AppointmentId(each)) for each in ids]


def offered(tx: Tx, now: datetime) -> int:
    """Count the clients who hold an offer that is open."""
    held = sa.func.count(offers.c.client_id.distinct())
    is_open = offers.c.status == OfferStatus.OPEN.value
    chosen = sa.select(held).where(is_open, offers.c.expires_at > seconds(now))
    return int(tx.execute(chosen).scalar_one())


def events(tx: Tx, now: datetime) -> list[Left]:
    """Give the events that are not over: ours, and copies that people made of them."""
    link, copy, who = calendar_links, event_copies, professionals
    ends = sa.func.coalesce(link.c.known_end, appointments.c.ends_at)
    ours = (
        sa.select(
            who.c.mailbox, who.c.name, who.c.id, link.c.event_id, link.c.appointment_id
        )
        .join(who, who.c.id == link.c.professional_id)
        .join(appointments, appointments.c.id == link.c.appointment_id)
        .where(link.c.event_id.is_not(None), ends > seconds(now))
    )
    theirs = (
        sa.select(who.c.mailbox, who.c.name, who.c.id, copy.c.event_id, sa.null())
        .join(who, who.c.id == copy.c.professional_id)
        .where(copy.c.ends_at > seconds(now), ~copy.c.invited)
    )
    found = [*tx.execute(ours), *tx.execute(theirs)]
    return [Left(*each) for each in found]


def forget_event(tx: Tx, one: Left) -> None:
    """Forget an event that is ours no more."""
    table = event_copies if one.appointment is None else calendar_links
    tx.execute(
        sa.delete(table).where(
            table.c.professional_id == one.professional,
            table.c.event_id == one.event_id,
        )
    )


def subscribed(tx: Tx) -> set[str]:
    """Give the subscriptions that are held."""
    kept = calendars.c.subscription_id
    return set(tx.execute(sa.select(kept).where(kept.is_not(None))).scalars())


def forget_subscriptions(tx: Tx) -> None:
    tx.execute(
        sa.update(calendars).values(
            subscription_id=None, subscription_expires=None, subscription_secret=None
        )
    )


def staff(tx: Tx) -> list[str]:
    """Give the object ids of everybody who may have the app."""
    chosen = sa.union(
        sa.select(conversations.c.object_id), sa.select(professionals.c.object_id)
    )
    return sorted(tx.execute(chosen).scalars())


def mailboxes(tx: Tx) -> list[str]:
    return sorted(tx.execute(sa.select(professionals.c.mailbox)).scalars())


def open_jobs(
    tx: Tx,
    kinds: Collection[str],
    now: datetime | None = None,
    *,
    untried: bool = False,
) -> list[datetime]:
    """Give when the open jobs of these kinds are due; with `now` only what is due.

    `untried`: only those that nobody has tried in vain.
    """
    chosen = (
        sa.select(jobs.c.due_at)
        .where(jobs.c.kind.in_(kinds), jobs.c.done_at.is_(None))
        .order_by(jobs.c.due_at)
    )
    if untried:
        chosen = chosen.where(jobs.c.error.is_(None))
    if now is not None:
        chosen = chosen.where(jobs.c.due_at <= now.timestamp())
    return [moment(each) for each in tx.execute(chosen).scalars()]
