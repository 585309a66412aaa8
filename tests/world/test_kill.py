"""Killed at each outside call in turn, the application ends with one of everything.

The real application runs as a process against the tenant in a box, with a relay between
them that kills it (SIGKILL) at each call outside in turn: before the call went out, and
after it took effect but before its answer was heard. It is started again, the person
presses again what was not answered, and then there must be one appointment, one event,
one hold at most, one mail to the client, and a card that shows it booked.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from dev_tenant import server
from teams_app.demo import Places
from tests.support import tenants
from tests.support.alive import Alive, free_port
from tests.support.relay import Relay

AINO = "aino.lehtovaara@lumivaara.example"


@dataclass
class Stage:
    tenant: server.Running
    relay: Relay
    app: Alive
    session: aiohttp.ClientSession
    booked: int = 0

    async def say(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{self.tenant.base_url}/_tenant/teams/{path}"
        async with self.session.post(url, json=body) as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
            return said

    async def press(self, action: str, values: dict[str, str]) -> Any:
        return await self.say(
            "press", {"user": AINO, "action": action, "values": values}
        )

    async def chat(self) -> list[dict[str, Any]]:
        url = f"{self.tenant.base_url}/_tenant/teams/chat?user={AINO}"
        async with self.session.get(url) as answer:
            messages: list[dict[str, Any]] = (await answer.json())["messages"]
            return messages

    async def events(self) -> list[str]:
        url = f"{self.tenant.base_url}/_tenant/outlook/events?user={AINO}"
        async with self.session.get(url) as answer:
            found = json.dumps(await answer.json(), ensure_ascii=False)
        return sorted(re.findall(r'"subject": "Varattu aika · (\w{6})"', found))

    async def messages(self, to: str) -> list[str]:
        """Give the subjects of mails and the texts of SMS that reached somebody."""
        url = f"{self.tenant.base_url}/inbox/api/messages"
        async with self.session.get(url, params={"to": to}) as answer:
            found = (await answer.json())["value"]
        return [each.get("subject") or each["text"] for each in found]

    async def struck(self) -> bool:
        return self.relay.killed_at is not None


@pytest_asyncio.fixture(loop_scope="session")
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    port = free_port()
    relay = Relay()
    runner = web.AppRunner(_relaying(relay))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    relay_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    config = server.Config(
        app_url=f"http://127.0.0.1:{port}",
        ca_path=tmp_path / "ca.pem",
        now=datetime(2026, 11, 23, 6, 30, tzinfo=UTC),
    )
    with tenants.running(config) as running:
        relay.behind = running.base_url
        running.tenant.base_url = relay_url
        places = Places(
            data=tmp_path,
            app=port,
            database=database_url,
            extra={"LEASE_SECONDS": "4", "NOTIFICATIONS": "0"},
        )
        addresses = running.addresses() | {
            "base_url": relay_url,
            "graph_url": f"{relay_url}/v1.0",
        }
        app = await Alive.make(places, addresses)
        _only(tmp_path / "people.json", AINO)
        async with aiohttp.ClientSession() as session:
            made = Stage(running, relay, app, session)
            await app.start()
            await made.say("install", {"user": AINO})
            yield made
            await app.stop()
    await runner.cleanup()


def _relaying(relay: Relay) -> web.Application:
    made = web.Application(client_max_size=8 * 1024 * 1024)
    made.router.add_route("*", "/{path:.*}", relay.handle)
    return made


def _only(people: Path, mail: str) -> None:
    """Leave one professional, so that nobody else's calendar is read meanwhile."""
    users = json.loads(people.read_text())
    people.write_text(json.dumps([each for each in users if each["mail"] == mail]))


async def until(
    holds: Callable[[], Awaitable[bool]], what: str, stage: Stage, seconds: float = 40
) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110  it asks another process
                await asyncio.sleep(0.15)  # noqa: TID251
    except TimeoutError:
        pytest.fail(f"{what}; killed at {stage.relay.killed_at}\n{stage.app.log()}")


async def open_form(stage: Stage, client: dict[str, str]) -> None:
    """Write to the bot and fill its form in; the proposal stands then."""

    async def proposed() -> bool:
        # Until her calendar has been read a card says that there is none, for good.
        await stage.say("say", {"user": AINO, "text": "varaa"})
        await stage.press(
            "book.times",
            {
                "service": "tyonhakukeskustelu",
                "modality": "remote",
                **client,
            },
        )
        return "book.now" in json.dumps((await stage.chat())[-1])

    await until(proposed, "no times were proposed", stage)


async def book(stage: Stage) -> None:
    card = json.dumps((await stage.chat())[-1])
    slot = re.search(r'"value": "(\d+@\d+)"', card)
    assert slot is not None, card
    await stage.press("book.now", {"slot": slot.group(1)})


async def check(stage: Stage, client: dict[str, str]) -> None:
    """After it all there is one of everything."""
    to = client.get("client_email") or client["client_phone"]

    async def one_event_each() -> bool:
        return len(await stage.events()) >= stage.booked

    async def told() -> bool:
        return bool(await stage.messages(to))

    async def shown() -> bool:
        return "appointment.cancel" in json.dumps((await stage.chat())[-1])

    await until(one_event_each, "the event is missing", stage)
    await until(told, "the client was not told", stage)
    await until(shown, "the card does not show it", stage)
    await asyncio.sleep(0.5)  # noqa: TID251  a second one would come now
    references = await stage.events()
    assert len(references) == stage.booked, references
    assert len(set(references)) == stage.booked, references
    told_by = await stage.messages(to)
    assert len(told_by) == 1, told_by
    assert told_by[0].startswith("Aikasi on varattu"), told_by


#: Every call outside that booking from the bot makes: (part of its line, which one).
CALLS = (
    ("calendarView", 1),  # the live look before it is called booked
    ("$batch", 1),  # the event, and the slot read back
    ("sendMail", 1),  # the client is told
    ("PUT /connector/", 1),  # the card is brought up to date
    ("/sms/send", 1),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.timeout(400)
async def test_killed_at_each_outside_call_it_ends_with_one_of_everything(
    stage: Stage, *, after: bool
):
    await _settled(stage)
    for number, (part, nth) in enumerate(CALLS):
        client = _client(number, by_phone=part == "/sms/send")
        await open_form(stage, client)
        stage.relay.arm(part, nth, after=after, kill=stage.app.kill)
        await book(stage)
        await until(stage.struck, f"no call to {part} ({nth})", stage)
        await stage.app.died()
        await stage.app.start()
        if "appointment.cancel" not in json.dumps((await stage.chat())[-1]):
            await book(stage)
        stage.booked += 1
        await check(stage, client)


def _client(number: int, *, by_phone: bool) -> dict[str, str]:
    name = {"client_name": f"Asiakas {number}", "client_language": "fi"}
    if by_phone:
        return name | {"client_phone": f"+35840111220{number}"}
    return name | {"client_email": f"client{number}@posti.example"}


async def _settled(stage: Stage) -> None:
    """Wait until the calendar has been read for the first time."""

    async def read() -> bool:
        figures = await stage.app.figures()
        return figures is not None and figures["done"] >= 2

    await until(read, "the calendar was not read", stage)
