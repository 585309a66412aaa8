"""An appointment that changes hands: the question, and what became of it.

The question names no client, and says that she has not been told anything; nor does the
card of the professional who no longer has the appointment.
"""

from datetime import datetime

from adaptive_cards.card import Action, ColumnSet

from booking.handover import Doubt
from booking.spans import HELSINKI, wall
from booking.views.cards import Truth
from booking.views.handovers import HandedAway, HandoverCard
from booking.wording import text
from booking.wording.dates import clock, date_short, when_short
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

#: Refusals that speak of the colleague's calendar.
_OF_A_CALENDAR = frozenset({"overlap", "pause", "unread"})
#: Those that say why it cannot be had just now, and what the card then says no more.
_BARRED = {
    "overlap": {Doubt.BUSY, Doubt.PAUSE},
    "pause": {Doubt.BUSY, Doubt.PAUSE},
}


def handover(view: HandoverCard) -> Card:
    """Draw the question, or what was answered."""
    if view.settled:
        return _settled(view)
    if view.over:
        return _over(view)
    tongue = view.language
    whom = "" if view.to_reader else "desk_"
    how = "moved" if view.removed else "copied"
    again = [text(tongue, "handovers.again")] if view.again else []
    body = [
        heading(text(tongue, f"handovers.asked.{whom}{how}"), *again, style="warning"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(_what(view)),
        *_facts(view),
    ]
    body += [callout("warning", said) for said in _warnings(view)]
    if view.wrong:
        body.append(callout("attention", _wrong(view)))
    body.append(strong(text(tongue, "handovers.not_told"), spacing="medium"))
    body += buttons(*_answers(view))
    return finish(tongue, body)


def _what(view: HandoverCard) -> str:
    how = "moved" if view.removed else "invited" if view.invited else "copied"
    return text(view.language, f"handovers.what.{_whose(view)}{how}", **_names(view))


def _whose(view: HandoverCard) -> str:
    """Speak to the colleague of herself, and to anybody else by her name."""
    return "yours." if view.to_reader else ""


def _names(view: HandoverCard) -> dict[str, str | int]:
    names = {"giver": plain(view.giver), "taker": plain(view.taker)}
    return names | {"n": view.pause}


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
    if view.new_time is not None:
        now = unbroken(when_short(tongue, view.new_time[0]))
        key = "handovers.new_time.yours" if view.to_reader else "handovers.new_time"
        said.append(text(tongue, key, now=now, **_names(view)))
    if view.too_long:
        said.append(text(tongue, "handovers.too_long"))
    said += [
        text(tongue, f"handovers.doubt.{_whose(view)}{doubt}", **_names(view))
        for doubt in view.doubts
        if doubt not in _said_otherwise(view)
    ]
    if view.late or view.lost:
        key = "handovers.late_lost" if view.lost else "handovers.late"
        said.append(text(tongue, key))
    return said


def _said_otherwise(view: HandoverCard) -> set[Doubt]:
    """Give what stands on the card in words of its own."""
    return {Doubt.TIME} | _BARRED.get(view.wrong, set())


def _wrong(view: HandoverCard) -> str:
    """Say why an answer was not taken, and what can be done."""
    own = view.to_reader and view.wrong in _OF_A_CALENDAR
    key = f"handovers.wrong.{_whose(view) if own else ''}{view.wrong}"
    return text(view.language, key, leave=_leave(view), **_names(view))


def _leave(view: HandoverCard) -> str:
    how = "put_back" if view.removed else "leave"
    return text(view.language, f"handovers.do.{how}")


def _answers(view: HandoverCard) -> list[Action]:
    tongue = view.language
    here = {"conflict": view.conflict, "version": view.version}
    # What would be refused is not put forward, but may be tried: calendars change.
    first, second = (None, "positive") if _is_barred(view) else ("positive", None)
    no = press(_leave(view), verbs.HANDOVER_LEAVE, here, second)
    if view.new_time is None:
        said = "take_self" if view.to_reader else "take"
        yes = text(tongue, f"handovers.do.{said}")
        return [press(yes, verbs.HANDOVER_TAKE, here, first), no]
    taken = []
    if not view.agreed_over:
        agreed = _take(view, "agreed", view.start)
        taken.append(press(agreed, verbs.HANDOVER_TAKE_AGREED, here, first))
    if not view.too_long and not view.new_over:
        new = _take(view, "new", view.new_time[0])
        taken.append(press(new, verbs.HANDOVER_TAKE, here, None if taken else first))
    return [*taken, no]


def _take(view: HandoverCard, which: str, start: datetime) -> str:
    """Say which time is taken: by its hour, or by its day where it is on another."""
    assert view.new_time is not None
    tongue = view.language
    agreed, new, day = (
        wall(each, HELSINKI).date() for each in (view.start, view.new_time[0], start)
    )
    at = clock(tongue, start) if agreed == new else date_short(tongue, day)
    whose = "self_" if view.to_reader else ""
    return text(tongue, f"handovers.do.take_{whose}{which}", at=at)


def _is_barred(view: HandoverCard) -> bool:
    """Whether the answer put forward would be refused, as far as is known.

    What stands in the way of another time says nothing of the agreed one.
    """
    alone = view.new_time is None or view.agreed_over
    taken = not {Doubt.BUSY, Doubt.PAUSE}.isdisjoint(view.doubts) and alone
    return taken or view.wrong in _BARRED


def _over(view: HandoverCard) -> Card:
    """Say that it is too late: no answer would come to anything."""
    tongue = view.language
    body = [
        heading(text(tongue, "handovers.over.title"), style="emphasis"),
        strong(when(tongue, view.start, view.end), size="medium"),
        line(_what(view)),
        line(text(tongue, "handovers.over.what", **_names(view))),
        *_facts(view),
    ]
    return finish(tongue, body)


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
