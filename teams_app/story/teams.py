"""A professional in Teams: her chat with the bot, the cards in it, their buttons.

Everything goes the way Teams goes: the tenant's connector signs an activity to the
bot, and what the bot answers or posts is what stands in the chat afterwards.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cards.verbs import BOOK_TIMES
from teams_app.story.script import Unmet, expect, same, until
from teams_app.story.tenant import Json, Tenant

_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it stands in a message."""

    json: Json
    message: str  #: The id of the message it stands in.
    versions: int = 0  #: How many older copies of it there are.
    summary: str = ""

    @property
    def text(self) -> str:
        """Give everything there is to read on it, unfolded parts too."""
        return "\n".join(_texts(self.json))

    @property
    def title(self) -> str:
        return next(_texts(self.json), "")

    def verbs(self) -> list[str]:
        return [str(each["verb"]) for each in _dicts(self.json) if "verb" in each]

    def offers(self, verb: str) -> bool:
        return any(each.get("verb") == verb for each in _dicts(self.json))

    def data(self, verb: str) -> Json:
        """Give what a button sends."""
        for each in _dicts(self.json):
            if each.get("verb") == verb and "data" in each:
                return dict(each["data"])
        raise Unmet(f"a card with the button {verb}", self.text)

    def data_of(self, verb: str) -> Json:
        """Give what a button sends that has no verb of its own: a dialog's."""
        for each in _dicts(self.json):
            data = each.get("data")
            if isinstance(data, dict) and data.get("verb") == verb:
                return dict(data)
        raise Unmet(f"a card with the button {verb}", self.text)

    def links(self) -> list[str]:
        return [str(each["url"]) for each in _dicts(self.json) if "url" in each]

    def input(self, name: str) -> Json:
        for each in _dicts(self.json):
            if each.get("id") == name:
                return each
        raise Unmet(f"a card with the input {name}", self.text)

    def typed(self) -> dict[str, str]:
        """Give what the inputs hold before anybody touches them."""
        return {
            str(each["id"]): str(each.get("value") or "")
            for each in _dicts(self.json)
            if str(each.get("type", "")).startswith("Input.")
        }

    def choices(self, name: str) -> list[tuple[str, str]]:
        """Give title and value of an input's choices."""
        found = self.input(name).get("choices", [])
        return [(str(each["title"]), str(each["value"])) for each in found]

    def slots(self, name: str = "slot") -> list[str]:
        return [value for _, value in self.choices(name)]

    @property
    def reference(self) -> str:
        """Give the appointment's reference, as the card's facts have it."""
        for each in _dicts(self.json):
            said = str(each.get("text", ""))
            if re.fullmatch(r"[A-Z0-9]{6}", said):
                return said
        raise Unmet("a card with a reference", self.text)


def _dicts(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _dicts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _dicts(inner)


def _texts(card: Json) -> Iterator[str]:
    for each in _dicts(card):
        for name in ("text", "label", "title", "placeholder"):
            if isinstance(each.get(name), str):
                yield each[name]
        if "title" in each and isinstance(each.get("value"), str):
            yield each["value"]


@dataclass(frozen=True, slots=True)
class Teams:
    """One person's Teams."""

    tenant: Tenant
    user: str

    async def _post(self, act: str, **body: Any) -> Json:
        return await self.tenant.post(
            f"/_tenant/teams/{act}", {"user": self.user, **body}
        )

    async def install(self) -> None:
        """Add the app. The bot is told twice, and takes it both times."""
        told = (await self._post("install"))["told"]
        expect(set(told) <= {200, 201, 202}, "the bot took the news", told)

    async def say(self, text: str) -> str:
        """Write to the bot; gives the id of what was written."""
        sent = await self._post("say", text=text)
        same("the message", sent["state"], "sent")
        return str(sent["id"])

    async def ask(self, text: str, accept: Callable[[Card], object] = bool) -> Card:
        """Write to the bot and wait for the card it answers with."""
        asked = await self.say(text)
        return await self.card(f"a card that answers {text!r}", accept, after=asked)

    async def form(self, text: str = "varaa") -> Card:
        """Ask for the form, whatever else comes into the chat meanwhile."""
        return await self.ask(text, lambda card: card.offers(BOOK_TIMES))

    async def cards(self) -> list[Card]:
        """Give the cards the bot has put into the chat, oldest first."""
        chat = await self.tenant.get("/_tenant/teams/chat", user=self.user)
        return [
            Card(
                attachment["content"],
                str(message["id"]),
                len(message["versions"]),
                str(message["activity"].get("summary", "")),
            )
            for message in chat["messages"]
            if message["by"] == "bot" and not message["deleted"]
            for attachment in message["activity"].get("attachments", [])
            if attachment.get("contentType") == _CARD
        ]

    async def copy_with(self, message: str, verb: str) -> int:
        """Find the oldest copy of a message that has a button, as a phone may keep."""
        chat = await self.tenant.get("/_tenant/teams/chat", user=self.user)
        (found,) = [each for each in chat["messages"] if each["id"] == message]
        for age, shown in enumerate(found["versions"]):
            if any(each.get("verb") == verb for each in _dicts(shown)):
                return age
        raise Unmet(f"an old copy with {verb}", len(found["versions"]))

    async def card(
        self,
        expected: str,
        accept: Callable[[Card], object] = bool,
        *,
        after: str = "0",
    ) -> Card:
        """Wait for a card that is accepted, in a message newer than `after`."""

        async def look() -> Card | None:
            new = [c for c in await self.cards() if int(c.message) > int(after)]
            return next((c for c in reversed(new) if accept(c)), None)

        try:
            return await until(expected, look)
        except Unmet as unmet:
            now = [card.text for card in await self.cards()][-2:]
            raise Unmet(unmet.expected, "\n---\n".join(now)) from unmet

    async def shown(
        self, expected: str, message: str, accept: Callable[[Card], object]
    ) -> Card:
        """Wait until the card in one message is as it should be."""
        last = "no card"

        async def look() -> Card | None:
            nonlocal last
            found = [c for c in await self.cards() if c.message == message]
            last = found[0].text if found else last
            return next((c for c in found if accept(c)), None)

        try:
            return await until(expected, look)
        except Unmet as unmet:
            raise Unmet(unmet.expected, last) from unmet

    async def newest(self) -> str:
        """Give the id of the newest message."""
        chat = await self.tenant.get("/_tenant/teams/chat", user=self.user)
        return str(chat["messages"][-1]["id"]) if chat["messages"] else "0"

    async def press(
        self,
        card: Card,
        verb: str,
        values: Mapping[str, str] | None = None,
        *,
        copy: int | None = None,
    ) -> Card:
        """Press a button and give the card that stands there then.

        `copy`: press the copy of this age, 0 being the first one ever shown.
        """
        more: Json = {} if copy is None else {"version": copy}
        answer = await self._post(
            "press",
            message=card.message,
            action={"verb": verb},
            values=dict(values or {}),
            **more,
        )
        return self._answered(answer, card)

    async def send(self, card: Card, verb: str, data: Mapping[str, Any]) -> Card:
        """Send what the renderer would have kept back, as a forged client can."""
        action = {"type": "Action.Execute", "verb": verb, "data": dict(data)}
        answer = await self._post("act", message=card.message, action=action)
        return self._answered(answer, card)

    def _answered(self, answer: Json, card: Card) -> Card:
        expect("faults" not in answer, "the renderer sends it", answer.get("faults"))
        said = answer["answer"]
        same("the invoke's status", said["status"], 200)
        same("what Teams shows", said["shown"], "card")
        return Card(said["body"]["value"], card.message, card.versions + 1)
