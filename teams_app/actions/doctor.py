"""What the doctor reads of the rows: counts and people, and nothing of a client."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.doctor.judging import DatabaseFacts, MailFacts
from booking.model import Appointment, Professional, Service, Unit
from booking.reach import Why
from booking.spans import Span
from teams_app.store import appointments as rows
from teams_app.store import deliveries, health, marks, people, reach, services
from teams_app.store.database import Tx

#: So far back the load of the last weeks is looked at.
_WEEKS = timedelta(weeks=4)
#: Of a working day, where nothing has been booked yet.
_DAY_MINUTES = 450


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody whose mailbox and chat are looked at, and the units there are."""

    people: Sequence[Professional] = ()
    #: Whose chats are known to be closed to the bot, and why, by object id.
    closed: Mapping[str, Why] = field(default_factory=dict)
    units: Sequence[Unit] = ()

    def mailboxes(self) -> list[str]:
        return [each.mailbox for each in self.people]


def staff(tx: Tx) -> Staff:
    shut = {each.object_id: each.why for each in reach.everybody_closed(tx)}
    bookable = people.professionals(tx, bookable_only=True)
    return Staff(bookable, shut, people.units(tx))


def database(tx: Tx, now: datetime) -> DatabaseFacts:
    return DatabaseFacts(
        now=now,
        removed=marks.removal(tx) is not None,
        professionals=len(people.professionals(tx, bookable_only=True)),
        services=sum(each.open for each in services.services(tx)),
        swept=health.due_at(tx, "sweep"),
    )


def mail(tx: Tx, zone: ZoneInfo, now: datetime) -> MailFacts:
    """Count what there has been, and what there could be, on the busiest day."""
    offered = [each for each in services.services(tx) if each.open]
    everybody = people.professionals(tx, bookable_only=True)
    return MailFacts(
        seen=_busiest(tx, everybody, zone, now),
        possible=len(everybody) * (_DAY_MINUTES // _shortest(offered)),
        each=1 + max((len(each.reminder_hours) for each in offered), default=0),
        at_once=len(everybody),
        sent=_busiest_sent(tx, zone, now),
    )


def _busiest_sent(tx: Tx, zone: ZoneInfo, now: datetime) -> int:
    days: Counter[date] = Counter()
    for hour, count in deliveries.mails_by_hour(tx, now - _WEEKS).items():
        days[hour.astimezone(zone).date()] += count
    return max(days.values(), default=0)


def _busiest(
    tx: Tx, everybody: Sequence[Professional], zone: ZoneInfo, now: datetime
) -> int:
    days: dict[date, int] = {}
    past = Span(now - _WEEKS, now)
    for each in _met(tx, everybody, past):
        day = each.span.start.astimezone(zone).date()
        days[day] = days.get(day, 0) + 1
    return max(days.values(), default=0)


def _met(tx: Tx, everybody: Sequence[Professional], past: Span) -> list[Appointment]:
    """Give what was booked, cancelled or not: each sent its messages."""
    ids = [each.id for each in everybody]
    return rows.between(tx, ids, past, occupying_only=False)


def _shortest(offered: Sequence[Service]) -> int:
    return min((each.minutes for each in offered), default=30)
