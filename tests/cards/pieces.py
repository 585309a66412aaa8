"""What the samples of cards are made of: a client, services, times, a form, a day.

The client's name is hostile on purpose: Markdown, a link and a date macro.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from booking.model import Language, Modality
from booking.views.cards import (
    BookForm,
    Choice,
    DayLine,
    MorningList,
    Proposal,
    SlotChoice,
)
from cards.parts import Card

Draw = Callable[[Language], Card]

START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CLIENT = "Aino_Maija *Testi* [x](https://evil.example) {{DATE(2026-11-24T08:00:00Z)}}"
SERVICE = "Alkuhaastattelu"
TAB = "https://vuoro.example/tab"


SERVICES = (Choice("1", SERVICE), Choice("2", "Työnhakukeskustelu"))
TYPED = {
    "service": "2",
    "client_name": CLIENT,
    "client_language": "sv",
    "client_email": "aino@example",
    "client_phone": "",
    "modality": "phone",
}
PHONE = "+358401234567"


def slots(count: int) -> tuple[SlotChoice, ...]:
    starts = [START + timedelta(hours=hour) for hour in range(count)]
    return tuple(
        SlotChoice(f"7@{int(at.timestamp())}", at, at + timedelta(minutes=45))
        for at in starts
    )


def form(language: Language) -> BookForm:
    return BookForm(language, SERVICES, tuple(Modality), {}, {}, "r1")


def proposal(language: Language, **changes: object) -> Proposal:
    view = Proposal(
        language=language,
        service=SERVICE,
        modality=Modality.PHONE,
        client=CLIENT,
        client_language=Language.SV,
        contact="aino@example.com",
        slots=slots(6),
        carried=TYPED,
        errors={},
        request="r1",
        tab_url=TAB,
    )
    return replace(view, **changes)


def morning(language: Language, count: int) -> MorningList:
    lines = tuple(
        DayLine(
            slot.start,
            slot.end,
            "K7Q2FM",
            SERVICE,
            CLIENT,
            Modality.REMOTE,
            f"{TAB}/appointments/{number}",
            "https://teams.example/meet/1",
            phone=PHONE if number == 1 else "",
        )
        for number, slot in enumerate(slots(count))
    )
    return MorningList(language, START.date(), lines, TAB)
