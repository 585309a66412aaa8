"""Booking for a client in the tab, in every state."""

from dataclasses import replace
from datetime import UTC, datetime

from booking.model import Language, Modality
from booking.views.pages import Choice, FieldError, Picker, SlotChoice
from booking.views.tab import BookPage, FoundClients, KnownClient
from tests.web.samples import ONE_PERSON, PICKER

CLOSE: Picker = replace(
    ONE_PERSON, first=None, slots=tuple(replace(s, who="") for s in PICKER.slots)
)
CROSSING = replace(CLOSE, crossing=frozenset(s.value for s in CLOSE.slots[1:4]))
NEAREST: tuple[SlotChoice, ...] = CLOSE.slots[:3]

BOOK = BookPage(
    action="/teams/book",
    times="/teams/book",
    why="/teams/why",
    clients="/teams/book/clients",
    services=(
        Choice("1", "Alkuhaastattelu"),
        Choice("2", "Työnhakukeskustelu"),
        Choice("3", "Neuvonta"),
    ),
    service="2",
    modalities=tuple(Modality),
    modality=Modality.REMOTE,
    picker=replace(CLOSE, chosen=""),
    back="/teams/today",
    request="r1",
)


BOOKS = {
    "tab-book-with-whom": (
        "tab/book.html",
        replace(
            BOOK,
            professionals=(Choice("1", "Anna Lindqvist"), Choice("2", "Bo Berg")),
            professional="2",
            offers=False,
            client_language=Language.SV,
            unspoken=(Language.SV,),
        ),
    ),
    "tab-book-chosen": (
        "tab/book.html",
        replace(BOOK, chosen=(CLOSE.slots[0].value,), elsewhere=NEAREST[1:]),
    ),
    "tab-book": ("tab/book.html", BOOK),
    "tab-book-called": (
        "tab/book.html",
        replace(BOOK, modality=Modality.PHONE, phone="040 123 4567"),
    ),
    "tab-book-errors": (
        "tab/book.html",
        replace(
            BOOK,
            taken=True,
            near=NEAREST,
            name="Jari Mäkelä",
            chosen=tuple(each.value for each in NEAREST),
            errors=(
                FieldError("email", "no_contact"),
                FieldError("slot", "one_slot"),
                FieldError("slot", "too_many_slots", 6),
            ),
        ),
    ),
    "tab-book-untouched": (
        "tab/book.html",
        replace(
            BOOK,
            errors=(
                FieldError("name", "required"),
                FieldError("email", "no_contact"),
                FieldError("language", "required"),
                FieldError("slot", "no_slot"),
            ),
        ),
    ),
    "tab-book-found": (
        "tab/book.html",
        replace(
            BOOK,
            found=FoundClients(
                "mäk",
                (
                    KnownClient(
                        "Jari Mäkelä",
                        "… 567",
                        datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
                        "Työnhakukeskustelu",
                        "/teams/book?of=K24083",
                    ),
                    KnownClient(
                        "Anna-Kaarina Mäkeläinen-Korhonen",
                        "a…@posti.example",
                        datetime(2026, 11, 20, 7, tzinfo=UTC),
                        "Alkuhaastattelu",
                        "/teams/book?of=K20091",
                    ),
                ),
                2,
            ),
        ),
    ),
    "tab-book-not-found": (
        "tab/book.html",
        replace(BOOK, found=FoundClients("Virtanen")),
    ),
    "tab-book-none": ("tab/book.html", replace(BOOK, picker=None)),
}
