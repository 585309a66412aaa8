"""The bot's door in a whole tenant: tokens from its Entra, chats, people who press."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from azure.identity.aio import ClientSecretCredential

import cards
from booking.model import Language
from booking.views.cards import Notice
from cards import verbs
from dev_tenant import server
from dev_tenant.connector.people import Teams
from dev_tenant.entra import entra_in
from teams_app.bot.connector import Connector
from teams_app.bot.outbound import Endpoints
from teams_app.bot.tokens import Bearer, Keys
from teams_app.outside import ChatError, Conversation
from tests.cards import samples

AINO = "aino.lehtovaara@lumivaara.example"
CARD = "application/vnd.microsoft.card.adaptive"


class World:
    """A tenant with one person in it, and the bot that she talks with."""

    def __init__(self, running: server.Running) -> None:
        self.tenant = running.tenant
        self.running = running
        self.heard: list[dict[str, Any]] = []
        self.connector: Connector
        self.people: Teams
        found = self.tenant.find_user(AINO)
        assert found is not None
        self.aino = found.id

    def open(self, session: aiohttp.ClientSession, credential: Any) -> None:
        places = Endpoints(
            metadata_url=(
                f"{self.running.base_url}/botframework"
                "/v1/.well-known/openidconfiguration"
            ),
            home=f"{self.running.base_url}/connector/",
            service_urls=(f"{self.running.base_url}/",),
        )
        bot_id = self.tenant.app.bot_id
        epoch = time.time  # noqa: TID251  tokens live in real time
        self.connector = Connector(
            session,
            app_id=bot_id,
            bearer=Bearer(credential, places.scope, epoch),
            endpoints=places,
            keys=Keys(session, places.metadata_url, cool_seconds=0),
        )

    async def turn(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        self.heard.append(activity)
        if activity["type"] == "message" and activity.get("text"):
            form = cards.activity(samples.card("times", Language.FI), "times")
            await self.connector.send(self.here, form)
        if activity["type"] == "invoke":
            shown = cards.appointment(samples.appointment(Language.FI, news="booked"))
            body = {"statusCode": 200, "type": CARD, "value": shown}
            return {"status": 200, "body": body}
        return None

    @property
    def here(self) -> Conversation:
        last = self.heard[-1]
        return Conversation(
            service_url=last["serviceUrl"],
            conversation_id=last["conversation"]["id"],
            tenant_id=last["channelData"]["tenant"]["id"],
            bot_id=last["recipient"]["id"],
            user_id=last["from"]["id"],
        )

    @property
    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.people.chats.of(self.aino)["messages"]
        return found


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    running = await server.start(server.Config(tls_port=0, ca_path=tmp_path / "ca.pem"))
    world = World(running)

    async def answer(request: web.Request) -> web.Response:
        return await world.connector.handle(request, world.turn)

    app = web.Application()
    app.router.add_post("/api/messages", answer)
    registration = world.tenant.app
    async with (
        TestServer(app) as bot,
        aiohttp.ClientSession() as session,
        ClientSecretCredential(
            world.tenant.id,
            registration.client_id,
            registration.secret,
            authority=running.tls_url,
            connection_verify=str(tmp_path / "ca.pem"),
            disable_instance_discovery=True,
        ) as credential,
    ):
        world.tenant.app_url = str(bot.make_url("")).rstrip("/")
        world.open(session, credential)
        world.people = Teams(world.tenant)
        await world.people.install(world.aino)
        yield world
        await world.connector.close()
    await running.stop()


async def test_a_word_is_answered_with_a_card_and_a_press_replaces_it(
    world: World,
) -> None:
    said = await world.people.say(world.aino, "varaa")
    card = world.messages[-1]
    pressed = await world.people.press(world.aino, card, verbs.BOOK_NOW, {})

    assert said["state"] == "sent"
    assert world.heard[-1]["value"]["action"]["data"]["slot"] == (
        samples.slots(1)[0].value
    )
    assert (pressed.status, pressed.shown) == (200, "card")
    shown = world.messages[-1]["activity"]["attachments"][0]["content"]
    assert shown["body"][0]["items"][0]["text"] == "Aika on varattu"


async def test_the_unfolded_part_of_a_card_sends_what_was_ticked(world: World) -> None:
    await world.people.say(world.aino, "varaa")
    ticked = ",".join(slot.value for slot in samples.slots(2))

    await world.people.press(
        world.aino, world.messages[-1], verbs.BOOK_OFFER, {verbs.SLOTS: ticked}
    )

    sent = world.heard[-1]["value"]["action"]
    assert sent["verb"] == verbs.BOOK_OFFER
    assert sent["data"][verbs.SLOTS] == ticked


async def test_a_message_can_be_replaced_and_removed(world: World) -> None:
    await world.people.say(world.aino, "varaa")
    here = world.here
    note = cards.activity(cards.notice(Notice(Language.FI, "gone", {})), "notice")
    id_ = await world.connector.send(here, note)

    await world.connector.update(
        here, id_, cards.activity(samples.card("help", Language.FI), "notice")
    )
    replaced = world.messages[-1]["activity"]["attachments"][0]["content"]
    await world.connector.delete(here, id_)
    await world.connector.delete(here, id_)  # Already gone: accepted.

    assert "varaa" in str(replaced)
    with pytest.raises(ChatError) as refused:
        await world.connector.update(here, id_, note)
    assert refused.value.status == 404


async def test_a_chat_is_opened_and_its_member_known(world: World) -> None:
    made = await world.connector.create(world.tenant.id, world.aino)
    await world.connector.send(
        made, cards.activity(samples.card("morning", Language.FI), "morning")
    )
    await world.people.say(world.aino, "hei")

    member = await world.connector.member(made, world.here.user_id)

    assert made.conversation_id == world.here.conversation_id
    assert member["aadObjectId"] == world.aino
    assert member["tenantId"] == world.tenant.id


async def test_keys_of_the_channel_may_rotate(world: World) -> None:
    await world.people.say(world.aino, "varaa")
    entra_in(world.tenant).bot_keys.rotate()

    said = await world.people.say(world.aino, "varaa")

    assert said["state"] == "sent"


async def test_a_person_without_the_app_cannot_be_written_to(world: World) -> None:
    made = await world.connector.create(world.tenant.id, world.aino)
    await world.people.uninstall(world.aino)

    with pytest.raises(ChatError) as refused:
        await world.connector.send(made, {"type": "message", "text": "hei"})

    assert refused.value.status == 403


async def test_speaking_too_fast_is_told_with_a_time_to_wait(world: World) -> None:
    made = await world.connector.create(world.tenant.id, world.aino)

    async def hurry() -> None:
        for _ in range(10):
            await world.connector.send(made, {"type": "message", "text": "hei"})

    with pytest.raises(ChatError) as refused:
        await hurry()

    assert refused.value.status == 429
    assert refused.value.retry_after
