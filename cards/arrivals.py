"""How a client's coming stands, on the card of her appointment.

It is what the card says first, until it is over: there, waiting, or stuck at the door.
"""

from collections.abc import Mapping
from typing import Any

from adaptive_cards.card import Action, TextBlock

from booking.arrivals import Arrival, Came
from booking.model import Language, Status
from booking.views.cards import AppointmentCard
from booking.wording import text
from booking.wording.dates import clock
from cards import verbs
from cards.activities import About
from cards.parts import callout, line, press

_STYLES = {
    Came.ARRIVED: "good",
    Came.WAITING: "accent",
    Came.TRYING: "accent",
    Came.COULD_NOT_JOIN: "warning",
    Came.OBSTACLE: "warning",
}
#: News of its own, which a client's coming does not outdo: who has it now, what failed.
_OWN_NEWS = ("handed_over", "unfinished")


def leading(view: AppointmentCard) -> Arrival | None:
    """Give what the card says before everything else; None: something else."""
    own = view.news in _OWN_NEWS or view.heading in _OWN_NEWS
    return None if own or view.over or view.choosing else view.came


def news_of(view: AppointmentCard) -> About:
    """Name what a message with this card says where anybody may see it."""
    came = leading(view)
    if came is not None:
        return _ABOUT[came.how]
    return "reminder" if view.heading == "reminder" else "appointment"


_ABOUT: dict[Came, About] = {
    Came.ARRIVED: "arrived",
    Came.WAITING: "waiting",
    Came.TRYING: "waiting",
    Came.COULD_NOT_JOIN: "could_not_join",
    Came.OBSTACLE: "obstacle",
}


def style(came: Arrival) -> str:
    return _STYLES[came.how]


def lead(view: AppointmentCard, came: Arrival) -> list[str]:
    """Say since when, and what may be done about it."""
    tongue, how = view.language, came.how
    if how is Came.OBSTACLE:
        return [text(tongue, "arrivals.way.obstacle")]
    at = clock(tongue, came.at)
    said = text(tongue, f"arrivals.since.{how}", clock=at)
    if how is Came.TRYING:
        way = "phone" if view.phone else "wait"
        return [said, text(tongue, f"arrivals.way.trying.{way}")]
    if how is not Came.COULD_NOT_JOIN:
        return [said]
    way = "call" if view.phone else "no_number"
    when = "begun" if view.begun else "ahead"
    return [said, text(tongue, f"arrivals.way.{way}.{when}")]


def brief(tongue: Language, came: Arrival) -> TextBlock:
    """Say in a line of a list how it stands."""
    said = text(tongue, f"arrivals.chip.{came.how}", clock=clock(tongue, came.at))
    return line(said, color=_STYLES[came.how])


def state(view: AppointmentCard) -> list[object]:
    """Say it below, on a card that says something else first."""
    came = view.came
    if came is None or leading(view) or view.over:
        return []
    title = text(view.language, f"cards.appointment.{came.how}")
    stuck = came.how in {Came.COULD_NOT_JOIN, Came.OBSTACLE}
    return [callout("warning" if stuck else "accent", title, *lead(view, came))]


def choices(view: AppointmentCard, here: Mapping[str, Any]) -> list[Action]:
    """Give what is pressed in one: it is not so, or she did not answer her phone."""
    tongue, how = view.language, view.came.how if view.came else None
    if how is Came.ARRIVED and not view.over:
        undo = text(tongue, "arrivals.do.undo")
        return [press(undo, verbs.ARRIVAL_UNDO, here)]
    return [
        press(
            text(tongue, f"outcomes.way.{each}"),
            verbs.OUTCOME_RECORD,
            {**here, verbs.OUTCOME: each.value},
        )
        for each in apart(view)
    ]


def apart(view: AppointmentCard) -> tuple[Status, ...]:
    """Give the outcome that is said in one press: who is stuck was called in vain."""
    stuck = view.came is not None and view.came.how is Came.COULD_NOT_JOIN
    if not stuck or view.over:
        return ()
    return tuple(each for each in view.outcomes if each is Status.NOT_REACHED)
