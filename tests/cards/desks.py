"""Cards of a unit's desk in a Teams channel, in each state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import cards
from booking.cover import Bar, State
from booking.model import Language, Modality
from booking.views.cards import Choice, ConflictKind
from booking.views.desk import (
    Colleague,
    CoverCard,
    CoverLine,
    CoverNews,
    DeskCard,
    DeskDay,
    Presence,
)
from tests.cards.pieces import CLIENT, SERVICE, START, Draw
from tests.support.leading import to

UNIT = "Itäkadun työllisyyspalvelut"
#: Of a colleague: whose name is hostile too.
NAME = CLIENT
TWO = (Choice("1", UNIT), Choice("2", "Työkykypalvelut"))


def a_line(number: int = 0, **changes: object) -> CoverLine:
    start = START + timedelta(hours=number)
    plain = CoverLine(
        appointment=number + 1,
        reference=f"K7Q2F{number}",
        service=SERVICE,
        start=start,
        end=start + timedelta(minutes=45),
        spoken=Language.SV if number % 2 else Language.FI,
        modality=tuple(Modality)[number % 3],
        place="" if number % 3 else "Itäkatu 1, 00100 Helsinki",
        state=State.OPEN,
        urgent=number == 0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_cover(
    tongue: Language, lines: Sequence[CoverLine], **changes: object
) -> CoverCard:
    users = ("29:1a", "29:1b")
    plain = CoverCard(tongue, 7, UNIT, tuple(lines), to("desk:"), users)
    return replace(plain, **changes)  # type: ignore[arg-type]


OPEN = tuple(a_line(number) for number in range(3))
ENDED = (
    a_line(0, state=State.TAKEN, taker=NAME),
    a_line(1, state=State.TAKEN, taker="Bo Berg", hers=True),
    a_line(2, state=State.BEGUN),
    a_line(3, state=State.SETTLED),
)


def _covers() -> dict[str, Draw]:
    def drawing(lines: Sequence[CoverLine], **changes: object) -> Draw:
        return lambda tongue: cards.cover(a_cover(tongue, lines, **changes))

    barred = [
        bar
        for bar in Bar
        if bar not in {Bar.TAKEN, Bar.BEGUN, Bar.SETTLED, Bar.WITHDRAWN}
    ]
    lines = [a_line(number, bar=bar) for number, bar in enumerate(barred)]
    return {
        "cover.asked": drawing(OPEN),
        "cover.one": drawing(OPEN[1:2]),
        "cover.binding": drawing(
            [a_line(0, binding=True), a_line(1, binding=True, reported=True)]
        ),
        "cover.many": drawing([a_line(number) for number in range(10)]),
        "cover.part": drawing([*ENDED[:1], *OPEN[1:]]),
        "cover.ended": drawing(ENDED),
        "cover.mine": drawing([*OPEN[:2], a_line(2, bar=Bar.BUSY)], mine=True),
        "cover.mine.many": drawing([a_line(n) for n in range(10)], mine=True),
        "cover.mine.barred": drawing(lines, mine=True),
        "cover.mine.supervisor": drawing(
            [a_line(number, bar=Bar.NO_CLIENTS) for number in range(2)], mine=True
        ),
        "cover.mine.taken": drawing([ENDED[1], OPEN[2]], mine=True, taken=1),
        "cover.mine.late": drawing(
            [ENDED[0], OPEN[2]], mine=True, wrong=Bar.TAKEN, first=NAME
        ),
        **{
            f"cover.mine.{bar}": drawing(OPEN[:1], mine=True, wrong=bar)
            for bar in (Bar.TAKEN, Bar.BEGUN, Bar.SETTLED, Bar.UNREAD, Bar.CHANGED)
        },
    }


def _days() -> dict[str, Draw]:
    colleagues = tuple(
        Colleague(name, presence, count, free)
        for name, presence, count, free in (
            (NAME, Presence.IN, 3, 150),
            ("Bo Berg", Presence.PART, 1, 0),
            ("Cai Dahl", Presence.AWAY, 2, 0),
            ("Eeva Falk", Presence.OFF, 0, 0),
            ("Greta Holm", Presence.UNKNOWN, 4, 0),
        )
    )
    day = date(2026, 11, 24)

    def drawing(**changes: object) -> Draw:
        def draw(tongue: Language) -> cards.Card:
            view = DeskDay(tongue, UNIT, day, colleagues)
            return cards.desk_day(replace(view, **changes))  # type: ignore[arg-type]

        return draw

    return {
        "desk_day": drawing(),
        "desk_day.waiting": drawing(waiting=2, more=4),
        "desk_day.one": drawing(waiting=1, more=1, colleagues=colleagues[:1]),
    }


#: Answers in a channel, or about one.
NOTICES = (
    *("desk_help", "desk_none", "desk_day", "desk_closed", "desk_not_yours"),
    *("desk_not_asked", "cover_not_yours", "cover_barred"),
)
#: What a question about Outlook says of the desk.
CONFLICTS: dict[str, tuple[ConflictKind, dict[str, object]]] = {
    "conflict.desk": (ConflictKind.OVERLAPPED, {"desk": "ask"}),
    "conflict.desk_asked": (ConflictKind.DELETED, {"desk": "asked"}),
    "conflict.desk_refused": (ConflictKind.OVERLAPPED, {"wrong": "desk_refused"}),
}


def desks() -> dict[str, Draw]:
    def channel(**changes: object) -> Draw:
        return lambda tongue: cards.desk(
            replace(DeskCard(tongue, tab_url=to("desk:")), **changes)  # type: ignore[arg-type]
        )

    def news(lines: Sequence[CoverLine]) -> Draw:
        return lambda tongue: cards.cover_news(
            CoverNews(tongue, UNIT, tuple(lines), to("team:2026-11-24"))
        )

    return {
        **_covers(),
        "cover_news": news(OPEN),
        "cover_news.one": news(OPEN[:1]),
        "cover_news.ended": news(ENDED),
        "desk": channel(unit=UNIT, asked=True),
        "desk.made": channel(unit=UNIT),
        "desk.hers": channel(unit=UNIT, leaves=True, choices=TWO[1:]),
        "desk.none": channel(choices=TWO),
        "desk.none.one": channel(choices=TWO[:1]),
        "desk.none.not_hers": channel(asked=True),
        "desk.let_go": channel(),
        "desk.none.wrong": channel(choices=TWO, wrong=True),
        **_days(),
    }
