"""What the checkers may look at: the database, the tenant, and what was sent.

`Records` writes down what reaches clients as it arrives, and every state an appointment
or an offer has had, read from the committed rows. It takes nobody's word for anything.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.policy import Policy
from booking.spans import Span
from dev_tenant.connector.chats import Chats
from dev_tenant.graph import ids
from dev_tenant.graph.recurrence import Occurrence
from dev_tenant.graph.views import in_window
from dev_tenant.tenant import Event, Json, Mailbox, Tenant
from graph_sync.microsoft.events import KEY_ID
from teams_app.store import rows, tables
from teams_app.store.database import Database, Tx
from tests.world.life import Life
from tests.world.scene import WORKERS

_LINK = re.compile(r"https://aika\.example/([ao])/([\w-]{8})")


@dataclass(frozen=True, slots=True)
class State:
    """An appointment or an offer from `at` on, as the rows had it."""

    at: datetime
    row: Any


@dataclass(frozen=True, slots=True)
class Told:
    """Something that reached a client."""

    at: datetime
    channel: str  #: mail or sms
    to: str
    text: str
    kind: str  #: a: about an appointment, o: about an offer
    half: str  #: Of the link in it: which one.


class _Inbox(list[Any]):
    """The tenant's inbox, which says when something arrives."""

    def __init__(self, arrived: Callable[[Json], None]) -> None:
        super().__init__()
        self._arrived = arrived

    def append(self, item: Json) -> None:
        super().append(item)
        self._arrived(item)


class Records(logging.Handler):
    def __init__(self, tenant: Tenant, now: Callable[[], datetime]) -> None:
        super().__init__(logging.ERROR)
        tenant.inbox = _Inbox(self._arrived)
        self._staff = {each.mail for each in tenant.users.values()}
        self._now = now
        self._logged = 0
        self.told: list[Told] = []
        self.appointments: dict[int, list[State]] = defaultdict(list)
        self.offers: dict[int, list[State]] = defaultdict(list)
        self.delays: dict[int, list[State]] = defaultdict(list)
        self.alarms: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the product complains of in its log."""
        error = record.exc_info[1] if record.exc_info else None
        more = {
            name: getattr(record, name)
            for name in ("job", "why", "code")
            if hasattr(record, name)
        }
        self.alarms.append(f"{record.getMessage()} {more} {error!r}")

    def _arrived(self, item: Json) -> None:
        if item["to"] in self._staff:
            return  # Of a meeting she invited a colleague to: that is between them.
        text = str(item.get("text") or item.get("body"))
        found = _LINK.search(text)
        assert found is not None, text
        made = Told(
            self._now(), item["kind"], item["to"], text, found.group(1), found.group(2)
        )
        self.told.append(made)

    def committing(self, tx: Tx) -> None:
        """Look what the newest log entries are about, and keep its state.

        On SQLite no commit fails that has come so far; on PostgreSQL one that did would
        leave the entry's number used, and what came after it is seen all the same.
        """
        for row in tx.execute(_FRESH, {"seen": self._logged}):
            self._logged = row.id
            what, _, number = row.subject.partition(":")
            if what == "appointment":
                self._keep(tx, tables.appointments, self.appointments, int(number))
                self._keep(tx, tables.delays, self.delays, int(number))
            if what == "offer":
                self._keep(tx, tables.offers, self.offers, int(number))

    def _keep(
        self, tx: Tx, table: sa.Table, kept: dict[int, list[State]], id_: int
    ) -> None:
        name = "appointment_id" if table is tables.delays else "id"
        row = rows.row(tx, table, **{name: id_})
        if row is None:
            return
        before = kept[id_][-1].row if kept[id_] else None
        if row != before:
            kept[id_].append(State(self._now(), row))
        if table is tables.appointments and row.offer_id is not None:
            self._keep(tx, tables.offers, self.offers, row.offer_id)


_LOG = tables.access_log.c
_FRESH = (
    sa.select(_LOG.id, _LOG.subject)
    .where(_LOG.id > sa.bindparam("seen"))
    .order_by(_LOG.id)
)


def key_of(event: Event) -> str | None:
    """Give what our property on an event says: whose copy it is, too."""
    ext = {name.lower(): value for name, value in event.ext.items()}
    return ext.get(KEY_ID.lower())


@dataclass(frozen=True, slots=True)
class Lying:
    """An event as it lies in a mailbox, a day of a series by itself."""

    professional: int
    id: str
    reference: str | None  #: Of an event of our making; a person's copy has none.
    one: Occurrence
    meeting: str | None  #: The address of its Teams meeting that really exists.

    @property
    def span(self) -> Span:
        return Span(self.one.begins.astimezone(UTC), self.one.ends.astimezone(UTC))

    @property
    def shown(self) -> str:
        return str(self.one.props["showAs"])

    @property
    def takes_time(self) -> bool:
        return self.shown in {"busy", "oof", "tentative"} and not self.one.props.get(
            "isCancelled"
        )


@dataclass(frozen=True)
class Evidence:
    database: Database
    tenant: Tenant
    records: Records
    policy: Policy
    now: datetime
    life: Life
    _rows: dict[str, list[Any]] = field(default_factory=dict)

    def rows(self, table: sa.Table) -> list[Any]:
        """Read a table, once for all checks of this moment."""
        if table.name not in self._rows:
            self._rows[table.name] = self.database.read_here(
                lambda tx: list(tx.execute(sa.select(table)))
            )
        return self._rows[table.name]

    @property
    def appointments(self) -> list[Any]:
        return self.rows(tables.appointments)

    def box(self, professional: int) -> Mailbox:
        object_id = next(w.object_id for w in WORKERS if w.id == professional)
        return self.tenant.mailboxes[object_id]

    def ours(self) -> Iterator[Lying]:
        """Give every event of our making, wherever and whenever."""
        for who in WORKERS:
            box = self.box(who.id)
            for event in box.events.values():
                one = Occurrence(event, None, event.start, event.end)
                lying = self._lying(who.id, box, one)
                if lying.reference is not None:
                    yield lying

    def lying(self, professional: int, start: datetime, end: datetime) -> list[Lying]:
        """Give what lies in a calendar between two moments."""
        box = self.box(professional)
        found = in_window(box, box.default_calendar.id, start, end)
        return [self._lying(professional, box, one) for one in found]

    def _lying(self, professional: int, box: Mailbox, one: Occurrence) -> Lying:
        event = one.event
        is_ours = bool(event.props.get("transactionId"))
        meeting = self.tenant.meetings.get(event.meeting or "")
        return Lying(
            professional,
            ids.immutable_id(box, event.key, one.day),
            key_of(event) if is_ours else None,
            one,
            meeting.url if meeting else None,
        )

    def messages(self, object_id: str) -> list[Json]:
        """Give what stands in somebody's chat, from the bot."""
        return [
            message
            for message in Chats(self.tenant).of(object_id)["messages"]
            if message["by"] == "bot" and not message["deleted"]
        ]


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def clock(at: datetime) -> str:
    return f"{at:%d.%m. %H:%M:%S}"


def days(given: Any) -> timedelta:
    return timedelta(days=given)
