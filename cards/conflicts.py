"""A question after a change made in Outlook: what happened, what it means, what to do.

The client has not been told anything until somebody answers, and the card says so. What
is said, and which answers there are, stands in `booking.views.questions`.
"""

from collections.abc import Mapping
from typing import Any

from adaptive_cards.card import Action, Container, InputChoice, InputChoiceSet

from booking.views.cards import ConflictCard
from booking.views.questions import Answer, Said
from booking.views.questions import conflict as said_of
from booking.wording import text
from cards import verbs
from cards.appointments import about, actions, summary, truths
from cards.parts import (
    Card,
    buttons,
    callout,
    desk_asked,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    unfold,
)

_VERBS = {
    "tell": verbs.CONFLICT_TELL,
    "put_back": verbs.CONFLICT_PUT_BACK,
    "propose": verbs.CONFLICT_PROPOSE,
    "cancel": verbs.CONFLICT_CANCEL,
    "keep": verbs.CONFLICT_KEEP,
    "restore": verbs.CONFLICT_RESTORE,
    "hold": verbs.CONFLICT_HOLD,
    "hand": verbs.CONFLICT_HAND,
    "desk": verbs.CONFLICT_DESK,
}
#: As many colleagues as the card has room for; the tab has all of them.
_COLLEAGUES_MAX = 100


def conflict(view: ConflictCard) -> Card:
    """Draw the question, or what was answered."""
    tongue, said = view.language, said_of(view)
    here = {"conflict": view.conflict, "version": view.version}
    answers = [_answer(view, each, here) for each in said.answers]
    if view.settled or view.over:
        return finish(tongue, _closed(view, said, answers))
    body = [heading(said.title, style="warning")]
    body += [strong(said.what, size="medium"), *about(view.appointment)]
    body += _refused(said)
    body += [callout("warning", each) for each in said.warnings]
    body.append(strong(said.untold, spacing="medium"))
    body += desk_asked(tongue, "asked" if said.desk else "")
    return finish(tongue, [*body, *buttons(*answers, _page(view))])


def _page(view: ConflictCard) -> Action:
    """Lead to the appointment's page, where the same can be answered."""
    return leaf(text(view.language, "cards.do.details"), view.appointment.open_url)


def _closed(view: ConflictCard, said: Said, answers: list[Action]) -> list[Any]:
    """Draw what was answered and how far it has come; or that it is too late for it."""
    lead = [said.lead] if said.lead else []
    style = "emphasis" if said.calm else "warning"
    body: list[Any] = [heading(said.title, *lead, style=style), *_refused(said)]
    body += [*summary(view.appointment), *truths(view.appointment)]
    if view.acts and not view.over:
        return [*body, *actions(view.appointment)]
    return [*body, *buttons(_page(view), *answers)]


def _refused(said: Said) -> list[Container]:
    style = "accent" if said.waits else "attention"
    return [callout(style, *said.wrong)] if said.wrong else []


def _answer(view: ConflictCard, one: Answer, here: Mapping[str, int]) -> Action:
    if not one.yes:
        return press(one.title, _VERBS[one.name], here, one.style or None)
    inside: list[Any] = [line(one.lead)]
    inside += [strong(one.times)] if one.times else []
    inside += [_whom(view, one)] if one.colleagues else []
    yes = press(one.yes, _VERBS[one.name], here, one.yes_style)
    return unfold(one.title, *inside, *buttons(yes), style=one.style or None)


def _whom(view: ConflictCard, one: Answer) -> InputChoiceSet:
    """Offer who is free and could take it."""
    tongue = view.language
    return InputChoiceSet(
        id=verbs.COLLEAGUE,
        label=text(tongue, "handovers.hand.colleague"),
        is_required=True,
        error_message=text(tongue, "handovers.hand.none"),
        placeholder=text(tongue, "cards.field.choose"),
        choices=[
            InputChoice(title=each.label, value=each.value)
            for each in one.colleagues[:_COLLEAGUES_MAX]
        ],
    )
