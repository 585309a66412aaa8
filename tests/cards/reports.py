"""Samples of the cards on which something is reported: how it went, that it is late, that a client comes."""

from dataclasses import replace
from datetime import timedelta

import cards
from booking.arrivals import Came
from booking.lateness import CHOICES
from booking.model import Language, Modality, Status
from booking.outcomes import OUTCOMES
from booking.views.answers import OutcomeLine, OutcomeList, OutcomeSaid
from booking.views.cards import Kept, Truth
from booking.views.lateness import LateCard, LateChoice, LateLine
from tests.cards.pieces import CLIENT, PHONE, START, TAB, Draw, came, morning

_HERE = {
    "came": came(Came.ARRIVED),
    "status": Status.ARRIVED,
    "modality": Modality.IN_PERSON,
    "join_url": None,
}
_STUCK = {"came": came(Came.COULD_NOT_JOIN)}
#: How the card of an appointment says how its client's coming stands.
COMING: dict[str, dict[str, object]] = {
    "arrival.here": _HERE,
    "arrival.here.handed_over": {**_HERE, "news": "handed_over"},
    "arrival.waiting": {"came": came(Came.WAITING)},
    "arrival.trying": {"came": came(Came.TRYING), "phone": PHONE},
    "arrival.obstacle": {"came": came(Came.OBSTACLE)},
    "arrival.kept": {"kept": Kept(START - timedelta(days=1), "Kaarina Holmberg")},
    "arrival.kept.own": {"kept": Kept(START - timedelta(days=1))},
    "arrival.kept.handed_over": {
        "kept": Kept(START - timedelta(days=1), "Kaarina Holmberg"),
        "news": "handed_over",
    },
    "arrival.kept.reminder": {
        "kept": Kept(START - timedelta(days=1)),
        "heading": "reminder",
    },
    "arrival.could_not_join": {**_STUCK, "phone": PHONE, "late_choices": CHOICES},
    "arrival.could_not_join.no_number": _STUCK,
    "arrival.could_not_join.begun": {
        **_STUCK,
        "phone": PHONE,
        "begun": True,
        "outcomes": OUTCOMES,
        "late_choices": CHOICES[1:],
    },
}

#: That an obstacle was reported, where no appointment's own card says it.
NOTICES = ("explained", "obstacle")


def missing(language: Language, count: int, more: int = 0) -> OutcomeList:
    lines = tuple(
        OutcomeLine(
            number, 3, replace(one, start=one.start - timedelta(days=number)), OUTCOMES
        )
        for number, one in enumerate(morning(language, count).lines)
    )
    return OutcomeList(language, lines, START.date(), more)


def said(language: Language) -> OutcomeList:
    view = missing(language, 2)
    return replace(view, said=OutcomeSaid(view.lines[0].about, Status.NO_SHOW))


def late(language: Language, **changes: object) -> LateCard:
    end = START + timedelta(minutes=45)
    lines = (
        LateLine(CLIENT, START, end),
        LateLine(CLIENT, end, end + timedelta(minutes=45), least=15),
    )
    choices = tuple(
        LateChoice(each, (12, 13) if each >= 15 else (12,)) for each in CHOICES
    )
    return replace(LateCard(language, lines, choices, tab_url=TAB), **changes)


def _lines(*minutes: int) -> tuple[LateLine, ...]:
    return tuple(
        LateLine(CLIENT, START, START + timedelta(hours=1), 0, each, Truth.WAITING)
        for each in minutes
    )


def reports() -> dict[str, Draw]:
    return {
        "missing": lambda tongue: cards.missing(missing(tongue, 6, 4)),
        "missing.one": lambda tongue: cards.missing(missing(tongue, 1)),
        "missing.said": lambda tongue: cards.missing(said(tongue)),
        "missing.none": lambda tongue: cards.missing(missing(tongue, 0)),
        "late": lambda tongue: cards.late(late(tongue)),
        "late.others": lambda tongue: cards.late(late(tongue, others=True)),
        "late.asked": lambda tongue: cards.late(
            late(tongue, lines=_lines(20, 15), asked=20, on_time=True)
        ),
        "late.asked.phone": lambda tongue: cards.late(
            late(tongue, lines=_lines(10), asked=10, modality=Modality.PHONE)
        ),
        "late.said": lambda tongue: cards.late(
            late(tongue, lines=_lines(20, 15), asked=20, said=True, on_time=True)
        ),
        "late.nobody": lambda tongue: cards.late(LateCard(tongue, (), ())),
        "late.taken_back": lambda tongue: cards.late(
            LateCard(tongue, (), (), taken_back=True)
        ),
    }
