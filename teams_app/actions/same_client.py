"""The other appointments of one client, as far as the reader may see them.

Of those that she may not see nothing is said, not even that there are any.
"""

from collections.abc import Callable

from booking.model import CANCELLED, Appointment, Language, Status
from booking.views.record import Other, Others
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.store import appointments, people
from teams_app.store.database import Tx

#: So many of either side are shown: the nearest.
SHOWN_MAX = 20


def others(
    tx: Tx,
    who: Person,
    appointment: Appointment,
    look: Look,
    language: Language,
    href: Callable[[str], str],
) -> Others:
    """Give those to come, the next first, and those before, the latest first.

    Seen from now. What is shown is logged; `href` leads to one by its reference.
    """
    if appointment.client is None:
        return Others()
    found = [
        each
        for each in appointments.of_client(tx, appointment.client)
        if each.id != appointment.id
        and each.status is not Status.HELD
        and access.may(tx, who, each.professional)
    ]
    ahead = [each for each in found if each.span.end > look.at]
    coming = [each for each in ahead if each.status not in CANCELLED][:SHOWN_MAX]
    cancelled = [each for each in ahead if each.status in CANCELLED][:SHOWN_MAX]
    earlier = [each for each in found if each.span.end <= look.at][::-1][:SHOWN_MAX]
    listed = [each.id for each in (*coming, *cancelled, *earlier)]
    access.listed(tx, who, listed, look)
    shown = (
        tuple(_other(tx, who, each, language, href) for each in side)
        for side in (coming, cancelled, earlier)
    )
    return Others(*shown)


def _other(
    tx: Tx,
    who: Person,
    appointment: Appointment,
    language: Language,
    href: Callable[[str], str],
) -> Other:
    owner = people.professional(tx, appointment.professional)
    return Other(
        reference=appointment.reference,
        href=href(appointment.reference),
        starts=appointment.span.start,
        ends=appointment.span.end,
        service=people.service(tx, appointment.service).name.in_(language),
        modality=appointment.modality,
        status=appointment.status,
        professional="" if who.is_(owner.id) else owner.name,
    )
