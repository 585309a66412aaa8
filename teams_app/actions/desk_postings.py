"""Cards of a unit's desk: which are to be posted in its channel, which brought up to date.

A card stands in the channel that was the desk when it was posted; once that is another,
or none, it is kept up no more. What is told a supervisor goes to her own chat.
"""

from datetime import date, datetime, time, timedelta

from booking import cover as rules
from booking.cover import Cover, State
from booking.model import Appointment, AppointmentId, ProfessionalId, UnitId
from booking.policy import Policy
from booking.reminders import may_send_at
from booking.spans import instant, wall
from teams_app.actions import desk_views
from teams_app.actions.postings import Posting
from teams_app.store import (
    appointments,
    chats,
    covers,
    desks,
    directory,
    jobs,
    people,
)
from teams_app.store.chats import PostedCard
from teams_app.store.database import Tx
from teams_app.store.desks import Desk
from teams_app.store.jobs import Promise

#: When the day's card comes, on working days: a while after everybody's own list.
MORNING = time(7, 30)
#: From then on it is brought up to date no more.
EVENING = time(18)
UNCLAIMED = "cover_unclaimed:"


def cover(tx: Tx, key: str, id_: int, policy: Policy, now: datetime) -> Posting | None:
    """Give the card that asks; None: there is no desk, or nothing left to ask."""
    found = covers.find(tx, id_)
    desk = desks.of_unit(tx, found.unit) if found is not None else None
    if found is None or desk is None or not _open(tx, found, now):
        return None
    card = chats.intend_card(tx, key, desk.channel, f"cover:{id_}", now)
    return _in_channel(tx, card, found, policy, now)


def _open(tx: Tx, found: Cover, now: datetime) -> list[AppointmentId]:
    return [
        each.appointment
        for each in found.lines
        if rules.state(each, appointments.load(tx, each.appointment), now) is State.OPEN
    ]


def _in_channel(
    tx: Tx, card: PostedCard, found: Cover, policy: Policy, now: datetime
) -> Posting | None:
    desk = desks.in_channel(tx, card.object_id)
    if desk is None or desk.unit != found.unit:
        return None
    view = desk_views.shared(tx, found, desk.language, policy, now)
    return Posting(card, desk.conversation, view)


def around_cover(tx: Tx, id_: int, policy: Policy, now: datetime) -> list[Posting]:
    """Give every card of a question, and the day's that counts what it looks for."""
    found = covers.find(tx, id_)
    if found is None:
        return []
    days = _days(tx, found.unit, policy, now)
    return [*of_cover(tx, id_, policy, now), *days]


def of_cover(tx: Tx, id_: int, policy: Policy, now: datetime) -> list[Posting]:
    """Give every card of a question, as it should be now."""
    found = covers.find(tx, id_)
    if found is None:
        return []
    made: list[Posting | None] = []
    for card in chats.cards_of(tx, f"cover:{id_}"):
        if card.activity_id is None:
            continue
        if card.key.startswith(UNCLAIMED):
            made.append(_told(tx, card, found, policy, now))
        else:
            made.append(_in_channel(tx, card, found, policy, now))
    return [each for each in made if each is not None]


def _told(
    tx: Tx, card: PostedCard, found: Cover, policy: Policy, now: datetime
) -> Posting | None:
    """Give a supervisor's card as it should be; who is none any more hears no more."""
    person = card.object_id
    if person not in _told_of(tx, found):
        return None
    view = desk_views.news(tx, found, person, policy, now)
    return Posting(card, chats.conversation(tx, person), view)


