"""How an appointment went: a button for each way, on the card of the appointment.

Until somebody has said it, the ways stand open once it is over; before that, and to
correct what was said, they unfold. Whatever is done here can be done in the tab too.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from adaptive_cards.card import Action, ActionSet, Column, ColumnSet

from booking.model import Status
from booking.outcomes import OUTCOMES
from booking.saying import When
from booking.spans import HELSINKI, wall
from booking.views.answers import OutcomeLine, OutcomeList, OutcomeSaid
from booking.views.cards import AppointmentCard, DayLine
from booking.wording import plural, text
from booking.wording.dates import time_range, unbroken
from cards import verbs
from cards.markdown import brief
from cards.moments import label
from cards.parts import (
    Card,
    buttons,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    unfold,
)

Here = Mapping[str, Any]


def is_asked(view: AppointmentCard) -> bool:
    """Say whether it is over and nobody has said how it went, though somebody may."""
    return view.over and bool(view.outcomes) and view.status not in OUTCOMES


def open_ways(view: AppointmentCard, here: Here) -> list[ActionSet]:
    """Give the buttons of a card that asks."""
    return buttons(*_ways(view, view.language, here)) if is_asked(view) else []


def folded_ways(
    view: AppointmentCard, here: Here, apart: Collection[Status] = ()
) -> Action | None:
    """Give the buttons folded away: it is not over yet, or has been recorded.

    `apart`: what has a button of its own on this card.
    """
    if not view.outcomes or is_asked(view):
        return None
    recorded = view.status in OUTCOMES
    left = replace(view, outcomes=tuple(o for o in view.outcomes if o not in apart))
    does = "correct" if recorded else "record"
    return unfold(
        text(view.language, f"outcomes.do.{does}"),
        line(text(view.language, f"outcomes.{does}_lead")),
        *buttons(*_ways(left, view.language, here)),
    )


def next_one(view: AppointmentCard, here: Here) -> Action | None:
    """Give the button to the next appointment of the same client."""
    if not is_asked(view) and view.status not in OUTCOMES:
        return None
    return press(text(view.language, "outcomes.do.next"), verbs.OUTCOME_NEXT, here)


def _ways(view: AppointmentCard | OutcomeLine, tongue: str, here: Here) -> list[Action]:
    return [
        press(
            text(tongue, f"outcomes.way.{each}"),
            verbs.OUTCOME_RECORD,
            {**here, verbs.OUTCOME: each.value},
            "positive" if each is Status.COMPLETED else None,
        )
        for each in view.outcomes
    ]


def missing(view: OutcomeList) -> Card:
    """Draw what waits to be recorded; each is said in a press, and the list goes on."""
    tongue = view.language
    count = len(view.lines) + view.more
    lead = text(tongue, "outcomes.lead" if count else "outcomes.list.none")
    title = plural(tongue, "outcomes.list.title", count)
    if not count:
        title = text(tongue, "outcomes.list.title_none")
    body: list[object] = [heading(title, lead)]
    if view.said is not None:
        body += _said(view, view.said)
    for each in view.lines:
        body += _row(view, each)
    if view.more:
        more = plural(tongue, "cards.morning.more", view.more)
        body.append(line(more, subtle=True))
    return finish(tongue, body)


def _said(view: OutcomeList, said: OutcomeSaid) -> list[object]:
    """Say what came of the press; a slip of the thumb is put right on the page."""
    tongue, one = view.language, said.about
    return [
        strong(text(tongue, f"history.what.outcome_{said.outcome}")),
        line(f"{brief(one.client)}, {_when(view, one)}", spacing="none"),
        *buttons(leaf(text(tongue, "outcomes.do.correct"), one.open_url)),
    ]


def _when(view: OutcomeList, one: DayLine) -> str:
    tongue, day = view.language, wall(one.start, HELSINKI).date()
    hours = unbroken(time_range(tongue, one.start, one.end))
    of_day = "" if day == view.today else f"{label(tongue, When.on(day), view.today)} "
    return f"{of_day}{hours}"


def _row(view: OutcomeList, each: OutcomeLine) -> list[object]:
    tongue, one = view.language, each.about
    modality = text(tongue, f"cards.modality.{one.modality}")
    here = {"appointment": each.appointment, "version": each.version, verbs.LISTED: "1"}
    about = ColumnSet(
        separator=True,
        spacing="medium",
        columns=[
            Column(
                width="stretch",
                items=[
                    strong(_when(view, one)),
                    line(brief(one.client), spacing="none"),
                    line(modality, subtle=True, spacing="none", size="small"),
                ],
            )
        ],
        select_action=leaf(text(tongue, "cards.do.details"), one.open_url),
    )
    return [about, *buttons(*_ways(each, tongue, here))]
