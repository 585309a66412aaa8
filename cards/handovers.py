"""An appointment that changes hands: the question, and what became of it.

The question names no client, and says that she has not been told anything; nor does the
card of the professional who no longer has the appointment.
"""

from adaptive_cards.card import Action, ColumnSet

from booking.handover import Doubt
from booking.views.cards import Truth
from booking.views.handovers import HandedAway, HandoverCard
from booking.wording import text
from booking.wording.dates import when_short
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
    unbroken,
    when,
)


def handover(view: HandoverCard) -> Card:
    """Draw the question, or what was answered."""
    if view.settled:
        return _settled(view)
    tongue = view.language
    whom = "" if view.to_reader else "desk_"
    how = "moved" if view.removed else "copied"
    body = [
        heading(text(tongue, f"handovers.asked.{whom}{how}"), style="warning"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(_what(view)),
        *_facts(view),
    ]
    body += [callout("warning", said) for said in _warnings(view)]
    if view.wrong:
        body.append(callout("attention", text(tongue, f"handovers.wrong.{view.wrong}")))
    body.append(strong(text(tongue, "handovers.not_told"), spacing="medium"))
    body += buttons(*_answers(view))
    return finish(tongue, body)


def _what(view: HandoverCard) -> str:
    how = "moved" if view.removed else "invited" if view.invited else "copied"
    return text(view.language, f"handovers.what.{how}", **_names(view))


def _names(view: HandoverCard) -> dict[str, str]:
    return {"giver": plain(view.giver), "taker": plain(view.taker)}


def _facts(view: HandoverCard) -> list[ColumnSet]:
    tongue = view.language
    return facts(
        [
            (text(tongue, "handovers.fact.service"), plain(view.service)),
            (text(tongue, "handovers.fact.reference"), view.reference),
        ]
    )


def _warnings(view: HandoverCard) -> list[str]:
    tongue = view.language
    said = []
    whose = "yours." if view.to_reader else ""
    if view.new_time is not None:
        now = unbroken(when_short(tongue, view.new_time[0]))
        said.append(text(tongue, "handovers.new_time", now=now))
    if view.too_long:
        said.append(text(tongue, "handovers.too_long"))
    said += [
        text(tongue, f"handovers.doubt.{whose}{doubt}", **_names(view))
        for doubt in view.doubts
        if doubt is not Doubt.TIME
    ]
    if view.late or view.lost:
        key = "handovers.late_lost" if view.lost else "handovers.late"
        said.append(text(tongue, key))
    return said


def _answers(view: HandoverCard) -> list[Action]:
    tongue = view.language
    here = {"conflict": view.conflict, "version": view.version}
    leave = "put_back" if view.removed else "leave"
    # What would be refused is not put forward, but may be tried: calendars change.
    first, second = (None, "positive") if _is_barred(view) else ("positive", None)
    no = press(
        text(tongue, f"handovers.do.{leave}"), verbs.HANDOVER_LEAVE, here, second
    )
    if view.new_time is None:
        said = "take_self" if view.to_reader else "take"
        yes = text(tongue, f"handovers.do.{said}")
        return [press(yes, verbs.HANDOVER_TAKE, here, first), no]
    agreed = text(tongue, "handovers.do.take_agreed")
    taken = [press(agreed, verbs.HANDOVER_TAKE_AGREED, here, first)]
    if not view.too_long:
        new = text(tongue, "handovers.do.take_new")
        taken.append(press(new, verbs.HANDOVER_TAKE, here))
    return [*taken, no]


def _is_barred(view: HandoverCard) -> bool:
    """Whether the answer put forward would be refused, as far as is known.

    What stands in the way of another time says nothing of the agreed one.
    """
    busy = Doubt.BUSY in view.doubts and view.new_time is None
    return busy or view.wrong == "overlap"


def _settled(view: HandoverCard) -> Card:
    tongue = view.language
    yours = view.to_reader and view.settled == "handed_over"
    key = "handed_to_you" if yours else view.settled
    title = text(tongue, f"handovers.settled.{key}", **_names(view))
    good = "good" if view.settled == "handed_over" else "emphasis"
    body = [heading(title, style=good)]
    if view.hers is not None:
        body += summary(view.hers)
    else:
        body += [strong(when(tongue, view.start, view.end), size="medium")]
        body += _facts(view)
    if view.settled == "handed_over":
        sent = view.hers is not None and view.hers.truths.told is Truth.DONE
        key = "handovers.settled.told.done" if sent else "handovers.settled.told"
        body.append(line(text(tongue, key)))
    if view.hers is not None:
        body += buttons(leaf(text(tongue, "cards.do.details"), view.hers.open_url))
    return finish(tongue, body)


def handed_away(view: HandedAway) -> Card:
    """Draw what remains on the cards of her who had the appointment."""
    tongue = view.language
    body = [
        heading(text(tongue, "handovers.away.title"), style="emphasis"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(text(tongue, "handovers.away.what", taker=plain(view.taker))),
        *facts([(text(tongue, "handovers.fact.reference"), view.reference)]),
    ]
    if view.kept:
        body.append(callout("warning", text(tongue, "handovers.away.late")))
    return finish(tongue, body)
