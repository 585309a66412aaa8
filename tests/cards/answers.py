"""Samples of the cards that answer what is written: lists, free times, questions."""

from dataclasses import replace
from datetime import date, time, timedelta

import cards
from booking.model import Language, Modality
from booking.saying import Command, Unclear, Verb, When, Why
from booking.views.answers import Asking, FoundList, FreeOf, FreeTimes, WeekList
from booking.views.cards import MorningList, OfferCard, Truth, Wish
from tests.cards.pieces import (
    CLIENT,
    SERVICE,
    START,
    TAB,
    Draw,
    form,
    morning,
    proposal,
    slots,
)
from tests.support.leading import to

WISH = Wish(When.on(START.date(), time(10, 30)), START.date())
NEXT_YEAR = date(2027, 11, 24)
WEEK = When(date(2026, 11, 23), date(2026, 11, 29))


def day(language: Language, count: int) -> MorningList:
    return replace(morning(language, count), is_today=False)


def week(language: Language, count: int) -> WeekList:
    lines = tuple(
        replace(
            each,
            start=each.start + timedelta(days=number // 5),
            end=each.end + timedelta(days=number // 5),
            choosing=number == 1,
        )
        for number, each in enumerate(morning(language, count).lines)
    )
    return WeekList(language, WEEK, lines, TAB)


def of_service(name: str) -> FreeOf:
    return FreeOf(name, (Modality.IN_PERSON,), slots(3))


def free(language: Language, *counts: int, **changes: object) -> FreeTimes:
    services = tuple(
        FreeOf(SERVICE, (modality,), slots(count))
        for count, modality in zip(counts, Modality, strict=False)
    )
    return replace(FreeTimes(language, START.date(), services, TAB), **changes)


def found(language: Language, count: int, more: int = 0) -> FoundList:
    lines = morning(language, count).lines
    far = tuple(
        replace(each, start=each.start + timedelta(days=365 * number))
        for number, each in enumerate(lines)
    )
    return FoundList(language, CLIENT, far, START.date(), more=more)


def offered(language: Language, count: int) -> tuple[OfferCard, ...]:
    offer = OfferCard(
        language=language,
        offer=5,
        version=1,
        service=SERVICE,
        modality=Modality.IN_PERSON,
        client=CLIENT,
        slots=slots(3),
        free_choice=False,
        expires=START - timedelta(hours=12),
        state="open",
        sent=Truth.DONE,
        tab_url=to("offers:"),
    )
    return (replace(offer, slots=slots(10)), offer, offer, offer)[:count]


def asking(language: Language, why: Why, *readings: Command, said: str = "") -> Asking:
    return Asking(language, Unclear(why, readings, said), START.date(), TAB)


def asked() -> dict[str, Draw]:
    ten = [When.on(day_, time(22, 30)) for day_ in (START.date(), NEXT_YEAR)]
    days = [When.on(START.date()), When.on(NEXT_YEAR), When.on(date(2028, 2, 29))]
    weeks = [WEEK, When(date(2027, 11, 22), date(2027, 11, 28))]
    readings = {
        Why.SEVERAL: [Command(Verb.BOOK, each) for each in (*ten, *days)],
        Why.CONFLICT: [Command(Verb.DAY, each) for each in days],
        Why.PAST: [Command(Verb.WEEK, each) for each in weeks],
        Why.NO_SUCH_DAY: [],
        Why.NO_SUCH_TIME: [Command(Verb.BOOK)],
        Why.STRANGE: [Command(Verb.FREE, days[0])],
        Why.WHICH_DAY: [Command(Verb.BOOK, each) for each in ten],
        Why.WHAT: [
            *(Command(Verb.BOOK, ten[0]), Command(Verb.FREE, ten[0])),
            Command(Verb.DAY, days[0]),
        ],
        Why.WHOM: [],
        Why.CANCEL: [Command(Verb.NEXT), Command(Verb.DAY, days[0])],
        Why.MOVE: [Command(Verb.NEXT), Command(Verb.DAY, days[0])],
    }

    def drawing(why: Why, *given: Command) -> Draw:
        return lambda tongue: cards.asking(asking(tongue, why, *given, said=CLIENT))

    return {
        **{f"ask.{why}": drawing(why, *given) for why, given in readings.items()},
        "ask.who_or_when": drawing(
            Why.SEVERAL, Command(Verb.FIND, whom=CLIENT), Command(Verb.DAY, days[0])
        ),
        "ask.references": drawing(
            Why.SEVERAL, *(Command(Verb.FIND, whom=one) for one in ("K7Q2FM", "H4X9PD"))
        ),
        "ask.moves": drawing(
            Why.SEVERAL,
            *(Command(Verb.MOVE, ten[0], one) for one in ("K7Q2FM", "H4X9PD")),
        ),
        "ask.hours": drawing(
            Why.SEVERAL,
            *(
                Command(Verb.MOVE, whom="K7Q2FM", what=each)
                for each in ("14:00", "02:00")
            ),
        ),
        "ask.next_or_day": drawing(
            Why.SEVERAL, Command(Verb.NEXT), Command(Verb.DAY, days[0])
        ),
    }


def answers() -> dict[str, Draw]:
    then = When.on(START.date())
    return {
        "day": lambda tongue: cards.morning(day(tongue, 3)),
        "day.none": lambda tongue: cards.morning(day(tongue, 0)),
        "week": lambda tongue: cards.week(week(tongue, 8)),
        "week.none": lambda tongue: cards.week(week(tongue, 0)),
        "week.many": lambda tongue: cards.week(week(tongue, 30)),
        "free": lambda tongue: cards.free_times(free(tongue, 6)),
        "free.several": lambda tongue: cards.free_times(free(tongue, 3, 0, 3)),
        "free.none": lambda tongue: cards.free_times(free(tongue, 0)),
        "free.then": lambda tongue: cards.free_times(free(tongue, 3, when=then)),
        "free.none_then": lambda tongue: cards.free_times(free(tongue, 0, when=then)),
        "free.unread": lambda tongue: cards.free_times(free(tongue, 0, unread=True)),
        "found": lambda tongue: cards.found(found(tongue, 2)),
        "found.offers": lambda tongue: cards.found(
            replace(found(tongue, 1), offers=offered(tongue, 4), more_offers=2)
        ),
        "found.offers_alone": lambda tongue: cards.found(
            replace(found(tongue, 0), offers=offered(tongue, 2))
        ),
        "found.more": lambda tongue: cards.found(found(tongue, 10, 3)),
        "book.wish": lambda tongue: cards.book_form(replace(form(tongue), wish=WISH)),
        "times.wish": lambda tongue: cards.proposal(proposal(tongue, wish=WISH)),
        "book.offers": lambda tongue: cards.book_form(
            replace(form(tongue), offers=True, heard=True)
        ),
        "times.offers": lambda tongue: cards.proposal(proposal(tongue, offers=True)),
        "times.wish_missed": lambda tongue: cards.proposal(
            proposal(tongue, wish=WISH, wish_missed=True)
        ),
        "times.none_from": lambda tongue: cards.proposal(
            proposal(tongue, slots=(), wish=WISH, wish_missed=True)
        ),
    }
