"""A page value of every page in every state: what the style guide and the tests draw.

All persons and places are made up. The moment is Monday 23 November 2026, 10:18 in
Helsinki.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from booking.model import Language, Modality
from booking.views.binding import BindingPart, ObstaclePage
from booking.views.own_page import OtherLanguage
from booking.views.pages import (
    Answer,
    AppointmentPage,
    CancelPage,
    CheckPage,
    ConfirmingPage,
    Day,
    DetailsPage,
    ErrorPage,
    FieldError,
    Frame,
    HeldTime,
    JoinPage,
    LanguageLink,
    LinkGonePage,
    Matter,
    ModalityChoice,
    MoveCheckPage,
    MovePage,
    OfferPage,
    Person,
    Picker,
    Place,
    SlotChoice,
    Theme,
    TimesPage,
)
from booking.views.papers import AccessibilityPage, PrivacyPage
from tests.web.intake_samples import QUESTIONS
from tests.web.service_samples import SERVICES

NOW = datetime(2026, 11, 23, 8, 18, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
MAIJA = Person("Maija Virtanen", "Työllisyysasiantuntija")
OFFICE = Place(
    "Kauppakadun toimipiste",
    "Kauppakatu 12, 2. kerros",
    "Sisäänkäynti on kirjaston vieressä. Hissi on aulan oikealla puolella.",
    "https://kartta.example/kauppakatu",
)


def frame(language: Language, theme: Theme = "auto") -> Frame:
    return Frame(
        language=language,
        organisation={
            Language.FI: "Järvelän työllisyyspalvelut",
            Language.SV: "Järvelä sysselsättningstjänster",
            Language.EN: "Järvelä Employment Services",
        }[language],
        home="/b",
        languages=tuple(LanguageLink(each, f"?lang={each}") for each in Language),
        phone="029 123 4567",
        phone_hours="ma–pe 9–15" if language is Language.FI else "Mon–Fri 9–15",
        accessibility="/saavutettavuus",
        privacy="/tietosuoja",
        form_token="t0k3n",
        theme=theme,
    )


def slot(when: datetime, who: str = "") -> SlotChoice:
    return SlotChoice(f"{when:%Y%m%dT%H%M}-{who}", when, when + HALF_HOUR, who)


def at(hour: int, minute: int, who: str = "", day: int = 24) -> SlotChoice:
    return slot(datetime(2026, 11, day, hour - 2, minute, tzinfo=UTC), who)


MATTER = Matter(
    service="Työnhakukeskustelu",
    minutes=30,
    modality=Modality.REMOTE,
    person=MAIJA,
    starts=TUESDAY,
    ends=TUESDAY + HALF_HOUR,
    change="/b",
)
CHOOSING = replace(MATTER, person=None, starts=None, ends=None)
BY_PHONE = replace(MATTER, modality=Modality.PHONE)
ON_SITE = replace(MATTER, modality=Modality.IN_PERSON, place=OFFICE)

SLOTS = (
    at(8, 30, "Pekka"),
    at(9, 0, "Maija"),
    at(9, 45, "Ahmed"),
    at(10, 30, "Maija"),
    at(11, 15, "Pekka"),
    at(13, 0, "Ahmed"),
    at(13, 45, "Maija"),
    at(14, 30, "Pekka"),
    at(15, 15, "Maija"),
    at(17, 15, "Ahmed"),
)
PICKER = Picker(
    day=date(2026, 11, 24),
    days=tuple(
        Day(date(2026, 11, 23 + n), free, f"/b/1?day=2026-11-{23 + n}" if free else "")
        for n, free in enumerate((3, 10, 0, 3, 2))
    ),
    slots=SLOTS,
    first=at(10, 30, "Maija", day=23),
    next="/b/1?day=2026-11-30",
)
ONE_PERSON = replace(
    PICKER,
    slots=tuple(replace(each, who="") for each in SLOTS),
    first=at(10, 30, day=23),
    previous="/b/1?day=2026-11-16",
    chosen=SLOTS[3].value,
)
NEAREST = (at(11, 15), at(13, 0), at(9, 45, day=25))

HELD = HeldTime(TUESDAY, NOW + timedelta(minutes=10), "/a/1")
OFFER = OfferPage(
    "open",
    "/o/1",
    replace(CHOOSING, person=MAIJA),
    (at(9, 0), at(10, 30), at(13, 0, day=26)),
    expires=datetime(2026, 11, 25, 14, 0, tzinfo=UTC),
)
TIMES = TimesPage(
    "/b/1",
    CHOOSING,
    PICKER,
    modalities=tuple(
        ModalityChoice(each, f"/b/1?how={each}", each is Modality.REMOTE)
        for each in Modality
    ),
)
DETAILS = DetailsPage(
    "/b/details",
    MATTER,
    questions=QUESTIONS,
    readers="asiantuntija, jonka tapaat",
    release="/b/release",
    held_until=NOW + timedelta(minutes=10),
)
CHECK = CheckPage(
    "/b/check",
    MATTER,
    name="Aino Esimerkki",
    client_language=Language.FI,
    email="aino@example.com",
    phone="040 123 4567",
    answers=(Answer("Mistä haluat puhua?", "Työnhausta"), Answer("Kerro lisää", "")),
    change_details="/b/details",
    held_until=NOW + timedelta(minutes=10),
    release="/b/release",
)
APPOINTMENT = AppointmentPage(
    "booked",
    "K7Q2FM",
    MATTER,
    done="booked",
    join="/j/1",
    ics="/a/1.ics",
    move="/a/1/move",
    cancel="/a/1/cancel",
    again="/b",
    told_by=("mail", "sms"),
)
BINDING_SAID = BindingPart(
    "Sinun on tultava tähän tapaamiseen.",
    "Jos jäät pois ilman hyväksyttävää syytä, siitä voi seurata.",
    "Ilmoita esteestä ennen tapaamista.",
)
BINDING = replace(
    BINDING_SAID,
    deadline=TUESDAY.date(),
    moves_until=TUESDAY.date(),
    report="/a/1/obstacle",
)
OBSTACLE = ObstaclePage(
    "/a/1/obstacle", "/a/1", TUESDAY, BINDING.obstacle, "Työnhakupalvelut", 1000
)
CROSSING = replace(ONE_PERSON, crossing=frozenset(each.value for each in SLOTS[2:4]))
MOVE = MovePage("/a/1/move", MATTER, CROSSING, "/a/1")
MOVE_CHECK = MoveCheckPage(
    "/a/1/move/check", MATTER, NEAREST[2].starts, NEAREST[2].ends, "/a/1/move", "/a/1"
)
JOIN = JoinPage(
    "ready",
    MATTER,
    TUESDAY - timedelta(minutes=12),
    join="https://teams.microsoft.com/l/meetup-join/1",
    manage="/a/1",
    open=True,
    refresh="/j/1",
    call="029 123 4567",
    unit="Guidance unit",
    near=True,
    told=True,
    say_stuck="/j/1",
)
NO_SLOT = (FieldError("slot", "no_slot"),)
WRONG = (
    FieldError("name", "no_name"),
    FieldError("email", "no_contact"),
    FieldError("q_goal", "too_long", 200),
    FieldError("q_stage", "not_choice"),
    FieldError("q_interpreter", "choose_one"),
    FieldError("q_years", "not_number"),
    FieldError("q_from", "not_date"),
)

#: name -> (template, page value)
PUBLIC: dict[str, tuple[str, object]] = {
    "offer": ("public/offer.html", OFFER),
    "offer-one": (
        "public/offer.html",
        replace(OFFER, slots=OFFER.slots[:1], offered=1),
    ),
    "offer-one-expired": (
        "public/offer.html",
        replace(OFFER, state="expired", slots=(), offered=1),
    ),
    "offer-again": (
        "public/offer.html",
        replace(OFFER, held=HELD, let_go=OFFER.slots[1]),
    ),
    "offer-taken": (
        "public/offer.html",
        replace(OFFER, state="taken", slots=NEAREST),
    ),
    "offer-taken-none": ("public/offer.html", replace(OFFER, state="taken", slots=())),
    "offer-all-gone": (
        "public/offer.html",
        replace(OFFER, state="taken", slots=NEAREST, gone=3, held=HELD),
    ),
    "offer-only-these": (
        "public/offer.html",
        replace(OFFER, state="taken", slots=(), gone=3, only_these=True),
    ),
    "offer-fewer": (
        "public/offer.html",
        replace(OFFER, slots=OFFER.slots[:2], gone=1),
    ),
    "offer-unread": (
        "public/offer.html",
        replace(OFFER, state="unread", slots=(), held=HELD),
    ),
    "offer-expired": ("public/offer.html", replace(OFFER, state="expired", slots=())),
    "offer-withdrawn": (
        "public/offer.html",
        replace(OFFER, state="withdrawn", slots=()),
    ),
    **SERVICES,
    "times": ("public/times.html", TIMES),
    "times-one-person": ("public/times.html", replace(TIMES, picker=ONE_PERSON)),
    "times-taken": ("public/times.html", replace(TIMES, lost=True, taken=NEAREST)),
    "times-let-go": ("public/times.html", replace(TIMES, let_go=NEAREST[0])),
    "times-held": ("public/times.html", replace(TIMES, held=HELD)),
    "times-no-slot": ("public/times.html", replace(TIMES, errors=NO_SLOT)),
    "times-empty-day": (
        "public/times.html",
        replace(TIMES, picker=replace(PICKER, slots=(), first=None)),
    ),
    "times-none": ("public/times.html", replace(TIMES, picker=None, modalities=())),
    "details": ("public/details.html", DETAILS),
    "details-errors": ("public/details.html", replace(DETAILS, errors=WRONG)),
    "details-untold": ("public/details.html", replace(DETAILS, only_way="none")),
    "check": ("public/check.html", CHECK),
    "check-untold": ("public/check.html", replace(CHECK, untold=True)),
    "check-lapsed": ("public/check.html", replace(CHECK, held_until=None)),
    "check-offer": (
        "public/check.html",
        CheckPage("/o/1/confirm", replace(ON_SITE, change=""), held_until=NOW),
    ),
    "confirming": ("public/confirming.html", ConfirmingPage(MATTER, "/a/1")),
    "confirming-untold": (
        "public/confirming.html",
        ConfirmingPage(MATTER, "/a/1", untold=True),
    ),
    "confirming-move": (
        "public/confirming.html",
        ConfirmingPage(MATTER, "/a/1", moving_from=TUESDAY),
    ),
    "appointment": ("public/appointment.html", APPOINTMENT),
    "appointment-untold": (
        "public/appointment.html",
        replace(APPOINTMENT, told_by=(), untold=True),
    ),
    "appointment-late": (
        "public/appointment.html",
        replace(APPOINTMENT, done="", late=10),
    ),
    "appointment-late-call": (
        "public/appointment.html",
        replace(APPOINTMENT, done="", matter=BY_PHONE, join="", late=10),
    ),
    "appointment-in-person": (
        "public/appointment.html",
        replace(APPOINTMENT, matter=ON_SITE, done="", join=""),
    ),
    "appointment-here": (
        "public/appointment.html",
        replace(APPOINTMENT, matter=ON_SITE, join="", here=True),
    ),
    "appointment-phone": (
        "public/appointment.html",
        replace(
            APPOINTMENT,
            matter=replace(BY_PHONE, service=""),
            done="moved",
            call="029 123 4567",
            our_number="040 ••• ••67",
            told_by=("sms",),
        ),
    ),
    "appointment-choosing": (
        "public/appointment.html",
        replace(APPOINTMENT, state="choosing", done="", join="", ics=""),
    ),
    "appointment-not-chosen": (
        "public/appointment.html",
        replace(APPOINTMENT, state="not_chosen", done="", join="", ics=""),
    ),
    "move-choosing": ("public/move.html", replace(MOVE, choosing=True, taken=NEAREST)),
    "appointment-confirming": (
        "public/appointment.html",
        replace(APPOINTMENT, state="confirming", done="", matter=BY_PHONE),
    ),
    "appointment-cancelled": (
        "public/appointment.html",
        replace(
            APPOINTMENT,
            state="cancelled_by_client",
            done="cancelled",
            told_by=("mail",),
        ),
    ),
    "appointment-cancelled-by-us": (
        "public/appointment.html",
        replace(APPOINTMENT, state="cancelled_by_us", done=""),
    ),
    "appointment-cancelled-for-good": (
        "public/appointment.html",
        replace(APPOINTMENT, state="cancelled_by_us", done="", again=""),
    ),
    "appointment-other-language": (
        "public/appointment.html",
        replace(
            APPOINTMENT, done="", written=OtherLanguage(Language.SV, "/a/1/language")
        ),
    ),
    "appointment-binding": (
        "public/appointment.html",
        replace(APPOINTMENT, done="", cancel="", binding=BINDING),
    ),
    "appointment-binding-reported": (
        "public/appointment.html",
        replace(
            APPOINTMENT,
            done="reported",
            move="",
            cancel="",
            closed="window",
            binding=replace(BINDING, moves_until=None, reported=NOW),
        ),
    ),
    "appointment-kept": (
        "public/appointment.html",
        replace(
            APPOINTMENT,
            done="",
            cancel="",
            binding=replace(BINDING, reported=NOW, kept=True),
        ),
    ),
    "appointment-kept-over": (
        "public/appointment.html",
        replace(
            APPOINTMENT,
            state="past",
            done="",
            cancel="",
            binding=replace(BINDING, reported=NOW, kept=True),
        ),
    ),
    "check-binding": ("public/check.html", replace(CHECK, binding=BINDING_SAID)),
    "obstacle": ("public/obstacle.html", OBSTACLE),
    "obstacle-long": (
        "public/obstacle.html",
        replace(OBSTACLE, typed="x" * 1001, problem=True, again=True),
    ),
    "appointment-past": (
        "public/appointment.html",
        replace(APPOINTMENT, state="past", done=""),
    ),
    "move": ("public/move.html", MOVE),
    "move-taken": ("public/move.html", replace(MOVE, lost=True, taken=NEAREST)),
    "move-check": ("public/move_check.html", MOVE_CHECK),
    "move-check-refused": (
        "public/move_check.html",
        replace(MOVE_CHECK, busy=True, changed=True, choosing=True),
    ),
    "move-no-slot": ("public/move.html", replace(MOVE, errors=NO_SLOT)),
    "move-none": ("public/move.html", replace(MOVE, picker=None)),
    "cancel": (
        "public/cancel.html",
        CancelPage("/a/1/cancel", MATTER, "/a/1", "/a/1/move"),
    ),
    "join": ("public/join.html", JOIN),
    "join-late": ("public/join.html", replace(JOIN, late=10)),
    "join-stuck": (
        "public/join.html",
        replace(
            JOIN,
            say_stuck="",
            say_trying="/j/1/again",
            stuck=True,
            our_number="040 ••• ••67",
        ),
    ),
    "join-not-ready": ("public/join.html", replace(JOIN, state="not_ready", join="")),
    "join-in-an-hour": (
        "public/join.html",
        replace(
            JOIN,
            now=TUESDAY - timedelta(minutes=99),
            near=False,
            told=False,
            say_stuck="",
        ),
    ),
    "join-started": ("public/join.html", replace(JOIN, now=TUESDAY, open=False)),
    "join-over": (
        "public/join.html",
        replace(JOIN, state="over", join="", open=False, say_stuck=""),
    ),
    "join-cancelled": (
        "public/join.html",
        replace(JOIN, state="cancelled", join="", open=False, say_stuck=""),
    ),
    "link-gone": ("public/link_gone.html", LinkGonePage("/b")),
    "accessibility": (
        "public/accessibility.html",
        AccessibilityPage(
            "Järvelän kaupunki", "apua@jarvela.example", "029 123 4567", NOW.date()
        ),
    ),
    "privacy": (
        "public/privacy.html",
        PrivacyPage(
            "Järvelän kaupunki",
            "tietosuoja@jarvela.example",
            "029 123 4567",
            {"appointments": 2 * 365, "answers": 90},
        ),
    ),
} | {
    f"error-{kind}": ("public/error.html", ErrorPage(kind, "7F3K2Q", "/b"))
    for kind in (
        "not_found",
        "forbidden",
        "form_old",
        "bad_request",
        "too_many",
        "broken",
        "busy",
    )
}


def public_pages() -> Iterator[tuple[str, str, object]]:
    """Give (name, template, page value) of every public page."""
    for name, (template, page) in PUBLIC.items():
        yield name, template, page
