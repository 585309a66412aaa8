"""A page value of the reception and of each part of administration."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from booking.arrivals import Came
from booking.model import Language, Modality, Status
from booking.views.admin import (
    LogLine,
    LogPage,
    Section,
    StaffForm,
    StaffLine,
    StaffPage,
)
from booking.views.arriving import Arriving
from booking.views.pages import Choice, FieldError
from booking.views.reception import Coming, FoundPage, ReceptionPage
from booking.views.team import Turn
from tests.web.question_samples import OFFERS
from tests.web.team_samples import STANDS

NOW = datetime(2026, 11, 24, 8, 52, tzinfo=UTC)
SECTIONS = (
    Section("professionals", "/teams/admin/professionals"),
    Section("log", "/teams/admin/log"),
)
ANNA = StaffLine(
    "Anna Lindqvist",
    "/teams/admin/professionals/1",
    "Työnhakupalvelut",
    (Language.FI, Language.SV),
    "open",
)
STAFF = StaffPage(
    sections=SECTIONS,
    here="/teams/admin/professionals",
    lines=(
        ANNA,
        replace(ANNA, name="Bo Berg", state="closed"),
        replace(ANNA, name="Eve Ek", languages=(Language.EN,), state="left"),
    ),
    new=(StaffLine("Uusi Työntekijä", "/teams/admin/professionals/2"),),
    group=True,
)
FORM = StaffForm(
    sections=SECTIONS,
    here="/teams/admin/professionals",
    action="/teams/admin/professionals/1",
    back="/teams/admin/professionals",
    title="Anna Lindqvist",
    is_new=False,
    left=False,
    seen="1234",
    name="Anna Lindqvist",
    unit="tyonhaku",
    units=(Choice("tyonhaku", "Työnhakupalvelut"), Choice("osaaminen", "Osaaminen")),
    languages=("fi", "sv"),
    language="fi",
    bookable=True,
    services=("ohjaus",),
    every_service=(Choice("ohjaus", "Ohjaus"), Choice("neuvonta", "Neuvonta")),
    category="Asiakasajat",
    prefix="",
    daily_limit="6",
)


def coming(minutes: int, client: str, status: Status = Status.BOOKED) -> Coming:
    starts = NOW + timedelta(minutes=minutes)
    return Coming(
        "K7Q2FM",
        starts,
        starts + timedelta(minutes=45),
        client,
        "Anna Lindqvist",
        "Työnhakukeskustelu",
        tuple(Modality)[minutes % 3],
        status,
        "/teams/appointment/K7Q2FM",
        truths=STANDS,
    )


def arriving(how: Came | None, said: str = "") -> Arriving:
    at = NOW - timedelta(minutes=4) if how else None
    there = "/teams/appointment/K7Q2FM/arrival"
    return Arriving(3, there, how, at, said)  # type: ignore[arg-type]


FOUND = FoundPage(
    action="/teams/list",
    of_team=False,
    back="/teams/list",
    now=NOW,
    whom="Mäkelä",
    found=(
        coming(90, "Jari Mäkelä"),
        coming(-1900, "Jari Mäkelä", Status.NO_SHOW),
    ),
    more=2,
)
RECEPTION = ReceptionPage(
    action="/teams/reception",
    units=("Työnhakupalvelut", "Työkykypalvelut"),
    day=date(2026, 11, 24),
    is_today=True,
    previous="/teams/reception?day=2026-11-23",
    next="/teams/reception?day=2026-11-25",
    now=NOW,
    coming=(
        coming(-90, "Jari Mäkelä"),
        replace(
            coming(-8, "Alexandra Konstantinopoulou-Savolainen"),
            arriving=arriving(Came.ARRIVED, "not_arrived"),
        ),
        replace(coming(-6, "Kalle Koski"), arriving=arriving(Came.COULD_NOT_JOIN)),
        replace(coming(40, ""), arriving=arriving(None, "arrived")),
        coming(200, "Noora Laine"),
    ),
)

PLAIN = LogLine(
    at=NOW,
    who="Anna Lindqvist",
    what="Katseli",
    about="Luettelo ajoista",
    thing="",
    references=("K7Q2FM", "W3XH9P"),
    more=9,
    detail="",
    source="Teamsin välilehti",
)
ALONE = replace(PLAIN, references=(), more=0)
LINES = (
    PLAIN,
    replace(
        ALONE,
        who="Nimi ei tiedossa (5e1d0000-0000-4000-8000-00000000007e)",
        what="Latasi tietoja tiedostoksi",
        about="Tapahtumaloki",
    ),
    replace(ALONE, what="Muutti asetuksia", about="Yksikkö", thing="Itäkatu"),
    replace(
        ALONE,
        what="Siirsi toiselle työntekijälle",
        about="Aika",
        references=("K7Q2FM",),
        detail="Aino Aalto → Bo Berg",
        source="Teams",
    ),
)

LOG = LogPage(
    sections=SECTIONS,
    here="/teams/admin/log",
    action="/teams/admin/log",
    export="/teams/admin/log/export?who=Anna",
    export_max=10_000,
    who="Anna",
    what="view",
    whats=(Choice("view", "Katseli"), Choice("export", "Latasi tietoja tiedostoksi")),
    reference="",
    first=date(2026, 11, 18),
    last=date(2026, 11, 24),
    asked=True,
    lines=LINES,
    older="/teams/admin/log?before=3",
)

DESK: dict[str, tuple[str, object]] = {
    "tab-found": ("tab/found.html", FOUND),
    "tab-found-offers": (
        "tab/found.html",
        replace(FOUND, more=0, offers=OFFERS, more_offers=2),
    ),
    "tab-found-none": ("tab/found.html", replace(FOUND, found=(), of_team=True)),
    "tab-reception": ("tab/reception.html", RECEPTION),
    "tab-reception-units": (
        "tab/reception.html",
        replace(
            RECEPTION,
            turns=(
                Turn("", "", "/teams/reception", current=True),
                Turn(
                    "tyo",
                    "Työnhakupalvelut",
                    "/teams/reception?unit=tyo",
                    current=False,
                ),
                Turn(
                    "kyky",
                    "Työkykypalvelut",
                    "/teams/reception?unit=kyky",
                    current=False,
                ),
            ),
            today="/teams/reception",
            unlisted=True,
        ),
    ),
    "tab-reception-none": (
        "tab/reception.html",
        replace(RECEPTION, coming=(), is_today=False),
    ),
    "tab-reception-found": (
        "tab/reception.html",
        replace(
            RECEPTION,
            searched=True,
            whom="Laine",
            found=(coming(3000, "Noora Laine"), coming(-9000, "Aki Laine")),
            more=2,
        ),
    ),
    "tab-reception-not-found": (
        "tab/reception.html",
        replace(RECEPTION, searched=True, whom="Laine"),
    ),
    "tab-admin-staff": (
        "tab/admin/staff.html",
        replace(
            STAFF, done="saved", about="X", unable=(("Velkaneuvonta", ("velat",)),)
        ),
    ),
    "tab-admin-staff-none": (
        "tab/admin/staff.html",
        replace(STAFF, lines=(), new=(), group=False),
    ),
    "tab-admin-professional": ("tab/admin/professional.html", FORM),
    "tab-admin-professional-new": (
        "tab/admin/professional.html",
        replace(FORM, is_new=True, outdated=True, left=True),
    ),
    "tab-admin-professional-wrong": (
        "tab/admin/professional.html",
        replace(
            FORM,
            name="",
            languages=(),
            daily_limit="x",
            errors=(
                FieldError("name", "required"),
                FieldError("languages", "choose_some"),
                FieldError("daily_limit", "not_limit", 50),
            ),
        ),
    ),
    "tab-admin-log": ("tab/admin/log.html", LOG),
    "tab-admin-log-none": ("tab/admin/log.html", replace(LOG, lines=(), older="")),
    "tab-admin-log-wrong": (
        "tab/admin/log.html",
        replace(
            LOG,
            asked=False,
            lines=(),
            older="",
            export="",
            first=None,
            errors=(
                FieldError("first", "not_date"),
                FieldError("reference", "unknown_reference"),
            ),
        ),
    ),
    "tab-admin-log-too-many": (
        "tab/admin/log.html",
        replace(LOG, asked=False, lines=(), older="", too_many=True),
    ),
}
