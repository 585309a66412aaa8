"""Channels of a team: who hears what, threads, and what one person alone sees."""

import pytest_asyncio

from dev_tenant.connector import channels, names
from dev_tenant.connector.chats import CARD_TYPE
from tests import contracts
from tests.dev_tenant.small_bot import AINO, BO, a_card, a_world, with_card

CHANNEL = "Työnhakupalvelut/Päivystys"


@pytest_asyncio.fixture
async def world():
    async with a_world() as made:
        yield made


async def act(world, what, user=AINO, **body):
    status, answer = await world.teams(
        f"channel/{what}", user=user, channel=CHANNEL, **body
    )
    assert status == 200, answer
    return answer


async def shown(world, user=AINO, channel=CHANNEL):
    address = f"{world.root}/_tenant/teams/channel"
    params = {"user": user, "channel": channel}
    async with world.session.get(address, params=params) as answer:
        return await answer.json()


async def with_bot(world):
    assert await act(world, "app", there=True) == {"told": [200, 200]}
    found = await shown(world)
    world.bot.heard.clear()
    return found["id"]


async def begun(world, channel, activity):
    body = {
        "isGroup": True,
        "bot": {"id": names.of_bot(world.tenant)},
        "channelData": {"channel": {"id": channel}},
        "activity": activity,
    }
    return await world.connector("POST", "conversations", body)


async def test_adding_the_app_to_a_team_tells_the_bot_twice(world):
    await act(world, "app", there=True)

    assert world.bot.kinds() == ["conversationUpdate", "installationUpdate"]
    for heard in world.bot.heard:
        assert heard["conversation"]["conversationType"] == "channel"
        assert heard["channelData"]["team"]["name"] == "Työnhakupalvelut"
        assert heard["channelData"]["team"]["id"] == heard["conversation"]["id"]


async def test_in_a_channel_a_bot_hears_what_mentions_it_and_nothing_else(world):
    channel = await with_bot(world)

    await act(world, "say", text="Kuka on paikalla?")
    said = await act(world, "say", text="@Vuoro tänään")

    (heard,) = world.bot.heard
    assert heard["text"] == "<at>Vuoro</at> tänään"
    assert heard["conversation"]["id"] == f"{channel};messageid={said['id']}"
    assert heard["conversation"]["isGroup"] is True
    assert heard["channelData"]["channel"]["id"] == channel
    mention = next(each for each in heard["entities"] if each["type"] == "mention")
    assert mention["mentioned"]["id"] == names.of_bot(world.tenant)
    assert len((await shown(world, BO))["messages"]) == 2


async def test_without_the_app_a_team_hears_no_bot(world):
    channel = (await shown(world))["id"]

    await act(world, "say", text="@Vuoro tänään")
    status, body, _ = await begun(world, channel, {"type": "message", "text": "x"})

    assert world.bot.heard == []
    assert status == 403
    assert body["error"]["code"] == "BotNotInConversationRoster"


async def test_a_bot_begins_a_thread_answers_in_it_and_changes_what_it_wrote(world):
    channel = await with_bot(world)

    status, made, _ = await begun(world, channel, with_card(a_card("Kuka voi?")))
    thread = f"conversations/{made['id']}/activities"
    replied, _, _ = await world.connector(
        "POST", thread, {"type": "message", "text": "Huomenna"}
    )
    changed, _, _ = await world.connector(
        "PUT", f"{thread}/{made['activityId']}", with_card(a_card("Kiitos"))
    )

    assert (status, replied, changed) == (201, 201, 200)
    assert made["id"] == f"{channel};messageid={made['activityId']}"
    first, second = (await shown(world, BO))["messages"]
    content = first["activity"]["attachments"][0]["content"]
    assert content["body"][0]["text"] == "Kiitos"
    assert second["thread"] == first["id"]


