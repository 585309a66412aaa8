"""`health` and `check` on the command line: what they say, and how they end."""

import asyncio
import os
import sys
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
from booking.model import Language, ProfessionalId
from booking.wording import text
from graph_sync.graph import (
    REFUSED_BY_ENTRA,
    Forbidden,
    GraphError,
    NoMailbox,
    Throttled,
    Unanswered,
    Unavailable,
)
from teams_app import __main__ as entry
from teams_app import demo, settings
from teams_app.actions import health
from teams_app.errands import World
from teams_app.main import app, choices, commands
from teams_app.store import calendars, jobs, log, marks
from teams_app.worker import checking
from teams_app.worker.checking import Compared
from tests import make
from tests.support.small_world import SmallWorld

AGAIN = ".venv/bin/python -m teams_app check --fix --demo data"
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
        command = commands._Check(app, "en", self.said.append, AGAIN)
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


@pytest.mark.parametrize("fix", [False, True])
async def test_who_sets_right_is_logged_also_where_all_is_alike(
    asked: Asked, *, fix: bool
):
    assert await asked.check(fix=fix) == 0

    logged = asked.small.read(log.entries, "calendars", 9)
    assert [each.what for each in logged] == ["check"] * fix


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
        f"To set them right: {AGAIN}",
    ]
    assert asked.small.owed("pull_anew") == []
    assert await asked.check() == 1


async def test_with_fix_they_are_set_right_by_the_worker(asked: Asked):
    left_over(asked.small)

    async with working(asked.small):
        assert await asked.check(fix=True) == 0

    assert asked.said[-1] == "All 2 calendars are as they should be."
    assert asked.small.read(calendars.busy, make.AINO, None) == []


async def test_what_was_found_lately_is_listed_with_what_became_of_it(asked: Asked):
    left_over(asked.small)
    async with working(asked.small):
        await asked.check(fix=True)
    asked.said.clear()

    assert await asked.check() == 0

    lately, row, alike = asked.said
    assert lately == "Comparisons of the last seven days found:"
    assert row == (
        f"  Mon 23 Nov at 10:00  {AINO}: We have busy time that Outlook lacks: "
        "Wed 25 Nov at 10:00 (Dealt with Mon 23 Nov at 10:00)"
    )
    assert alike == "All 2 calendars are as they should be."


async def test_asked_only_to_look_it_writes_nothing_down(asked: Asked):
    left_over(asked.small)

    await asked.check()

    assert asked.small.read(health.noticed, asked.small.now) == ()
    assert asked.small.read(calendars.state, make.AINO).checked is None


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

    for fix in (False, True):
        asked.said.clear()
        assert await asked.check(fix=fix) == 1
        assert asked.said == [
            f"The calendar could not be read: {AINO}, {make.bo().name}",
            "  Vuoro is not allowed to read it. (code for support: Denied)",
            text("en", "health.check.unread", n=2),
        ]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Unavailable("UnknownError"), "Microsoft 365 did not answer as it should."),
        (Unanswered("NoAnswer"), "Microsoft 365 did not answer as it should."),
        (Throttled("TooManyRequests"), "Microsoft asked us to wait."),
        (NoMailbox("ErrorInvalidUser"), "The mailbox was not found."),
        (Forbidden(REFUSED_BY_ENTRA), "Microsoft does not let Vuoro in."),
        (GraphError("Busy"), "Vuoro was at other work in it all the time."),
        (GraphError("too_many_pages"), "Microsoft 365 refused the request."),
    ],
)
async def test_what_could_not_be_read_is_told_apart_with_why(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, error: GraphError, why: str
):
    """Beside it stand what was read, what differs there, and how many of each."""
    left_over(asked.small)
    read = checking.compared

    async def of_bo_not(world: World, id_: ProfessionalId) -> Compared:
        return await (
            checking.unread(world, id_, error) if id_ == make.BO else read(world, id_)
        )

    monkeypatch.setattr(checking, "compared", of_bo_not)

    assert await asked.check() == 1
    code = error.code
    assert asked.said[:5] == [
        f"{AINO}:",
        "  We have busy time that Outlook lacks: Wed 25 Nov at 10:00",
        f"The calendar could not be read: {make.bo().name}",
        f"  {why} (code for support: {code})",
        "Differences: 1, calendars: 1.",
    ]
    assert asked.said[5].startswith("Calendars that could not be read: 1.")

    asked.small.write(calendars.drop_busy, make.AINO, "E99")
    asked.said.clear()
    assert await asked.check() == 1
    assert "Calendars that were read and are as they should be: 1." in asked.said


