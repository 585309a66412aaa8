"""A form of administration sent twice: the second sending gets what the first has made.

A form is known by who sends it and by all that stands in it, the state that it was made
of included. Typed otherwise it is another form, and nothing of it is taken for done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from teams_app.store import appointments
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
class Made:
    """What came of a form: which unit or service it made, and how that stood then."""

    key: str
    seen: str


def made(tx: Tx, sent: Sent) -> Made | None:
    """Give what the same form has made before; None: it has not come before."""
    key, _, seen = (appointments.remembered(tx, sent.key) or "").rpartition(":")
    return Made(key, seen) if key else None


def remember(tx: Tx, sent: Sent, made: Made) -> None:
    """Keep what a form has made, for as long as requests are kept.

    A state may come back, and the same form with it: then the last time counts.
    """
    appointments.forget_request(tx, sent.key)
    appointments.remember_request(tx, sent.key, f"{made.key}:{made.seen}")
