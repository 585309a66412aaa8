"""Removing Vuoro: the tenant clean, calendars sensible, data exported, never half done.

The professionals' calendars stand in a tenant in a box, over HTTP, with appointments
that the worker has written there.
"""

import csv
import json
import os
import signal
import stat
import zipfile
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from booking.model import Appointment, Modality, Status
from booking.wording import text
from dev_tenant import server
from dev_tenant.connector import rates
from graph_sync.microsoft import Limits, Microsoft
from teams_app import settings
from teams_app.__main__ import main
from teams_app.actions import export
from teams_app.main import App, choices, removing
from teams_app.settings import BadSettings
from teams_app.store import log, marks
from teams_app.store.database import Database
from teams_app.story.script import Unmet, until
from tests import make
from tests.main import patient as parts
from tests.main.patient import AINO, HOUSE, Patient
from tests.support import tenants
from tests.support.moments import START
from tests.support.nursery import Nursery
from tests.support.small_world import SmallWorld, connected
from tests.support.waiting import world

BOX = f"{AINO}{HOUSE}"
NOTE = "<p>Muista lomake</p>"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    ca = tmp_path_factory.mktemp("removal") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, latency=0, now=START, frozen=True)
    with tenants.running(config) as started:
        yield started


@pytest.fixture(scope="module")
def here() -> Iterator[parts.Address]:
    with parts.address() as made:
        yield made


@dataclass
class House:
    """A deployment with appointments in its calendars, about to be removed."""

    patient: Patient
    small: SmallWorld
    said: list[str]

    @property
    def export(self) -> Path:
        return self.patient.folder / "export.zip"

    async def remove(self, *, cancel: bool = False, language: str = "en") -> int:
        self.said.clear()
        wanted = removing.Wanted(self.export, language, cancel)
        found = settings.read(self.patient.environ)
        return await removing.remove(found, wanted, self.said.append)

    async def booked(self, hours: float, modality: Modality) -> Appointment:
        made = self.small.book(hours, modality=modality)
        await self.small.settle_down()
        return made

    def event(self, appointment: Appointment) -> Any:
        """Give the event as the mailbox keeps it; None where there is none."""
        box = self.patient.tenant.tenant.mailboxes[self.patient.id_of(AINO)]
        found = (
            each
            for each in box.events.values()
            if appointment.reference in str(each.props["subject"])
        )
        return next(found, None)

    def others(self) -> dict[str, Any]:
        """Give everything in the calendars that is not ours."""
        boxes = self.patient.tenant.tenant.mailboxes.items()
        return {
            f"{user}/{key}": deepcopy((each.props, each.start, each.version))
            for user, box in boxes
            for key, each in box.events.items()
            if not each.ext
        }


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    tenant: server.Running,
    here: parts.Address,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    monkeypatch.setattr(rates, "SEND", ((1000, 1.0),))
    monkeypatch.setattr(removing, "_LOOK", 0.01)
    tenant.tenant.clock.move_to(START)
    tenant.tenant.inbox.clear()
    here.ready = 404
    parts.furnished(sqlite_url, tenant)
    environ = parts.environ_of(tenant, here, sqlite_url, tmp_path)
    environ["VUORO_DEMO_CLOCK_URL"] = f"{tenant.base_url}/_tenant/clock"
    patient = Patient(tenant, here, environ, tmp_path, monkeypatch.setenv)
    patient.heal()
    policy = choices.policy_of(settings.read(environ))
    database = Database(connected(sqlite_url), None)
    async with tenants.tokens_of(tenant) as tokens:
        small = SmallWorld(database, policy=policy)
        limits = Limits(pause=0.01)
        graph = Microsoft(tenant.graph_url, tokens, world(), limits=limits)
        small.graph = graph
        yield House(patient, small, [])
        await graph.aclose()
    database.close()
    for box in tenant.tenant.mailboxes.values():
        for key in [key for key, each in box.events.items() if each.ext]:
            del box.events[key]


