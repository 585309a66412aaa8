"""What the samples of cards are made of: a client, services, times, a form, a day.

The client's name is hostile on purpose: Markdown, a link and a date macro.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from booking.arrivals import Arrival, Came
from booking.handover import Doubt
from booking.model import AppointmentId, Language, Modality, Status
from booking.views.cards import (
    BookForm,
    Choice,
    ConflictKind,
    DayLine,
    MorningList,
    Proposal,
    SlotChoice,
)
from cards.parts import Card
from tests.support.leading import TAB, to

Draw = Callable[[Language], Card]

START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CLIENT = "Aino_Maija *Testi* [x](https://evil.example) {{DATE(2026-11-24T08:00:00Z)}}"
SERVICE = "Alkuhaastattelu"

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


#: A question whose card is the appointment's own again.
RESTORED = {
    "conflict.restored": (
        ConflictKind.DELETED,
        {"settled": "put_back", "acts": True},
    )
}


def slots(count: int) -> tuple[SlotChoice, ...]:
    starts = [START + timedelta(hours=hour) for hour in range(count)]
    return tuple(
        SlotChoice(f"7@{int(at.timestamp())}", at, at + timedelta(minutes=45))
        for at in starts
    )


def form(language: Language, only_way: str = "") -> BookForm:
    ways, tab = tuple(Modality), to("book:r1")
    view = BookForm(language, SERVICES, ways, {}, {}, "r1", tab_url=tab)
    return replace(view, only_way=only_way)


def wrong_form(language: Language) -> BookForm:
    errors = {"client_email": "cards.error.client_email"}
    return replace(form(language), typed=TYPED, errors=errors)


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
        tab_url=to("book:r1"),
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
            to("K7Q2FM"),
            "https://teams.example/meet/1",
            phone=PHONE if number == 1 else "",
        )
        for number, slot in enumerate(slots(count))
    )
    return MorningList(language, START.date(), lines, TAB)


def came(how: Came) -> Arrival:
    return Arrival(AppointmentId(12), how, START, START - timedelta(minutes=8))


def went(language: Language) -> MorningList:
    """Give a day of which some is recorded and some is not; who comes next waits."""
    day = morning(language, 3)
    first, second, third = day.lines
    lines = (
        replace(first, status=Status.NO_SHOW),
        replace(second, unrecorded=True),
        replace(third, came=came(Came.WAITING)),
    )
    return replace(day, lines=lines)


def at_another_time(drawing: Callable[..., Draw]) -> dict[str, Draw]:
    """Samples of a copy that stands two hours later than what was agreed."""
    later = START + timedelta(hours=2)
    return {
        "handover.new_ahead": drawing(
            doubts=(Doubt.TIME,),
            new_time=(later, later + timedelta(minutes=45)),
            agreed_over=True,
        ),
        "handover.agreed_busy": drawing(
            doubts=(Doubt.TIME,),
            agreed_doubts=(Doubt.BUSY,),
            new_time=(later, later + timedelta(minutes=45)),
        ),
        "handover.desk.agreed_near": drawing(
            to_reader=False,
            doubts=(Doubt.BUSY, Doubt.TIME),
            agreed_doubts=(Doubt.PAUSE,),
            new_time=(later, later + timedelta(minutes=45)),
        ),
        "handover.too_long": drawing(
            doubts=(Doubt.TIME,),
            new_time=(later, later + timedelta(days=2)),
            too_long=True,
            wrong="too_long",
        ),
    }
