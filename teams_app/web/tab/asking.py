"""A question about a change in Outlook on a page, with the answers its reader may give.

The words and the answers are those of the card (`booking.views.questions`).
"""

from dataclasses import replace

from booking.views import questions as words
from booking.views.cards import ConflictKind, Truth
from booking.views.handovers import HandoverCard
from booking.views.questions import QuestionPart, Said
from booking.views.waiting import answered_at
from booking.wording import text
from teams_app.actions import answering, asked, handover_views, staff_views
from teams_app.actions import questions as actions
from teams_app.actions.records import Whole
from teams_app.store import conflicts
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat


def said_of(tx: Tx, seat: Seat, found: Conflict, wrong: str = "") -> Said:
    """Say what is asked, or what came of it. `wrong`: why an answer was not taken.

    An answer of the reader's that waits for a calendar, or was not taken, is said too.
    """
    said = _said_of(tx, seat, found, wrong)
    if not said.waits:
        return said
    # The words of a card say that the card will tell.
    return replace(said, wrong=(text(seat.language, "questions.confirming"),))


def _said_of(tx: Tx, seat: Seat, found: Conflict, wrong: str) -> Said:
    waits = answering.said(tx, found, seat.who.object_id)
    policy, now, tongue = seat.world.policy, seat.now, seat.language
    if found.kind is ConflictKind.COPIED:
        own = _handover(tx, seat, found)
        return words.handover(
            replace(own, wrong=wrong or answering.WRONG.get(waits, ""))
        )
    view = staff_views.conflict_card(tx, found, policy, now, tongue)
    why = wrong or answering.REFUSED.get(waits, "")
    hers = seat.who.is_(found.professional)
    said = words.conflict(replace(view, wrong=why, to_owner=hers))
    if found.settled == actions.ASKED and said.answers:
        told = view.appointment.truths.told is Truth.DONE
        lead = "tab.choosing.text" if told else "cards.appointment.choosing_lead"
        return replace(said, lead=text(tongue, lead))
    return said


def _handover(tx: Tx, seat: Seat, found: Conflict) -> HandoverCard:
    person, policy = seat.who.object_id, seat.world.policy
    return handover_views.question(
        tx, found, person, policy, seat.now, language=seat.language
    )


def part(tx: Tx, seat: Seat, found: Conflict, wrong: str = "") -> QuestionPart:
    """Show a question. Who is not asked finds nothing to press."""
    said = said_of(tx, seat, found, wrong)
    if not asked.may_answer(tx, seat.who, found):
        said = replace(said, answers=())
    return QuestionPart(said, answered_at(found.id), found.version, found.id)


def on_page(tx: Tx, seat: Seat, about: Whole) -> tuple[QuestionPart, ...]:
    """Give the questions about an appointment that its reader may answer now.

    That by which its client is to choose another time is one of them: it may be said
    that the time holds after all.
    """
    own = about.appointment
    chooses = actions.choosing(tx, own.id) if about.choosing else None
    found = [*conflicts.open_of(tx, own.id), *([chooses] if chooses else [])]
    parts = [
        part(tx, seat, each)
        for each in found
        if asked.may_answer(tx, seat.who, each)
        and not actions.is_over(each, own, seat.now)
    ]
    return tuple(
        # That the client chooses stands on the page already.
        replace(each, said=replace(each.said, lead="")) if about.choosing else each
        for each in parts
        if each.said.answers
    )
