"""What the bot says: the five calls, and its token going nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from teams_app.bot.outbound import Endpoints
from teams_app.bot.tokens import Bearer
from teams_app.outside import Chat, ChatError, Conversation
from tests.bot.channel import (
    APP,
    TENANT,
    Credential,
    SigningKey,
    epoch,
)
from tests.bot.door import World, chat_of

Turn = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

KEY = SigningKey("first")
OTHER = SigningKey("second")


async def test_sending_posts_the_activity_with_the_bots_token(world: World) -> None:
    chat: Chat = world.connector
    card = {"type": "AdaptiveCard", "odd": [1, {"a": None}]}

    id_ = await chat.send(
        chat_of(world.channel), {"type": "message", "attachments": [{"content": card}]}
    )

    ((method, path, body, shown),) = world.channel.calls
    assert id_ == "m1"
    assert (method, shown) == ("POST", "Bearer token1")
    assert path == "/teams/v3/conversations/a%3A1%2F%C3%A4%3F/activities"
    assert body["attachments"][0]["content"] == card
    assert body["from"] == {"id": f"28:{APP}"}


async def test_updating_and_replying_name_the_activity(world: World) -> None:
    here = chat_of(world.channel, conversation_id="a:1")

    await world.connector.update(here, "m/9", {"type": "message", "text": "x"})
    await world.connector.send(here, {"type": "message", "replyToId": "m9"})

    assert [(one[0], one[1]) for one in world.channel.calls] == [
        ("PUT", "/teams/v3/conversations/a%3A1/activities/m%2F9"),
        ("POST", "/teams/v3/conversations/a%3A1/activities/m9"),
    ]


async def test_in_a_channel_a_message_begins_a_thread_and_is_changed_there(
    world: World,
) -> None:
    here = chat_of(world.channel, conversation_id="19:c@thread.tacv2", team="19:t")

    await world.connector.send(here, {"type": "message", "text": "x"})
    await world.connector.update(here, "9", {"type": "message", "text": "y"})

    begun, changed = world.channel.calls
    assert begun[:2] == ("POST", "/teams/v3/conversations")
    assert begun[2]["isGroup"] is True
    assert begun[2]["channelData"]["channel"] == {"id": "19:c@thread.tacv2"}
    assert begun[2]["activity"]["text"] == "x"
    thread = "19%3Ac%40thread.tacv2%3Bmessageid%3D9"
    assert changed[:2] == ("PUT", f"/teams/v3/conversations/{thread}/activities/9")
    assert changed[2]["conversation"]["id"] == "19:c@thread.tacv2;messageid=9"


@pytest.mark.parametrize("status", [404, 501])
async def test_deleting_what_is_gone_or_cannot_be_deleted_is_accepted(
    world: World, status: int
) -> None:
    world.channel.answers = [web.Response(status=status)]

    await world.connector.delete(chat_of(world.channel), "m1")

    assert world.channel.calls[0][0] == "DELETE"


async def test_deleting_may_fail(world: World) -> None:
    world.channel.answers = [web.Response(status=403)]

    with pytest.raises(ChatError):
        await world.connector.delete(chat_of(world.channel), "m1")


async def test_a_limit_says_how_long_to_wait(world: World) -> None:
    world.channel.answers = [web.Response(status=429, headers={"Retry-After": "7"})]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(chat_of(world.channel), {"type": "message"})

    assert (refused.value.status, refused.value.retry_after) == (429, 7.0)
    assert len(world.channel.calls) == 1  # Nothing was retried behind our back.


async def test_what_teams_says_of_a_limit_is_kept_for_that_conversation_alone(
    world: World,
) -> None:
    world.channel.answers = [web.Response(status=429, headers={"Retry-After": "7.5"})]
    hers = chat_of(world.channel)
    his = chat_of(world.channel, conversation_id="a:2")
    with pytest.raises(ChatError):
        await world.connector.send(hers, {"type": "message", "text": "x"})

    with pytest.raises(ChatError) as kept:
        await world.connector.send(hers, {"type": "message", "text": "x"})
    await world.connector.send(his, {"type": "message", "text": "x"})

    assert kept.value.status == 429
    assert 7 < (kept.value.retry_after or 0) <= 7.5
    assert len(world.channel.calls) == 2, "one refused, and one to somebody else"


async def test_teams_own_word_for_a_refusal_is_heard(world: World) -> None:
    error = {"error": {"code": "ConversationBlockedByUser", "message": "no"}}
    world.channel.answers = [web.json_response(error, status=403)]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(chat_of(world.channel), {"type": "message"})

    assert refused.value.code == "ConversationBlockedByUser"


async def test_a_limit_without_a_number_is_still_a_limit(world: World) -> None:
    soon = "Wed, 25 Nov 2026 10:00:00 GMT"
    world.channel.answers = [web.Response(status=429, headers={"Retry-After": soon})]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(chat_of(world.channel), {"type": "message"})

    assert refused.value.retry_after == 1.0


async def test_an_update_of_what_is_gone_is_404(world: World) -> None:
    world.channel.answers = [web.Response(status=404)]

    with pytest.raises(ChatError) as refused:
        await world.connector.update(chat_of(world.channel), "m1", {"type": "message"})

    assert refused.value.status == 404


@pytest.mark.parametrize("trouble", ["slow", "closed", "nonsense"])
async def test_when_nothing_is_heard_the_message_may_have_arrived(
    world: World, trouble: str
) -> None:
    here = chat_of(world.channel)
    if trouble == "slow":
        world.channel.delay = 1
        world.connector._timeout = aiohttp.ClientTimeout(total=0.1)
    elif trouble == "closed":
        here = chat_of(world.channel, service_url="http://127.0.0.1:1/teams/")
        world.connector._endpoints = Endpoints(service_urls=("http://127.0.0.1:1/",))
    else:
        world.channel.answers = [web.Response(text="<html>")]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(here, {"type": "message"})

    assert refused.value.status == 0


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "http://127.0.0.1:1/", "", "teams"]
)
async def test_the_bots_token_goes_to_no_other_address(
    world: World, address: str
) -> None:
    with pytest.raises(ChatError) as refused:
        await world.connector.send(
            chat_of(world.channel, service_url=address), {"type": "message"}
        )

    assert refused.value.status == 400
    assert world.credential.asked == []


async def test_a_redirect_is_not_followed(world: World) -> None:
    elsewhere = {"Location": "https://evil.example/"}
    world.channel.answers = [web.Response(status=307, headers=elsewhere)]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(chat_of(world.channel), {"type": "message"})

    assert refused.value.status == 307


async def test_a_chat_is_opened_with_the_tenant_and_the_person(world: World) -> None:
    world.channel.answers = [web.json_response({"id": "a:new"}, status=201)]

    made = await world.connector.create(TENANT, "a1")

    ((method, path, body, _),) = world.channel.calls
    assert (method, path) == ("POST", "/teams/v3/conversations")
    assert body["members"] == [{"id": "a1"}]
    assert body["tenantId"] == body["channelData"]["tenant"]["id"] == TENANT
    assert made == Conversation(world.channel.service_url, "a:new", TENANT, f"28:{APP}")


async def test_a_member_is_known_by_the_entra_object_id(world: World) -> None:
    found = {"id": "29:x", "objectId": "a1", "tenantId": TENANT, "name": "Aino"}
    world.channel.answers = [web.json_response(found)]

    member = await world.connector.member(chat_of(world.channel), "29:x")

    assert (member["aadObjectId"], member["name"]) == ("a1", "Aino")


async def test_one_token_serves_many_calls_even_at_once(world: World) -> None:
    world.credential.delay = 0.05
    here = chat_of(world.channel)

    await asyncio.gather(
        *[world.connector.send(here, {"type": "message"}) for _ in range(5)]
    )

    assert world.credential.asked == [("https://api.botframework.com/.default",)]


async def test_a_token_is_renewed_beside_the_calls_that_use_it() -> None:
    at = [epoch()]
    credential = Credential(lasts=3600)
    bearer = Bearer(credential, "scope", lambda: at[0])
    first = await bearer.get()

    at[0] += 3600 - 300
    credential.delay, credential.lasts = 0.01, 7200
    assert await bearer.get() == first  # Still good, and nobody waited.
    async with asyncio.timeout(10):
        while await bearer.get() == first:  # noqa: ASYNC110  it goes on beside
            await asyncio.sleep(0.01)  # noqa: TID251

    assert await bearer.get() == "token2"
    assert len(credential.asked) == 2


async def test_a_renewal_that_fails_leaves_the_old_token() -> None:
    at = [epoch()]
    credential = Credential(lasts=3600)
    bearer = Bearer(credential, "scope", lambda: at[0])
    first = await bearer.get()
    at[0] += 3600 - 300
    credential.failing = True

    for _ in range(3):
        assert await bearer.get() == first
        await asyncio.sleep(0)  # noqa: TID251  lets the renewal run


async def test_without_a_token_the_message_is_known_not_to_be_sent(
    world: World,
) -> None:
    world.credential.failing = True

    with pytest.raises(ChatError) as refused:
        await world.connector.send(chat_of(world.channel), {"type": "message"})

    assert refused.value.status == 503
    assert refused.value.refused, "it is told by another way, should her chat be closed"
    assert world.channel.calls == []
