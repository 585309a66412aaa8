"""A page value of each page on which the whole tenant is decided for."""

from dataclasses import replace
from datetime import UTC, datetime

from booking import tenant_rules
from booking.own_lines import NAMES
from booking.retention import BOUNDS
from booking.tenant_rules import RULES
from booking.views.admin import Section
from booking.views.pages import Choice, FieldError
from booking.views.tenant import (
    ChannelLine,
    ChannelsPage,
    Deciding,
    Fixed,
    KeptLine,
    PreviewLine,
    RetentionPage,
    RuleLine,
    RulesPage,
    TextsPage,
)
from tests.support.small_world import POLICY

NOW = datetime(2026, 11, 24, 8, 52, tzinfo=UTC)
SECTIONS = tuple(
    Section(each, f"/teams/admin/{each}")
    for each in ("professionals", "texts", "rules", "channels", "retention", "log")
)


def deciding(where: str) -> Deciding:
    return Deciding(SECTIONS, f"/teams/admin/{where}", 3, "Anna Lindqvist", NOW)


STATED = tenant_rules.values(POLICY)
RULES_PAGE = RulesPage(
    deciding("rules"),
    tuple(
        RuleLine(each, *[tenant_rules.shown(STATED[each.key])] * 2) for each in RULES
    ),
    (
        Fixed("polling", "no", "VUORO_NOTIFICATIONS"),
        Fixed("zone", "Europe/Helsinki", "VUORO_TIME_ZONE"),
    ),
)
TEXTS = TextsPage(
    deciding=deciding("texts"),
    language="sv",
    modality="remote",
    languages=(Choice("fi", "suomi"), Choice("sv", "ruotsi"), Choice("en", "englanti")),
    modalities=("in_person", "phone", "remote"),
    lines=tuple((each, "Hyvä asiakkaamme" if "fi" in each else "") for each in NAMES),
    line_max=160,
    messages=(
        PreviewLine(
            "booked",
            "Din tid är bokad",
            "Hej\n\nDin tid är bokad.\n\nVisa din tid:\nhttps://a.example/a/AAAAAAAA",
            "Din tid är bokad. https://aika.example.fi/a/" + "A" * 24,
            161,
            2,
            wide=True,
        ),
        PreviewLine("running_late", "Försenat", "Hej", "Vi är sena", 9, 1, wide=False),
    ),
)
MAIL = ChannelLine(
    "mail",
    on=True,
    ready=True,
    accepted=NOW,
    failed=None,
    why="",
    waiting=0,
    only=2,
    tried="taken",
)
SMS = ChannelLine(
    "sms",
    on=False,
    ready=True,
    accepted=None,
    failed=NOW,
    why="422",
    waiting=3,
    only=1,
    tried="refused",
    code="422",
)
CHANNELS = ChannelsPage(
    deciding("channels"),
    (MAIL, SMS),
    request="r1",
    address="anna@kunta.example",
    number="040 123",
    hourly=5,
)
RETENTION = RetentionPage(
    deciding("retention"),
    tuple(
        KeptLine(
            each.value,
            bounds,
            "" if bounds.usual is None else str(bounds.usual),
            bounds.usual,
            number,
            bounds.usual,
        )
        for number, (each, bounds) in enumerate(BOUNDS.items())
    ),
    NOW,
)


def wrong(page, *errors: FieldError):
    found = replace(page.deciding, errors=errors)
    return replace(page, deciding=found)


def said(page, **more: object):
    return replace(page, deciding=replace(page.deciding, **more))


TENANT: dict[str, tuple[str, object]] = {
    "tab-admin-rules": ("tab/admin/rules.html", said(RULES_PAGE, done="saved")),
    "tab-admin-rules-wrong": (
        "tab/admin/rules.html",
        wrong(
            RULES_PAGE,
            FieldError("self_booking", "choose_one"),
            FieldError("offer_days", "not_between", 30),
            FieldError("quiet_end", "quiet_long", 14),
        ),
    ),
    "tab-admin-texts": ("tab/admin/texts.html", replace(TEXTS, unsaved=True)),
    "tab-admin-texts-wrong": (
        "tab/admin/texts.html",
        wrong(TEXTS, FieldError("greeting_fi", "line_place", 160)),
    ),
    "tab-admin-channels": ("tab/admin/channels.html", CHANNELS),
    "tab-admin-channels-asked": (
        "tab/admin/channels.html",
        replace(
            wrong(CHANNELS, FieldError("number", "not_phone")),
            asked="mail",
            lines=(MAIL, replace(SMS, ready=True, tried="")),
        ),
    ),
    "tab-admin-channels-unready": (
        "tab/admin/channels.html",
        replace(
            said(CHANNELS, outdated=True),
            address="",
            lines=(replace(MAIL, tried=""), replace(SMS, ready=False)),
        ),
    ),
    "tab-admin-retention": ("tab/admin/retention.html", RETENTION),
    "tab-admin-retention-sure": (
        "tab/admin/retention.html",
        replace(
            RETENTION,
            since=None,
            confirming=("appointments", "cards"),
            lines=tuple(
                replace(each, value=f"{each.bounds.least}") for each in RETENTION.lines
            ),
        ),
    ),
    "tab-admin-retention-wrong": (
        "tab/admin/retention.html",
        wrong(RETENTION, FieldError("answers", "outlives")),
    ),
}