async def test_the_tenant_is_left_clean_and_the_calendars_sensible(house: House):
    remote = await house.booked(24, Modality.REMOTE)
    visit = await house.booked(26, Modality.IN_PERSON)
    past = await house.booked(3, Modality.PHONE)
    event = house.event(remote)
    event.props["body"] = str(event.props["body"]).replace("</body>", f"{NOTE}</body>")
    tenant = house.patient.tenant.tenant
    url, expires = house.patient.here.base_url, START + timedelta(hours=2)
    await house.small.graph.subscribe(BOX, f"{url}/hooks/graph", "s", expires)
    others = house.others()
    house.small.clock.advance(hours=5)
    tenant.clock.move_to(house.small.now)

    assert await house.remove() == 0, house.said

    for each in (remote, visit):
        event = house.event(each)
        body = str(event.props["body"])
        assert set(event.ext.values()) == {""}
        assert "/l/entity/" not in body
        assert each.reference in body
        assert text("fi", "common.event.open") not in body
    joined = str(house.event(remote).props["body"])
    assert NOTE in joined
    assert "/l/meetup-join/" in joined
    assert house.event(past).ext  # what is over is left as it was
    assert tenant.subscriptions == {}
    assert house.others() == others
    for each in (remote, visit):
        assert house.small.appointment(each.id).status is Status.BOOKED
    assert house.said[-1].startswith("  6. ")
    assert text("en", "removal.said.links", n=2) in house.said


async def test_everything_is_exported_first_and_the_log_says_so(house: House):
    made = await house.booked(24, Modality.REMOTE)
    assert await house.remove(language="fi") == 0

    assert stat.S_IMODE(house.export.stat().st_mode) == 0o600
    with zipfile.ZipFile(house.export) as packed:
        names = set(packed.namelist())
        rows = packed.read("appointments.jsonl").decode().splitlines()
        logged = packed.read("access_log.jsonl").decode()
        calendars = packed.read("calendars.jsonl").decode()
        table = packed.read("tulevat-ajat.csv").decode("utf-8-sig")
    assert json.loads(rows[0])["reference"] == made.reference
    assert '"what": "export"' in logged
    assert "secret" not in calendars
    assert {"clients.jsonl", "units.jsonl", "services.jsonl", "README.txt"} <= names
    head, row = csv.reader(table.splitlines(), delimiter=";")
    assert head[0] == "Päivä"
    assert row[:4] == ["2026-11-24", "10:00", "10:45", made.reference]
    assert row[12].startswith("http")
    entry = house.small.read(log.last, "everything", "export")
    assert entry is not None


async def test_afterwards_nothing_is_served_or_removed_again(house: House):
    assert await house.remove() == 0
    found = settings.read(house.patient.environ)

    with pytest.raises(BadSettings, match="removed from this tenant"):
        await App(found).open()
    house.export.unlink()
    assert await house.remove() == 0
    assert house.said[0] == text(
        "en", "removal.said.removed_before", export=str(house.export)
    )
    assert not house.export.exists()
    seen = await house.patient.doctor("database")
    assert seen.bad() == {"database.removed"}


async def test_with_cancel_the_clients_are_told_and_the_events_gone(house: House):
    made = await house.booked(24, Modality.IN_PERSON)

    assert await house.remove(cancel=True) == 0, house.said

    assert house.small.appointment(made.id).status is Status.CANCELLED_BY_US
    assert house.event(made) is None
    told = [each for each in house.patient.tenant.tenant.inbox if "to" in each]
    assert len(told) >= 1
    last = str(told[-1])
    assert "http" not in last
    assert text("fi", "messages.cancelled_by_us.button") not in last
    assert text("fi", "messages.no_page.more", phone="{phone}")[:30] in last
    assert "Coming appointments cancelled: 1. Their clients are told." in house.said