async def test_what_an_event_lacks_is_named(asked: Asked):
    small = asked.small
    booked = small.book(24)
    await small.settle_down()
    event_id = small.link(booked).event_id
    small.graph.change(
        make.a_professional().mailbox, event_id, subject="Lounas", body="Moi"
    )

    assert await asked.check() == 1
    assert (
        f"  The event of {booked.reference} (Tue 24 Nov at 10:00) lacks: "
        "the reference in its subject, Vuoro's text with its links." in asked.said
    )


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


@pytest.mark.parametrize("language", Language)
async def test_where_vuoro_was_removed_health_says_so_first(
    small: SmallWorld, database_url: str, tmp_path: Path, language: Language
):
    found = settings.read(environ(str(tmp_path), database_url))
    said: list[str] = []
    line = text(language, "health.removed")
    await commands.health(found, language, said.append)
    assert line not in said

    small.write(marks.mark, marks.Removal(marks.Phase.FINISHING, ""), small.now)
    await commands.health(found, language, said.append)

    assert said[said.index(line) + 1].strip() == text(language, "health.all.bad")


def test_a_reader_who_goes_away_ends_nothing(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    """`health | head -1`: no traceback, and the status is still the answer."""
    for name, value in environ(str(tmp_path), sqlite_url).items():
        monkeypatch.setenv(name, value)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)

        assert entry.main(["health"]) == 1


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
    assert asked.said[-1].startswith("Calendars that could not be read: ")


async def test_a_copy_only_a_person_can_remove_gets_no_advice_to_fix(asked: Asked):
    small = asked.small
    booked = small.book(24)
    await small.settle_down()
    box = make.a_professional().mailbox
    event = small.graph.box(box)[small.link(booked).event_id]
    small.graph.add(box, make.span(48), key=event.key, subject=event.subject)
    small.pull()
    await small.settle_down()
    await asked.check()

    assert not any("--fix" in each for each in asked.said)


def test_a_demo_says_how_it_is_asked_about(tmp_path: Path):
    places = demo.Places(data=tmp_path)
    running = demo.Demo(places, {"base_url": "http://t"}, "http://a", {}, [])

    said = demo.welcome(running)

    assert f"-m teams_app health --demo {tmp_path}" in said
    assert f"-m teams_app check --demo {tmp_path}" in said
    assert f"-m teams_app check --fix --demo {tmp_path}" in said
    assert f"-m teams_app package --demo {tmp_path} --out" in said


def test_a_tenant_alone_does_not_say_that_vuoro_runs(tmp_path: Path):
    places = demo.Places(data=tmp_path, tenant_alone=True)
    running = demo.Demo(places, {"base_url": "http://t"}, "http://a", {}, [])

    said = demo.welcome(running)

    assert "Vuoro runs" not in said
    assert f"-m teams_app serve --demo {tmp_path}" in said
    assert f"-m teams_app remove --demo {tmp_path} --export" in said
    assert "Ctrl-C" in said


async def test_a_demo_that_was_removed_says_how_it_begins_anew(tmp_path: Path):
    log = tmp_path / "app.log"
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()

    log.write_text("Vuoro cannot start:\n  a reason\n")
    with pytest.raises(demo.CannotStart, match=r"app\.log"):
        await demo._answers("http://127.0.0.1:9", ended, tmp_path)
    log.write_text(f"Vuoro cannot start:\n  {app._REMOVED}\n")
    with pytest.raises(demo.CannotStart, match="RESET=1"):
        await demo._answers("http://127.0.0.1:9", ended, tmp_path)


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ([], "check --fix"),
        (["--demo", "data"], "check --fix --demo data"),
        (["--demo", "my data"], "check --fix --demo 'my data'"),
        (["--language", "fi"], "check --fix --language fi"),
    ],
)
def test_the_command_that_sets_right_is_the_one_that_was_asked(
    monkeypatch: pytest.MonkeyPatch, words: list[str], again: str
):
    """Without the options that were given it would ask another Vuoro, or none."""
    told: list[str] = []

    async def check(*_: object, fix: bool, again: str) -> int:
        told.append(again)
        return int(fix)

    monkeypatch.setattr(commands, "check", check)
    monkeypatch.setattr(demo, "environ_of", lambda _: environ("data", ""))
    for name, value in environ("data", "").items():
        monkeypatch.setenv(name, value)

    assert entry.main(["check", *words]) == 0
    assert told == [f"{demo.called()} {again}"]


@pytest.mark.parametrize("command", ["health", "check", "doctor"])
def test_without_the_demos_tenant_it_says_so_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
):
    nobody = {"VUORO_DEMO_CLOCK_URL": "http://127.0.0.1:9/_tenant/clock"}
    kept = environ(str(tmp_path), "") | nobody
    monkeypatch.setattr(demo, "environ_of", lambda _: kept)

    assert entry.main([command, "--demo", str(tmp_path)]) == 2

    said = capsys.readouterr().err
    assert app._NO_TENANT in said
    assert "Traceback" not in said
