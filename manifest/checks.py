"""What Teams would refuse in a package, found before anybody uploads it.

The values of a deployment are checked where they are given. This looks at the finished
files, in which words, icons or the manifest itself may have been changed, and names each
fault with its place. It stands beside Microsoft's schema and does not replace it: the
tests hold every package against the schema too.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from manifest.pictures import pixels, size

Files = Mapping[str, bytes]
Check = Callable[[dict[str, Any], Files], Iterator[str]]

GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
#: This machine or one beside it: for a developer who uploads the package for herself.
LOCAL = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?")
VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")

#: The oldest version of the manifest that has all we use.
_OLDEST = (1, 25)
#: Whatever else Teams could do, Vuoro does not do yet, so it is not claimed.
_CLAIMED = {
    *("$schema", "manifestVersion", "version", "id", "localizationInfo", "developer"),
    *("name", "description", "icons", "accentColor", "defaultInstallScope"),
    *("configurableTabs", "defaultGroupCapability"),
    *("staticTabs", "bots", "permissions", "validDomains", "webApplicationInfo"),
    *("composeExtensions", "activities"),
}
#: Where in a meeting the side panel may stand: never on the stage, which all see.
_IN_MEETINGS = frozenset({"meetingSidePanel", "meetingDetailsTab"})
_COMMANDS_MAX = 12
_LENGTHS = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "developer.name": 32,
}
#: Of the commands beside a message, and of what is asked for by each.
_BESIDE = {"title": 32, "description": 128}
#: Of a notice in the activity feed.
_IN_FEED = {"description": 128, "templateText": 128}
_TRANSLATED = ("name.short", "description.short", "description.full")
_WHITE = b"\xff\xff\xff"


def faults(files: Files) -> list[str]:
    """Name everything that Teams would refuse in the files of a package."""
    try:
        made = json.loads(files["manifest.json"])
        return [fault for check in _CHECKS for fault in check(made, files)]
    except KeyError as missing:
        return [f"manifest.json: {missing} is missing"]
    except (ValueError, TypeError, AttributeError, IndexError):
        return ["manifest.json: cannot be read as a manifest of Teams"]


def _version(made: dict[str, Any], _: Files) -> Iterator[str]:
    said = tuple(int(part) for part in made["manifestVersion"].split("."))
    if said < _OLDEST:
        yield "manifestVersion must be 1.25 or newer"
    elif f"/v{made['manifestVersion']}/" not in made["$schema"]:
        yield "$schema must be that of the manifestVersion"
    if not VERSION.fullmatch(made["version"]):
        yield "version must be like 1.2.3"


def _claims(made: dict[str, Any], _: Files) -> Iterator[str]:
    for name in sorted(made.keys() - _CLAIMED):
        yield f"{name} is claimed, and Vuoro has no such thing"
    for each in made["staticTabs"]:
        if each["scopes"] != ["personal"]:
            yield "scopes must be personal alone: the tab shows one's own clients"
    for each in made["bots"]:
        if each["scopes"] != ["personal", "team"]:
            yield "a bot's scopes must be personal and team: it is in no group's chat"
    for each in made.get("configurableTabs", ()):
        if each["scopes"] != ["groupChat"] or not _IN_MEETINGS.issuperset(
            each["context"]
        ):
            yield "configurableTabs must stand beside meetings alone, in groupChat"


def _ids(made: dict[str, Any], _: Files) -> Iterator[str]:
    found = {
        "id": made["id"],
        "webApplicationInfo.id": made["webApplicationInfo"]["id"],
    }
    found |= {"bots[0].botId": made["bots"][0]["botId"]}
    for each in made.get("composeExtensions", ()):
        if each["botId"] != found["bots[0].botId"]:
            yield "composeExtensions[0].botId must be that of the bot"
    for name, value in found.items():
        if not GUID.fullmatch(value):
            yield f"{name} must be a GUID"
    if found["bots[0].botId"] != found["webApplicationInfo.id"]:
        yield "bot and sign-in must be one application"
    if found["id"].lower() == found["bots[0].botId"].lower():
        yield "id must not be the Entra application's id"


def _domains(made: dict[str, Any], _: Files) -> Iterator[str]:
    domains = made["validDomains"]
    for name in domains:
        if not (HOST.fullmatch(name) or LOCAL.fullmatch(name)):
            yield f"validDomains: {name} must be a host's name and nothing else"
    for place, address in _addresses(made):
        parts = urlsplit(address)
        if parts.scheme != "https":
            yield f"{place} must begin with https://"
        elif parts.netloc not in domains:
            yield f"{place} leads to {parts.netloc}, which is not in validDomains"
    own = made["webApplicationInfo"]
    if own["resource"] not in {f"api://{name}/{own['id']}" for name in domains}:
        yield "webApplicationInfo.resource must be api://<host>/<application id>"


def _beside(made: dict[str, Any], _: Files) -> Iterator[str]:
    for extension in made.get("composeExtensions", ()):
        named = [each["id"] for each in extension["commands"]]
        for name in sorted({each for each in named if named.count(each) > 1}):
            yield f"composeExtensions: two commands are called {name}"
        for each in extension["commands"]:
            if not each.get("parameters") and not each.get("fetchTask"):
                yield f"composeExtensions: {each['id']} asks for nothing"


def _links(made: dict[str, Any], _: Files) -> Iterator[str]:
    """Watch over the hosts whose links we are asked about when they are pasted."""
    for extension in made.get("composeExtensions", ()):
        for each in (handler["value"] for handler in extension["messageHandlers"]):
            for name in sorted(set(each["domains"]) - set(made["validDomains"])):
                yield f"composeExtensions: links to {name}, which is not in validDomains"
            if each.get("supportsAnonymizedPayloads"):
                yield "composeExtensions: links are shown to nobody who is not known"


def _words(made: dict[str, Any], files: Files) -> Iterator[str]:
    yield from _lengths("manifest.json", texts(made))
    for bot in made["bots"]:
        for each in bot["commandLists"]:
            if len(each["commands"]) > _COMMANDS_MAX:
                yield f"bots: more than {_COMMANDS_MAX} commands"
    for language in made["localizationInfo"]["additionalLanguages"]:
        yield from _language(language["file"], made, files)
    for name, content in files.items():
        if name.endswith(".json") and b"{{" in content:
            yield f"{name}: a blank was left unfilled"


def _language(name: str, made: dict[str, Any], files: Files) -> Iterator[str]:
    if name not in files:
        yield f"{name} is missing"
        return
    try:
        said = json.loads(files[name])
        said.pop("$schema", None)
    except (ValueError, AttributeError):
        yield f"{name} cannot be read"
        return
    for key in sorted(said.keys() - texts(made).keys()):
        yield f"{name}: there is no {key} in the manifest"
    for key in _TRANSLATED:
        if key not in said:
            yield f"{name}: {key} is missing"
    yield from _lengths(name, said)


def _lengths(name: str, said: Mapping[str, str]) -> Iterator[str]:
    for key, text in said.items():
        last = 4000 if key.endswith(".description") else 128
        if key.startswith("composeExtensions"):
            last = _BESIDE[key.rpartition(".")[2]]
        if key.startswith("activities"):
            last = _IN_FEED[key.rpartition(".")[2]]
        most = _LENGTHS.get(key, last)
        if not 0 < len(text.strip()) <= len(text) <= most:
            yield f"{name}: {key} must have 1 to {most} letters"


def _icons(made: dict[str, Any], files: Files) -> Iterator[str]:
    for which, side in (("color", 192), ("outline", 32), ("color32x32", 32)):
        name = made["icons"][which]
        content = files.get(name, b"")
        found = size(content)
        if found is None:
            yield f"{name} is missing, or no PNG file"
        elif found != (side, side):
            yield f"{name} must be {side} by {side} pixels"
        elif which == "outline" and not _is_outline(pixels(content) or []):
            yield f"{name} must be white on a transparent ground, saved with 8 bits"


def _is_outline(each: list[bytes]) -> bool:
    """White wherever anything is seen, and nothing seen somewhere."""
    seen = [pixel for pixel in each if pixel[3]]
    return 0 < len(seen) < len(each) and {pixel[:3] for pixel in seen} == {_WHITE}


_CHECKS: tuple[Check, ...] = (
    *(_version, _claims, _ids, _domains),
    *(_beside, _links, _words, _icons),
)


def texts(made: dict[str, Any]) -> dict[str, str]:
    """Give every text that people see, under the key a language file has for it."""
    found = {
        f"{part}.{name}": text
        for part in ("name", "description")
        for name, text in made[part].items()
    } | {"developer.name": made["developer"]["name"]}
    for at, tab in enumerate(made["staticTabs"]):
        found[f"staticTabs[{at}].name"] = tab["name"]
    for which, bot in enumerate(made["bots"]):
        for at, one in enumerate(bot["commandLists"]):
            for number, command in enumerate(one["commands"]):
                place = f"bots[{which}].commandLists[{at}].commands[{number}]"
                found |= {f"{place}.{name}": text for name, text in command.items()}
    for which, extension in enumerate(made.get("composeExtensions", ())):
        for number, command in enumerate(extension["commands"]):
            place = f"composeExtensions[{which}].commands[{number}]"
            found |= _said_in(place, command)
            for at, asked in enumerate(command.get("parameters", ())):
                found |= _said_in(f"{place}.parameters[{at}]", asked)
    return found | _told(made.get("activities", {}))


def _told(activities: dict[str, Any]) -> dict[str, str]:
    return {
        f"activities.activityTypes[{number}].{name}": told[name]
        for number, told in enumerate(activities.get("activityTypes", ()))
        for name in _IN_FEED
    }


def _said_in(place: str, part: dict[str, Any]) -> dict[str, str]:
    return {f"{place}.{name}": part[name] for name in _BESIDE if name in part}


def _addresses(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for name, value in part.items():
            place = f"{path}.{name}".lstrip(".")
            if name.endswith("Url") and isinstance(value, str):
                yield place, value
            else:
                yield from _addresses(value, place)
    if isinstance(part, list):
        for at, value in enumerate(part):
            yield from _addresses(value, f"{path}[{at}]")