def of_appointment(
    tx: Tx, id_: AppointmentId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the desks' cards on which an appointment shows, as they should be now."""
    asked = covers.of_appointment(tx, id_)
    found = [
        posting for each in asked for posting in of_cover(tx, each.id, policy, now)
    ]
    own = appointments.find(tx, id_)
    if own is None or not (asked or _is_today(own, policy, now)):
        return found
    return [*found, *days_of(tx, own.professional, policy, now)]


def _is_today(own: Appointment, policy: Policy, now: datetime) -> bool:
    """Say whether it shows in today's card; one moved away is missed at the next look."""
    today, on = (wall(each, policy.zone).date() for each in (now, own.span.start))
    return today == on


def days_of(
    tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the day's card of a professional's unit, where that stands."""
    return _days(tx, people.professional(tx, id_).unit, policy, now)


def _days(tx: Tx, unit: UnitId, policy: Policy, now: datetime) -> list[Posting]:
    desk = desks.of_unit(tx, unit)
    if desk is None:
        return []
    today = wall(now, policy.zone).date()
    return day_standing(tx, desk, today, policy, now)


def unclaimed(tx: Tx, id_: int, policy: Policy, now: datetime) -> int | datetime:
    """Owe each supervisor word of what nobody has taken; gives how many are told.

    A moment: it is night, and nobody is told before that.
    """
    found = covers.find(tx, id_)
    left = _open(tx, found, now) if found is not None else []
    if found is None or not left:
        return 0
    later = may_send_at(now, policy.quiet)
    if later > now:
        return later
    told = _told_of(tx, found)
    for person in told:
        payload: dict[str, object] = {"cover": id_, "person": person}
        key = f"{UNCLAIMED}{id_}:{person}"
        last = found.lines[-1].starts
        jobs.promise(
            tx, Promise("tell_unclaimed", key, due=now, payload=payload, expires=last)
        )
    return len(told)


def _told_of(tx: Tx, found: Cover) -> list[str]:
    """Give who supervises the unit now, and has not left."""
    every = people.supervisors(tx, found.unit)
    return [each for each in every if not directory.has_left(tx, each)]


def tell_unclaimed(
    tx: Tx, key: str, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the card for one supervisor; None: it has been taken meanwhile."""
    found = covers.find(tx, int(str(payload["cover"])))
    if found is None or not _open(tx, found, now):
        return None
    person = str(payload["person"])
    if person not in _told_of(tx, found):
        return None
    card = chats.intend_card(tx, key, person, f"cover:{found.id}", now)
    return _told(tx, card, found, policy, now)


# The day.


def day_key(unit: UnitId, day: date) -> str:
    return f"desk_day:{unit}:{day.isoformat()}"


def owe_days(tx: Tx, policy: Policy, now: datetime) -> None:
    """Owe each desk the card of this working day, and a look at one that stands."""
    day = wall(now, policy.zone).date()
    begins, ends = (instant(day, each, policy.zone) for each in (MORNING, EVENING))
    if not begins - timedelta(hours=1) <= now < ends:
        return
    for each in desks.every(tx):
        if not desk_views.is_working_day(tx, people.unit(tx, each.unit), day, policy):
            continue
        key = day_key(each.unit, day)
        payload: dict[str, object] = {"unit": each.unit, "day": day.isoformat()}
        jobs.promise(
            tx, Promise("desk_day", key, due=begins, payload=payload, expires=ends)
        )
        if chats.cards_of(tx, key):
            look = f"desk_day_look:{each.unit}"
            jobs.promise(
                tx,
                Promise("desk_day_look", look, due=now, payload=payload, again=True),
            )


def day(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the day's card of a unit: a new one, or the one that stands."""
    unit = UnitId(int(str(payload["unit"])))
    desk = desks.of_unit(tx, unit)
    if desk is None:
        return None
    on = date.fromisoformat(str(payload["day"]))
    key = day_key(unit, on)
    card = chats.intend_card(tx, f"{key}:{desk.channel}", desk.channel, key, now)
    return Posting(
        card, desk.conversation, desk_views.day_of(tx, desk, on, policy, now)
    )


def day_standing(
    tx: Tx, desk: Desk, on: date, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the day's card where it stands in the channel, as it should be now."""
    standing = [
        each
        for each in chats.cards_of(tx, day_key(desk.unit, on))
        if each.activity_id is not None and each.object_id == desk.channel
    ]
    if not standing:
        return []
    view = desk_views.day_of(tx, desk, on, policy, now)
    return [Posting(each, desk.conversation, view) for each in standing]
