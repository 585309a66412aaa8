"""Every command, button and extension is asked for as Teams asks, in three languages.

Each is posted with a signed token to the bot's door, over HTTP, and done by the real turn
in a real database; `driving` says how, and the drives beside it what comes of each. What
the bot posts into chats is kept in a list.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from booking.model import Language
from booking.saying import Command, Verb, desk, understand
from booking.saying.desk import DeskVerb
from booking.spans import HELSINKI
from cards import verbs
from manifest import build
from teams_app.bot import extension
from teams_app.bot.turns import late, turn
from tests.bot import drives_beside, drives_of_cards, drives_of_desk, drives_of_words
from tests.bot.channel import opened
from tests.bot.door import KEY, World, served
from tests.bot.driving import DRIVES, Scene, first_words, strange_words
from tests.manifest.test_manifest import VALUES
from tests.support.moments import START
from tests.support.small_world import SUPERVISOR, SmallWorld

#: Each keeps its drives when it is read.
READ = (drives_beside, drives_of_cards, drives_of_desk, drives_of_words)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give SQLite alone: what each engine does is tried where the work is done."""
    return sqlite_url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def door() -> AsyncIterator[World]:
    """Open the bot's door once for all that is driven."""
    each_anew = aiohttp.TCPConnector(force_close=True)  # No test leaves a line open.
    async with opened(KEY) as channel, aiohttp.ClientSession(connector=each_anew) as by:
        world = World(channel, by)
        server = await served(world, by)
        yield world
        await world.connector.close()
        await server.close()


#: What looks at a calendar while somebody waits: how long it may, `test_in_time` and
#: `test_dialogs` try of each.
LOOKING = {
    *(verbs.BOOK_NOW, verbs.COLLEAGUE_BOOK, verbs.CONFLICT_HAND),
    verbs.APPOINTMENT_MOVE,
    *(verbs.HANDOVER_TAKE, verbs.HANDOVER_TAKE_AGREED),
    *(verbs.COVER_TAKE, verbs.COVER_SEVERAL),
}


@dataclass(frozen=True)
class Heard:
    """What came in by the door, and how often Graph was asked before it was answered."""

    activity: dict[str, Any]
    asked: int

    @property
    def verb(self) -> str | None:
        """Of what is pressed."""
        value = self.activity.get("value") or {}
        sent = value.get("action") or value.get("data") or {}
        verb: str | None = sent.get("verb")
        return verb

    def is_(self, how: str, wanted: str, language: Language) -> bool:
        activity = self.activity
        shared = activity["conversation"]["conversationType"] == "channel"
        match activity["type"], how:
            case "invoke", "press":
                return self.verb == wanted
            case "invoke", "beside":
                return bool(activity["name"] == wanted)
            case "message", "channel" if shared:
                return desk.understand(activity["text"]) == wanted
            case "message", "say" if not shared:
                meant = understand(activity["text"], language, START, HELSINKI)
                return isinstance(meant, Command) and meant.verb == wanted
            case _:
                return False


@pytest.fixture
def heard(door: World, small: SmallWorld) -> Iterator[list[Heard]]:
    """Let the door lead to the bot; gives what came in by it."""
    heard: list[Heard] = []

    async def answer(activity: dict[str, Any]) -> dict[str, Any] | None:
        before = len(small.gate.calls)
        answered = await turn(small.world, activity)
        asked = [e for e in small.gate.calls[before:] if e.startswith("graph")]
        heard.append(Heard(activity, len(asked)))
        return answered

    door.turn, door.late = answer, late
    yield heard
    del door.turn


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("what", DRIVES)
async def test_it_is_done_and_answered_in_her_language(
    door: World,
    small: SmallWorld,
    heard: list[Heard],
    language: Language,
    what: str,
):
    answered = await DRIVES[what](Scene(small, language, door))

    how, _, wanted = plain(what).partition(" ")
    driven = [each for each in heard if each.is_(how, wanted, language)]
    assert driven, "it has not come in by the door"
    assert all((each.asked > 0) == (each.verb in LOOKING) for each in heard)
    if answered is not None:
        card, says = answered
        assert first_words(card) == says
        for each in (card, *read_in_chats(small)):
            assert each["lang"] == language
            assert strange_words(each, language) == set()


def read_in_chats(small: SmallWorld) -> list[dict[str, Any]]:
    """Give the cards of all whose language is the drive's: a supervisor has told none."""
    theirs = [each for each in small.chat.posted if SUPERVISOR not in str(each.to)]
    return [each.activity["attachments"][0]["content"] for each in theirs]


def plain(what: str) -> str:
    """Leave out which of several ways it is."""
    return what.partition(" (")[0]


def test_whatever_can_be_asked_for_is_driven():
    """What is added to these is asked for here too, in the state in which it works."""
    pressed = {f"press {each}" for each in verbs.ALL | verbs.CHANNEL | verbs.DIALOG}
    said = {f"say {each}" for each in Verb} | {f"channel {each}" for each in DeskVerb}
    invoked = {f"beside {each}" for each in extension._NAMES | {extension._ANONYMOUS}}
    (listed,) = build.manifest(VALUES)["composeExtensions"]
    commands = {each["id"] for each in listed["commands"]}

    assert {plain(each) for each in DRIVES} == pressed | said | invoked
    assert {each.partition(" (")[2][:-1] for each in DRIVES} >= commands
