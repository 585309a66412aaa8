"""What is looked for in a finished package, each shown to be found."""

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from manifest import build, icons, pictures
from manifest.build import Refused, Values
from manifest.checks import faults

VALUES = Values(
    app_id="11111111-1111-4111-8111-111111111111",
    package_id="22222222-2222-4222-8222-222222222222",
    host="vuoro.kunta.example",
    organisation="Esimerkkilän kunta",
)
Files = dict[str, bytes]


def whole() -> Files:
    with zipfile.ZipFile(BytesIO(build.package(VALUES))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(change: Callable[[dict[str, Any]], object], name: str) -> Files:
    """Give the package with one of its texts changed."""
    files = whole()
    made = json.loads(files[name])
    change(made)
    return files | {name: json.dumps(made).encode()}


def test_our_own_package_has_no_fault() -> None:
    assert faults(whole()) == []


def _tab(made: dict[str, Any]) -> dict[str, Any]:
    tab: dict[str, Any] = made["staticTabs"][0]
    return tab


def _commands(made: dict[str, Any]) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = made["bots"][0]["commandLists"][0]["commands"]
    return listed


def _beside(made: dict[str, Any]) -> dict[str, Any]:
    extension: dict[str, Any] = made["composeExtensions"][0]
    return extension


def _link(made: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = _beside(made)["messageHandlers"][0]["value"]
    return value


FLAWS: dict[str, Callable[[dict[str, Any]], object]] = {
    "manifestVersion must": lambda m: m.update(manifestVersion="1.22"),
    "$schema must": lambda m: m.update(manifestVersion="1.28"),
    "version must": lambda m: m.update(version="1"),
    "connectors is claimed": lambda m: m.update(connectors=[]),
    "beside meetings alone, in groupChat": lambda m: m["configurableTabs"][0].update(
        scopes=["team", "groupChat"]
    ),
    "beside meetings alone": lambda m: m["configurableTabs"][0].update(
        context=["meetingSidePanel", "meetingStage"]
    ),
    "configurableTabs[0].configurationUrl leads to": lambda m: m["configurableTabs"][
        0
    ].update(configurationUrl="https://elsewhere.example/teams/configure"),
    "meetingExtensionDefinition is claimed": lambda m: m.update(
        meetingExtensionDefinition={}
    ),
    "composeExtensions[0].botId": lambda m: _beside(m).update(botId=VALUES.package_id),
    "two commands are called free": lambda m: _beside(m)["commands"].append(
        _beside(m)["commands"][0]
    ),
    "find asks for nothing": lambda m: _beside(m)["commands"][1].pop("parameters"),
    "links to elsewhere.example": lambda m: _link(m).update(
        domains=["elsewhere.example"]
    ),
    "nobody who is not known": lambda m: _link(m).update(
        supportsAnonymizedPayloads=True
    ),
    "commands[0].title must have": lambda m: _beside(m)["commands"][0].update(
        title="a" * 33
    ),
    "parameters[0].description must have": lambda m: _beside(m)["commands"][0][
        "parameters"
    ][0].update(description="a" * 129),
    "scopes must be personal": lambda m: _tab(m).update(scopes=["personal", "team"]),
    "a bot's scopes must be": lambda m: m["bots"][0].update(
        scopes=["personal", "team", "groupChat"]
    ),
    "id must be a GUID": lambda m: m.update(id="vuoro"),
    "bots[0].botId must be a GUID": lambda m: m["bots"][0].update(botId="{{appId}}"),
    "one application": lambda m: m["bots"][0].update(botId=VALUES.package_id),
    "id must not be": lambda m: m.update(id=VALUES.app_id),
    "* must be a host": lambda m: m["validDomains"].append("*"),
    "b.example/ must be a host": lambda m: m["validDomains"].append("b.example/"),
    "begin with https": lambda m: _tab(m).update(
        contentUrl="http://vuoro.kunta.example/teams/tab"
    ),
    "not in validDomains": lambda m: m["developer"].update(
        privacyUrl="https://elsewhere.example/privacy"
    ),
    "webApplicationInfo.resource": lambda m: m["webApplicationInfo"].update(
        resource=f"api://elsewhere.example/{VALUES.app_id}"
    ),
    "name.short must have": lambda m: m["name"].update(short="a" * 31),
    "name.full must have": lambda m: m["name"].update(full=""),
    "description.short must have": lambda m: m["description"].update(short="a" * 81),
    "developer.name must have": lambda m: m["developer"].update(name="a" * 33),
    "staticTabs[0].name must have": lambda m: _tab(m).update(name="a" * 129),
    "commands[1].title must have": lambda m: _commands(m)[1].update(title="a" * 129),
    "more than 12 commands": lambda m: _commands(m).extend(_commands(m) * 4),
    "de.json is missing": lambda m: m["localizationInfo"]["additionalLanguages"].append(
        {"languageTag": "de", "file": "de.json"}
    ),
    "blank": lambda m: m["description"].update(short="{{words}}"),
    "icon.png is missing": lambda m: m["icons"].update(color="icon.png"),
    "'validDomains' is missing": lambda m: m.pop("validDomains"),
    "cannot be read": lambda m: m.update(bots="all of them"),
}


@pytest.mark.parametrize("said", FLAWS)
def test_a_fault_of_the_manifest_is_found(said: str) -> None:
    found = faults(changed(FLAWS[said], "manifest.json"))

    assert any(said in fault for fault in found), found


WORDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "there is no staticTabs[1].name": lambda w: w.update({"staticTabs[1].name": "x"}),
    "there is no bots[0].commandLists[0].commands[10].title": lambda w: w.update(
        {"bots[0].commandLists[0].commands[10].title": "x"}
    ),
    "description.full is missing": lambda w: w.pop("description.full"),
    "name.short must have": lambda w: w.update({"name.short": "a" * 31}),
}


@pytest.mark.parametrize("said", WORDS)
def test_a_fault_of_a_language_is_found(said: str) -> None:
    (fault,) = faults(changed(WORDS[said], "sv.json"))

    assert fault.startswith("sv.json: ")
    assert said in fault


@pytest.mark.parametrize("name", ["fi.json", "manifest.json"])
def test_a_file_that_is_no_json_is_found(name: str) -> None:
    (fault,) = faults(whole() | {name: b"{"})

    assert fault.startswith(name)


def _outline(pixel: bytes) -> bytes:
    return icons.png(32, pixel * (32 * 32))


PICTURES = {
    "color.png": icons.png(191, bytes(191 * 191 * 4)),
    "color32x32.png": b"GIF89a",
    "outline.png": _outline(b"\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_fault_of_an_icon_is_found(name: str) -> None:
    (fault,) = faults(whole() | {name: PICTURES[name]})

    assert fault.startswith(name)


@pytest.mark.parametrize(
    "outline",
    [
        _outline(b"\xff\xff\xff\x00"),
        icons.png(32, b"\xff\xff\xff\x00" * 512 + b"\x0f\x5a\xa6\xff" * 512),
        icons.png(32, b"\xff\xff\xff\x00" * 1024).replace(b"\x08\x06", b"\x08\x02"),
    ],
    ids=["nothing seen", "blue", "without transparency"],
)
def test_an_outline_is_white_on_nothing(outline: bytes) -> None:
    (fault,) = faults(whole() | {"outline.png": outline})

    assert "transparent" in fault


def filtered(rgba: bytes, side: int, kind: int) -> bytes:
    """Write a picture whose rows are each compared with what stands around."""
    step, rows, above = side * 4, b"", bytes(side * 4)
    for top in range(0, len(rgba), step):
        line = rgba[top : top + step]
        left = bytes(4) + line[:-4]
        corner = bytes(4) + above[:-4]
        guessed = [
            _predicted(kind, *at) for at in zip(left, above, corner, strict=True)
        ]
        rows += bytes([kind])
        rows += bytes((a - b) % 256 for a, b in zip(line, guessed, strict=True))
        above = line
    plain = icons.png(side, rgba)
    head, tail = plain[:33], plain[-12:]
    packed = zlib.compress(rows)
    check = struct.pack(">I", zlib.crc32(b"IDAT" + packed))
    return head + struct.pack(">I", len(packed)) + b"IDAT" + packed + check + tail


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        base = left + above - corner
        apart = [abs(base - each) for each in (left, above, corner)]
        return (left, above, corner)[apart.index(min(apart))]
    return (0, left, above, (left + above) // 2)[kind]


@pytest.mark.parametrize("kind", range(5))
def test_a_picture_is_read_however_its_rows_are_kept(kind: int) -> None:
    side, rgba = icons.drawings()["color32x32.png"]

    read = pictures.pixels(filtered(rgba, side, kind))

    assert read is not None
    assert b"".join(read) == rgba


def test_a_package_with_a_fault_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    own = build._file

    def spoilt(name: str) -> bytes:
        return PICTURES["color.png"] if name == "color.png" else own(name)

    monkeypatch.setattr(build, "_file", spoilt)
    with pytest.raises(Refused) as refused:
        build.package(VALUES)

    assert refused.value.faults == ["color.png must be 192 by 192 pixels"]
