"""`health` and `check` on the command line: what they say, and how they end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from booking.calendar import Busy, ShowAs
from graph_sync.graph import Forbidden
from teams_app import demo, settings
from teams_app.main import choices, commands
from teams_app.store import calendars, jobs
from tests import make
from tests.support.small_world import SmallWorld

AINO = make.a_professional().name
ENDS = datetime(2027, 5, 31, 10, tzinfo=UTC)


@dataclass
class Asked:
    """The command, asked in a small world as if it had been wired to it."""

    small: SmallWorld
    said: list[str]

    async def check(self, *, fix: bool = False) -> int:
        world = self.small.world
        app: Any = SimpleNamespace(
            database=world.database,
            world=world,
            policy=self.small.policy,
            clock=self.small.clock,
        )
        command = commands._Check(app, "en", self.said.append)
        return await command.run(fix=fix)


@pytest.fixture
def asked(small: SmallWorld) -> Asked:
    return Asked(small, [])


@asynccontextmanager
async def working(small: SmallWorld) -> AsyncIterator[None]:
    """Have a worker run beside, as `serve` does."""
    worker = small.worker()
    running = asyncio.create_task(worker.run())
    yield
    worker.stop()
    await running


async def test_where_all_is_alike_it_says_so_and_ends_well(asked: Asked):
    assert await asked.check() == 0
    assert asked.said == ["All 2 calendars are as they should be."]


def left_over(small: SmallWorld) -> None:
    row = Busy("E99", make.span(48), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)


async def test_differences_are_said_in_plain_words_and_nothing_is_changed(
    asked: Asked,
):
    left_over(asked.small)

    assert await asked.check() == 1
    assert asked.said == [
        f"{AINO}:",
        "  We have busy time that Outlook lacks: Wed 25 Nov at 10:00",
        "Differences: 1, calendars: 1.",
        "To set them right: python -m teams_app check --fix",
    ]
    assert asked.small.owed("pull_anew") == []
    assert await asked.check() == 1


async def test_with_fix_they_are_set_right_by_the_worker(asked: Asked):
    left_over(asked.small)

    async with working(asked.small):
        assert await asked.check(fix=True) == 0

    assert asked.said[-1] == "All 2 calendars are as they should be."
    assert asked.small.read(calendars.busy, make.AINO, None) == []


async def test_where_nobody_works_it_says_so(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(commands, "_PATIENCE", 1)
    left_over(asked.small)

    assert await asked.check(fix=True) == 1
    assert "did nothing within a minute" in asked.said[-1]


async def test_what_cannot_be_read_is_said_and_never_green(asked: Asked):
    small = asked.small
    small.gate.arm(1, error=Forbidden("Denied"), lasting=True, only="graph.changes")

    assert await asked.check(fix=True) == 1
    assert f"{AINO}:" in asked.said
    assert "  The calendar cannot be read (Denied). Nothing is changed." in asked.said


async def test_the_lane_of_a_mailbox_is_kept(asked: Asked):
    left_over(asked.small)
    await asked.check()

    assert asked.small.write(jobs.borrow, f"live:{make.AINO}", 5.0) is not None


# `health`.


def environ(folder: str, url: str) -> dict[str, str]:
    guid = "5e1d0000-0000-4000-8000-00000000007e"
    return {
        "VUORO_DEMO": "1",
        "VUORO_BASE_URL": "http://127.0.0.1:8080",
        "VUORO_DATA_DIR": folder,
        "VUORO_DATABASE_URL": url,
        "VUORO_TENANT_ID": guid,
        "VUORO_CLIENT_ID": guid,
        "VUORO_CLIENT_SECRET": "secret",
        "VUORO_SECRET_KEY": "x" * 32,
        "VUORO_SENDER": "a@b.example",
        "VUORO_HELP_PHONE": "029 123 4500",
    }


async def test_health_is_red_with_a_status_while_nobody_works(
    tmp_path: Path, sqlite_url: str
):
    said: list[str] = []
    found = settings.read(environ(str(tmp_path), sqlite_url))

    assert await commands.health(found, "en", said.append) == 1
    assert said[0] == "Something is wrong. What to do is written below."
    assert any(line.startswith("WRONG  Background work") for line in said)
    assert any("VUORO_CLIENT_SECRET_EXPIRES" in line for line in said)


async def test_asking_changes_nothing(small: SmallWorld, tmp_path: Path):
    """A question that woke the worker would find it awake."""
    url = str(small.database._engines.writer.url)
    if small.database.embedded:
        found = settings.read(environ(str(tmp_path), url))
        await commands.health(found, "en", [].append)

    assert small.owed() == []


def test_a_demo_is_found_by_its_folder(tmp_path: Path):
    demo._keep(tmp_path, environ("data", "") | {"PATH": "/bin"})

    assert demo.environ_of(tmp_path) == environ("data", "")
    assert (tmp_path / "settings.json").stat().st_mode & 0o077 == 0


# When the app's proof of itself ends.


def certificate() -> tuple[Any, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vuoro")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ENDS - timedelta(days=9))
        .not_valid_after(ENDS)
        .sign(key, hashes.SHA256())
    )
    return key, made


@pytest.mark.parametrize("password", [None, b"hidden"])
@pytest.mark.parametrize("form", ["pem", "pfx"])
def test_a_certificate_says_itself_when_it_ends(form: str, password: bytes | None):
    key, made = certificate()
    lock = NoEncryption() if password is None else BestAvailableEncryption(password)
    if form == "pem":
        raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        raw += made.public_bytes(Encoding.PEM)
    else:
        raw = pkcs12.serialize_key_and_certificates(b"v", key, made, None, lock)

    assert choices.certificate_ends(raw, password) == ENDS


def test_a_secret_ends_on_the_day_the_settings_name():
    given = environ("data", "")
    named = settings.read(given | {"VUORO_CLIENT_SECRET_EXPIRES": "2027-05-31"})

    assert choices.watch_of(named).credential_ends == datetime(
        2027, 5, 30, 21, tzinfo=UTC
    )
    assert choices.watch_of(settings.read(given)).credential_unknown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLIENT_SECRET_EXPIRES", "31.5.2027"),
        ("ADMINS", "outi@lumivaara.example"),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_what_cannot_be_stops_the_start(name: str, value: str):
    with pytest.raises(settings.BadSettings, match=f"VUORO_{name}"):
        settings.read(environ("data", "") | {f"VUORO_{name}": value})


async def test_what_no_command_can_set_right_is_not_said_to_be(asked: Asked):
    gate = asked.small.gate
    gate.arm(1, error=Forbidden("Denied"), lasting=True, only="graph.changes")

    assert await asked.check() == 1
    assert asked.said[-1].startswith("Differences: ")


def test_a_demo_says_how_it_is_asked_about(tmp_path: Path):
    places = demo.Places(data=tmp_path)
    running = demo.Demo(places, {"base_url": "http://t"}, "http://a", {}, [])

    said = demo.welcome(running)

    assert f"-m teams_app health --demo {tmp_path}" in said
    assert f"-m teams_app check --demo {tmp_path}" in said
