"""A page value of each part of administration that sets up units and services."""

from dataclasses import replace

from booking.model import Language, Modality
from booking.views.pages import Choice, FieldError
from booking.views.sheets import (
    Document,
    Filled,
    GiverGroup,
    Preview,
    QuestionRow,
    QuestionsForm,
    ServiceForm,
    ServiceLine,
    ServicesAdminPage,
    StandingLine,
    UnitForm,
    UnitLine,
    UnitsPage,
)
from tests.web.desk_samples import NOW, SECTIONS

UNITS, SERVICES = "/teams/admin/units", "/teams/admin/services"
SV = (Language.SV,)
UNIT = UnitLine("Työnhakupalvelut", f"{UNITS}/tyonhaku", 12, 1, open=True, missing=())
UNIT_FORM = UnitForm(
    sections=SECTIONS,
    here=UNITS,
    action=f"{UNITS}/tyonhaku",
    back=UNITS,
    title="Työnhakupalvelut",
    open=True,
    seen="1234",
    filled=Filled(
        {
            "name_fi": ["Työnhakupalvelut"],
            "phone": ["029 123 4500"],
            "opens": ["own"],
            "day_0": ["yes"],
            "start_0": ["09:00"],
            "end_0": ["15:00"],
            "closed": ["31.12.2026"],
            "supervisors": ["a"],
            "group_professionals": ["00000000-0000-4000-8000-0000000000f0"],
            "joins": ["herself"],
            "join_services": ["uraohjaus"],
            "group_reception": ["00000000-0000-4000-8000-0000000000d1"],
            "fixed": ["hours"],
            "sensitivity": ["normal"],
        }
    ),
    people={"supervisors": (Choice("a", "Kaarina Aho"),), "reception": ()},
    known=("Kaarina Aho", "Anna Lindqvist"),
    services=(Choice("uraohjaus", "Uraohjaus"),),
    by_group={"supervisors": ("Kaarina Aho",), "reception": None},
    fixable=("hours", "ways", "daily_limit", "opens"),
    standing=(
        StandingLine(
            "Anna Lindqvist",
            "/teams/admin/professionals/1",
            bookable=True,
            coming=3,
            last=NOW,
        ),
        StandingLine(
            "Bo Berg",
            "/teams/admin/professionals/2",
            bookable=False,
            coming=1,
            last=NOW,
        ),
        StandingLine(
            "Eve Ek", "/teams/admin/professionals/3", bookable=True, coming=0, last=None
        ),
    ),
    missing=SV,
)
SERVICE = ServiceLine(
    "Uraohjaus",
    f"{SERVICES}/uraohjaus",
    f"{SERVICES}/_new?copy=uraohjaus",
    45,
    tuple(Modality),
    4,
    "open",
    SV,
)
PREVIEW = Preview(
    action=f"{SERVICES}/uraohjaus/preview",
    language=Language.SV,
    documents=(
        Document("list", "<!doctype html><title>1</title><h1>Välj tjänst</h1>"),
        Document("details", "<!doctype html><title>2</title><h1>Dina uppgifter</h1>"),
    ),
    missing=SV,
)
SERVICE_FORM = ServiceForm(
    sections=SECTIONS,
    here=SERVICES,
    action=f"{SERVICES}/uraohjaus",
    back=SERVICES,
    title="Uraohjaus",
    key="uraohjaus",
    seen="1234",
    copied="",
    state="open",
    coming=7,
    bookable=0,
    filled=Filled(
        {
            "name_fi": ["Uraohjaus"],
            "minutes": ["45"],
            "modalities": ["remote", "phone"],
            "usual": ["remote"],
            "languages": ["fi", "en"],
            "lead": ["2"],
            "lead_unit": ["hours"],
            "horizon": ["28"],
            "reminders": ["24, 2"],
            "booked_by": ["anyone"],
            "skills": ["Velkaneuvonta"],
            "binding": ["yes"],
            "duty_fi": ["Sinun on tultava."],
            "deadline": ["14"],
            "moves": ["7"],
            "givers": ["a"],
        }
    ),
    groups=(
        GiverGroup(
            "Työnhakupalvelut",
            (Choice("a", "Anna Lindqvist"), Choice("b", "Bo Berg")),
            frozenset({"b"}),
            1,
            {"a": ("Velkaneuvonta",)},
        ),
    ),
    questions=f"{SERVICES}/uraohjaus/questions",
    asked=2,
    copy=f"{SERVICES}/_new?copy=uraohjaus",
    preview=PREVIEW,
    horizon_max=60,
)
QUESTIONS = QuestionsForm(
    sections=SECTIONS,
    here=SERVICES,
    action=f"{SERVICES}/uraohjaus/questions",
    back=f"{SERVICES}/uraohjaus",
    title="Uraohjaus",
    seen="1234",
    filled=Filled(
        {
            "row": ["0", "1"],
            "key_0": ["tilanne"],
            "kind_0": ["one_of"],
            "label_0_fi": ["Mikä on tilanteesi?"],
            "choices_0_fi": ["Töissä\nTyötön"],
            "kind_1": ["short"],
        }
    ),
    rows=(
        QuestionRow("0", saved=True, kind="one_of", label="Mikä on tilanteesi?"),
        QuestionRow("1", saved=False, kind="short", label=""),
    ),
    kinds=("short", "long", "one_of", "many_of", "yes_no", "number", "date"),
    more=True,
    kept=2,
    preview=replace(PREVIEW, documents=PREVIEW.documents[1:]),
)

