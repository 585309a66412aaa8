"""A service as an admin sets it up in the tab: added, copied, changed, paused, retired.

What is changed here is the tab's from then on: the organisation's file leaves it alone
(`organisation.put`). Appointments that are booked keep what was promised; nothing here
touches them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from booking import question_forms, service_forms
from booking.model import Question, Service, ServiceId, Words
from booking.service_forms import ServiceTyped
from teams_app.actions import setup
from teams_app.store import appointments, edited, log, people, services
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


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody has changed it meanwhile."""


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


def save(  # noqa: PLR0913
    tx: Tx,
    key: str,
    typed: ServiceTyped,
    seen: str,
    *,
    who: str,
    now: datetime,
    copied: str = "",
) -> Sheet | Outdated:
    """Set a service up so. `seen` names the state that was changed.

    A new one cannot be booked before it is opened, so that it may be finished first.
    """
    edited.lock(tx)
    before = of(tx, key, copied)
    if before is None or before.seen != seen:
        return Outdated()
    saved = _put(tx, typed.service, typed.givers)
    _note(tx, saved, "add" if before.is_new else "set_up", who, now)
    return Sheet(saved, typed.givers)


def ask(
    tx: Tx,
    key: str,
    questions: Sequence[Question],
    seen: str,
    *,
    who: str,
    now: datetime,
) -> Sheet | Outdated:
    """Let these be asked with a booking, and no others."""
    before = _unchanged(tx, key, seen)
    if isinstance(before, Outdated):
        return before
    asked = question_forms.merged(before.service.questions, questions)
    return _changed(tx, before, {"questions": asked}, "set_up", who, now)


def turn(
    tx: Tx, key: str, to: State, seen: str, *, who: str, now: datetime
) -> Sheet | Outdated:
    """Open a service, pause it, or retire it."""
    before = _unchanged(tx, key, seen)
    if isinstance(before, Outdated):
        return before
    turned = {"open": to is State.OPEN, "retired": to is State.RETIRED}
    return _changed(tx, before, turned, f"service_{to}", who, now)


def _unchanged(tx: Tx, key: str, seen: str) -> Sheet | Outdated:
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.is_new or before.seen != seen:
        return Outdated()
    return before


def _changed(
    tx: Tx,
    before: Sheet,
    changes: Mapping[str, object],
    what: str,
    who: str,
    now: datetime,
) -> Sheet:
    made = replace(before.service, **changes)  # type: ignore[arg-type]
    saved = _put(tx, made, before.givers)
    _note(tx, saved, what, who, now)
    return replace(before, service=saved)


def _put(tx: Tx, service: Service, givers: frozenset[str]) -> Service:
    chosen = [each for each in people.professionals(tx) if each.object_id in givers]
    return setup.put_service(tx, service, chosen)


def _note(tx: Tx, service: Service, what: str, who: str, now: datetime) -> None:
    edited.mark(tx, edited.SERVICE, service.key, who, now)
    log.record(
        tx, at=now, who=who, what=what, subject=f"service:{service.id}", source="tab"
    )
