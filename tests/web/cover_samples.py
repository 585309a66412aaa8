"""Pages of a unit's desk: what looks for a taker, what came of asking and taking."""

from dataclasses import replace

from booking.cover import Bar
from booking.model import Language
from booking.views.desk import DeskAskedPage, DeskPage
from tests.cards.desks import OPEN, a_cover, a_line
from tests.web.team_samples import HAND
from tests.web.waiting_samples import OPEN as WAITING

SOME = DeskPage(
    (
        a_cover(Language.FI, [*OPEN[:2], a_line(2, bar=Bar.BUSY)], mine=True),
        a_cover(Language.FI, [a_line(3, bar=Bar.NO_CLIENTS)], cover=8, mine=True),
    )
)
COVERS = {
    "tab-desk": ("tab/desk.html", SOME),
    "tab-desk-more": ("tab/desk.html", replace(SOME, more=7)),
    "tab-desk-none": ("tab/desk.html", DeskPage(())),
    "tab-desk-taken": ("tab/desk.html", replace(SOME, taken=1)),
    "tab-desk-late": (
        "tab/desk.html",
        replace(SOME, wrong=Bar.TAKEN, first="Bo Berg"),
    ),
    "tab-desk-busy": ("tab/desk.html", replace(SOME, wrong=Bar.BUSY)),
    "tab-desk-asked": ("tab/desk_asked.html", DeskAskedPage(2, "/teams/today")),
    "tab-desk-not-asked": (
        "tab/desk_asked.html",
        DeskAskedPage(0, "/teams/today", "no_desk"),
    ),
    "tab-hand-desk": ("tab/hand.html", replace(HAND, desk="ask")),
    "tab-hand-desk-asked": ("tab/hand.html", replace(HAND, desk="asked")),
    "tab-waiting-desk": (
        "tab/waiting.html",
        replace(
            WAITING,
            left_desk="ask",
            questions=tuple(
                replace(each, desk=said)
                for each, said in zip(
                    WAITING.questions, ("ask", "asked", "", "", ""), strict=True
                )
            ),
        ),
    ),
}
