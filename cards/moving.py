"""Other times for an appointment: each a button that moves it, and a way to all of them."""

from adaptive_cards.card import Action

from booking.model import Language
from booking.views.cards import SlotChoice
from booking.views.moving import MoveCard
from booking.wording import text
from booking.wording.dates import when_short
from cards import verbs
from cards.appointments import about
from cards.moments import wished
from cards.parts import (
    Card,
    buttons,
    callout,
    finish,
    heading,
    leaf,
    line,
    press,
    slot_label,
)


def moving(view: MoveCard) -> Card:
    """Draw the times proposed; what happens to whom by a press is said above them."""
    tongue = view.appointment.language
    lead = [wished(tongue, view.wish)] if view.wish is not None else []
    body: list[object] = [heading(text(tongue, "cards.do.move"), *lead)]
    body += [callout("warning", text(tongue, key)) for key in _warnings(view)]
    body += about(view.appointment, _now(view))
    body.append(line(text(tongue, _lead(view))))
    if view.bound:
        body.append(line(text(tongue, "cards.move.bound"), subtle=True))
    body += buttons(*_times(view), *_ways(view))
    return finish(tongue, body)


def _warnings(view: MoveCard) -> list[str]:
    if view.wrong:
        return [f"cards.move.wrong.{view.wrong}"]
    return ["cards.move.missed"] if view.wish_missed and view.slots else []


def _now(view: MoveCard) -> tuple[str, str]:
    shown = view.appointment
    stands = SlotChoice("", shown.start, shown.end)
    name = text(shown.language, "cards.fact.now")
    return name, slot_label(shown.language, stands)


def _lead(view: MoveCard) -> str:
    if view.slots:
        return "cards.move.lead"
    return "cards.times.unread" if view.unread else "cards.move.none"


def _times(view: MoveCard) -> list[Action]:
    """A button each; the one that was asked for stands out."""
    shown = view.appointment
    wanted = view.wish is not None and not view.wish_missed
    return [
        press(
            _label(shown.language, each),
            verbs.APPOINTMENT_MOVE,
            {**_here(view), verbs.SLOT: each.value},
            "positive" if wanted and not later else None,
        )
        for later, each in enumerate(view.slots)
    ]


def _label(tongue: Language, slot: SlotChoice) -> str:
    """Say when it begins; it is as long as before, and a button has no room for that."""
    said = when_short(tongue, slot.start)
    return f"{said[0].upper()}{said[1:]}"


def _ways(view: MoveCard) -> list[Action]:
    tongue = view.appointment.language
    keep = text(tongue, "cards.do.keep_time")
    return [
        leaf(text(tongue, "cards.do.all_times"), view.all_url),
        press(keep, verbs.APPOINTMENT_SHOW, _here(view)),
    ]


def _here(view: MoveCard) -> dict[str, int]:
    shown = view.appointment
    return {"appointment": shown.appointment, "version": shown.version}
