"""The bot's door, against a channel whose every temper we can play."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import Middleware

from teams_app.bot.connector import BODY_BYTES_MAX, Connector, Misconfigured
from teams_app.bot.outbound import Endpoints
from teams_app.bot.tokens import Bearer, Keys
from teams_app.outside import Chat, ChatError, Conversation
from tests.bot.channel import (
    APP,
    ISSUER,
    TENANT,
    Bot,
    Channel,
    Credential,
    SigningKey,
    epoch,
    opened,
)

Turn = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

KEY = SigningKey("first")
OTHER = SigningKey("second")


class World:
    """A connector, the channel it speaks with, and what reached the turn."""

    def __init__(
        self, channel: Channel, session: aiohttp.ClientSession, **options: Any
    ) -> None:
        self.channel = channel
        self.credential = Credential()
        self.heard: list[dict[str, Any]] = []
        self.turn: Turn = self._listen
        places = endpoints(channel)
        keys = Keys(session, places.metadata_url, cool_seconds=0)
        self.keys = keys
        bearer = Bearer(self.credential, places.scope, epoch)
        given = {"app_id": APP, "bearer": bearer, "keys": keys} | options
        self.connector = Connector(session, endpoints=places, **given)
        self.bot: Bot

    async def _listen(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        self.heard.append(activity)
        if activity["type"] == "invoke":
            return {"status": 200, "body": {"statusCode": 200, "value": {"a": [1]}}}
        return None

    async def answer(self, request: web.Request) -> web.Response:
        return await self.connector.handle(request, self.turn)


def endpoints(channel: Channel) -> Endpoints:
    return Endpoints(
        metadata_url=f"{channel.origin}/openid",
        issuer=ISSUER,
        home=channel.service_url,
        service_urls=(f"{channel.origin}/",),
    )


@pytest_asyncio.fixture
async def channel() -> AsyncIterator[Channel]:
    async with opened(KEY) as channel:
        yield channel


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def served(world: World, session: aiohttp.ClientSession) -> TestServer:
    app = web.Application()
    app.router.add_post("/api/messages", world.answer)
    server = TestServer(app)
    await server.start_server()
    world.bot = Bot(server, session)
    return server


@pytest_asyncio.fixture
async def world(
    channel: Channel, session: aiohttp.ClientSession
) -> AsyncIterator[World]:
    world = World(channel, session)
    server = await served(world, session)
    yield world
    await world.connector.close()
    await server.close()


async def test_a_signed_message_reaches_the_turn_as_it_was_sent(world: World) -> None:
    sent = world.channel.activity(entities=[{"type": "clientInfo", "odd": {"x": 1}}])

    answer = await world.bot.post(sent, world.channel.token())

    assert answer.status == 200
    assert world.heard == [sent]


async def test_an_invoke_gets_its_answer_as_the_turn_gave_it(world: World) -> None:
    answer = await world.bot.post(world.channel.invoke(), world.channel.token())

    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert await answer.json() == {"statusCode": 200, "value": {"a": [1]}}


async def test_an_invoke_may_be_answered_with_a_text_or_an_error(world: World) -> None:
    given = [
        {"status": 200, "body": {"type": "x.message", "value": "varattu"}},
        {"status": 412, "body": None},
    ]

    async def turn(_: dict[str, Any]) -> dict[str, Any]:
        return given.pop(0)

    world.turn = turn
    first = await world.bot.post(world.channel.invoke(), world.channel.token())
    second = await world.bot.post(world.channel.invoke(), world.channel.token())

    assert (await first.json())["value"] == "varattu"
    assert second.status == 412


async def test_an_invoke_nobody_answers_is_501(world: World) -> None:
    async def turn(_: dict[str, Any]) -> None:
        return None

    world.turn = turn
    answer = await world.bot.post(world.channel.invoke(), world.channel.token())

    assert answer.status == 501


@pytest.mark.parametrize("kind", ["message", "invoke"])
async def test_a_turn_that_fails_is_500_and_is_logged_once(
    world: World, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def turn(_: dict[str, Any]) -> None:
        raise LookupError("planted")

    world.turn = turn
    sent = world.channel.activity(type=kind)
    answer = await world.bot.post(sent, world.channel.token())

    assert answer.status == 500
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == [
        "a turn of the bot failed"
    ]


def _missing(_: Channel) -> str | None:
    return None


def _malformed(_: Channel) -> str:
    return "not.a.token"


def _garbage(_: Channel) -> str:
    return "ä"


def _empty(_: Channel) -> str:
    return ""


def _forged(channel: Channel) -> str:
    """Signed by a stranger under the name of the true key."""
    stranger = SigningKey("first")
    return stranger.sign(channel.claims())


def _unsigned(channel: Channel) -> str:
    return jwt.encode(channel.claims(), "", "none", headers={"kid": "first"})


def _by_secret(channel: Channel) -> str:
    """Signed with a shared secret, in the hope that the public key serves as one."""
    secret = "x" * 64
    return jwt.encode(channel.claims(), secret, "HS256", headers={"kid": "first"})


def _unknown_key(channel: Channel) -> str:
    return OTHER.sign(channel.claims())


def _nameless_key(channel: Channel) -> str:
    return jwt.encode(channel.claims(), KEY.private, "RS256")


def _expired(channel: Channel) -> str:
    """A token seen long ago and played again."""
    long_ago = int(epoch()) - 3600
    return channel.token(nbf=long_ago - 3600, exp=long_ago)


def _too_early(channel: Channel) -> str:
    return channel.token(nbf=int(epoch()) + 3600)


def _endless(channel: Channel) -> str:
    return channel.token(exp=None)


def _another_bot(channel: Channel) -> str:
    return channel.token(aud="somebody-else")


def _another_issuer(channel: Channel) -> str:
    return channel.token(iss="https://evil.example")


def _emulator(channel: Channel) -> str:
    """What the SDK would take as the emulator's, signed with the common keys."""
    tenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
    return channel.token(
        iss=f"https://login.microsoftonline.com/{tenant}/v2.0", ver="2.0", azp=APP
    )


