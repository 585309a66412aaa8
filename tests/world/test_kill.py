"""Killed at each outside call in turn, the application ends with one of everything.

The real application runs as a process against the tenant in a box, with a relay between
them that kills it (SIGKILL) at the n-th call outside: before the call went out, and
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
#: More outside calls than one booking makes; the run ends when no kill is reached.
CALLS_MAX = 14


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

    async def mails(self, to: str) -> list[str]:
        url = f"{self.tenant.base_url}/inbox/api/messages?to={to}"
        async with self.session.get(url) as answer:
            return [each["subject"] for each in (await answer.json())["value"]]


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


async def open_form(stage: Stage, mail: str) -> None:
    """Write to the bot and fill its form in; the proposal stands then."""
    await stage.say("say", {"user": AINO, "text": "varaa"})

    async def proposed() -> bool:
        await stage.press(
            "book.times",
            {
                "service": "tyonhakukeskustelu",
                "modality": "remote",
                "client_name": f"Asiakas {mail}",
                "client_language": "fi",
                "client_email": mail,
            },
        )
        return "book.now" in json.dumps((await stage.chat())[-1])

    await until(proposed, "no times were proposed", stage)


async def book(stage: Stage) -> None:
    card = json.dumps((await stage.chat())[-1])
    slot = re.search(r'"value": "(\d+@\d+)"', card)
    assert slot is not None, card
    await stage.press("book.now", {"slot": slot.group(1)})


async def check(stage: Stage, mail: str) -> None:
    """After it all there is one of everything."""

    async def one_event_each() -> bool:
        return len(await stage.events()) >= stage.booked

    async def told() -> bool:
        return "Aikasi on varattu" in await stage.mails(mail)

    async def shown() -> bool:
        return "appointment.cancel" in json.dumps((await stage.chat())[-1])

    await until(one_event_each, "the event is missing", stage)
    await until(told, "the client was not told", stage)
    await until(shown, "the card does not show it", stage)
    await asyncio.sleep(0.5)  # noqa: TID251  a second one would come now
    references = await stage.events()
    assert len(references) == stage.booked, references
    assert len(set(references)) == stage.booked, references
    assert await stage.mails(mail) == ["Aikasi on varattu"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.timeout(400)
async def test_killed_at_each_outside_call_it_ends_with_one_of_everything(
    stage: Stage, *, after: bool
):
    reached = []
    await _settled(stage)
    for at in range(1, CALLS_MAX):
        mail = f"client{at}@posti.example"
        await open_form(stage, mail)
        stage.relay.arm(at, after=after, kill=stage.app.kill)
        await book(stage)
        if not await _struck(stage):
            break
        reached.append(stage.relay.killed_at)
        await stage.app.died()
        await stage.app.start()
        if "appointment.cancel" not in json.dumps((await stage.chat())[-1]):
            await book(stage)
        stage.booked += 1
        await check(stage, mail)
    else:
        pytest.fail(f"there were more than {CALLS_MAX} calls: {reached}")
    kinds = " ".join(map(str, reached))
    assert "$batch" in kinds, reached
    assert "sendMail" in kinds, reached
    assert "calendarView" in kinds, reached
    assert "connector" in kinds, reached


async def _settled(stage: Stage) -> None:
    """Wait until the calendar has been read for the first time."""

    async def read() -> bool:
        figures = await stage.app.figures()
        return figures is not None and figures["done"] >= 2

    await until(read, "the calendar was not read", stage)


async def _struck(stage: Stage) -> bool:
    """Wait for the kill; False when the booking made fewer calls than that."""
    for _ in range(100):
        if stage.relay.killed_at is not None:
            return True
        await asyncio.sleep(0.1)  # noqa: TID251
    return False
