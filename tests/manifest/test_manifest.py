"""The app package: what the schemas ask, and what no schema sees."""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from booking.model import Language
from booking.saying import Command, Unclear, Verb, When, Why, desk, understand
from booking.spans import HELSINKI
from booking.wording import text
from cards.notices import COMMANDS
from graph_sync.microsoft.requests import ACTIVITY_TYPE
from manifest import build, icons
from manifest.build import Unfit, Values
from teams_app.bot import dialogs

SCHEMAS = Path(__file__).parents[1] / "vendor_schemas/teams-1.25"
VALUES = Values(
    app_id="11111111-1111-4111-8111-111111111111",
    package_id="22222222-2222-4222-8222-222222222222",
    host="vuoro.kunta.example",
    organisation="Esimerkkilän kunta",
    version="1.2.3",
)
LANGUAGES = ("fi", "sv")


def schema(name: str) -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads((SCHEMAS / name).read_text("utf-8")))


MANIFEST = schema("MicrosoftTeams.schema.json")
LOCALISATION = schema("MicrosoftTeams.Localization.schema.json")


@pytest.fixture
def made() -> dict[str, Any]:
    return build.manifest(VALUES)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


FILES = opened(build.package(VALUES))


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(FILES[f"{language}.json"])
    return found


def test_the_manifest_fits_its_schema(made: dict[str, Any]) -> None:
    assert [error.message for error in MANIFEST.iter_errors(made)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_fits_its_schema(language: str) -> None:
    errors = LOCALISATION.iter_errors(words(language))

    assert [error.message for error in errors] == []


def _another_scope(made: dict[str, Any]) -> None:
    made["bots"][0]["scopes"] = ["groupchat"]


def _unknown(made: dict[str, Any]) -> None:
    made["bot"] = made.pop("bots")


def _long(made: dict[str, Any]) -> None:
    made["description"]["short"] = "a" * 81


def _unfilled(made: dict[str, Any]) -> None:
    made["webApplicationInfo"]["id"] = "{{appId}}"


@pytest.mark.parametrize("plant", [_another_scope, _unknown, _long, _unfilled])
def test_the_schema_refuses(
    made: dict[str, Any], plant: Callable[[dict[str, Any]], None]
) -> None:
    plant(made)

    assert not MANIFEST.is_valid(made)


def test_the_language_schema_refuses_an_unknown_key() -> None:
    assert not LOCALISATION.is_valid(words("fi") | {"name.tiny": "V"})


def test_everything_stands_at_the_root_of_the_package(made: dict[str, Any]) -> None:
    assert set(FILES) == {
        "manifest.json",
        *made["icons"].values(),
        *(f"{language}.json" for language in LANGUAGES),
    }
    assert json.loads(FILES["manifest.json"]) == made


def test_no_blank_is_left(made: dict[str, Any]) -> None:
    assert "{{" not in json.dumps(made)


def test_the_same_values_give_the_same_package() -> None:
    assert build.package(VALUES) == build.package(VALUES)


def decoded(content: bytes) -> tuple[int, int, int, int, bytes]:
    """Read one of our PNG files: width, height, depth, colour type and pixels."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        chunks[kind] = content[at + 8 : at + 8 + size]
        (check,) = struct.unpack_from(">I", content, at + 8 + size)
        assert check == zlib.crc32(kind + chunks[kind])
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    rows = zlib.decompress(chunks[b"IDAT"])
    step = width * 4 + 1
    assert {rows[row * step] for row in range(height)} == {0}  # No filter in use.
    rgba = b"".join(rows[row * step + 1 : (row + 1) * step] for row in range(height))
    return width, height, depth, colour, rgba


@pytest.mark.parametrize(
    ("which", "side"), [("color", 192), ("outline", 32), ("color32x32", 32)]
)
def test_icons_have_the_size_that_teams_wants(
    made: dict[str, Any], which: str, side: int
) -> None:
    width, height, depth, colour, _ = decoded(FILES[made["icons"][which]])

    assert (width, height, depth, colour) == (side, side, 8, 6)


def test_the_outline_is_white_on_nothing(made: dict[str, Any]) -> None:
    *_, rgba = decoded(FILES[made["icons"]["outline"]])

    assert {rgba[at : at + 3] for at in range(0, len(rgba), 4)} == {b"\xff\xff\xff"}
    assert set(rgba[3::4]) >= {0, 255}


def test_the_large_icon_fills_its_square(made: dict[str, Any]) -> None:
    *_, rgba = decoded(FILES[made["icons"]["color"]])

    assert set(rgba[3::4]) == {255}


def test_the_icons_are_those_that_were_drawn() -> None:
    for name, (side, rgba) in icons.drawings().items():
        assert decoded(FILES[name]) == (side, side, 8, 6, rgba), name


def reached(made: dict[str, Any], key: str) -> Any:
    """Follow a key of a language file, `bots[0].commandLists[0]`, into the manifest."""
    found: Any = made
    for step in re.findall(r"[^.\[\]]+", key):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


def translatable(part: Any, path: str = "") -> set[str]:
    """Every key that a language file may hold for this manifest."""
    allowed = {"name", "title", "description", "templateText", "short", "full"}
    if isinstance(part, dict):
        return {
            key
            for name, value in part.items()
            for key in (
                {f"{path}.{name}".lstrip(".")}
                if isinstance(value, str) and name in allowed
                else translatable(value, f"{path}.{name}".lstrip("."))
            )
        }
    if isinstance(part, list):
        return {
            key
            for at, value in enumerate(part)
            for key in translatable(value, f"{path}[{at}]")
        }
    return set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything_and_nothing_else(
    made: dict[str, Any], language: str
) -> None:
    names = {each for each in translatable(made) if "parameters" in each}
    names = {each for each in names if each.endswith(".name")}  # Seen by us alone.
    asked = translatable(made) - {"developer.name"} - names

    assert set(words(language)) - {"$schema"} == asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_placeholders_and_keeps_the_lengths(
    made: dict[str, Any], language: str
) -> None:
    limits = {"name.short": 30, "name.full": 100, "description.short": 80}
    for key, said in words(language).items():
        if key != "$schema":
            original = reached(made, key)
            assert re.findall(r"\{.*?\}", said) == re.findall(r"\{.*?\}", original)
            assert 0 < len(said) <= limits.get(key, 4000), key


def test_nothing_is_asked_for_that_is_not_used(made: dict[str, Any]) -> None:
    """More in the manifest is more for an admin to consent to."""
    assert made["permissions"] == ["identity"]
    assert "authorization" not in made
    types = [each["type"] for each in made["activities"]["activityTypes"]]
    assert types == [ACTIVITY_TYPE], "what the feed is told, and nothing else"


def _extension(made: dict[str, Any]) -> dict[str, Any]:
    (found,) = made["composeExtensions"]
    return dict(found)


def test_beside_a_message_one_searches_books_and_offers(made: dict[str, Any]) -> None:
    commands = {each["id"]: each for each in _extension(made)["commands"]}

    assert {name: each["type"] for name, each in commands.items()} == {
        "free": "query",
        "find": "query",
        "book": "action",
        "offer": "action",
    }
    assert set(dialogs.COMMANDS) == {"book", "offer"}
    for each in commands.values():
        assert set(each["context"]) == {"compose", "commandBox"}


def test_links_of_our_host_alone_are_asked_about_and_by_who_is_known(
    made: dict[str, Any],
) -> None:
    (handler,) = _extension(made)["messageHandlers"]

    assert handler["type"] == "link"
    assert handler["value"] == {
        "domains": [VALUES.host],
        "supportsAnonymizedPayloads": False,
    }


@pytest.mark.parametrize("language", [*LANGUAGES, "en"])
def test_the_example_of_a_search_is_understood(
    made: dict[str, Any], language: str
) -> None:
    key = "composeExtensions[0].commands[0].parameters[0].description"
    said = reached(made, key) if language == "en" else words(language)[key]
    example = said.partition(": ")[2]
    service = example.split()[0]
    free = {"fi": "vapaat", "sv": "lediga", "en": "free"}[language]
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)

    meant = understand(
        f"{free} {example}", Language(language), now, HELSINKI, {"one": [service]}
    )

    assert isinstance(meant, Command)
    assert (meant.verb, meant.what) == (Verb.FREE, "one")
    assert meant.when is not None
    assert meant.when.clock is not None


def addresses(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [
            found
            for name, value in part.items()
            for found in (
                [value]
                if name.endswith("Url") and isinstance(value, str)
                else addresses(value)
            )
        ]
    if isinstance(part, list):
        return [found for value in part for found in addresses(value)]
    return []


def test_every_address_is_https_and_ours(made: dict[str, Any]) -> None:
    found = addresses(made)

    assert len(found) >= 5
    for address in found:
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) == ("https", VALUES.host), address
        assert parts.hostname in made["validDomains"]


def test_bot_and_sign_in_are_one_application(made: dict[str, Any]) -> None:
    ids = (made["bots"][0]["botId"], made["webApplicationInfo"]["id"])

    assert ids == (VALUES.app_id, VALUES.app_id)
    assert made["id"] == VALUES.package_id
    assert made["webApplicationInfo"]["resource"] == (
        f"api://{VALUES.host}/{VALUES.app_id}"
    )


def command_titles(made: dict[str, Any], language: str) -> list[str]:
    offered = made["bots"][0]["commandLists"][0]["commands"]
    if language == "en":
        return [command["title"] for command in offered]
    said = words(language)
    return [
        said[f"bots[0].commandLists[0].commands[{at}].title"]
        for at in range(len(offered))
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_commands_are_the_words_that_the_help_teaches(
    made: dict[str, Any], language: str
) -> None:
    taught = [text(language, f"cards.help.{one}.word") for one in COMMANDS]

    assert command_titles(made, language) == taught


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_bot_understands_every_command(made: dict[str, Any], language: str) -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    meant = [
        understand(title, Language(language), now, HELSINKI)
        for title in command_titles(made, language)
    ]

    today = date(2026, 11, 23)
    assert meant == [
        *(Command(Verb.BOOK), Command(Verb.OFFER), Command(Verb.FREE)),
        Command(Verb.DAY, When.on(today)),
        Command(Verb.WEEK, When(today, date(2026, 11, 29))),
        *(Command(Verb.NEXT), Command(Verb.LATE), Command(Verb.AWAY)),
        *(Unclear(Why.WHOM, ()), Command(Verb.HELP)),
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_in_a_channel_the_bot_understands_every_command(
    made: dict[str, Any], language: str
) -> None:
    offered = made["bots"][0]["commandLists"][1]["commands"]
    said = words(language) if language != "en" else {}
    titles = [
        said.get(f"bots[0].commandLists[1].commands[{at}].title", each["title"])
        for at, each in enumerate(offered)
    ]

    assert [desk.understand(each) for each in titles] == list(desk.DeskVerb)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_command_list_is_as_short_as_teams_shows_it(
    made: dict[str, Any], language: str
) -> None:
    said = words(language) if language != "en" else {}
    lists = made["bots"][0]["commandLists"]
    listed = [each for one in lists for each in one["commands"]]
    described = [each["description"] for each in listed] + [
        each for key, each in said.items() if key.endswith("].description")
    ]

    assert all(len(each["commands"]) <= 10 for each in lists)
    assert all(len(title) <= 32 for title in command_titles(made, language))
    assert all(len(each) <= 128 for each in described)


def test_the_private_chat_and_channels_are_asked_for_and_no_group(
    made: dict[str, Any],
) -> None:
    bot = made["bots"][0]

    assert bot["scopes"] == ["personal", "team"]
    listed = [each["scopes"] for each in bot["commandLists"]]
    assert listed == [["personal"], ["team"]]


def test_the_panel_is_added_to_meetings_and_to_nothing_else(
    made: dict[str, Any],
) -> None:
    (panel,) = made["configurableTabs"]

    assert panel["scopes"] == ["groupChat"]
    assert set(panel["context"]) == {"meetingSidePanel", "meetingDetailsTab"}
    assert urlsplit(panel["configurationUrl"]).path == "/teams/configure"


GOOD = {
    "app_id": VALUES.app_id,
    "package_id": VALUES.package_id,
    "host": VALUES.host,
    "organisation": VALUES.organisation,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"app_id": "vuoro"},
        {"app_id": ""},
        {"package_id": VALUES.app_id},
        {"host": "https://vuoro.kunta.example"},
        {"host": "vuoro.kunta.example:8443"},
        {"host": "vuoro.kunta.example/b"},
        {"host": "localhost"},
        {"host": "{{host}}"},
        {"host": "*.kunta.example"},
        {"host": "työ.kunta.example"},
        {"host": "203.0.113.7"},
        {"host": ""},
        {"organisation": "  "},
        {"organisation": "a" * 33},
        {"version": "1.2"},
        {"version": "01.2.3"},
    ],
)
def test_values_that_teams_would_refuse_are_refused_here(wrong: dict[str, str]) -> None:
    with pytest.raises(Unfit) as refused:
        Values(**(GOOD | wrong))

    assert refused.value.field in wrong


@pytest.mark.parametrize(
    ("organisation", "shown"),
    [
        ("Lumivaara", "Lumivaara"),
        ("Lumivaaran kaupungin työllisyyspalvelut", "Lumivaaran kaupungin…"),
        ("Kunta" * 10, ("Kunta" * 10)[:31] + "…"),
        ("Kaksi   sanaa ", "Kaksi sanaa"),
    ],
)
def test_a_long_organisation_is_shortened_to_what_teams_takes(
    organisation: str, shown: str
) -> None:
    assert build.shortened(organisation) == shown
    assert len(shown) <= 32
