"""Reading the log of who saw and did what: a right of its own, and itself logged.

Who reads it is checked before (`access.is_auditor`). Every reading leaves a line that
says so, and of which appointment where one was asked for.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from booking.model import Appointment
from booking.saying import as_reference
from teams_app.actions import log_lines
from teams_app.actions.access import Look, named
from teams_app.actions.log_lines import Line
from teams_app.store import appointments, log
from teams_app.store.database import Tx
from teams_app.store.log import Asked

#: A page of the log, and the most that goes into a file.
PAGE, EXPORT_MAX = 100, 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """A search as somebody has written it."""

    since: datetime
    until: datetime
    who: str = ""  #: Part of a professional's name, an object id, or `client`.
    what: str = ""
    reference: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownReference:
    """No appointment has the reference asked for."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """The file would have more than EXPORT_MAX lines."""


def search(tx: Tx, who: str, query: Query, look: Look) -> list[Line] | UnknownReference:
    """Give a page of the log; one more than PAGE says that there are older ones.

    `who` is the reader, as the log has her.
    """
    asked, subject = _asked(tx, query)
    if asked is None:
        return UnknownReference()
    found = log.search(tx, asked, PAGE + 1)
    _logged(tx, who, "view", subject, look)
    return log_lines.of(tx, found, asked.appointment)


def export(
    tx: Tx, who: str, query: Query, look: Look
) -> list[Line] | UnknownReference | TooMany:
    """Give what goes into a file, whole or not at all."""
    asked, subject = _asked(tx, query)
    if asked is None:
        return UnknownReference()
    found = log.search(tx, asked, EXPORT_MAX + 1)
    if len(found) > EXPORT_MAX:
        return TooMany()
    _logged(tx, who, "export", subject, look)
    return log_lines.of(tx, found, asked.appointment)


def _logged(tx: Tx, who: str, what: str, subject: str, look: Look) -> None:
    log.record(tx, at=look.at, who=who, what=what, subject=subject, source=look.source)


def _asked(tx: Tx, query: Query) -> tuple[Asked | None, str]:
    """Give what to look for, and as what that stands in the log itself."""
    asked = Asked(
        query.since,
        query.until,
        _who(tx, query.who),
        query.what,
        before=query.before,
    )
    if not query.reference:
        return asked, "log"
    about = _about(tx, query.reference)
    if about is None:
        return None, "log"
    asked = replace(asked, appointment=about.id, offer=about.offer)
    return asked, f"log:appointment:{about.id}"


def _about(tx: Tx, given: str) -> Appointment | None:
    reference = as_reference(given)
    return appointments.by_reference(tx, reference) if reference else None


def _who(tx: Tx, given: str) -> frozenset[str] | None:
    """Give whoever may be meant, as the log has them; None: all."""
    wanted = given.strip().casefold()
    if not wanted:
        return None
    called = {
        who for who, name in log_lines.names(tx).items() if wanted in name.casefold()
    }
    return frozenset({wanted, named(wanted), *called})
