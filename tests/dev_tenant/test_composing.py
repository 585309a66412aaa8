"""Beside a message: what the app is asked, and what Teams makes of its answers."""

import pytest
import pytest_asyncio

from dev_tenant.connector.chats import CARD_TYPE
from dev_tenant.connector.people import UNREACHABLE
from dev_tenant.faces.package import package_of
from tests.dev_tenant.small_bot import AINO, BO, a_card, a_world

THUMBNAIL = "application/vnd.microsoft.card.thumbnail"
HERO = "application/vnd.microsoft.card.hero"


@pytest_asyncio.fixture(loop_scope="session")
async def world():
    async with a_world() as made:
        yield made


def a_result(card=None, preview=THUMBNAIL, **more):
    shown = {
        "contentType": CARD_TYPE,
        "content": card or a_card(version="1.3"),
        "preview": {"contentType": preview, "content": {"title": "Yksi", "text": "a"}},
    }
    return shown | more


def results(*attachments, **more):
    listed = {"type": "result", "attachmentLayout": "list"}
    return {"composeExtension": listed | {"attachments": list(attachments)} | more}


def a_dialog(card, title="Uusi"):
    shown = {"title": title, "card": {"contentType": CARD_TYPE, "content": card}}
    return {"task": {"type": "continue", "value": shown}}


async def test_a_search_tells_command_parameter_and_page(world):
    world.bot.answer = results(a_result())
    _, found = await world.teams("search", user=AINO, command="free", text="ohjaus ti")

    heard = world.bot.heard[-1]
    assert heard["name"] == "composeExtension/query"
    assert heard["value"] == {
        "commandId": "free",
        "parameters": [{"name": "when", "value": "ohjaus ti"}],
        "queryOptions": {"skip": 0, "count": 25},
    }
    assert heard["from"]["aadObjectId"] == world.tenant.find_user(AINO).id
    assert heard["channelData"]["source"] == {"name": "compose"}
    assert [each["preview"]["content"]["title"] for each in found["attachments"]] == [
        "Yksi"
    ]


async def test_a_search_that_is_opened_tells_that_nothing_was_typed(world):
    world.bot.answer = results()
    await world.teams("search", user=AINO, command="free")

    asked = world.bot.heard[-1]["value"]["parameters"]
    assert asked == [{"name": "initialRun", "value": "true"}]


async def test_from_a_chat_of_several_the_app_is_told_which(world):
    world.bot.answer = results()
    await world.teams("search", user=AINO, command="find", text="M", chat="group")

    where = world.bot.heard[-1]["conversation"]
    assert (where["conversationType"], where["isGroup"]) == ("groupChat", True)
    assert where["id"].startswith("19:")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"composeExtension": {"type": "message", "text": "Ei ole"}}, "Ei ole"),
        ({"composeExtension": {"type": "nonsense"}}, UNREACHABLE),
        ({"task": {}}, UNREACHABLE),
        (results(a_result(preview=CARD_TYPE)), UNREACHABLE),
        (results({"contentType": CARD_TYPE}), UNREACHABLE),
    ],
)
async def test_a_preview_is_a_smaller_kind_of_card_or_nothing_is_shown(
    world, answer, text
):
    world.bot.answer = answer
    _, found = await world.teams("search", user=AINO, command="free", text="x")

    assert (found["attachments"], found["text"]) == ([], text)


async def test_a_preview_may_be_a_hero_card_or_missing(world):
    bare = a_result()
    del bare["preview"]
    world.bot.answer = results(a_result(preview=HERO), bare)
    _, found = await world.teams("search", user=AINO, command="free", text="x")

    assert len(found["attachments"]) == 2


async def test_what_was_chosen_is_sent_under_the_name_of_who_chose_it(world):
    sent = {"attachments": [a_result()], "text": "Katso"}
    await world.teams("send", user=AINO, chat="group", **sent)
    address = f"{world.root}/_tenant/teams/group"
    async with world.session.get(address, params={"user": BO}) as answer:
        (theirs,) = (await answer.json())["messages"]
    async with world.session.get(address, params={"user": AINO}) as answer:
        (hers,) = (await answer.json())["messages"]

    assert (theirs["by"], hers["by"]) == ("other", "user")
    assert theirs["name"] == world.tenant.find_user(AINO).name
    (kept,) = theirs["activity"]["attachments"]
    assert kept == {"contentType": CARD_TYPE, "content": a_card(version="1.3")}
    assert world.bot.heard == []  # No bot is in that chat.


async def test_a_card_sent_to_the_bot_itself_reaches_it_as_a_message(world):
    await world.teams("send", user=AINO, attachments=[a_result()])

    heard = world.bot.heard[-1]
    assert (heard["type"], heard["text"]) == ("message", "")
    assert heard["attachments"][0]["contentType"] == CARD_TYPE


