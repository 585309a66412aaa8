"""The app package as a Teams admin would have uploaded it: what the faces need of it.

Read as data from `manifest/manifest.json` when it is there; otherwise a plain guess
stands in.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dev_tenant.tenant import Tenant

MANIFEST = Path(__file__).parents[2] / "manifest" / "manifest.json"
TAB_PATH = "/teams/tab?theme={app.theme}&locale={app.locale}"
COMMANDS = {
    "fi": ("varaa", "tänään", "viikko", "ohje"),
    "sv": ("boka", "idag", "vecka", "hjälp"),
    "en": ("book", "today", "week", "help"),
}


@dataclass(frozen=True, slots=True)
class Command:
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A command of the app beside a message: a search, or one that opens a dialog."""

    id: str
    kind: str  #: query, action
    title: str
    description: str = ""
    parameter: str = ""  #: What is typed is sent under this name.
    hint: str = ""
    at_once: bool = False  #: It is asked before anything is typed.


@dataclass(frozen=True, slots=True)
class Package:
    """Name, tab and commands of the product's app in one language."""

    name: str
    tab_id: str
    tab_name: str
    tab_url: str  #: With Teams' placeholders still in it.
    commands: tuple[Command, ...]
    in_channels: tuple[Command, ...] = ()  #: After a mention of the app.
    configure_url: str = ""  #: What is shown before the app is added to a meeting.
    beside: tuple[Beside, ...] = ()
    watched: tuple[str, ...] = ()  #: Hosts whose links the app is asked about.


def package_of(tenant: Tenant, language: str, path: Path = MANIFEST) -> Package:
    """Read the app package; `language` is fi, sv or en."""
    manifest = _read(path)
    tabs: list[dict[str, Any]] = manifest.get("staticTabs", [])
    tab = next((t for t in tabs if t.get("contentUrl")), dict[str, Any]())
    words = _localised(path, language)
    return Package(
        name=tenant.app.name,
        tab_id=str(tab.get("entityId", "vuoro")),
        tab_name=str(words.get("staticTabs[0].name") or tab.get("name") or "Vuoro"),
        tab_url=_here(tenant, str(tab.get("contentUrl", TAB_PATH))),
        commands=_commands(manifest, words, "personal") or _guessed(language),
        in_channels=_commands(manifest, words, "team"),
        configure_url=_configure(tenant, manifest),
        beside=_beside(manifest, words),
        watched=_watched(manifest, urlsplit(tenant.app_url).netloc),
    )


def _configure(tenant: Tenant, manifest: dict[str, Any]) -> str:
    tabs: list[dict[str, Any]] = manifest.get("configurableTabs", [])
    beside = (t for t in tabs if "meetingSidePanel" in t.get("context", []))
    tab = next(beside, None)
    return _here(tenant, str(tab["configurationUrl"])) if tab else ""


def _guessed(language: str) -> tuple[Command, ...]:
    return tuple(Command(word) for word in COMMANDS.get(language, COMMANDS["en"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read


def _localised(path: Path, language: str) -> dict[str, Any]:
    return _read(path.with_name(f"{language}.json"))


def _commands(
    manifest: dict[str, Any], words: dict[str, Any], scope: str
) -> tuple[Command, ...]:
    found = []
    for number, bot in enumerate(manifest.get("bots", [])):
        for place, commands in enumerate(bot.get("commandLists", [])):
            if scope not in commands.get("scopes", [scope]):
                continue
            for spot, command in enumerate(commands.get("commands", [])):
                at = f"bots[{number}].commandLists[{place}].commands[{spot}]"
                title = words.get(f"{at}.title") or command.get("title", "")
                said = words.get(f"{at}.description") or command.get("description", "")
                found.append(Command(str(title), str(said)))
    return tuple(found)


def _beside(manifest: dict[str, Any], words: dict[str, Any]) -> tuple[Beside, ...]:
    found = []
    for each in manifest.get("composeExtensions", [])[:1]:
        for spot, command in enumerate(each.get("commands", [])):
            at = f"composeExtensions[0].commands[{spot}]"
            asked = next(iter(command.get("parameters", [])), dict[str, Any]())
            hint = words.get(f"{at}.parameters[0].description")
            said = words.get(f"{at}.description") or command.get("description", "")
            found.append(
                Beside(
                    id=str(command["id"]),
                    kind=str(command.get("type", "query")),
                    title=str(words.get(f"{at}.title") or command["title"]),
                    description=str(said),
                    parameter=str(asked.get("name", "")),
                    hint=str(hint or asked.get("description", "")),
                    at_once=bool(command.get("initialRun")),
                )
            )
    return tuple(found)


def _watched(manifest: dict[str, Any], host: str) -> tuple[str, ...]:
    """Give the hosts of the app's links, where the app runs in this tenant."""
    handlers = [
        handler
        for each in manifest.get("composeExtensions", [])[:1]
        for handler in each.get("messageHandlers", [])
        if handler.get("type") == "link"
    ]
    domains = [str(one) for each in handlers for one in each["value"]["domains"]]
    return tuple(host if one == "{{host}}" else one for one in domains)


def _here(tenant: Tenant, address: str) -> str:
    """Lead an address of the package to where the product runs in this tenant."""
    parts = urlsplit(address)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    return tenant.app_url.rstrip("/") + rest
