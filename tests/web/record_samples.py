"""Values of what stands on an appointment's page besides how it is, and of the panel."""

from dataclasses import replace
from datetime import UTC, datetime

from booking.model import Modality, Status
from booking.outcomes import OUTCOMES
from booking.views.cards import Truth, Truths
from booking.views.pages import Answer
from booking.views.record import (
    BoundPart,
    ElsewherePage,
    Event,
    NoteLine,
    NotesPart,
    Other,
    Others,
    PanelPage,
    Record,
    Sent,
)
from booking.views.reporting import Reporting

HERE = "/teams/appointment/K7Q2FM"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


NOTES = NotesPart(
    action=f"{HERE}/notes",
    request="r2",
    limit=2000,
    lines=(
        NoteLine(
            3,
            2,
            "Sovittiin: lähettää ansioluettelon perjantaina.\nSoitan maanantaina.",
            "Maija Virtanen",
            at(24),
            changed=at(24, 10),
            action=f"{HERE}/notes/3",
            changeable=True,
        ),
        NoteLine(2, 1, "Eilinen", "Maija Virtanen", at(22), action=f"{HERE}/notes/2"),
        NoteLine(1, 2, "Väärä asiakas", "", at(20), struck=at(21)),
    ),
    said="written",
)
#: Of each a form that was refused, with what was typed.
REFUSED = replace(
    NOTES,
    said="",
    typed="Tämä oli liian pitkä",
    problem="too_long",
    lines=(
        replace(NOTES.lines[0], typed="Toinen ikkuna", problem="older"),
        *NOTES.lines[1:],
    ),
)
COMING = (
    Other(
        "M3N4PQ",
        "/teams/appointment/M3N4PQ",
        at(30),
        at(30, 10),
        "Työnhakukeskustelu",
        Modality.PHONE,
        Status.BOOKED,
        "",
    ),
)
EARLIER = tuple(
    replace(
        COMING[0],
        reference=f"E3N4P{number}",
        starts=at(10 + number),
        ends=at(10 + number, 10),
        status=status,
        professional="Anna-Kaarina Lindqvist-Hämäläinen" if number % 2 else "",
    )
    for number, status in enumerate(Status)
)
#: Every line that there can be, with names and times in it.
_WHATS = (
    *("book", "confirming", "outlook_unanswered", "taken_in_outlook", "move", "adopt"),
    *("cancel", "hand_over", "hand_over_in_outlook", "hand_over_refused"),
    *("hand_over_once", "removed_from_outlook", "other", "asked_moved"),
    *("asked_deleted", "asked_overlapped", "asked_copied", "answered_told"),
)
_BYS = ("client", "professional", "supervisor", "outlook", "system", "")
EVENTS = tuple(
    Event(
        at(24 - number),
        what,
        _BYS[number % len(_BYS)],
        "Maija Virtanen" if number % 4 == 1 else "",
        when=at(25),
        was="Maija Virtanen",
        to="Anna Lindqvist",
    )
    for number, what in enumerate(_WHATS)
)
SENT = (
    Sent("reminder", at(24, 7), "intended", "sms", "… 567", subject="", text="Aikasi"),
    Sent("booked", at(20), "failed", "mail", "j…@example.com", "mail"),
    Sent("moved", at(19), "failed", why="off.mail"),
    Sent(
        "booked",
        at(18),
        "accepted",
        "mail",
        "j…@example.com",
        subject="Aikasi on varattu",
        text="Hei\n\nAikasi on varattu.",
    ),
)
OTHERS = Others(COMING, (replace(COMING[0], status=Status.CANCELLED_BY_US),), EARLIER)
RECORD = Record(NOTES, OTHERS, EVENTS, SENT)
BOUND = BoundPart(
    at(30).date(),
    late=False,
    moves_until=at(27).date(),
    told=SENT[0],
    opened=at(24),
    reported=None,
    explanation="",
    said=("Sinun on tultava tähän tapaamiseen.", "Ilmoita esteestä ennen tapaamista."),
)
REPORTED = BoundPart(
    at(23).date(),
    late=True,
    moves_until=None,
    told=None,
    opened=None,
    reported=at(24),
    explanation="Juna ei kulje.\nTulen mielelläni myöhemmin.",
    open=True,
    keep="/teams/appointment/K7Q2FM/keep",
    report=1,
    tells=True,
)
PANEL = PanelPage(
    state="open",
    client="Jari Mäkelä",
    reference="K7Q2FM",
    truths=Truths(
        Truth.DONE, Truth.NO_LINK, Truth.DONE, booked_at=at(23), told_at=at(24)
    ),
    now=at(24, 10),
    starts=at(24, 8),
    ends=at(24, 9),
    service="Työnhakukeskustelu",
    asks=True,
    answers=(
        Answer("Mistä haluat puhua?", "Siitä, miten saan työharjoittelupaikan."),
        Answer("Kerro lisää", ""),
    ),
    notes=NOTES,
    others=OTHERS,
    whole=HERE,
    next="/teams/book?after=K7Q2FM",
)
ASKED = Reporting(3, f"{HERE}/outcome", f"{HERE}/late", outcomes=OUTCOMES)
PANELS = {
    "tab-panel": ("tab/panel.html", PANEL),
    "tab-panel-over": ("tab/panel.html", replace(PANEL, report=ASKED)),
    "tab-panel-refused": (
        "tab/panel.html",
        replace(
            PANEL,
            state="cancelled",
            answers=(),
            notes=REFUSED,
            others=Others(),
            next="",
            professional="Maija Virtanen",
        ),
    ),
    "tab-elsewhere": ("tab/elsewhere.html", ElsewherePage()),
}
