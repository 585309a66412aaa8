"""A form of administration sent twice: the second sending gets what the first has made.

A form is known by who sends it and by all that stands in it, the state that it was made
of included. Typed otherwise it is another form, and nothing of it is taken for done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol, TypeVar

from booking.model import Service, Unit
from teams_app.store import appointments, edited, log
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: from whom, when, and with what in its fields."""

    who: str
    at: datetime
    form: Mapping[str, Sequence[str]]

    @property
    def seen(self) -> str:
        """Name the state that the form was made of."""
        return (self.form.get("seen") or [""])[0]

    @property
    def key(self) -> str:
        said = sorted((name, tuple(given)) for name, given in self.form.items())
        return f"sheet:{self.who}:{sha256(repr(said).encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody has changed it meanwhile."""


class Sheet(Protocol):
    """A unit or a service as an admin sets it up."""

    @property
    def seen(self) -> str:
        """Name its state."""


S = TypeVar("S", bound=Sheet)


def again(
    tx: Tx, sent: Sent, of: Callable[[Tx, str], S | None], *, adds: bool
) -> S | Outdated:
    """Give what the same form has made before; what was changed must still stand so.

    `of`: gives a sheet by its key; `adds`: the form is one that adds another.
    """
    kept = appointments.remembered(tx, sent.key) or ""
    key, _, seen = kept.rpartition(":")
    found = of(tx, key) if key else None
    if found is None or (not adds and found.seen != seen):
        return Outdated()
    return found


def noted(
    tx: Tx, sent: Sent, what: str, kind: str, thing: Unit | Service, made: S
) -> S:
    """Write down who did what, and what her form has made; gives that.

    A state may come back, and the same form with it: then the last time counts.
    """
    edited.mark(tx, kind, thing.key, sent.who, sent.at)
    log.record(
        tx,
        at=sent.at,
        who=sent.who,
        what=what,
        subject=f"{kind}:{thing.id}",
        source="tab",
    )
    appointments.forget_request(tx, sent.key)
    appointments.remember_request(tx, sent.key, f"{thing.key}:{made.seen}")
    return made
