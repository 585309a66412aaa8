"""Times as forms and addresses write them. What is none is None, never an error."""

from datetime import UTC, datetime

from booking.model import ProfessionalId, Slot


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
