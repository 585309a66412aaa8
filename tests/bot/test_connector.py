"""The bot's door, against a channel whose every temper we can play."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from botbuilder.core import Middleware

from teams_app.bot.connector import BODY_BYTES_MAX, Misconfigured
from teams_app.bot.outbound import Endpoints
from tests.bot.channel import (
    APP,
    Channel,
    SigningKey,
    epoch,
)
from tests.bot.door import World, chat_of, served
from tests.support.octets import ODD_TOKENS, status_of

Turn = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

KEY = SigningKey("first")
OTHER = SigningKey("second")


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


@pytest.mark.parametrize("odd", ODD_TOKENS.values(), ids=ODD_TOKENS)
async def test_what_is_no_token_is_401(world: World, odd: bytes) -> None:
    url = world.bot._server.make_url("")
    sent = json.dumps(world.channel.activity()).encode()

    assert await status_of(url, "POST", "/api/messages", odd, sent) == 401
    assert world.heard == []


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


BESIDE = {"type": "invoke", "name": "composeExtension/query", "value": {}}


async def test_outlook_may_ask_beside_a_mail_and_do_nothing_else(world: World) -> None:
    outlook = "m365extensions"
    world.channel.keys = [SigningKey("outlook", (outlook,))]
    beside = world.channel.activity(channelId=outlook, **BESIDE)
    press = world.channel.invoke(channelId=outlook)
    message = world.channel.activity(channelId=outlook)
    odd = world.channel.activity(channelId=outlook, type="invoke", name=7)

    answers = [
        (await world.bot.post(each, world.channel.token())).status
        for each in (beside, press, message, odd)
    ]

    assert answers == [200, 401, 401, 401]
    assert world.heard == [beside]


async def test_who_is_endorsed_for_teams_alone_does_not_speak_for_outlook(
    world: World,
) -> None:
    sent = world.channel.activity(channelId="m365extensions", **BESIDE)

    assert (await world.bot.post(sent, world.channel.token())).status == 401
    assert world.heard == []


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
        "http://[",
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


@pytest.mark.parametrize("sent", [b"{}", b"[]", b"{", b"null", b"\xff", b'{"type":1}'])
async def test_a_body_that_is_no_activity_is_400(world: World, sent: bytes) -> None:
    assert (await world.bot.post(sent, world.channel.token())).status == 400


def nested(sent: dict[str, Any], depth: int) -> bytes:
    """Give an activity with an object in an object in an object."""
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    return json.dumps(sent)[:-1].encode() + b',"value":' + inner + b"}"


@pytest.mark.parametrize("depth", [990, 1020, 9999])
async def test_an_activity_nested_without_end_is_400_and_to_a_stranger_401(
    world: World, depth: int
) -> None:
    sent = nested(world.channel.activity(), depth)

    assert (await world.bot.post(sent, world.channel.token())).status == 400
    assert (await world.bot.post(sent, "not.a.token")).status == 401
    assert world.heard == []


async def test_a_stranger_is_refused_whatever_else_is_wrong(world: World) -> None:
    text = {"Content-Type": "text/plain"}

    for sent in (b"{", b"{}", b"a" * BODY_BYTES_MAX * 2):
        answer = await world.bot.post(sent, "not.a.token", headers=text)
        assert answer.status == 401


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
    await world.connector.send(chat_of(channel), {"type": "message"})
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
