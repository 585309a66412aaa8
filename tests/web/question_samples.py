"""Page values of questions about Outlook, answered in the tab, and of open offers."""

from dataclasses import replace
from datetime import timedelta

from booking.handover import Doubt
from booking.model import Language, Modality
from booking.views import questions as words
from booking.views.cards import Choice, ConflictKind, OfferCard, Truth
from booking.views.cards import SlotChoice as CardSlot
from booking.views.questions import QuestionPage, QuestionPart, Said
from booking.views.tab import OffersPage, OpenOffer
from tests.cards import samples as cards
from tests.web.waiting_samples import TEN

FI = Language.FI
BO = (Choice("2", "Bo Berg"), Choice("3", "Anna Lindqvist"))
LATER = cards.START + timedelta(hours=4)


def part(said: Said, number: int = 9) -> QuestionPart:
    return QuestionPart(said, f"/teams/question/{number}", 2, number)


MOVED = words.conflict(
    cards.conflict(FI, ConflictKind.MOVED, moved_to=LATER, outside_rules=True)
)
OVERLAPPED = words.conflict(
    cards.conflict(
        FI,
        ConflictKind.OVERLAPPED,
        colleagues=BO,
        proposed=cards.THREE_TIMES,
        desk="ask",
    )
)
CHOOSING = words.conflict(
    cards.conflict(FI, ConflictKind.MOVED, moved_to=LATER, settled="moved")
)
DOUBTED = words.handover(
    cards.handover(
        FI,
        doubts=tuple(Doubt),
        new_time=(LATER, LATER + timedelta(minutes=45)),
        wrong="pause",
    )
)
PAGE = QuestionPage(
    part(DOUBTED),
    reference="K7Q2FM",
    starts=cards.START,
    ends=cards.START + timedelta(minutes=45),
    back="/teams/today",
    service="Uraohjaus",
    professional="Aino Aalto",
    here="/teams/question/9",
)
HERS = replace(
    PAGE,
    part=part(replace(OVERLAPPED, desk="")),
    client="Maija Meri",
    professional="",
    appointment="/teams/appointment/K7Q2FM",
)
GONE = words.conflict(
    cards.conflict(FI, ConflictKind.MOVED, moved_to=LATER, wrong="outdated")
)
WAITS = words.handover(cards.handover(FI, removed=False, wrong="confirming"))

ON_PAGE = (part(MOVED, 9), part(OVERLAPPED, 10), part(CHOOSING, 11))

OFFER = OfferCard(
    language=FI,
    offer=1,
    version=1,
    service="Uraohjaus",
    modality=Modality.REMOTE,
    client="Maija Meri",
    slots=tuple(
        CardSlot("1@1", TEN + timedelta(hours=n), TEN + timedelta(hours=n, minutes=45))
        for n in (3, 26, 50)
    ),
    free_choice=False,
    expires=TEN + timedelta(hours=50),
    state="open",
    sent=Truth.DONE,
)
OFFERS = (
    OpenOffer(OFFER),
    OpenOffer(replace(OFFER, offer=2, client="Kaisa Lehto", slots=())),
    OpenOffer(
        replace(OFFER, offer=3, client="Olli Salo", slots=(), free_choice=True),
        "Aino Aalto",
    ),
    OpenOffer(replace(OFFER, offer=4, client="Lea Niemi", slots=(), any_free=True)),
)

ASKING = {
    "tab-question": ("tab/question.html", HERS),
    "tab-question-handover": ("tab/question.html", PAGE),
    "tab-question-waits": ("tab/question.html", replace(PAGE, part=part(WAITS))),
    "tab-question-outdated": ("tab/question.html", replace(HERS, part=part(GONE))),
    "tab-question-others": (
        "tab/question.html",
        replace(PAGE, part=part(replace(WAITS, answers=(), wrong=()))),
    ),
    "tab-question-settled": (
        "tab/question.html",
        replace(
            PAGE, part=part(words.handover(cards.handover(FI, settled="handed_over")))
        ),
    ),
    "tab-offers": ("tab/offers.html", OffersPage(OFFERS, more=True)),
    "tab-offers-late": (
        "tab/offers.html",
        OffersPage(OFFERS[:1], said="cards.offer.taken", late=True),
    ),
    "tab-offers-none": (
        "tab/offers.html",
        OffersPage((), said="cards.offer.withdrawn"),
    ),
}
