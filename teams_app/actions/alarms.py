"""Somebody is told of an outage that nobody would see: who, once, and until it is over.

Admins are told: who is named in the settings, is in their group, or was lately seen with
their app role. Of calendars that look emptied their owners are
told as well; and, where no admin is named, who supervises their units. Where the bot
reaches no admin, and the feed and mail that stand in for it neither, a mail goes to the
organisation's own address, as soon as mail goes at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking import alarms as rules
from booking.alarms import Alarm, Seen, What
from booking.health import CalendarFacts
from booking.model import Professional
from booking.policy import Policy
from booking.views.alarms import Reader
from teams_app.actions import access, obstacles
from teams_app.actions.calendars import followed
from teams_app.store import alarms, chats, directory, jobs, people, reach
from teams_app.store.calendars import CalendarState
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


@dataclass(frozen=True, slots=True)
class Heard:
    """As what somebody hears of an alarm, and whose calendars she hears of."""

    reader: Reader
    names: tuple[str, ...] = ()
    #: She can have it mended for certain. Who was only seen with the role may have lost
    #: it: she is told as well, without names, and in nobody's stead.
    sure: bool = True


def subject_of(id_: int) -> str:
    return f"alarm:{id_}"


def keep_cards(id_: int, now: datetime) -> Promise:
    """Owe a look at every card of an alarm."""
    key = f"alarm_cards:{id_}"
    return Promise("alarm_cards", key, due=now, payload={"alarm": id_}, again=True)


def look(tx: Tx, policy: Policy, now: datetime) -> None:
    """Raise what has begun, end what is over, and owe the cards that say so."""
    obstacles.owe_words(tx, now)
    everybody = followed(tx, now)
    seen = _seen(tx, everybody, now)
    known = alarms.standing(tx)
    for each in known:
        if not rules.goes_on(each, seen):
            alarms.end(tx, each.id, now)
            jobs.promise(tx, keep_cards(each.id, now))
    for what, begun in rules.beginning(seen, known, now):
        alarms.begin(tx, what, begun)
    for each in alarms.standing(tx):
        _tell(tx, each, hearers(tx, each, policy, now), policy, now)


def _seen(
    tx: Tx, everybody: Sequence[tuple[Professional, CalendarState]], now: datetime
) -> Seen:
    calendars = [_facts(each, state) for each, state in everybody]
    return Seen(calendars, [each.at for each in obstacles.unheard(tx, now)])


def _facts(one: Professional, state: CalendarState) -> CalendarFacts:
    return CalendarFacts(
        professional=one.id,
        name=one.name,
        failing_since=state.failing_since,
        error=state.last_error or "",
    )


def _tell(
    tx: Tx, alarm: Alarm, heard: dict[str, Heard], policy: Policy, now: datetime
) -> None:
    for person, as_what in heard.items():
        payload: dict[str, object] = {
            "alarm": alarm.id,
            "person": person,
            "reader": as_what.reader.value,
        }
        key = f"{subject_of(alarm.id)}:{person}"
        jobs.promise(tx, Promise("alarm", key, due=now, payload=payload))
    if chats.cards_of(tx, subject_of(alarm.id)):
        jobs.promise(tx, keep_cards(alarm.id, now))
    if policy.contact_email:
        due = now + rules.UNANSWERED if _menders(heard) else now
        key = f"alarm_mail:{alarm.id}"
        mail = Promise("alarm_mail", key, due=due, payload={"alarm": alarm.id})
        jobs.promise(tx, mail)


def _menders(heard: dict[str, Heard]) -> set[str]:
    return {
        person
        for person, each in heard.items()
        if each.reader is not Reader.OWNER and each.sure
    }


def is_heard(tx: Tx, alarm: Alarm, policy: Policy, now: datetime) -> bool:
    """Say whether somebody who can have it mended was told, by the bot or otherwise."""
    menders = _menders(hearers(tx, alarm, policy, now))
    for each in chats.cards_of(tx, subject_of(alarm.id)):
        told = reach.find(tx, each.key)
        otherwise = told is not None and told.state == reach.TOLD
        if each.object_id in menders and (each.activity_id is not None or otherwise):
            return True
    return False


def hearers(tx: Tx, alarm: Alarm, policy: Policy, now: datetime) -> dict[str, Heard]:
    """Give by object id who is told of an alarm that goes on, and as what."""
    everybody = followed(tx, now)
    seen = _seen(tx, everybody, now)
    about = {each.professional for each in rules.concerned(alarm, seen.calendars)}
    admins = access.admins(tx, policy)
    found: dict[str, Heard] = {}
    owners: list[Professional] = []
    if alarm.what is What.EMPTIED:
        owners = [each for each, _ in everybody if each.id in about]
    for each in owners:
        found[each.object_id] = Heard(Reader.OWNER)
        if not admins:
            for person in people.supervisors(tx, each.unit):
                before = found.get(person, Heard(Reader.SUPERVISOR)).names
                found[person] = Heard(Reader.SUPERVISOR, (*before, each.name))
    if rules.goes_on(alarm, seen):
        names = tuple(each.name for each in owners)
        found |= {each: Heard(Reader.ADMIN, names) for each in admins}
        for person in access.admins_by_role(tx, now) - found.keys():
            found[person] = Heard(Reader.ADMIN, sure=False)
    return {
        person: heard
        for person, heard in found.items()
        if not directory.has_left(tx, person)
    }


def heard_before(tx: Tx, key: str) -> Heard:
    """Say as what somebody was told by a card, once it is nobody's news any more."""
    said = jobs.payload(tx, key) or {}
    return Heard(Reader(str(said.get("reader", Reader.SUPERVISOR.value))))