def _no_issuer(channel: Channel) -> str:
    return channel.token(iss=None)


def _another_address(channel: Channel) -> str:
    return channel.token(serviceurl=f"{channel.origin}/elsewhere/")


def _no_address(channel: Channel) -> str:
    return channel.token(serviceurl=None)


BAD_TOKENS = [
    _missing,
    _malformed,
    _garbage,
    _empty,
    _forged,
    _unsigned,
    _by_secret,
    _unknown_key,
    _nameless_key,
    _expired,
    _too_early,
    _endless,
    _another_bot,
    _another_issuer,
    _emulator,
    _no_issuer,
    _another_address,
    _no_address,
]


@pytest.mark.parametrize("make", BAD_TOKENS)
async def test_a_bad_token_is_401_and_reaches_nobody(
    world: World, make: Callable[[Channel], str | None]
) -> None:
    answer = await world.bot.post(world.channel.activity(), make(world.channel))

    assert answer.status == 401
    assert world.heard == []


async def test_a_refused_token_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = _expired(world.channel)

    await world.bot.post(world.channel.activity(), token)

    assert any("refused" in one.message for one in caplog.records)
    assert token.split(".")[2] not in caplog.text


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer  ", "bearer"])
async def test_an_authorization_that_is_no_bearer_is_401(
    world: World, header: str
) -> None:
    answer = await world.bot.post(
        world.channel.activity(), headers={"Authorization": header}
    )

    assert answer.status == 401


async def test_clocks_may_differ_by_less_than_five_minutes(world: World) -> None:
    now = int(epoch())

    answer = await world.bot.post(
        world.channel.activity(), world.channel.token(nbf=now + 240, exp=now + 3000)
    )

    assert answer.status == 200


async def test_another_channel_is_refused_whatever_it_claims(world: World) -> None:
    sent = world.channel.activity(channelId="webchat")

    assert (await world.bot.post(sent, world.channel.token())).status == 401


async def test_a_key_must_be_endorsed_for_teams(world: World) -> None:
    world.channel.keys = [SigningKey("chat", ("webchat",))]

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 401


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/teams/",
        "{origin}.evil.example/",
        "http://user@{host}/teams/",
    ],
)
async def test_a_service_address_must_be_on_the_list_even_when_signed(
    world: World, address: str
) -> None:
    origin = world.channel.origin
    where = address.format(origin=origin, host=origin.removeprefix("http://"))
    sent = world.channel.activity(serviceUrl=where)

    answer = await world.bot.post(sent, world.channel.token(serviceurl=where))

    assert answer.status == 401


async def test_keys_that_rotate_are_fetched_again(world: World) -> None:
    await world.bot.post(world.channel.activity(), world.channel.token())
    world.channel.keys = [OTHER]

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 200
    assert world.channel.key_fetches == 2


async def test_known_keys_are_not_fetched_again(world: World) -> None:
    for _ in range(3):
        await world.bot.post(world.channel.activity(), world.channel.token())

    assert world.channel.key_fetches == 1