async def test_what_goes_over_the_wire_keeps_to_the_connectors_contract(world):
    channel = await with_bot(world)
    _, made, _ = await begun(world, channel, with_card(a_card("Kaikille")))
    await act(world, "say", text="@Vuoro tänään")
    await act(world, "press", action="Book", values={"name": "x"})
    path = f"conversations/{made['id']}/activities/{made['activityId']}"
    await world.connector("PUT", path, with_card(a_card("Uusi")))
    await act(world, "delete")

    async with world.session.get(f"{world.root}/_tenant/traffic.har") as answer:
        har = await answer.json()
    assert contracts.check_har(har) == []


async def test_an_unknown_channel_and_an_empty_thread_are_refused(world):
    channel = await with_bot(world)

    unknown, _, _ = await begun(world, "19:x@thread.tacv2", {"type": "message"})
    empty, _, _ = await begun(world, channel, None)

    assert (unknown, empty) == (404, 400)


async def test_a_press_is_answered_to_her_alone_until_the_message_changes(world):
    channel = await with_bot(world)
    _, made, _ = await begun(world, channel, with_card(a_card("Kaikille")))
    hers = a_card("Vain sinulle")
    world.bot.answer = {"statusCode": 200, "type": CARD_TYPE, "value": hers}

    answer = await act(world, "press", action="Book", values={"name": "x"})

    assert answer["answer"]["shown"] == "card"
    assert "Vain sinulle" in str(await shown(world))
    assert "Vain sinulle" not in str(await shown(world, BO))
    heard = world.bot.heard[-1]
    assert heard["replyToId"] == made["activityId"]
    assert heard["conversation"]["id"] == made["id"]
    path = f"conversations/{made['id']}/activities/{made['activityId']}"
    await world.connector("PUT", path, with_card(a_card("Uusi")))
    assert "Vain sinulle" not in str(await shown(world))


async def test_a_shared_card_refreshes_for_those_it_names(world):
    channel = await with_bot(world)
    aino = names.of_user(world.tenant, world.tenant.find_user(AINO).id)
    card = a_card("Kaikille")
    action = {"type": "Action.Execute", "verb": "look", "data": {}}
    card["refresh"] = {"action": action, "userIds": [aino]}
    _, made, _ = await begun(world, channel, with_card(card))
    mine = {"statusCode": 200, "type": CARD_TYPE, "value": a_card("Vain sinulle")}
    world.bot.answer = mine

    for user in (BO, AINO):
        await act(world, "refresh", user=user, message=made["activityId"])

    (heard,) = world.bot.heard
    assert heard["value"]["trigger"] == "automatic"
    assert heard["from"]["id"] == aino
    assert "Vain sinulle" not in str(await shown(world, BO))


async def test_an_old_submit_in_a_channel_is_a_message_with_a_value(world):
    channel = await with_bot(world)
    await begun(world, channel, with_card(a_card("Kaikille")))

    await act(world, "press", action="Send", values={"name": "x"})

    heard = world.bot.heard[-1]
    assert (heard["type"], heard["value"]["kind"]) == ("message", "x")
    assert heard["conversation"]["conversationType"] == "channel"


async def test_a_team_is_its_units_people_and_the_roster_has_them(world):
    channel = await with_bot(world)
    status, roster, _ = await world.connector("GET", f"conversations/{channel}/members")
    elsewhere = channels.members(world.tenant, "Osaamispalvelut")

    assert status == 200
    mails = {each["email"] for each in roster}
    assert {AINO, BO} <= mails
    other = next(each for each in elsewhere if "professional" in each.roles)
    assert other.mail not in mails
    assert "error" in await shown(world, other.mail)


async def test_a_deleted_channel_is_told_and_found_no_more(world):
    channel = await with_bot(world)

    await act(world, "delete")

    (heard,) = world.bot.heard
    assert heard["channelData"]["eventType"] == "channelDeleted"
    assert heard["channelData"]["channel"]["id"] == channel
    status, _, _ = await begun(world, channel, {"type": "message", "text": "x"})
    assert status == 404
