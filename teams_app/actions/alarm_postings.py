"""The cards about an outage, and the mail where nobody is reached by a card."""

from datetime import datetime

from booking import alarms as rules
from booking.alarms import Alarm
from booking.model import Language
from booking.policy import Policy
from booking.reach import Letter
from booking.views.alarms import AlarmCard, Reader
from teams_app.actions import handover_views
from teams_app.actions.alarms import (
    Heard,
    heard_before,
    hearers,
    is_heard,
    subject_of,
)
from teams_app.actions.postings import Posting
from teams_app.store import alarms, chats
from teams_app.store.database import Tx

#: In which the organisation's own address is written to.
MAILED_IN = Language.FI


def card(
    tx: Tx, key: str, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that tells one person of an outage; None: it is over, or not hers."""
    alarm, person = _alarm(tx, payload), str(payload["person"])
    if alarm is None or alarm.ended is not None:
        return None
    heard = hearers(tx, alarm, policy, now).get(person)
    if heard is None:
        return None
    intended = chats.intend_card(tx, key, person, subject_of(alarm.id), now)
    view = _view(tx, alarm, person, heard, policy)
    return Posting(intended, chats.conversation(tx, person), view)


def standing(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> list[Posting]:
    """Give every card of an outage that stands, as it should be now."""
    alarm = _alarm(tx, payload)
    if alarm is None:
        return []
    heard = hearers(tx, alarm, policy, now)
    found = []
    for each in chats.cards_of(tx, subject_of(alarm.id)):
        hers = heard.get(each.object_id)
        if alarm.ended is not None:
            hers = heard_before(tx, each.key)
        # Who hears of it no more has a card that says how it was, until it is over.
        if each.activity_id is not None and hers is not None:
            view = _view(tx, alarm, each.object_id, hers, policy)
            where = chats.conversation(tx, each.object_id)
            found.append(Posting(each, where, view))
    return found


def _view(tx: Tx, alarm: Alarm, person: str, heard: Heard, policy: Policy) -> AlarmCard:
    admin = heard.reader is Reader.ADMIN
    return AlarmCard(
        language=handover_views.language_of(tx, person),
        what=alarm.what,
        reader=heard.reader,
        begun=alarm.begun,
        url=policy.view_url("health") if admin else policy.tab_url,
        names=heard.names,
        ended=alarm.ended,
    )


def letter(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> Letter | None:
    """Give the mail to the organisation's own address.

    None: the outage is over, or somebody has been told of it.
    """
    alarm = _alarm(tx, payload)
    if alarm is None or alarm.ended is not None:
        return None
    if is_heard(tx, alarm, policy, now):
        return None
    return rules.letter(MAILED_IN, alarm.what, policy.view_url("health"))


def _alarm(tx: Tx, payload: dict[str, object]) -> Alarm | None:
    return alarms.find(tx, int(str(payload["alarm"])))
