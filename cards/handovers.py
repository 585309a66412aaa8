"""An appointment that changes hands: the question, and what became of it.

The question names no client, and says that she has not been told anything; nor does the
card of the professional who no longer has the appointment. What is said stands in
`booking.views.questions`.
"""

from typing import Any

from adaptive_cards.card import Action, ColumnSet

from booking.views.handovers import HandedAway, HandoverCard, PassedOn
from booking.views.questions import Answer, Said
from booking.views.questions import handed_away as said_to_her
from booking.views.questions import handover as said_of
from booking.wording import text
from cards import verbs
from cards.appointments import summary
from cards.markdown import plain
from cards.parts import (
    Card,
    buttons,
    callout,
    facts,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    when,
)

_VERBS = {
    "take": verbs.HANDOVER_TAKE,
    "take_agreed": verbs.HANDOVER_TAKE_AGREED,
    "leave": verbs.HANDOVER_LEAVE,
}


def handover(view: HandoverCard) -> Card:
    """Draw the question, or what was answered."""
    said = said_of(view, plain)
    if view.settled:
        return _settled(view, said)
    if view.over:
        return _over(view, said)
    tongue = view.language
    again = [said.lead] if said.lead else []
    body: list[Any] = [
        heading(said.title, *again, style="warning"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(said.what),
        *_facts(view),
    ]
    body += [callout("warning", each) for each in said.warnings]
    if said.wrong:
        body.append(callout("accent" if said.waits else "attention", *said.wrong))
    body.append(strong(said.untold, spacing="medium"))
    there = None
    if view.url:
        there = leaf(text(tongue, "desk.do.tab"), view.url)
    body += buttons(*(_answer(view, each) for each in said.answers), there)
    return finish(tongue, body)


def _answer(view: HandoverCard, one: Answer) -> Action:
    here = {"conflict": view.conflict, "version": view.version}
    return press(one.title, _VERBS[one.name], here, one.style or None)


def _facts(view: HandoverCard) -> list[ColumnSet]:
    tongue = view.language
    return facts(
        [
            (text(tongue, "handovers.fact.service"), plain(view.service)),
            (text(tongue, "handovers.fact.reference"), view.reference),
        ]
    )


def _over(view: HandoverCard, said: Said) -> Card:
    """Say that it is too late: no answer would come to anything."""
    tongue = view.language
    body = [
        heading(said.title, style="emphasis"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(said.what),
        line(said.then),
        *_facts(view),
    ]
    return finish(tongue, body)


def _settled(view: HandoverCard, said: Said) -> Card:
    tongue = view.language
    good = view.settled == "handed_over" and view.since is not PassedOn.CANCELLED
    body = [heading(said.title, style="good" if good else "emphasis")]
    if view.hers is not None:
        body += summary(view.hers)
    else:
        body += [strong(when(tongue, view.start, view.end), size="medium")]
        body += _facts(view)
    if said.then:
        body.append(line(said.then))
    if view.hers is not None:
        body += buttons(leaf(text(tongue, "cards.do.details"), view.hers.open_url))
    return finish(tongue, body)


def handed_away(view: HandedAway) -> Card:
    """Draw what remains on the cards of her who had the appointment."""
    tongue, said = view.language, said_to_her(view, plain)
    reference = facts([(text(tongue, "handovers.fact.reference"), view.reference)])
    if view.older:
        hours = line(when(tongue, view.start, view.end))
        newer = line(text(tongue, "cards.older.newer"), subtle=True)
        return finish(tongue, [heading(said.title), hours, *reference, newer])
    body = [
        heading(said.title, style="emphasis"),
        strong(when(tongue, view.start, view.end), size="medium"),
        *([line(said.what)] if said.what else []),
        *reference,
    ]
    body += [callout("warning", each) for each in said.warnings]
    return finish(tongue, body)
