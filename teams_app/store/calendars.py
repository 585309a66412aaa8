"""Outlook as we know it: the mirror of busy time, and how the mirror is kept.

Of somebody else's event only its times and its kind are here, never a text. What we
know of our own events stands in `links`, and is reached from here too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from booking.calendar import AllDay, Busy, ShowAs
from booking.model import ProfessionalId
from booking.spans import Span, from_epoch
from teams_app.store import tables
from teams_app.store.columns import (
    all_day,
    bounds,
    maybe_moment,
    maybe_seconds,
    maybe_span,
    seconds,
)
from teams_app.store.database import Stale, Tx
from teams_app.store.links import (
    Link,
    drop_link,
    link,
    link_by_event,
    links_in,
    links_of,
    save_link,
)
from teams_app.store.rows import Row, row, rows
from teams_app.store.upserts import save_read, upsert_many

__all__ = [
    "CalendarState",
    "Link",
    "busy",
    "drop_busy",
    "drop_link",
    "link",
    "link_by_event",
    "links_in",
    "links_of",
    "put_busy",
    "replace_busy",
    "save_link",
    "save_state",
    "state",
    "states",
    "versions",
]

#: Midnight of a day, anywhere on earth, is within this of midnight in UTC.
_ZONES = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class CalendarState:
    """How the mirror of one calendar is kept up."""

    professional: ProfessionalId
    delta_link: str | None = None
    window: Span | None = None  #: The time the mirror covers.
    synced: datetime | None = None
    subscription_id: str | None = None
    subscription_expires: datetime | None = None
    subscription_secret: str | None = None
    failing_since: datetime | None = None
    last_error: str | None = None
    #: Rises with every save; 0: none yet.
    rev: int = field(default=0, compare=False)
    #: From here on written by `health` alone, so that a round under way puts none back.
    poll_every: int | None = None  #: Seconds between polls; None: as the tenant has it.
    heard: datetime | None = None  #: The last genuine notice.
    checked: datetime | None = None  #: The last full comparison.
    differing: int | None = None  #: What it found.


def state(tx: Tx, professional: ProfessionalId) -> CalendarState:
    """Give the state of a calendar; an empty one where nothing was ever saved."""
    found = row(tx, tables.calendars, professional_id=professional)
    return CalendarState(professional) if found is None else state_in(found)


def states(tx: Tx) -> list[CalendarState]:
    """Give every state ever saved."""
    found = rows(tx, tables.calendars, "professional_id")
    return [state_in(each) for each in found]


def save_state(tx: Tx, given: CalendarState) -> None:
    """Write a state down as it was read and then changed.

    Raises Stale when somebody else saved it in between: a round may end while a
    subscription is renewed, and neither may put back what the other has learned.
    """
    window = given.window and bounds(given.window)
    values = {
        "professional_id": given.professional,
        "delta_link": given.delta_link,
        "window_start": window and window[0],
        "window_end": window and window[1],
        "synced_at": maybe_seconds(given.synced),
        "subscription_id": given.subscription_id,
        "subscription_expires": maybe_seconds(given.subscription_expires),
        "subscription_secret": given.subscription_secret,
        "failing_since": maybe_seconds(given.failing_since),
        "last_error": given.last_error,
    }
    before = state(tx, given.professional)
    if not save_read(
        tx.connection, tables.calendars, ["professional_id"], values, given.rev
    ):
        raise Stale
    # A calendar read for the first time, or over another window, has other free time.
    if (before.synced is None) != (given.synced is None) or (
        before.window != given.window
    ):
        tx.touched.add(given.professional)


def state_in(row: Row) -> CalendarState:
    return CalendarState(
        professional=ProfessionalId(row.professional_id),
        delta_link=row.delta_link,
        window=maybe_span(row.window_start, row.window_end),
        synced=maybe_moment(row.synced_at),
        subscription_id=row.subscription_id,
        subscription_expires=maybe_moment(row.subscription_expires),
        subscription_secret=row.subscription_secret,
        failing_since=maybe_moment(row.failing_since),
        last_error=row.last_error,
        rev=row.rev,
        poll_every=row.poll_every,
        heard=maybe_moment(row.heard_at),
        checked=maybe_moment(row.checked_at),
        differing=row.differing,
    )


def versions(tx: Tx) -> dict[ProfessionalId, int]:
    """Give a number for each professional that rises when her free time may change."""
    found = rows(tx, tables.calendar_versions)
    return {ProfessionalId(each.professional_id): each.version for each in found}


def busy(tx: Tx, professional: ProfessionalId, span: Span | None) -> list[Busy]:
    """Give what the mirror holds, of the whole window or of what may touch a span.

    An all-day event's days belong to no zone yet, so one that only just misses the
    span may be among them.
    """
    found: Iterable[Row]
    if span is None:
        in_order = ("starts_at", "event_id")
        found = rows(tx, tables.busy, *in_order, professional_id=professional)
    else:
        start, end = bounds(span)
        wanted = {"professional": professional, "start": start, "end": end}
        found = tx.execute(_BUSY_WITHIN, wanted)
    return [busy_in(each) for each in found]


_BUSY_WITHIN = (
    sa.select(tables.busy)
    .where(
        tables.busy.c.professional_id == sa.bindparam("professional"),
        tables.busy.c.starts_at < sa.bindparam("end"),
        tables.busy.c.ends_at > sa.bindparam("start"),
    )
    .order_by(tables.busy.c.starts_at, tables.busy.c.event_id)
)


def taken_for(tx: Tx, professional: ProfessionalId, key: str) -> list[str]:
    """Give the events of the mirror that are taken for the one of ours with this key."""
    chosen = sa.select(tables.busy.c.event_id).where(
        tables.busy.c.professional_id == professional, tables.busy.c.ours == key
    )
    return list(tx.execute(chosen.order_by(tables.busy.c.event_id)).scalars())


def put_busy(tx: Tx, professional: ProfessionalId, *given: Busy) -> None:
    """Keep events in the mirror, in place of what was known of them."""
    # An event may be told of twice on one page; what comes later is newer.
    rows = {each.event_id: _busy_out(professional, each) for each in given}
    if rows:
        by = ["professional_id", "event_id"]
        upsert_many(tx.connection, tables.busy, by, list(rows.values()))
        tx.touched.add(professional)


def drop_busy(tx: Tx, professional: ProfessionalId, event_id: str) -> Busy | None:
    """Take an event out of the mirror; gives what it was, if it was there."""
    table = tables.busy
    gone = tx.execute(
        sa.delete(table)
        .where(table.c.professional_id == professional, table.c.event_id == event_id)
        .returning(table)
    ).first()
    if gone is None:
        return None
    tx.touched.add(professional)
    return busy_in(gone)


def replace_busy(tx: Tx, professional: ProfessionalId, given: Iterable[Busy]) -> None:
    """Make these the whole mirror of a calendar, after a full read."""
    table = tables.busy
    tx.execute(sa.delete(table).where(table.c.professional_id == professional))
    # An event may stand on two pages of one read; the later page is the newer.
    rows = {each.event_id: _busy_out(professional, each) for each in given}
    if rows:
        tx.execute(sa.insert(table), list(rows.values()))
    tx.touched.add(professional)


def _busy_out(professional: ProfessionalId, given: Busy) -> dict[str, Any]:
    when = given.when
    days: tuple[str | None, str | None] = (None, None)
    if isinstance(when, AllDay):
        days = when.first.isoformat(), when.after_last.isoformat()
        start = seconds(datetime.combine(when.first, time(0), UTC) - _ZONES)
        end = seconds(datetime.combine(when.after_last, time(0), UTC) + _ZONES)
    else:
        start, end = bounds(when)
    return {
        "professional_id": professional,
        "event_id": given.event_id,
        "starts_at": start,
        "ends_at": end,
        "first_day": days[0],
        "after_last_day": days[1],
        "show_as": given.show_as.value,
        "series_id": given.series,
        "change_key": given.change_key,
        "bookable": given.bookable,
        "ours": given.ours,
    }


def busy_in(row: Row) -> Busy:
    when: Span | AllDay
    if row.first_day is not None:
        when = all_day(row.first_day, row.after_last_day)
    else:
        when = from_epoch(row.starts_at, row.ends_at)
    return Busy(
        event_id=row.event_id,
        when=when,
        show_as=ShowAs(row.show_as),
        series=row.series_id,
        change_key=row.change_key,
        bookable=row.bookable,
        ours=row.ours,
    )
