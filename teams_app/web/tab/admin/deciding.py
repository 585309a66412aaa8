"""What the pages of administration share on which the whole tenant is decided."""

from collections.abc import Mapping
from dataclasses import replace

from booking.views.pages import FieldError
from booking.views.tenant import Deciding
from teams_app.actions import access, log_lines
from teams_app.actions.deciding import Area, By, revision
from teams_app.store.database import Tx
from teams_app.web.site import posted
from teams_app.web.tab.office import Office
from teams_app.web.tab.seat import number

Form = Mapping[str, str]
_LONG = 1000


async def form_of(office: Office) -> dict[str, str]:
    """Read a POST: of each field the first value, however long it was sent."""
    found = await posted(office.request)
    return {name: values[0][:_LONG] for name, values in found.items()}


def seen_in(form: Form) -> int:
    """Read which revision a form was made of; what is none is -1."""
    return number({"seen": [form.get("seen", "")]}, "seen")


def by(office: Office) -> By:
    return By(office.who, office.now)


def deciding(  # noqa: PLR0913
    tx: Tx,
    office: Office,
    area: Area,
    here: str,
    *,
    done: str = "",
    outdated: bool = False,
    errors: tuple[FieldError, ...] = (),
) -> Deciding:
    """Give what every page has, as it is now."""
    found = revision(tx, area)
    who = found.who.removeprefix(access.named(""))
    return Deciding(
        sections=office.sections,
        here=here,
        seen=found.revision,
        by=(log_lines.name(tx, who) or who) if who else "",
        at=found.at,
        done=done,
        outdated=outdated,
        errors=errors,
    )


def as_sent(view: Deciding, form: Form) -> Deciding:
    """Let a form that was not taken go on from what it was made of."""
    return replace(view, seen=seen_in(form))
