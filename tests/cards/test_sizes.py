"""No card is larger than Teams takes, whatever stands on it."""

import json
from dataclasses import replace

import cards
from booking.arrivals import Came
from booking.lateness import CHOICES
from booking.model import Language
from booking.views.cards import Choice, ConflictKind, Truth
from booking.views.lateness import LateCard, LateChoice, LateLine
from booking.views.waiting import Asked, Question
from booking.wording import plural
from tests.cards import answers, pieces, samples
from tests.cards.pieces import came
from tests.cards.test_cards import texts

#: Above this Teams may refuse a card.
CARD_BYTES_MAX = 28 * 1024


def test_no_card_is_too_large() -> None:
    sizes = {
        name: len(json.dumps(card).encode()) for name, card in samples.everything()
    }

    assert {name for name, size in sizes.items() if size > CARD_BYTES_MAX} == set()


def test_no_card_is_too_large_even_with_the_longest_texts() -> None:
    long = "ä" * 120
    typed = pieces.TYPED | {
        "client_name": long,
        "client_email": "a" * 254,
        "client_phone": "0" * 32,
    }
    for language in Language:
        lines = samples.morning(language, 40)
        drawn = [
            cards.book_form(
                replace(
                    samples.wrong_form(language),
                    typed=typed,
                    services=tuple(Choice(str(n), long) for n in range(20)),
                )
            ),
            cards.proposal(
                samples.proposal(
                    language,
                    slots=samples.slots(12),
                    carried=typed,
                    client=long,
                    contact=long,
                    service=long,
                )
            ),
            cards.morning(
                replace(
                    lines,
                    lines=tuple(
                        replace(one, client=long, service=long, join_url="h" * 700)
                        for one in lines.lines
                    ),
                )
            ),
            cards.appointment(
                samples.appointment(
                    language, client=long, service=long, join_url="h" * 700
                )
            ),
        ]
        for card in drawn:
            assert len(json.dumps(card, ensure_ascii=False).encode()) < CARD_BYTES_MAX


def test_no_answer_to_what_is_written_is_too_large() -> None:
    long = "ä" * 120
    for language in Language:
        drawn = [
            cards.week(
                replace(
                    answers.week(language, 40),
                    lines=tuple(
                        replace(one, client=long)
                        for one in answers.week(language, 40).lines
                    ),
                )
            ),
            cards.found(
                replace(
                    answers.found(language, 10, 90),
                    whom=long[:60],
                    movable=frozenset({"K7Q2FM"}),
                    lines=tuple(
                        replace(one, client=long)
                        for one in answers.week(language, 10).lines
                    ),
                )
            ),
            cards.free_times(
                answers.free(language, services=(answers.of_service(long),) * 20)
            ),
        ]
        for card in drawn:
            assert len(json.dumps(card, ensure_ascii=False).encode()) < CARD_BYTES_MAX


def test_no_list_of_a_full_day_is_too_large() -> None:
    long, waits = "ä" * 120, (Question(Asked.HANDED, samples.START, "ä" * 60),)
    stuck = came(Came.COULD_NOT_JOIN)
    for language in Language:
        every = answers.week(language, 40).lines
        told = tuple(
            LateLine(long, one.start, one.end, 5, 10, Truth.WAITING) for one in every
        )
        whom = tuple(range(10_000_000, 10_000_000 + len(every)))
        choices = tuple(LateChoice(minutes, whom) for minutes in CHOICES)
        late = LateCard(language, told, choices, asked=10, on_time=True)
        lines = tuple(
            replace(
                one,
                client=long,
                service=long,
                join_url="h" * 700,
                waits=waits,
                came=stuck,
            )
            for one in every
        )
        offers = tuple(
            replace(one, client=long, service=long, slots=samples.slots(10))
            for one in answers.offered(language, 4)
        )
        sought = replace(answers.found(language, 10, 90), offers=offers)
        colleagues = tuple(Choice(str(n), "ä" * 60) for n in range(500))
        question = samples.conflict(
            language, ConflictKind.DELETED, colleagues=colleagues
        )
        drawn = [
            cards.late(late),
            cards.late(replace(late, said=True)),
            cards.morning(replace(answers.day(language, 40), lines=lines)),
            cards.found(replace(sought, lines=lines[:10])),
            cards.conflict(question),
        ]
        for card in drawn:
            assert len(json.dumps(card, ensure_ascii=False).encode()) < CARD_BYTES_MAX
        assert plural(language, "cards.morning.more", 28) in json.dumps(
            drawn[0], ensure_ascii=False
        )


def test_of_a_very_long_name_a_list_shows_the_beginning() -> None:
    week = answers.week(Language.FI, 1)
    long = replace(week.lines[0], client="Ä" * 80)

    shown = texts(cards.week(replace(week, lines=(long,))))

    assert f"{'Ä' * 59}…" in shown
    assert "Ä" * 60 not in shown
