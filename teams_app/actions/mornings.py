"""The list of the day that comes each working morning: owed the evening before."""

from datetime import date, datetime, time, timedelta

from booking.model import Professional, ProfessionalId
from booking.policy import Policy
from booking.spans import instant, wall
from teams_app.store import jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: When the morning list comes, on working days: before anybody's first appointment.
MORNING = time(7)


def promise_mornings(tx: Tx, policy: Policy, now: datetime) -> int:
    """Owe every professional the list of her next working morning."""
    day = wall(now, policy.zone).date()
    due = instant(day, MORNING, policy.zone)
    if due <= now:
        day += timedelta(days=1)
        due = instant(day, MORNING, policy.zone)
    if policy.rules.is_closed(day):
        return 0
    made = 0
    for each in people.followed(tx, now):
        if day.weekday() in people.mailbox(tx, each.id).hours.days:
            _promise_morning(tx, each, day, due)
            made += 1
    return made


def subject_of(id_: ProfessionalId, day: date) -> str:
    """Name the list of one day in her chat, as its card and its promise have it."""
    return f"morning:{id_}:{day.isoformat()}"


def _promise_morning(tx: Tx, each: Professional, day: date, due: datetime) -> None:
    jobs.promise(
        tx,
        Promise(
            "morning",
            subject_of(each.id, day),
            due=due,
            payload={"professional": each.id, "day": day.isoformat()},
            expires=due + timedelta(hours=4),
        ),
    )
