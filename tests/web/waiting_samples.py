"""Page values of what waits for an answer in a supervisor's units."""

from datetime import UTC, datetime, timedelta

from booking.views.absences import AwayItem, State
from booking.views.cards import Truth, Truths
from booking.views.waiting import (
    Asked,
    LeftOver,
    Obstacle,
    OpenQuestion,
    Question,
    WaitingPage,
)

TEN = datetime(2026, 11, 24, 8, tzinfo=UTC)  #: By the clock of Helsinki.


def asks(about: Asked) -> Question:
    with_colleague = about in {Asked.COPIED, Asked.HANDED}
    until = TEN + timedelta(hours=8)
    return Question(about, until, "Anna Lindqvist" if with_colleague else "", 9)


OPEN = WaitingPage(
    ("Itäkadun työllisyyspalvelut", "Työterveys"),
    tuple(
        OpenQuestion(
            asks(about),
            "K7Q2FM",
            TEN + timedelta(hours=n),
            "Maija Virtanen",
            "/teams/appointment/K7Q2FM",
            answer=f"/teams/question/{n}" if n else "",
            truths=Truths(
                Truth.DONE,
                Truth.DELETED,
                Truth.DONE,
                booked_at=TEN - timedelta(days=3),
                told_at=TEN - timedelta(hours=1),
            ),
        )
        for n, about in enumerate(Asked)
    ),
    TEN,
    more=True,
    left=(
        LeftOver(
            "K7Q2FM", TEN - timedelta(hours=1), "Anna Lindqvist", "/teams/a/K7Q2FM"
        ),
        LeftOver(
            "W3XH9P",
            TEN + timedelta(days=1, hours=3),
            "Anna Lindqvist",
            "/teams/a/W3XH9P",
        ),
    ),
    more_left=True,
    obstacles=(
        Obstacle(
            "B3NRTW",
            TEN + timedelta(days=2),
            "Maija Virtanen",
            "/teams/appointment/B3NRTW",
            TEN - timedelta(hours=2),
        ),
    ),
    more_obstacles=True,
    absent=tuple(
        AwayItem(
            number,
            1,
            name,
            "ti 24.11. – pe 27.11.",
            State.COMING,
            touched=3,
            change="/teams/away?change=1",
            team="/teams/team?day=2026-11-24",
            desk=desk,
        )
        for number, name, desk in ((1, "Anna Lindqvist", "asked"), (2, "", "ask"))
    ),
    more_absent=True,
    away="/teams/away",
)

WAITS = {
    "tab-waiting": ("tab/waiting.html", OPEN),
    "tab-waiting-none": ("tab/waiting.html", WaitingPage(OPEN.units[:1], (), TEN)),
}
