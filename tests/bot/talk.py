"""A talk with the bot: what people write and press in Teams, and what they get."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from booking.model import Language
from booking.wording import text
from teams_app.bot.turns import turn
from teams_app.store import people
from tests import make
from tests.support import audited
from tests.support.outside import Posted
from tests.support.small_world import MAIJA, TENANT, SmallWorld, dump

AINO = make.a_professional().object_id
BO = make.bo().object_id
STRANGER = "00000000-0000-4000-8000-0000000000ff"
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
FORM = {
    "service": "guidance",
    "modality": "remote",
    "client_name": MAIJA.name,
    "client_language": "fi",
    "client_email": "maija@client.example",
    "client_phone": "",
    "request": "request-1",
}


@dataclass
class Talk:
    """One person's private chat with the bot."""

    small: SmallWorld
    who: str = AINO
    _numbers: Any = field(default_factory=lambda: count(1))

    def activity(self, kind: str, **changes: Any) -> dict[str, Any]:
        plain = {
            "type": kind,
            "id": f"f:{self.who}:{next(self._numbers)}",
            "channelId": "msteams",
            "serviceUrl": "http://127.0.0.1:1/",
            "from": {"id": f"29:{self.who}", "aadObjectId": self.who, "name": "Joku"},
            "recipient": {"id": "28:bot"},
            "conversation": {
                "id": f"a:{self.who}",
                "conversationType": "personal",
                "tenantId": TENANT,
            },
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "fi-FI",
        } | changes
        return {name: value for name, value in plain.items() if value is not None}

    async def hear(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        was, posted = self.small.read(audited.before), len(self.small.chat.posted)
        answer = await turn(self.small.world, activity)
        here = activity["conversation"]["id"]
        said = [
            each.activity
            for each in self.small.chat.posted[posted:]
            if each.to.conversation_id == here
        ]
        heard = audited.Heard(
            f"staff:{self.who}",
            json.dumps([answer, *said], ensure_ascii=False),
            json.dumps(activity, ensure_ascii=False),
        )
        assert self.small.read(audited.faults, was, heard) == [], activity
        return answer

    async def say(self, said: Any, **changes: Any) -> None:
        await self.hear(self.activity("message", text=said, **changes))

    async def press(
        self, verb: Any, data: Any = None, *, on: str = "M1", **changes: Any
    ) -> Any:
        """Press a button (Action.Execute); gives the body of the answer."""
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}}
        answer = await self.invoke(value, replyToId=on, **changes)
        assert answer["status"] == 200, answer
        return answer["body"]

    async def invoke(self, value: Any, **changes: Any) -> Any:
        asked = {"name": "adaptiveCard/action", "value": value} | changes
        return await self.hear(self.activity("invoke", **asked))

    async def card(self, verb: str, data: Any = None, **changes: Any) -> dict[str, Any]:
        """Press a button that answers with a card."""
        body = await self.press(verb, data, **changes)
        assert body["type"] == CARD, body
        found: dict[str, Any] = body["value"]
        return found

    async def submit(self, value: Any, **changes: Any) -> None:
        """Press a button where Teams knows Action.Submit only."""
        await self.hear(self.activity("message", value=value, **changes))

    async def ask(self, sentence: str, **changes: Any) -> dict[str, Any]:
        """Say something and give the card that answers it."""
        await self.say(sentence, **changes)
        return self.small.chat.card()

    @property
    def posted(self) -> list[Posted]:
        return self.small.chat.posted


def title(card: dict[str, Any]) -> str:
    said: str = card["body"][0]["items"][0]["text"]
    return said


def said(key: str, language: str = Language.FI, **values: object) -> str:
    return text(language, key, **values)


def nodes(part: Any) -> list[dict[str, Any]]:
    """List every object of a card."""
    if isinstance(part, dict):
        return [part, *(one for value in part.values() for one in nodes(value))]
    if isinstance(part, list):
        return [one for value in part for one in nodes(value)]
    return []


def values(card: dict[str, Any]) -> dict[str, str]:
    """Give what stands in the fields of a form."""
    return {
        one["id"]: one.get("value", "")
        for one in nodes(card)
        if str(one.get("type", "")).startswith("Input.")
    }


def button(card: dict[str, Any], verb: str) -> dict[str, Any]:
    """Give the data that a button of a card sends."""
    found = next(
        one
        for one in nodes(card)
        if one.get("type") == "Action.Execute" and one["verb"] == verb
    )
    data: dict[str, Any] = found["data"]
    return data


def slots(card: dict[str, Any]) -> list[str]:
    """Give the times that a proposal shows."""
    choose = next(one for one in nodes(card) if one.get("id") == "slot")
    return [one["value"] for one in choose["choices"]]


def speaks(small: SmallWorld, language: Language) -> None:
    """Let Aino read her cards in this language."""
    small.write(people.save_professional, make.a_professional(language=language))


def looks(small: SmallWorld) -> list[str]:
    """Give the lines of the access log that are Aino's, as they are stored."""
    found: list[str] = small.read(dump)["access_log"]
    return [each for each in found if f"staff:{AINO}" in each]


def texts(card: dict[str, Any]) -> list[str]:
    """Give everything that a card says, but for its buttons."""
    return [one["text"] for one in nodes(card) if one.get("type") == "TextBlock"]


def pressable(card: dict[str, Any], verb: str) -> list[dict[str, Any]]:
    """Give the buttons of a card that send this verb."""
    return [
        one
        for one in nodes(card)
        if one.get("type") == "Action.Execute" and one["verb"] == verb
    ]
