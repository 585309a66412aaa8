"""Beside a message that is being written: the app's search, its dialogs, pasted links.

What the app gives is checked as Teams does, and lies in the compose box until the
message is sent; then it is part of it, under the name of who sent it.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dev_tenant.connector import activities, groups
from dev_tenant.connector.chats import CARD_TYPE
from dev_tenant.connector.people import UNREACHABLE, Answer, Teams, read_dialog
from dev_tenant.tenant import Json

_PREVIEWS = frozenset(
    {
        "application/vnd.microsoft.card.thumbnail",
        "application/vnd.microsoft.card.hero",
    }
)
#: Teams shows links as cards of this version at most.
_LINK_VERSION = (1, 3)
_PAGE = 25


@dataclass(frozen=True, slots=True)
class Given:
    """What the app gives: cards to choose from, or a text instead."""

    status: int
    attachments: list[Json] = field(default_factory=list)
    text: str = ""


class Composing:
    """What one can do with the app while writing."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.tenant = teams.tenant

    async def search(
        self, user_id: str, command: str, typed: dict[str, str], chat: str
    ) -> Given:
        """Search by a command; with nothing typed as Teams does when it is opened."""
        parameters = [{"name": name, "value": said} for name, said in typed.items()]
        value = {
            "commandId": command,
            "parameters": parameters or [{"name": "initialRun", "value": "true"}],
            "queryOptions": {"skip": 0, "count": _PAGE},
        }
        status, body = await self.teams.beside(
            user_id, "composeExtension/query", value, chat
        )
        return _list(status, body)

    async def paste(
        self, user_id: str, url: str, hosts: tuple[str, ...], chat: str
    ) -> Given:
        """Ask about a link, if it leads to a host that the app has named."""
        if not _leads_to(url, hosts):
            return Given(200)
        status, body = await self.teams.beside(
            user_id, "composeExtension/queryLink", {"url": url}, chat
        )
        found = _list(status, body)
        shown = [each for each in found.attachments if _is_old_enough(each)]
        return Given(found.status, shown[:1])

    async def open(self, user_id: str, command: str, chat: str) -> Answer:
        """Open the dialog of a command."""
        value = {
            "commandId": command,
            "commandContext": "compose",
            "context": {"theme": "default"},
        }
        status, body = await self.teams.beside(
            user_id, "composeExtension/fetchTask", value, chat
        )
        return read_dialog(status, body)

    async def submit(
        self, user_id: str, command: str, data: Any, chat: str
    ) -> Answer | Given:
        """Send a dialog: the next one, a text, or a card for the message."""
        value = {
            "commandId": command,
            "commandContext": "compose",
            "context": {"theme": "default"},
            "data": data,
        }
        status, body = await self.teams.beside(
            user_id, "composeExtension/submitAction", value, chat
        )
        if body is not None and "composeExtension" in body:
            return _list(status, body)
        return read_dialog(status, body)

    async def send(
        self, user_id: str, text: str, attachments: list[Json], chat: str
    ) -> Json:
        """Send the message: to the bot alone, or to everybody in the chat."""
        kept = [
            {"contentType": each["contentType"], "content": each["content"]}
            for each in attachments
            if each.get("contentType") == CARD_TYPE
        ]
        activity = activities.message(text, **({"attachments": kept} if kept else {}))
        if chat == groups.GROUP:
            return groups.put(self.tenant, user_id, activity)
        return await self.teams.write(user_id, activity)


def _list(status: int, body: Any) -> Given:
    shown = (body or {}).get("composeExtension")
    if not isinstance(shown, dict):
        return Given(status, text=UNREACHABLE)
    if shown.get("type") == "message":
        return Given(status, text=str(shown.get("text", "")))
    attachments = shown.get("attachments")
    if shown.get("type") != "result" or not isinstance(attachments, list):
        return Given(status, text=UNREACHABLE)
    if not all(_is_sound(each) for each in attachments):
        return Given(status, text=UNREACHABLE)
    return Given(status, attachments)


def _is_sound(attachment: Any) -> bool:
    """Say whether Teams takes it: of a card, a preview is a smaller kind of card."""
    if not isinstance(attachment, dict) or "content" not in attachment:
        return False
    preview = attachment.get("preview")
    return preview is None or preview.get("contentType") in _PREVIEWS


def _is_old_enough(attachment: Json) -> bool:
    version = str(attachment["content"].get("version", "1.0")).split(".")
    return tuple(int(part) for part in version) <= _LINK_VERSION


def _leads_to(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc in hosts
