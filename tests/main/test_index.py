"""The index in memory survives a database that is away, and catches up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import OperationalError

from booking import tenant_rules
from booking.availability import Search
from booking.model import Modality
from booking.spans import Span
from teams_app.actions import deciding, service_sheets
from teams_app.actions.deciding import By
from teams_app.actions.sheets_sent import Sent
from teams_app.main import app as app_module
from teams_app.main import choices
from teams_app.main.app import App
from teams_app.main.real import BusinessClock
from teams_app.settings import Settings
from teams_app.store import absences, people
from teams_app.store.database import Database
from tests import make
from tests.support.small_world import SmallWorld
from tests.support.waiting import until


class Stopped(BusinessClock):
    def now(self):
        return make.NOW


class Away:
    """A database that can be away, for one professional or for everybody."""

    def __init__(self, behind: Database) -> None:
        self.behind = behind
        self.embedded = behind.embedded
        self.failing: set[object] = set()
        self.failed = 0

    async def read(self, work, *args):
        wanted = args[0] if args else work.__name__
        if "all" in self.failing or wanted in self.failing:
            self.failed += 1
            raise OperationalError("SELECT", {}, OSError("the server is away"))
        return await self.behind.read(work, *args)


@pytest.fixture
def away(small: SmallWorld) -> Away:
    return Away(small.database)


@asynccontextmanager
async def running(small: SmallWorld, away: Away) -> AsyncIterator[App]:
    app = App(Settings(), Stopped())
    app.database = away
    await app.reload()
    small.database._on_commit = app._committed
    kept = asyncio.create_task(app.keep_index())
    try:
        yield app
        assert not kept.done(), "it keeps the index for ever"
    finally:
        kept.cancel()
        await asyncio.gather(kept, return_exceptions=True)


def first(app: App, small: SmallWorld, who: int = make.AINO):
    search = Search(small.service, Modality.REMOTE, make.NOW, professionals=[who])
    return app.current.index.free(search, 1)


async def close(small: SmallWorld, who: int = make.AINO) -> None:
    """Let her be away from now on."""
    day = Span(make.at(-24), make.at(days=70))
    await small.database.write(absences.add, who, day)


async def test_a_commit_is_seen_at_once(small: SmallWorld, away: Away):
    async with running(small, away) as app:
        assert first(app, small)
        await close(small)
        await until(lambda: not first(app, small))


async def test_a_database_that_is_away_stops_nothing_and_is_caught_up_with(
    small: SmallWorld, away: Away, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.setattr(app_module, "_AWAY_SECONDS", 0.02)
    async with running(small, away) as app:
        away.failing = {"all"}
        await close(small)
        await until(lambda: away.failed > 1)
        assert first(app, small), "it shows what it last knew"

        away.failing = set()
        await until(lambda: not first(app, small))
    assert "the index waits" in caplog.text


async def test_one_who_cannot_be_read_holds_up_no_other(
    small: SmallWorld, away: Away, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app_module, "_AWAY_SECONDS", 0.02)
    async with running(small, away) as app:
        away.failing = {make.AINO}
        await close(small, make.AINO)
        await close(small, make.BO)
        await until(lambda: not first(app, small, make.BO))
        assert first(app, small)

        away.failing = set()
        await until(lambda: not first(app, small))


async def test_a_service_changed_meanwhile_is_known_as_it_is(
    small: SmallWorld, away: Away
):
    shorter = make.replace(small.service, minutes=30)

    def change(tx) -> None:
        people.save_service(tx, shorter)
        people.set_service_professionals(tx, shorter.id, [make.AINO])

    async with running(small, away) as app:
        await small.database.write(change)
        await until(lambda: app.current.services["guidance"] == shorter)


async def test_a_service_retired_in_another_process_is_offered_by_none(
    small: SmallWorld, away: Away, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app_module, "_EMBEDDED_SECONDS", 0.02)
    monkeypatch.setattr(app_module, "_INDEX_SECONDS", 0.01)
    sheet = small.read(service_sheets.of, "guidance")
    sent = Sent("staff:x", small.now, {"seen": [sheet.seen]})
    async with running(small, away) as app:
        small.database._on_commit = lambda _committed: None
        await small.database.write(
            service_sheets.turn, "guidance", service_sheets.State.RETIRED, sent
        )
        await until(lambda: not first(app, small))
        await until(lambda: not app.current.services["guidance"].open)


async def test_what_another_process_commits_is_heard_of(
    small: SmallWorld, away: Away, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app_module, "_EMBEDDED_SECONDS", 0.02)
    monkeypatch.setattr(app_module, "_INDEX_SECONDS", 0.01)
    async with running(small, away) as app:
        small.database._on_commit = lambda _committed: None
        await close(small)
        await until(lambda: not first(app, small))


STATED = choices.policy_of(Settings())


def decide(tx, **changes: object) -> None:
    wanted = tenant_rules.values(STATED) | changes
    deciding.rule(tx, wanted, 0, STATED, By("staff:x", make.NOW))


async def test_what_is_decided_here_holds_at_once_and_free_time_follows(
    small: SmallWorld, away: Away
):
    async with running(small, away) as app:
        await until(lambda: len(app.current.versions) == 2 and not app._stale)
        assert not all_at_full_hours(app, small)
        await small.database.write(decide, step_minutes=60)
        await until(lambda: app.policy.rules.step_minutes == 60)
        await until(lambda: all_at_full_hours(app, small))


def everybody(small: SmallWorld) -> Search:
    return Search(small.service, Modality.REMOTE, make.NOW, professionals=[make.AINO])


def all_at_full_hours(app: App, small: SmallWorld) -> bool:
    found = app.current.index.free(everybody(small), 4)
    return bool(found) and all(each.start.minute == 0 for each in found)


async def test_what_another_process_decides_is_heard_of(
    small: SmallWorld, away: Away, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app_module, "_EMBEDDED_SECONDS", 0.02)
    monkeypatch.setattr(app_module, "_INDEX_SECONDS", 0.01)
    async with running(small, away) as app:
        small.database._on_commit = lambda _committed: None
        small.write(decide, offer_days=3)
        await until(lambda: app.policy.offer_days == 3)


async def test_who_only_works_hears_what_is_decided_too(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app_module, "_AWAY_SECONDS", 0.01)
    app = App(Settings(), Stopped())
    app.database = small.database
    heard = asyncio.create_task(app.keep_decisions())
    try:
        small.write(decide, offer_days=3)
        await until(lambda: app.policy.offer_days == 3)
    finally:
        heard.cancel()
