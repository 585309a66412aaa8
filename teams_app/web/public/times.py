"""Times as forms and addresses write them, and why one is not had.

What is no time is None, never an error.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from booking.appointments import Past
from booking.model import ProfessionalId, Slot
from booking.views.pages import FieldError, Problem, SlotChoice
from teams_app.actions.booking import Closed


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a time was not had: `lost` to another, or Outlook does not answer for it."""

    lost: Slot | None = None
    near: tuple[SlotChoice, ...] = ()
    unread: Slot | None = None
    errors: tuple[FieldError, ...] = ()


#: Why a time was not had, where somebody else is not the reason.
_WRONG: dict[Closed, Problem] = {
    Closed.TOO_FAR: "too_far",
    Closed.OFF_GRID: "off_grid",
}


def wrong_slot(why: object) -> tuple[FieldError, ...]:
    """Say what is wrong with a time itself; nothing, when it was only taken."""
    problem = _WRONG.get(why) if isinstance(why, Closed) else None
    if isinstance(why, Past):
        problem = "past"
    return (FieldError("slot", problem),) if problem is not None else ()


def read_slot(given: object) -> Slot | None:
    """Read one `<professional>@<epoch seconds>` of a form."""
    who, _, when = str(given).partition("@")
    if not (who.isascii() and who.isdecimal() and len(who) < 15):  # noqa: PLR2004
        return None
    start = read_moment(when)
    return Slot(ProfessionalId(int(who)), start) if start is not None else None


def read_moment(given: str) -> datetime | None:
    """Read epoch seconds of a form or an address."""
    if not (given.isascii() and given.isdecimal() and len(given) < 12):  # noqa: PLR2004
        return None
    return datetime.fromtimestamp(int(given), UTC)
