"""Cards about an outage, as each of their readers sees them, and once it is over."""

from dataclasses import replace
from datetime import timedelta

import cards
from booking.alarms import What
from booking.model import Language
from booking.views.alarms import AlarmCard, Reader
from tests.cards.pieces import CLIENT, START, TAB, Draw


def an_alarm(tongue: Language, **changes: object) -> AlarmCard:
    plain = AlarmCard(tongue, What.EMPTIED, Reader.ADMIN, START, TAB, names=(CLIENT,))
    return replace(plain, **changes)  # type: ignore[arg-type]


def alarms() -> dict[str, Draw]:
    def drawing(**changes: object) -> Draw:
        return lambda tongue: cards.alarm(an_alarm(tongue, **changes))

    shut, later = What.SHUT_OUT, START + timedelta(hours=2)
    owner, chief = Reader.OWNER, Reader.SUPERVISOR
    return {
        "alarm": drawing(what=shut, names=()),
        "alarm.over": drawing(what=shut, names=(), ended=later),
        "alarm.unheard": drawing(what=What.UNHEARD, names=()),
        "alarm.unheard.over": drawing(what=What.UNHEARD, names=(), ended=later),
        "alarm.emptied": drawing(),
        "alarm.emptied.many": drawing(names=(CLIENT, "Bo Berg") * 8),
        "alarm.emptied.over": drawing(names=(), ended=later),
        "alarm.emptied.supervisor": drawing(reader=chief),
        "alarm.emptied.owner": drawing(reader=owner, names=()),
        "alarm.emptied.owner.over": drawing(reader=owner, names=(), ended=later),
    }