async def test_who_holds_an_open_offer_is_counted(house: House):
    house.small.offer(24, 25)

    assert await house.remove(cancel=True) == 0, house.said

    assert text("en", "removal.said.offers", n=1) in house.said


async def test_in_quiet_hours_it_waits_for_the_morning_and_goes_on(house: House):
    made = await house.booked(48, Modality.IN_PERSON)
    night = START + timedelta(hours=13)
    house.patient.tenant.tenant.clock.move_to(night)

    assert await house.remove(cancel=True) == 1
    assert "Not told to clients yet: 1" in house.said[-1]
    assert house.event(made) is None
    before = len(house.patient.tenant.tenant.inbox)
    house.patient.tenant.tenant.clock.move_to(night + timedelta(hours=10))

    assert await house.remove(cancel=True) == 0, house.said
    assert len(house.patient.tenant.tenant.inbox) == before + 1


async def test_killed_in_the_middle_it_is_taken_up_where_it_was(
    house: House, app_nursery: Nursery
):
    first = await house.booked(24, Modality.REMOTE)
    second = await house.booked(26, Modality.REMOTE)
    house.patient.fault(
        method="PATCH", path="/events/", nth=2, delay=30.0, only_delay=True
    )
    log_file = house.patient.folder / "log"
    words = ("remove", "--yes", HOUSE[1:], "--export", str(house.export))
    pid = app_nursery.bear(house.patient.environ, log_file, *words)
    rules = house.patient.tenant.tenant.faults.rules

    async def bitten() -> bool:
        return rules[0].bitten > 0

    try:
        await until("the second event to be written", bitten, 60, every=0.02)
    except Unmet as unmet:
        unmet.add_note(log_file.read_text())
        raise
    finally:
        os.kill(pid, signal.SIGKILL)
    states = [set(house.event(each).ext.values()) for each in (first, second)]
    assert states == [{""}, {second.reference}]
    written = house.event(first).version
    exported = house.export.read_bytes()
    house.patient.heal()

    with pytest.raises(BadSettings):
        await App(settings.read(house.patient.environ)).open()
    assert await house.remove() == 0

    assert house.event(first).version == written
    assert set(house.event(second).ext.values()) == {""}
    assert house.export.read_bytes() == exported


async def test_a_mailbox_that_cannot_be_reached_is_named_and_tried_again(
    house: House,
):
    made = await house.booked(24, Modality.REMOTE)
    house.patient.switch(mailbox_denied=[BOX])

    assert await house.remove() == 1
    assert any(f"{AINO} (ErrorAccessDenied)" in each for each in house.said)
    assert house.event(made).ext == {next(iter(house.event(made).ext)): made.reference}
    house.patient.heal()
    assert await house.remove() == 0
    assert set(house.event(made).ext.values()) == {""}


async def test_an_event_that_is_gone_is_nothing_left_to_do(house: House):
    made = await house.booked(24, Modality.REMOTE)
    box = house.patient.tenant.tenant.mailboxes[house.patient.id_of(AINO)]
    del box.events[house.event(made).key]

    assert await house.remove() == 0


async def test_subscriptions_of_others_are_left_alone(house: House):
    expires = START + timedelta(hours=2)
    other = "http://127.0.0.1:2/hooks"
    url = f"{house.patient.here.base_url}/hooks/graph"
    made = await house.small.graph.subscribe(BOX, url, "s", expires)
    tenant = house.patient.tenant.tenant
    tenant.subscriptions[made.id].url = other
    ours = await house.small.graph.subscribe(BOX, url, "s", expires)

    assert await house.remove() == 0

    assert ours.id not in tenant.subscriptions
    assert [*tenant.subscriptions] == [made.id]
    tenant.subscriptions.clear()


@pytest.mark.parametrize("may", [True, False])
async def test_the_app_is_taken_away_only_where_that_was_granted(
    house: House,
    may: bool,  # noqa: FBT001  a parameter
):
    if not may:
        role = "TeamsAppInstallation.ReadWriteSelfForUser.All"
        house.patient.switch(entra_withheld=[role])
    tenant = house.patient.tenant.tenant
    had = len(tenant.installed)

    assert await house.remove() == 0

    assert had - len(tenant.installed) == (2 if may else 0)
    assert any("taken away in Teams" in each for each in house.said) == may


