"""What is kept about people, and forgotten once its time is over.

How long that is an admin decides in the tab (`booking.retention`). What is counted and
what is forgotten is one condition, so that what was shown beforehand is what happens.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from booking import retention
from booking.model import OfferStatus, Status
from booking.retention import Class, Retention
from teams_app.store import decisions, log
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.tables import (
    absences,
    appointments,
    bindings,
    deliveries,
    offers,
    posted_cards,
)

#: Under which the decision stands.
AREA: Final = "retention"
_Clause = sa.ColumnElement[bool]


def kept(tx: Tx) -> Retention:
    """Give how long everything is kept."""
    return retention.of(decisions.of(tx, AREA).value)


def _over(end: int) -> _Clause:
    """Appointments that ended before. A hold has an end of its own."""
    ended = appointments.c.ends_at < end
    return sa.and_(ended, appointments.c.status != Status.HELD.value)


def _answered(end: int) -> _Clause:
    """Appointments of which answers are kept, or what kept somebody from coming."""
    explained = sa.exists().where(
        bindings.c.appointment_id == appointments.c.id, bindings.c.explanation != ""
    )
    answered = appointments.c.answers != sa.literal({}, _JSON)
    return sa.and_(_over(end), sa.or_(answered, explained))


def _offered(end: int) -> _Clause:
    """Offers that ended before, of which nothing is left that anybody was booked."""
    led_on = sa.exists().where(appointments.c.offer_id == offers.c.id)
    taken = offers.c.status == OfferStatus.TAKEN.value
    return sa.and_(offers.c.expires_at < end, sa.not_(led_on), sa.not_(taken))


def _away(end: int) -> _Clause:
    return absences.c.ends_at < end


def _stands(end: int) -> _Clause:
    return posted_cards.c.intended_at < end


_JSON: Final = appointments.c.answers.type
_PAST: Final[Mapping[Class, tuple[sa.Column[Any], Callable[[int], _Clause]]]] = {
    Class.APPOINTMENTS: (appointments.c.id, _over),
    Class.ANSWERS: (appointments.c.id, _answered),
    Class.OFFERS: (offers.c.id, _offered),
    Class.ABSENCES: (absences.c.id, _away),
    Class.CARDS: (posted_cards.c.id, _stands),
}


def count(tx: Tx, what: Class, end: datetime | None) -> int:
    """Count what is past its time; `end`: what ended before is; None: nothing is."""
    if end is None:
        return 0
    key, past = _PAST[what]
    chosen = sa.select(sa.func.count(key)).where(past(seconds(end)))
    return int(tx.execute(chosen).scalar_one())


def forget(tx: Tx, what: Class, now: datetime, most: int) -> int:
    """Forget at most so many of what is past its time; gives how many."""
    end = kept(tx).end(now, what)
    if end is None:
        return 0
    key, past = _PAST[what]
    found = sa.select(key).where(past(seconds(end))).limit(most)
    some = list(tx.execute(found.with_for_update(skip_locked=True)).scalars())
    if not some:
        return 0
    match what:
        case Class.ANSWERS:
            table = appointments
            tx.execute(sa.update(table).where(table.c.id.in_(some)).values(answers={}))
            said = bindings.c.appointment_id.in_(some)
            tx.execute(sa.update(bindings).where(said).values(explanation=""))
            _logged(tx, "answers_forgotten", some, now)
        case Class.APPOINTMENTS:
            _logged(tx, "forgotten", some, now)
            _with_offers(tx, some, now)
        case Class.OFFERS:
            _offers(tx, some, now)
        case _:
            tx.execute(sa.delete(key.table).where(key.in_(some)))
    return len(some)


def _logged(tx: Tx, what: str, ids: list[int], now: datetime) -> None:
    """Write down whose appointments they were that nothing, or less, is kept of."""
    log.record_list(
        tx, sorted(ids), at=now, who="system", what=what, source="retention"
    )


def _with_offers(tx: Tx, ids: list[int], now: datetime) -> None:
    """Forget appointments, and the offers they came from with the last of each."""
    table = appointments
    gone = sa.delete(table).where(table.c.id.in_(ids)).returning(table.c.offer_id)
    led = {each for each in tx.execute(gone).scalars() if each is not None}
    still = sa.select(table.c.offer_id).where(table.c.offer_id.in_(led))
    _offers(tx, sorted(led - set(tx.execute(still).scalars())), now)


def _offers(tx: Tx, ids: list[int], now: datetime) -> None:
    """Forget offers, with what was said of them."""
    gone = [
        log.Entry(now, "system", "forgotten", f"offer:{each}", "retention")
        for each in ids
    ]
    log.record_all(tx, gone)
    tx.execute(sa.delete(deliveries).where(deliveries.c.offer_id.in_(ids)))
    tx.execute(sa.delete(offers).where(offers.c.id.in_(ids)))
