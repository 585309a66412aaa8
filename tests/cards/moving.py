"""Samples of the card that proposes other times for an appointment."""

from dataclasses import replace

import cards
from booking.model import Language
from booking.saying import When
from booking.views.cards import AppointmentCard
from booking.views.moving import MoveCard
from tests.cards.answers import WISH, found
from tests.cards.pieces import START, Draw, slots
from tests.support.leading import to


def moves(appointment: Draw) -> dict[str, Draw]:
    """Give them for an appointment; `appointment` gives the view of one."""

    def view(tongue: Language, **changes: object) -> MoveCard:
        stands: AppointmentCard = appointment(tongue)
        proposed = MoveCard(stands, slots(4)[1:], to("move:K7Q2FM"))
        return replace(proposed, **changes)

    def drawing(**changes: object) -> Draw:
        return lambda tongue: cards.moving(view(tongue, **changes))

    def waiting(how: str) -> Draw:
        problem = f"cards.problem.{how}"
        return lambda tongue: cards.appointment(
            replace(appointment(tongue), problem=problem)
        )

    return {
        "move": drawing(),
        "move.wish": drawing(wish=WISH),
        "move.missed": drawing(wish=WISH, wish_missed=True),
        **{
            f"move.{why}": drawing(wrong=why)
            for why in ("taken", "past", "closed", "bound")
        },
        "move.binding": drawing(bound=True, slots=slots(2)[1:]),
        "move.none": drawing(slots=(), wish=WISH, wish_missed=True),
        "move.unread": drawing(slots=(), unread=True),
        "move.confirming": waiting("move.confirming"),
        "move.not_read": waiting("move.unread"),
        "move.gone": waiting("move.taken"),
        "move.too_late": waiting("not_moved"),
        "found.move": lambda tongue: cards.found(
            replace(
                found(tongue, 10, 3),
                moves=When.on(START.date()),
                movable=frozenset({"K7Q2FM"}),
            )
        ),
    }
