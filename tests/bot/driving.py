"""One thing asked of the bot as Teams asks it: signed, over HTTP, through the connector.

`drives` keeps by name what drives each command, button and extension. A drive prepares a
state in which it does its work, asks, checks what came of it in the store, and gives the
card that was answered with the words that are to stand first on it. A new verb needs one:

    @drives("press offer.withdraw")
    async def _withdraw(at: Scene) -> Answered:
        ...
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from booking.model import Language
from booking.wording import catalogue, text
from cards import verbs
from teams_app.store import people
from tests import make
from tests.bot.at_the_desk import InChannel
from tests.bot.door import World
from tests.bot.talk import AINO, BO, Talk, nodes
from tests.support.small_world import SUPERVISOR, SmallWorld

LOCALES = {Language.FI: "fi-FI", Language.SV: "sv-FI", Language.EN: "en-GB"}


@dataclass
class Through(Talk):
    """One person's private chat, each word and press of it through the door."""

    door: World = field(kw_only=True)
    language: Language = field(kw_only=True)

    async def hear(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        told = {
            "serviceUrl": self.door.channel.service_url,
            "locale": LOCALES[self.language],
        }
        answer = await self.door.bot.post(activity | told, self.door.channel.token())
        assert answer.status == 200, (answer.status, activity)
        if activity["type"] != "invoke":
            assert await answer.read() == b""
            return None
        body = await answer.json()
        if activity["name"] == "adaptiveCard/action":
            assert body["statusCode"] == 200, body
        return {"status": answer.status, "body": body}


class ThroughInChannel(Through, InChannel):
    """The same person in a channel."""


@dataclass
class Scene:
    """The small world before the door, all of whose people read one language."""

    small: SmallWorld
    language: Language
    door: World

    def __post_init__(self) -> None:
        for each in (make.a_professional, make.bo):
            self.small.write(people.save_professional, each(language=self.language))

    def _talk(self, kind: type[Through], who: str) -> Through:
        return kind(self.small, who, door=self.door, language=self.language)

    @cached_property
    def aino(self) -> Through:
        return self._talk(Through, AINO)

    @cached_property
    def bo(self) -> Through:
        return self._talk(Through, BO)

    @cached_property
    def bo_at_desk(self) -> Through:
        return self._talk(ThroughInChannel, BO)

    @cached_property
    def boss_at_desk(self) -> Through:
        return self._talk(ThroughInChannel, SUPERVISOR)

    async def makes_desk(self) -> None:
        """Let the supervisor make the channel her unit's desk."""
        await self.boss_at_desk.press(verbs.DESK_HERE, {verbs.UNIT: "1"}, on="C1")

    def said(self, key: str, **values: object) -> str:
        return text(self.language, key, **values)

    def in_chat_of(self, talk: Talk) -> tuple[str, dict[str, Any]]:
        """Give the last card in somebody's chat, with the message it stands on."""
        found = [
            each
            for each in self.small.chat.posted
            if each.to.conversation_id == f"a:{talk.who}"
        ]
        card: dict[str, Any] = found[-1].activity["attachments"][0]["content"]
        return found[-1].id, card


#: The card that was answered, and what is to stand first on it; None: no card is due.
Answered = tuple[dict[str, Any], str]
Drive = Callable[[Scene], Awaitable[Answered | None]]
DRIVES: dict[str, Drive] = {}


def drives(*names: str) -> Callable[[Drive], Drive]:
    """Keep a drive under what it drives."""

    def kept(drive: Drive) -> Drive:
        for each in names:
            assert each not in DRIVES, each
            DRIVES[each] = drive
        return drive

    return kept


def first_words(card: dict[str, Any]) -> str:
    """Give what stands first on a card."""
    said: str = next(
        one["text"] for one in nodes(card) if one.get("type") == "TextBlock"
    )
    return said


#: Where a card says something to whoever reads it.
_SAYS = (
    "text",
    "title",
    "label",
    "placeholder",
    "errorMessage",
    "value",
    "fallbackText",
)


def strange_words(card: dict[str, Any], language: Language) -> set[str]:
    """Give what a card says in the words of another language's catalogue."""
    shown = {one.get(name) for one in nodes(card) for name in _SAYS}
    others = [_catalogue(each) for each in Language if each is not language]
    return {each for each in shown if isinstance(each, str)} & (
        set().union(*others) - _catalogue(language)
    )


@cache
def _catalogue(language: Language) -> set[str]:
    """Give the whole texts of a language, but for those that are filled in."""
    said = catalogue(language)._catalog.values()  # type: ignore[attr-defined]
    return {each for each in said if each and "{" not in each}


def capital(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}"
