"""The message extension through the bot's one door: signed, in time, once."""

import asyncio
from typing import Any

import pytest

from booking.model import Language
from booking.wording import text
from cards import verbs
from teams_app.bot.turns import late, turn
from teams_app.store import people
from tests import make
from tests.bot.channel import SigningKey
from tests.bot.door import World
from tests.bot.talk import AINO, FORM, nodes
from tests.bot.test_extension import GROUP, INVOKES
from tests.bot.test_forms import FREE, appointments
from tests.support.small_world import SmallWorld


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def opened(world: World, small: SmallWorld) -> World:
    """Let the door lead to the bot itself."""

    async def answer(activity: dict[str, Any]) -> dict[str, Any] | None:
        return await turn(small.world, activity)

    world.turn, world.late = answer, late
    return world


def invoke(world: World, name: str, value: Any) -> dict[str, Any]:
    return world.channel.activity(
        type="invoke",
        name=name,
        value=value,
        conversation=GROUP,
        **{"from": {"id": "29:aino", "aadObjectId": AINO}},
    )


async def asked(world: World, name: str, value: Any) -> dict[str, Any]:
    sent = invoke(world, name, value)
    answer = await world.bot.post(sent, world.channel.token())
    assert (answer.status, answer.content_type) == (200, "application/json")
    body: dict[str, Any] = await answer.json()
    return body


@pytest.mark.parametrize("language", Language)
async def test_a_search_a_dialog_and_a_link_are_answered_in_her_language(
    opened: World, small: SmallWorld, language: Language
):
    small.write(people.save_professional, make.a_professional(language=language))
    booked = small.book(26)
    whom = {"commandId": "find", "parameters": [{"name": "whom", "value": "Maija"}]}
    url = f"{small.links.base}/teams/appointment/{booked.reference}"
    secret = f"{small.links.base}/a/{booked.link}"

    free = await asked(opened, "composeExtension/query", {"commandId": "free"})
    found = await asked(opened, "composeExtension/query", whom)
    form = await asked(opened, "composeExtension/fetchTask", {"commandId": "book"})
    shown = await asked(opened, "composeExtension/queryLink", {"url": url})
    warned = await asked(opened, "composeExtension/queryLink", {"url": secret})

    assert text(language, "extension.do.book") in str(free)
    assert text(language, "extension.appointment.title") in str(found)
    assert text(language, "cards.book.title") in str(form)
    assert text(language, "extension.appointment.title") in str(shown)
    assert text(language, "extension.secret.title") in str(warned)


async def test_without_a_genuine_token_none_of_it_is_heard(opened: World):
    forged = SigningKey("first").sign(opened.channel.claims())

    for name in (*INVOKES, "composeExtension/anonymousQueryLink"):
        for token in (None, forged):
            sent = invoke(opened, name, {"url": "x"})
            assert (await opened.bot.post(sent, token)).status == 401


async def test_what_takes_long_is_answered_in_time_and_done_once(
    opened: World, small: SmallWorld
):
    go = asyncio.Event()

    async def slowly(activity: dict[str, Any]) -> dict[str, Any] | None:
        await go.wait()
        return await turn(small.world, activity)

    opened.turn, opened.connector._turn_seconds = slowly, 0.05
    data = FORM | {"verb": verbs.BOOK_NOW, "slot": FREE}
    value = {"commandId": "book", "commandContext": "compose", "data": data}

    first = await asked(opened, "composeExtension/submitAction", value)
    go.set()
    opened.connector._turn_seconds = 4
    (again,) = [each for each in nodes(first) if each.get("type") == "Action.Submit"]
    second = await asked(
        opened, "composeExtension/submitAction", value | {"data": again["data"]}
    )

    assert text("fi", "cards.notice.slow.title") in str(first)
    (made,) = appointments(small)
    assert made.reference in str(second)