async def test_unknown_keys_cannot_make_the_bot_fetch_without_end(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    at = [1000.0]
    keys = Keys(
        session, f"{channel.origin}/openid", cool_seconds=30, clock=lambda: at[0]
    )

    found = await asyncio.gather(*[keys.get(f"unknown{n}") for n in range(20)])
    assert channel.key_fetches == 1
    assert found == [None] * 20

    at[0] += 31
    await keys.get("unknown")
    assert channel.key_fetches == 2


@pytest.mark.parametrize("trouble", ["slow", "down"])
async def test_without_keys_the_answer_is_503(world: World, trouble: str) -> None:
    if trouble == "slow":
        world.channel.key_delay = 1
        world.keys._patience = 0.1
    else:
        world.channel.key_status = 500

    answer = await world.bot.post(world.channel.activity(), world.channel.token())

    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert world.heard == []


async def test_a_key_server_that_is_down_does_not_stop_what_is_known(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    at = [0.0]
    url = f"{channel.origin}/openid"
    keys = Keys(session, url, cool_seconds=0, clock=lambda: at[0])
    assert await keys.get("first")
    channel.key_status = 500
    at[0] += 7 * 3600

    assert await keys.get("first")


@pytest.mark.parametrize("sent", [b"{}", b"[]", b"{", b"null", b"\xff", b'{"type":1}'])
async def test_a_body_that_is_no_activity_is_400(world: World, sent: bytes) -> None:
    assert (await world.bot.post(sent, world.channel.token())).status == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"timestamp": "yesterday"},
        {"conversation": "a:1"},
        {"serviceUrl": None},
        {"type": ""},
        {"channelId": 7},
    ],
)
async def test_an_activity_of_the_wrong_shape_is_400(
    world: World, wrong: dict[str, Any]
) -> None:
    sent = world.channel.activity(**wrong)

    assert (await world.bot.post(sent, world.channel.token())).status == 400
    assert world.heard == []


async def test_another_content_type_is_415(world: World) -> None:
    answer = await world.bot.post(
        world.channel.activity(),
        world.channel.token(),
        headers={"Content-Type": "text/plain"},
    )

    assert answer.status == 415


async def test_too_long_a_body_is_413(world: World) -> None:
    sent = world.channel.activity(text="a" * BODY_BYTES_MAX)

    assert (await world.bot.post(sent, world.channel.token())).status == 413
    assert world.heard == []


async def test_a_slow_message_is_acknowledged_and_its_turn_goes_on(
    world: World,
) -> None:
    world.connector._turn_seconds = 0.05
    go = asyncio.Event()

    async def turn(activity: dict[str, Any]) -> None:
        await go.wait()
        world.heard.append(activity)

    world.turn = turn
    answer = await world.bot.post(world.channel.activity(), world.channel.token())
    assert answer.status == 200
    assert world.heard == []

    go.set()
    await world.connector.close()
    assert len(world.heard) == 1


async def test_two_turns_do_not_wait_for_each_other(world: World) -> None:
    both = asyncio.Barrier(2)

    async def turn(_: dict[str, Any]) -> dict[str, Any]:
        await both.wait()  # Passes only when the other turn is here too.
        return {"status": 200, "body": {}}

    world.turn = turn
    async with asyncio.timeout(5):
        answers = await asyncio.gather(
            *[
                world.bot.post(world.channel.invoke(), world.channel.token())
                for _ in range(2)
            ]
        )

    assert [one.status for one in answers] == [200, 200]


def _here(channel: Channel, **changes: str) -> Conversation:
    return Conversation(
        **{
            "service_url": channel.service_url,
            "conversation_id": "a:1/ä?",
            "tenant_id": TENANT,
            "bot_id": f"28:{APP}",
        }
        | changes
    )


async def test_sending_posts_the_activity_with_the_bots_token(world: World) -> None:
    chat: Chat = world.connector
    card = {"type": "AdaptiveCard", "odd": [1, {"a": None}]}

    id_ = await chat.send(
        _here(world.channel), {"type": "message", "attachments": [{"content": card}]}
    )

    ((method, path, body, shown),) = world.channel.calls
    assert id_ == "m1"
    assert (method, shown) == ("POST", "Bearer token1")
    assert path == "/teams/v3/conversations/a%3A1%2F%C3%A4%3F/activities"
    assert body["attachments"][0]["content"] == card
    assert body["from"] == {"id": f"28:{APP}"}


async def test_updating_and_replying_name_the_activity(world: World) -> None:
    here = _here(world.channel, conversation_id="a:1")

    await world.connector.update(here, "m/9", {"type": "message", "text": "x"})
    await world.connector.send(here, {"type": "message", "replyToId": "m9"})

    assert [(one[0], one[1]) for one in world.channel.calls] == [
        ("PUT", "/teams/v3/conversations/a%3A1/activities/m%2F9"),
        ("POST", "/teams/v3/conversations/a%3A1/activities/m9"),
    ]


@pytest.mark.parametrize("status", [404, 501])
async def test_deleting_what_is_gone_or_cannot_be_deleted_is_accepted(
    world: World, status: int
) -> None:
    world.channel.answers = [web.Response(status=status)]

    await world.connector.delete(_here(world.channel), "m1")

    assert world.channel.calls[0][0] == "DELETE"


