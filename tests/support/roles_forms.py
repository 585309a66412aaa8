"""What fills the forms and buttons of docs/roles.md, for the marked client."""

from booking.handover import Doubt
from booking.model import ProfessionalId
from booking.spans import HELSINKI, wall
from cards import verbs
from teams_app.store.columns import bounds
from tests import make
from tests.bot.talk import FORM
from tests.support.roles import NAME, Marked


def slot(found: Marked, hours: float) -> str:
    start = found.appointment.span.start.timestamp()
    return f"{make.AINO}@{int(start + hours * 3600)}"


def filled(found: Marked, **more: str) -> dict[str, str]:
    """Fill in the tab's form for the marked client, at another of Aino's times."""
    return {
        "professional": str(make.AINO),
        "service": "guidance",
        "modality": "remote",
        "name": NAME,
        "language": "fi",
        "email": "marja@client.example",
        "slot": slot(found, 4),
        "request": f"r{found.appointment.id}",
    } | more


def on_card(found: Marked, **more: str) -> dict[str, str]:
    form = {verbs.CLIENT_NAME: NAME, "request": f"c{found.appointment.id}"}
    return FORM | form | more


def question(found: Marked) -> dict[str, str]:
    asked = found.conflict
    assert asked is not None
    return {
        "conflict": str(asked.id),
        "version": str(asked.version),
        verbs.COLLEAGUE: str(make.BO),
    }


def versioned(found: Marked) -> dict[str, str]:
    own = found.appointment
    return {
        "appointment": str(own.id),
        "version": str(own.version),
        "slot": slot(found, 4),
    }


def absent(found: Marked) -> dict[str, str]:
    """Give the time of her appointment, as that of an absence."""
    start, end = bounds(found.appointment.span)
    request = f"a{found.appointment.id}"
    return {"request": request, "start": f"{start}", "end": f"{end}"}


def first_and_last(found: Marked) -> dict[str, str]:
    day = f"{found.appointment.span.start.date()}"
    return {verbs.FIRST: day, verbs.STARTS: "", verbs.LAST: day, verbs.ENDS: ""}


def covered(found: Marked) -> dict[str, str]:
    """Take her appointment at the desk."""
    return {
        verbs.COVER: str(found.cover),
        verbs.APPOINTMENT: str(found.appointment.id),
        verbs.MOST: "1",
    }


def ended(found: Marked) -> dict[str, str]:
    absence = found.absence
    assert absence is not None
    return {"absence": str(absence.id), "version": str(absence.version)}


def handed(found: Marked, to: ProfessionalId = make.BO) -> dict[str, str]:
    """Give it to Bo as it stands, whatever is to be said against that."""
    start = found.appointment.span.start
    against = ",".join(each.value for each in Doubt)
    return versioned(found) | {
        "to": str(to),
        "at": f"{wall(start, HELSINKI):%H:%M}",
        "agreed": f"{to}@{int(start.timestamp())}:{against}",
        "tell": "yes",
    }
