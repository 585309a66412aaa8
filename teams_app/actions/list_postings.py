"""Cards that list appointments of one professional: which are to be brought up to date.

What such a card lists is not known by the card, so that every change looks at those of
her in whose calendar it is, or was: the list of her day while that day lasts, and every
card of an absence of hers that is not over.
"""

from datetime import datetime

from booking.model import AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import wall
from teams_app.actions import desk_postings, mornings, postings, staff_views
from teams_app.actions.absences import standing
from teams_app.actions.postings import Posting
from teams_app.store import appointments, chats, directory
from teams_app.store.database import Tx


def of_appointment(
    tx: Tx, id_: AppointmentId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the cards of hers that list an appointment, or may, as they should be now."""
    found = appointments.find(tx, id_)
    return [] if found is None else _hers(tx, found.professional, policy, now)


def of_professional(
    tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give every card that lists appointments of hers, her desk's day too."""
    desks = desk_postings.days_of(tx, id_, policy, now)
    return [*_hers(tx, id_, policy, now), *desks]


def _hers(tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime) -> list[Posting]:
    found = _mornings(tx, id_, policy, now)
    for each in standing(tx, id_, now):
        found += postings.of_absence(tx, each.id, policy, now)
    return found


def _mornings(
    tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the list of her day where it stands: of yesterday's nothing is said anew."""
    today = wall(now, policy.zone).date()
    cards = [
        each
        for each in chats.cards_of(tx, mornings.subject_of(id_, today))
        if each.activity_id is not None
        if not directory.has_left(tx, each.object_id)
    ]
    if not cards:
        return []
    view = staff_views.morning(tx, id_, today, policy, now)
    return [
        Posting(each, chats.conversation(tx, each.object_id), view) for each in cards
    ]
