"""The views of absences and of her own settings, each in its states."""

from dataclasses import replace

from booking.model import Language, Modality
from booking.own_settings import Section
from booking.views.absences import AwayItem, AwayPage, AwayPlan, State
from booking.views.own_settings import GivenService, HoursRow, SettingsPage, WayRow
from booking.views.pages import Choice, FieldError

WHEN = "ti 24.11. klo 10.00 – pe 27.11."
ITEMS = (
    AwayItem(1, 2, "", WHEN, State.NOW, 3, "/teams/away?change=1"),
    AwayItem(2, 1, "Aino-Maria Virtanen-Korpela", WHEN, State.COMING, 0, "/teams/away"),
)
AWAY = AwayPage(
    action="/teams/away",
    request="r1",
    people=(Choice("1", "Maija Virtanen"), Choice("2", "Aino-Maria Virtanen-Korpela")),
    who="1",
    name="",
    typed=("2026-11-24", "", "2026-11-27", "12:00"),
    standing=ITEMS,
)
SETTINGS = SettingsPage(
    action="/teams/settings",
    language=Language.SV,
    outlook="8.00–16.00",
    outlook_days=(0, 1, 2, 3, 4),
    hours=(
        HoursRow(0, open=True, start="09:00", end="15:00"),
        HoursRow(1, open=True, start="", end=""),
        HoursRow(2, open=False, start="", end=""),
        HoursRow(3, open=True, start="17:00", end="16:00"),
        HoursRow(4, open=True, start="", end=""),
    ),
    ways=(
        WayRow(Modality.IN_PERSON, offered=True, before="", after="15"),
        WayRow(Modality.REMOTE, offered=False, before="7", after=""),
    ),
    languages=(Language.FI, Language.SV),
    services=(
        GivenService("Työnhakukeskustelu", 45, (Modality.IN_PERSON, Modality.PHONE)),
        GivenService("Ohjaus", 30, (Modality.REMOTE,)),
    ),
    unit="Itäkadun työllisyyspalvelut",
    limit="4",
    by_blocks=True,
    category="Asiakasajat",
    prefix="",
    cards=frozenset({"morning", "outcome"}),
    fixed=frozenset(),
    own=frozenset({"hours", "daily_limit"}),
    stamps={each.value: "0a1b2c3d" for each in Section},
    step=15,
    horizon=60,
)
WRONG = (
    FieldError("end_3", "own_backwards"),
    FieldError("start_0", "own_outside"),
    FieldError("day_2", "own_no_day"),
)

#: name -> (template, page value)
OWN: dict[str, tuple[str, object]] = {
    "tab-away": ("tab/away.html", AWAY),
    "tab-away-one": (
        "tab/away.html",
        replace(AWAY, people=AWAY.people[:1], standing=(), done="recorded"),
    ),
    "tab-away-wrong": (
        "tab/away.html",
        replace(
            AWAY,
            errors=(
                FieldError("first", "away_no_date"),
                FieldError("last", "away_backwards"),
            ),
            outdated=True,
        ),
    ),
    "tab-away-plan": (
        "tab/away.html",
        replace(AWAY, plan=AwayPlan(WHEN, 3, joins=True, start=1, end=2)),
    ),
    "tab-away-plan-other": (
        "tab/away.html",
        replace(
            AWAY,
            name=ITEMS[1].name,
            plan=AwayPlan(WHEN, 0, joins=False, start=1, end=2, known=True),
        ),
    ),
    "tab-away-change": ("tab/away.html", replace(AWAY, changes=ITEMS[1])),
    "tab-settings": ("tab/own_settings.html", SETTINGS),
    "tab-settings-wrong": (
        "tab/own_settings.html",
        replace(SETTINGS, errors=WRONG, section="hours"),
    ),
    "tab-settings-pauses": (
        "tab/own_settings.html",
        replace(
            SETTINGS,
            errors=(FieldError("before_remote", "own_minutes", 240),),
            section="ways",
        ),
    ),
    "tab-settings-fixed": (
        "tab/own_settings.html",
        replace(
            SETTINGS,
            fixed=frozenset({"hours", "ways", "daily_limit", "opens"}),
            section="languages",
            outdated=True,
            services=(),
        ),
    ),
    "tab-settings-saved": (
        "tab/own_settings.html",
        replace(SETTINGS, done="saved", section="cards", by_blocks=False),
    ),
}