SET_UP: dict[str, tuple[str, object]] = {
    "tab-admin-units": (
        "tab/admin/units.html",
        UnitsPage(
            SECTIONS,
            UNITS,
            (UNIT, replace(UNIT, supervisors=0, open=False, missing=SV)),
            f"{UNITS}/_new",
            "saved",
            "X",
        ),
    ),
    "tab-admin-units-none": (
        "tab/admin/units.html",
        UnitsPage(SECTIONS, UNITS, (), f"{UNITS}/_new"),
    ),
    "tab-admin-unit": ("tab/admin/unit.html", UNIT_FORM),
    "tab-admin-unit-wrong": (
        "tab/admin/unit.html",
        replace(
            UNIT_FORM,
            title="",
            standing=(),
            errors=(
                FieldError("name_fi", "required"),
                FieldError("phone", "not_phone"),
                FieldError("end_0", "own_backwards"),
                FieldError("day_0", "no_open_day"),
                FieldError("closed", "not_dates"),
                FieldError("add_supervisors", "no_such_person"),
            ),
        ),
    ),
    "tab-admin-unit-closed": (
        "tab/admin/unit.html",
        replace(UNIT_FORM, open=False, outdated=True, refused=True),
    ),
    "tab-admin-services": (
        "tab/admin/services.html",
        ServicesAdminPage(
            SECTIONS,
            SERVICES,
            (SERVICE, replace(SERVICE, state="paused", givers=0, missing=())),
            (replace(SERVICE, state="retired"),),
            f"{SERVICES}/_new",
            "paused",
            "X",
        ),
    ),
    "tab-admin-services-none": (
        "tab/admin/services.html",
        ServicesAdminPage(SECTIONS, SERVICES, (), (), f"{SERVICES}/_new"),
    ),
    "tab-admin-service": ("tab/admin/service.html", SERVICE_FORM),
    "tab-admin-service-new": (
        "tab/admin/service.html",
        replace(
            SERVICE_FORM,
            title="",
            questions="",
            copy="",
            outdated=True,
            errors=(
                FieldError("key", "key_taken"),
                FieldError("minutes", "not_length", 480),
                FieldError("modalities", "choose_some"),
                FieldError("before_phone", "not_within", 240),
                FieldError("reminders", "not_reminders", 336),
                FieldError("givers", "not_choice"),
            ),
        ),
    ),
    "tab-admin-service-paused": (
        "tab/admin/service.html",
        replace(SERVICE_FORM, state="paused", done="added"),
    ),
    "tab-admin-service-retired": (
        "tab/admin/service.html",
        replace(SERVICE_FORM, state="retired", done="retired"),
    ),
    "tab-admin-questions": ("tab/admin/questions.html", QUESTIONS),
    "tab-admin-questions-none": (
        "tab/admin/questions.html",
        replace(
            QUESTIONS, rows=(), filled=Filled({}), kept=0, done=True, outdated=True
        ),
    ),
    "tab-admin-questions-wrong": (
        "tab/admin/questions.html",
        replace(
            QUESTIONS,
            errors=(
                FieldError("label_1_fi", "required"),
                FieldError("choices_0_sv", "lines_differ", 2),
            ),
        ),
    ),
}