async def test_a_command_opens_a_dialog_and_sends_it(world):
    world.bot.answer = a_dialog(a_card())
    _, opened = await world.teams("command", user=AINO, command="book", chat="group")
    fetched = world.bot.heard[-1]
    world.bot.answer = results(a_result())
    _, sent = await world.teams(
        "submit", user=AINO, command="book", data={"name": "K"}, chat="group"
    )
    submitted = world.bot.heard[-1]
    world.bot.answer = {"task": {"type": "message", "value": "Valmis"}}
    _, closed = await world.teams("submit", user=AINO, command="book", data={})

    assert fetched["name"] == "composeExtension/fetchTask"
    assert fetched["value"] == {
        "commandId": "book",
        "commandContext": "compose",
        "context": {"theme": "default"},
    }
    assert opened["answer"]["shown"] == "dialog"
    assert submitted["name"] == "composeExtension/submitAction"
    assert submitted["value"]["data"] == {"name": "K"}
    assert len(sent["given"]["attachments"]) == 1
    assert (closed["answer"]["shown"], closed["answer"]["text"]) == (
        "message",
        "Valmis",
    )


async def test_in_a_chat_without_the_bot_a_card_opens_a_dialog_and_nothing_else(world):
    fetch = {"msteams": {"type": "task/fetch"}, "verb": "look"}
    sent = {"attachments": [a_result()], "chat": "group"}
    _, message = await world.teams("send", user=AINO, **sent)
    here = {"user": BO, "message": message["id"], "chat": "group"}
    await world.teams("install", user=BO)
    world.bot.answer = a_dialog(a_card())

    press = {"type": "Action.Submit", "data": fetch}
    _, opened = await world.teams("act", action=press, **here)
    heard = world.bot.heard[-1]
    other = {"type": "Action.Execute", "verb": "book", "data": {}}
    _, refused = await world.teams("act", action=other, **here)
    await world.teams("dialog", name="task/submit", data={"name": "K"}, **here)

    assert opened["answer"]["shown"] == "dialog"
    assert (heard["name"], heard["value"]["data"]) == ("task/fetch", fetch)
    assert heard["from"]["aadObjectId"] == world.tenant.find_user(BO).id
    assert heard["conversation"]["conversationType"] == "groupChat"
    assert (refused["answer"]["shown"], refused["answer"]["text"]) == (
        "error",
        UNREACHABLE,
    )
    assert world.bot.heard[-1]["name"] == "task/submit"


async def test_a_pasted_link_of_the_apps_own_host_is_asked_about(world):
    world.bot.answer = results(a_result(), a_result())
    url = f"{world.tenant.app_url}/teams/appointment/K7Q2FM"
    _, found = await world.teams("paste", user=AINO, url=url)
    heard = world.bot.heard[-1]
    await world.teams("paste", user=AINO, url="https://elsewhere.example/a/1")
    await world.teams("paste", user=AINO, url="http://[")

    assert (heard["name"], heard["value"]) == (
        "composeExtension/queryLink",
        {"url": url},
    )
    assert len(found["attachments"]) == 1  # The first alone.
    assert len(world.bot.heard) == 1


async def test_a_link_is_shown_by_a_card_of_version_1_3_at_most(world):
    world.bot.answer = results(a_result(a_card(version="1.5")))
    url = f"{world.tenant.app_url}/teams/tab"
    _, found = await world.teams("paste", user=AINO, url=url)

    assert found["attachments"] == []


async def test_what_is_not_answered_in_time_is_asked_twice_more(world, monkeypatch):
    monkeypatch.setattr("dev_tenant.connector.people.BESIDE_SECONDS", 0.05)
    world.bot.delay = 0.3
    _, answer = await world.teams("command", user=AINO, command="book")

    assert answer["answer"]["text"] == UNREACHABLE
    assert len(world.bot.heard) == 3


async def test_who_does_not_have_the_app_and_what_it_does_not_have_are_refused(world):
    status, _ = await world.teams("search", user=BO, command="free")
    unknown, _ = await world.teams("search", user=AINO, command="delete")
    nowhere, _ = await world.teams("search", user=AINO, command="free", chat="x")
    empty, _ = await world.teams("send", user=AINO)

    assert (status, unknown, nowhere, empty) == (403, 404, 400, 400)


def test_commands_and_hosts_are_those_of_the_package(world):
    for language, word in (("fi", "Vapaat ajat"), ("sv", "Lediga tider")):
        beside = package_of(world.tenant, language).beside
        assert [each.id for each in beside] == ["free", "find", "book", "offer"]
        assert beside[0].title == word
    watched = package_of(world.tenant, "en").watched
    assert [f"http://{each}" for each in watched] == [world.tenant.app_url]
