"""A service as an admin sets it up in the tab: added, copied, changed, paused, retired.

What is changed here is the tab's from then on: the organisation's file leaves it alone
(`organisation.put`). Appointments that are booked keep what was promised; nothing here
touches them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from booking import question_forms, service_forms
from booking.model import Question, Service, ServiceId, Words
from booking.service_forms import ServiceTyped
from teams_app.actions import setup, sheets_sent
from teams_app.actions.settle import redraw_ahead
from teams_app.actions.sheets_sent import Outdated, Sent
from teams_app.store import appointments, edited, people, services
from teams_app.store.database import Tx

#: Under which a service is set up that is not there yet; no key begins so.
NEW = "_new"
_MINUTES = 45


class State(StrEnum):
    """Whether a service may be booked."""

    OPEN = "open"
    PAUSED = "paused"
    RETIRED = "retired"  #: For good, though it may be taken back.


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that an admin sets of a service."""

    service: Service
    givers: frozenset[str] = frozenset()  #: Object ids.
    others: tuple[str, ...] = ()  #: Keys of all services, where this one is new.

    @property
    def is_new(self) -> bool:
        return self.service.id == 0

    @property
    def state(self) -> State:
        if self.service.retired:
            return State.RETIRED
        return State.OPEN if self.service.open else State.PAUSED

    @property
    def written(self) -> dict[str, list[str]]:
        """Write it as its form would bring it, but for its questions."""
        return service_forms.written(self.service, self.givers)

    @property
    def seen(self) -> str:
        """Name this state, so that an old copy of a form is recognised."""
        own = (sorted(self.written.items()), self.service.questions)
        said = (*own, self.state.value, self.others)
        return sha256(repr(said).encode()).hexdigest()[:16]


def every(tx: Tx) -> list[Sheet]:
    """Give all services, in the order in which they were set up."""
    return [_sheet(tx, each) for each in people.services(tx)]


def of(tx: Tx, key: str, copied: str = "") -> Sheet | None:
    """Give a service by its key, or one to be filled in; None: there is none.

    A new one may begin as a copy of another, by its key.
    """
    found = {each.key: each for each in people.services(tx)}
    if key != NEW:
        return _sheet(tx, found[key]) if key in found else None
    nothing, others = Words("", "", ""), tuple(sorted(found))
    model = found.get(copied)
    if model is None:
        empty = Service(ServiceId(0), "", nothing, nothing, _MINUTES, (), open=False)
        return Sheet(empty, others=others)
    new = replace(
        model,
        id=ServiceId(0),
        key="",
        questions=model.asking,
        open=False,
        retired=False,
    )
    return Sheet(new, _sheet(tx, model).givers, others)


def _sheet(tx: Tx, service: Service) -> Sheet:
    ids = services.givers(tx, service.id)
    of_it = [each for each in people.professionals(tx) if each.id in ids]
    return Sheet(service, frozenset(each.object_id for each in of_it))


def coming(tx: Tx, service: Service, now: datetime) -> int:
    """Count the appointments of a service that are still to come."""
    return appointments.coming_of(tx, service.id, now)


def save(
    tx: Tx, key: str, typed: ServiceTyped, sent: Sent, copied: str = ""
) -> Sheet | Outdated:
    """Set a service up so. The form sent twice does it once, and gets the same.

    A new one cannot be booked before it is opened, so that it may be finished first.
    """
    edited.lock(tx)
    before = of(tx, key, copied)
    if before is None or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    saved = _put(tx, typed.service, typed.givers)
    _redraw(tx, before.givers | typed.givers, sent.at)
    return _noted(tx, saved, "add" if before.is_new else "set_up", sent)


def added(tx: Tx, sent: Sent) -> Sheet | None:
    """Give the service that the same form has added before."""
    found = _sent_before(tx, NEW, sent)
    return None if isinstance(found, Outdated) else found


def ask(
    tx: Tx, key: str, questions: Sequence[Question], sent: Sent
) -> Sheet | Outdated:
    """Let these be asked with a booking, and no others."""
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.is_new or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    asked = question_forms.merged(before.service.questions, questions)
    saved = _put(tx, replace(before.service, questions=asked), before.givers)
    return _noted(tx, saved, "set_up", sent)


def turn(tx: Tx, key: str, to: State, sent: Sent) -> Sheet | Outdated:
    """Open a service, pause it, or retire it."""
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.is_new or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    opens, retires = to is State.OPEN, to is State.RETIRED
    turned = replace(before.service, open=opens, retired=retires)
    saved = _put(tx, turned, before.givers)
    _redraw(tx, before.givers, sent.at)
    return _noted(tx, saved, f"service_{to}", sent)


def _sent_before(tx: Tx, key: str, sent: Sent) -> Sheet | Outdated:
    return sheets_sent.again(tx, sent, of, adds=key == NEW)


def _put(tx: Tx, service: Service, givers: frozenset[str]) -> Service:
    chosen = [each for each in people.professionals(tx) if each.object_id in givers]
    return setup.put_service(tx, service, chosen)


def _redraw(tx: Tx, givers: frozenset[str], now: datetime) -> None:
    """What these have offered of it may be had otherwise now: their cards follow."""
    for each in people.professionals(tx):
        if each.object_id in givers:
            redraw_ahead(tx, each.id, now)


def _noted(tx: Tx, service: Service, what: str, sent: Sent) -> Sheet:
    made = _sheet(tx, service)
    return sheets_sent.noted(tx, sent, what, edited.SERVICE, service, made)
