"""Cards that list appointments of one professional: which are to be brought up to date.

What such a card lists is not known by the card, so that every change looks at those of
her in whose calendar it is, or was: the list of her day while that day lasts, every card
of an absence of hers that is not over, and of today's what she said of being late.
"""

from collections.abc import Sequence
from datetime import datetime

from booking.model import AppointmentId, ProfessionalId
from booking.policy import Policy
from booking.spans import Span, day_span, wall
from teams_app.actions import (
    access,
    desk_postings,
    late_views,
    mornings,
    postings,
    staff_views,
)
from teams_app.actions.absences import standing
from teams_app.actions.postings import Posting
from teams_app.actions.standing_cards import is_refusal
from teams_app.store import appointments, chats, delays, directory, people
from teams_app.store.database import Tx


def of_appointment(
    tx: Tx, id_: AppointmentId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give the cards of hers that list an appointment, or may, as they should be now."""
    found = appointments.find(tx, id_)
    if found is None:
        return []
    late = _late(tx, [id_], policy, now)
    hers = _hers(tx, found.professional, policy, now, but=id_)
    return [*late, *hers]


def of_professional(
    tx: Tx, id_: ProfessionalId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give every card that lists appointments of hers, her desk's day too."""
    desks = desk_postings.days_of(tx, id_, policy, now)
    return [*_hers(tx, id_, policy, now), *desks]


def _hers(
    tx: Tx,
    id_: ProfessionalId,
    policy: Policy,
    now: datetime,
    *,
    but: AppointmentId | None = None,
) -> list[Posting]:
    today = day_span(wall(now, policy.zone).date(), policy.zone)
    every = appointments.between(tx, [id_], today, occupying_only=False)
    said = _said_late(tx, id_, today)
    late = sorted({each.id for each in every}.union(said) - {but})
    found = [*_mornings(tx, id_, policy, now), *_late(tx, late, policy, now)]
    for each in standing(tx, id_, now):
        found += postings.of_absence(tx, each.id, policy, now)
    return found


def _said_late(tx: Tx, id_: ProfessionalId, day: Span) -> list[AppointmentId]:
    """Give of whom she said that day that she is late, hers or not by now."""
    owner = people.professional(tx, id_)
    return delays.said_by(tx, access.named(owner.object_id), day)


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


def late_of(id_: AppointmentId) -> str:
    """Name what was said of being late to an appointment and those behind it."""
    return f"late:{id_}"


def _late(
    tx: Tx, ids: Sequence[AppointmentId], policy: Policy, now: datetime
) -> list[Posting]:
    """Give the cards by which somebody said that she is late to any of these first."""
    found = []
    for card in chats.cards_among(tx, [late_of(each) for each in ids]):
        owner = people.professional_by_object_id(tx, card.object_id)
        gone = directory.has_left(tx, card.object_id)
        if card.activity_id is None or owner is None or gone:
            continue
        first = appointments.load(tx, AppointmentId(int(card.subject.split(":")[1])))
        view = late_views.standing(tx, owner, first, policy, now)
        where = chats.conversation(tx, card.object_id)
        found.append(Posting(card, where, view))
    return found


def after_answer(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> list[Posting]:
    """Give the card that was an answer, as it should be now, be it such a list."""
    stays = is_refusal(tx, payload)
    found = postings.after_answer(tx, payload, policy, now)
    kind, _, number = str(payload["subject"]).partition(":")
    if kind != "late" or stays:
        return found
    late = _late(tx, [AppointmentId(int(number))], policy, now)
    return [each for each in late if each.card.activity_id == payload["activity"]]