async def test_deleting_may_fail(world: World) -> None:
    world.channel.answers = [web.Response(status=403)]

    with pytest.raises(ChatError):
        await world.connector.delete(_here(world.channel), "m1")


async def test_a_limit_says_how_long_to_wait(world: World) -> None:
    world.channel.answers = [web.Response(status=429, headers={"Retry-After": "7"})]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(_here(world.channel), {"type": "message"})

    assert (refused.value.status, refused.value.retry_after) == (429, 7.0)
    assert len(world.channel.calls) == 1  # Nothing was retried behind our back.


async def test_a_limit_without_a_number_is_still_a_limit(world: World) -> None:
    soon = "Wed, 25 Nov 2026 10:00:00 GMT"
    world.channel.answers = [web.Response(status=429, headers={"Retry-After": soon})]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(_here(world.channel), {"type": "message"})

    assert refused.value.retry_after is None


async def test_an_update_of_what_is_gone_is_404(world: World) -> None:
    world.channel.answers = [web.Response(status=404)]

    with pytest.raises(ChatError) as refused:
        await world.connector.update(_here(world.channel), "m1", {"type": "message"})

    assert refused.value.status == 404


@pytest.mark.parametrize("trouble", ["slow", "closed", "nonsense"])
async def test_when_nothing_is_heard_the_message_may_have_arrived(
    world: World, trouble: str
) -> None:
    here = _here(world.channel)
    if trouble == "slow":
        world.channel.delay = 1
        world.connector._timeout = aiohttp.ClientTimeout(total=0.1)
    elif trouble == "closed":
        here = _here(world.channel, service_url="http://127.0.0.1:1/teams/")
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
            _here(world.channel, service_url=address), {"type": "message"}
        )

    assert refused.value.status == 400
    assert world.credential.asked == []


async def test_a_redirect_is_not_followed(world: World) -> None:
    elsewhere = {"Location": "https://evil.example/"}
    world.channel.answers = [web.Response(status=307, headers=elsewhere)]

    with pytest.raises(ChatError) as refused:
        await world.connector.send(_here(world.channel), {"type": "message"})

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

    member = await world.connector.member(_here(world.channel), "29:x")

    assert (member["aadObjectId"], member["name"]) == ("a1", "Aino")


async def test_one_token_serves_many_calls_even_at_once(world: World) -> None:
    world.credential.delay = 0.05
    here = _here(world.channel)

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
    await asyncio.sleep(0.1)  # noqa: TID251  the renewal goes on beside

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
        await world.connector.send(_here(world.channel), {"type": "message"})

    assert refused.value.status == 503
    assert world.channel.calls == []


@pytest.mark.parametrize(
    "options",
    [
        {"app_id": "", "bearer": None},
        {"app_id": "", "bearer": None, "anonymous_on": "0.0.0.0"},
        {"app_id": "", "bearer": None, "anonymous_on": "vuoro.example"},
        {"app_id": APP, "bearer": None},
        {"app_id": APP, "anonymous_on": "127.0.0.1"},
    ],
)
async def test_the_door_is_not_made_to_stand_open(
    channel: Channel, session: aiohttp.ClientSession, options: dict[str, Any]
) -> None:
    with pytest.raises(Misconfigured):
        World(channel, session, **options)


async def test_anonymous_on_the_loopback_needs_no_token(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    world = World(channel, session, app_id="", bearer=None, anonymous_on="127.0.0.1")
    server = await served(world, session)

    answer = await world.bot.post(channel.activity())
    await world.connector.send(_here(channel), {"type": "message"})
    await server.close()

    assert answer.status == 200
    assert channel.calls[0][3] == ""


async def test_anonymous_answers_only_to_the_loopback(
    channel: Channel, session: aiohttp.ClientSession
) -> None:
    world = World(channel, session, app_id="", bearer=None, anonymous_on="127.0.0.1")
    world.connector._gate._places = Endpoints()
    server = await served(world, session)

    answer = await world.bot.post(
        channel.activity(serviceUrl="https://smba.trafficmanager.net/teams/")
    )
    await server.close()

    assert answer.status == 401
    assert channel.key_fetches == 0


async def test_the_turn_goes_through_the_sdks_pipeline(world: World) -> None:
    passed: list[str] = []

    class Witness(Middleware):
        async def on_turn(self, context: Any, logic: Any) -> None:
            passed.append(context.activity.type)
            await logic()

    world.connector._adapter.use(Witness())
    answer = await world.bot.post(world.channel.invoke(), world.channel.token())

    assert answer.status == 200
    assert passed == ["invoke"]
