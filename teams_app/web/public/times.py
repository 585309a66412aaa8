"""Times as forms and addresses write them, and why one is not had.

What is no time is None, never an error.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from booking.model import ProfessionalId, Slot
from booking.views.pages import FieldError, SlotChoice


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a time was not had: `lost` to another, or Outlook does not answer for it."""

    lost: Slot | None = None
    near: tuple[SlotChoice, ...] = ()
    unread: Slot | None = None
    errors: tuple[FieldError, ...] = ()


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