async def test_while_it_is_served_nothing_is_removed(house: House):
    house.patient.here.ready = 200

    assert await house.remove() == 2
    assert "still answers" in house.said[0]
    assert house.small.read(marks.removal) is None
    assert not house.export.exists()


async def test_where_the_export_cannot_be_written_nothing_is_removed(house: House):
    house.export.write_text("mine")
    assert await house.remove() == 2
    assert house.export.read_text() == "mine"

    nowhere = removing.Wanted(house.patient.folder / "no" / "x.zip")
    found = settings.read(house.patient.environ)
    assert await removing.remove(found, nowhere, house.said.append) == 2
    assert "cannot be written" in house.said[-1]
    assert house.small.read(marks.removal) is None


@pytest.mark.parametrize("typed", ["", "another.example", "lumivaara"])
def test_another_domain_removes_nothing(
    house: House,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for name, value in house.patient.environ.items():
        monkeypatch.setenv(name, value)
    words = ["remove", "--export", str(house.export)]
    if typed:
        words += ["--yes", typed]
    else:
        monkeypatch.setattr("sys.stdin.readline", lambda: "no\n", raising=False)

    assert main(words) == 2
    assert "lumivaara.example" in capsys.readouterr().err
    assert house.small.read(marks.removal) is None


def test_every_table_is_exported_from_either_database(
    small: SmallWorld, tmp_path: Path
):
    small.book(24)
    zone = small.policy.zone
    counts = small.read(export.write, tmp_path / "x.zip", "sv", zone, small.now)

    assert counts["appointments"] == 1
    assert counts["professionals"] == 2
    with zipfile.ZipFile(tmp_path / "x.zip") as packed:
        told = {name: packed.read(name).decode() for name in packed.namelist()}
    for name, count in counts.items():
        assert len(told[f"{name}.jsonl"].splitlines()) == count
    assert "Maija Meri" in told["kommande-tider.csv"]
    assert "delta_link" not in told["calendars.jsonl"]


@pytest.mark.parametrize("trap", ["a file of theirs", "a way elsewhere"])
def test_the_export_is_written_to_nothing_that_somebody_has_laid_there(
    small: SmallWorld, tmp_path: Path, trap: str
):
    path, theirs = tmp_path / "x.zip", tmp_path / "theirs"
    theirs.write_text("theirs")
    theirs.chmod(0o644)
    laid = tmp_path / "x.zip.part"
    if trap == "a file of theirs":
        laid.hardlink_to(theirs)
    else:
        laid.symlink_to(theirs)

    small.read(export.write, path, "sv", small.policy.zone, small.now)

    assert theirs.read_text() == "theirs"
    assert not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not laid.exists()


def test_what_a_client_calls_herself_is_no_formula():
    cells = ["=1+1", "@x", "-2+3", "+358 40 123 4567", "+cmd", "Maija", ""]

    assert [export._harmless(each) for each in cells] == [
        *("'=1+1", "'@x", "'-2+3", "+358 40 123 4567", "'+cmd", "Maija", ""),
    ]


def test_what_is_frozen_is_neither_worked_on_nor_changed(small: SmallWorld):
    booked = small.book(24)
    assert small.owed()
    small.write(marks.mark, marks.Removal(marks.Phase.FINISHING, ""), make.NOW)
    assert small.read(marks.removal) is not None
    moved = small.move(booked, 26)
    small.write(marks.mark, marks.Removal(marks.Phase.REMOVING, ""), make.NOW)

    with pytest.raises(marks.Frozen):
        small.move(moved, 27)
    with pytest.raises(marks.Frozen):
        small.book(50)
    assert small.write(parts.claim_all, make.at(99)) == []
