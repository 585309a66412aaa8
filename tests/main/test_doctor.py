"""The doctor against a tenant in a box: each failure of each step, provoked one by one.

After each of them nothing of the doctor's is left in the tenant.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking.doctor import Level, Step
from booking.wording import text
from dev_tenant import server
from dev_tenant.connector import rates
from teams_app import settings
from teams_app.__main__ import main
from teams_app.doctor import leaving
from teams_app.main import doctoring
from teams_app.store import tables
from teams_app.store.database import Tx
from tests.booking.test_doctor import everything
from tests.main import patient as parts
from tests.main.patient import AINO, ELIAS, HOUSE, Patient
from tests.main.provoking import (
    AFTERWARDS,
    BOX,
    GUID,
    LOOKS,
    PROVOKED,
    Provoke,
    reads_groups,
    set_to,
    unit_names,
)
from tests.support import tenants
from tests.support.nursery import Nursery


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    ca = tmp_path_factory.mktemp("doctor") / "ca.pem"
    config = server.Config(tls_port=0, ca_path=ca, latency=0)
    with tenants.running(config) as started:
        yield started


@pytest.fixture(scope="module")
def here() -> Iterator[parts.Address]:
    with parts.address() as made:
        yield made


@pytest.fixture
def patient(
    tenant: server.Running,
    here: parts.Address,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Patient]:
    """Give a tenant in which all is well; afterwards nothing may be left in it."""
    monkeypatch.setattr(leaving, "_WAITS", (0.02, 0.02))
    monkeypatch.setattr(rates, "SEND", ((1000, 1.0),))
    here.shakes, here.deaf_to, here.status = True, "", 401
    parts.furnished(sqlite_url, tenant)
    environ = parts.environ_of(tenant, here, sqlite_url, tmp_path)
    made = Patient(tenant, here, environ, tmp_path, monkeypatch.setenv)
    made.heal()
    yield made
    assert made.left() == []
    made.heal()


async def test_where_all_is_well_it_says_so_of_every_step_and_leaves_nothing(
    patient: Patient,
):
    seen = await patient.doctor()

    assert seen.bad() == set()
    assert seen.status == 0
    assert {each["step"] for each in seen.findings} == {each.value for each in Step}
    others = [each for each in seen.findings if each["level"] != "ok"]
    assert [each["name"] for each in others] == ["worker_silent"]


async def test_nothing_is_written_into_the_database(patient: Patient):
    def rows(tx: Tx) -> dict[str, int]:
        number = sa.func.count()
        return {
            name: tx.execute(sa.select(number).select_from(table)).scalar_one()
            for name, table in tables.metadata.tables.items()
        }

    with patient.rows() as database:
        before = database.read_here(rows)
        await patient.doctor()

        assert database.read_here(rows) == before


@pytest.mark.parametrize(("step", "provoke", "said"), PROVOKED)
async def test_what_is_wrong_is_said_with_what_to_do(
    patient: Patient, step: str, provoke: Provoke, said: set[str]
):
    provoke(patient)

    seen = await patient.doctor(step)

    found = seen.of(step)
    bad = {name for name, each in found.items() if each["level"] == "mend"}
    assert bad == said, seen.findings
    assert seen.status == int(bool(said))
    for name in said:
        assert found[name]["said"]
        assert found[name]["do"]


@pytest.mark.parametrize("named", ["professionals_group", "admins_group", "unit"])
async def test_the_rights_that_read_groups_are_meant_wherever_one_is_named(
    patient: Patient, named: str
):
    reads_groups(patient)
    group = next(iter(patient.tenant.tenant.groups))
    if named == "unit":
        unit_names(supervisors=group, reception=group)(patient)
    else:
        set_to(**{named: group})(patient)

    seen = await patient.doctor("permissions")

    said = seen.of("permissions")
    assert set(said) == {"works", "groups"}
    assert said["groups"]["values"] == {"n": 1}

    patient.switch(entra_roles=["User.Read.All"])
    seen = await patient.doctor("permissions")

    by = "Itakatu employment services (en)"
    where = by if named == "unit" else f"VUORO_{named.upper()}"
    lacking = seen.of("permissions")["group_lacking"]
    assert lacking["values"] == {"names": ["GroupMember.Read.All"], "named": [where]}
    assert "more" not in seen.of("permissions")


async def test_each_group_that_is_not_there_is_named_with_who_names_it(
    patient: Patient,
):
    reads_groups(patient)
    there = next(iter(patient.tenant.tenant.groups))
    unit_names(supervisors=GUID, reception=there)(patient)
    set_to(admins_group=GUID)(patient)

    seen = await patient.doctor("permissions", language="fi")

    missing = seen.of("permissions")["group_missing"]
    unit = "Itakatu employment services (fi)"
    named = ["VUORO_ADMINS_GROUP", unit]
    assert missing["values"] == {"group": GUID, "named": named}
    assert (
        f"{GUID}. Se on nimetty täällä: VUORO_ADMINS_GROUP, {unit}." in missing["said"]
    )
    assert seen.of("permissions")["groups"]["values"] == {"n": 1}


def unprovoked(catalogue: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Give what can be found and nothing here provokes, and what is not found at all."""
    mended = {(step, "mend", name) for step, _, names in PROVOKED for name in names}
    looked = {(step, "look", name) for step, _, name in LOOKS}
    later = {(step, "mend", name) for step, name in AFTERWARDS}
    return catalogue ^ (mended | looked | later)


def the_catalogue() -> set[tuple[str, str, str]]:
    """Give all that the doctor can find and that is not well."""
    return {
        (each.step.value, each.level.value, each.name)
        for found in everything()
        for each in found
        if each.level in {Level.MEND, Level.LOOK}
    }


def test_every_finding_is_provoked_in_the_tenant():
    assert unprovoked(the_catalogue()) == set()
    assert set(AFTERWARDS.values()) <= set(globals())


def test_a_finding_that_nobody_provokes_is_missed():
    """The check above, proven by what it is there for."""
    new = ("token", "mend", "planted")

    assert unprovoked(the_catalogue() | {new}) == {new}


@pytest.mark.parametrize(("step", "provoke", "name"), LOOKS)
async def test_what_works_all_the_same_is_worth_a_look_and_no_failure(
    patient: Patient, step: str, provoke: Provoke, name: str
):
    provoke(patient)

    seen = await patient.doctor(step)

    assert seen.of(step)[name]["level"] == "look"
    assert seen.of(step)[name]["do"]
    assert seen.status == 0


async def test_what_hangs_on_a_failing_step_says_so_and_the_rest_is_tried(
    patient: Patient,
):
    patient.switch(secret_expired=True)

    seen = await patient.doctor()

    assert seen.bad() == {"token.secret_over", "bot.token"}
    untried = {
        each["step"]: each["values"]["because"]
        for each in seen.findings
        if each["level"] == "untried"
    }
    token = "permissions mailboxes outside sender event subscription app"
    assert untried == dict.fromkeys(token.split(), "token")
    for step in ("database", "clock", "manifest", "mail"):
        assert seen.of(step)


async def test_without_a_database_the_tenant_is_looked_at_all_the_same(
    patient: Patient,
):
    patient.changes["VUORO_DATABASE_URL"] = "sqlite:////proc/vuoro/x"

    seen = await patient.doctor()

    assert seen.bad() == {"database.unreachable"}
    assert "ok" in seen.of("event")
    assert "ok" in seen.of("bot")
    assert "because" in seen.of("mailboxes")


async def test_what_was_not_named_is_not_tried_and_no_failure(patient: Patient):
    seen = await patient.doctor("event", "outside", mailbox="", outside="")

    assert seen.status == 0
    assert {each["level"] for each in seen.findings} == {"untried"}
    assert "--mailbox" in seen.of("event")["mailbox"]["said"]
    assert "--outside" in seen.of("outside")["outside"]["said"]


async def test_with_polling_alone_no_subscription_is_made(patient: Patient):
    patient.changes["VUORO_NOTIFICATIONS"] = "0"
    patient.fault(method="POST", path="subscriptions", status=503)

    seen = await patient.doctor("subscription")

    assert [*seen.of("subscription")] == ["polling"]


async def test_an_event_that_cannot_be_removed_is_said_and_goes_the_next_time(
    patient: Patient,
):
    patient.fault(method="DELETE", path="/events/", status=400)
    patient.fault(path="permanentDelete", status=400)

    seen = await patient.doctor("event")

    assert {*seen.of("event")} == {"left"}
    assert len(patient.left()) == 1
    patient.heal()
    seen = await patient.doctor("event", mailbox=f"{ELIAS}{HOUSE}")
    assert seen.of("event")["swept"]["values"] == {"n": 1}


async def test_where_it_cannot_be_erased_it_is_deleted(patient: Patient):
    patient.fault(path="permanentDelete", status=400)

    seen = await patient.doctor("event")

    assert {*seen.of("event")} == {"ok"}
    box = patient.tenant.tenant.mailboxes[patient.id_of(AINO)]
    box.deleted.clear()  # where whoever deletes an event in Outlook has it too


async def test_a_subscription_that_cannot_be_ended_is_said_and_goes_the_next_time(
    patient: Patient,
):
    patient.fault(method="DELETE", path="subscriptions", status=400)

    seen = await patient.doctor("subscription")

    assert {*seen.of("subscription")} == {"left"}
    tenant = patient.tenant.tenant
    tenant.faults.clear()
    seen = await patient.doctor("subscription")
    assert {*seen.of("subscription")} == {"ok", "swept"}


async def test_a_mailbox_that_is_not_known_is_no_silence_of_graphs(patient: Patient):
    mailbox = f"nobody{HOUSE}"

    seen = await patient.doctor("subscription", mailbox=mailbox)

    (found,) = seen.of("subscription").values()
    assert [*seen.of("subscription")] == ["missing"]
    assert mailbox in str(found)


async def test_other_subscriptions_to_our_address_are_left_alone(patient: Patient):
    from dev_tenant.tenant import Subscription

    tenant = patient.tenant.tenant
    mine = Subscription(
        id="mine",
        resource=f"users/{BOX}/events",
        user=patient.id_of(AINO),
        changes=["updated"],
        url=f"{patient.here.base_url}/hooks/graph",
        lifecycle_url=None,
        state="s",
        expires=tenant.clock.real().replace(year=2099),
        app=tenant.app.client_id,
        immutable=True,
    )
    tenant.subscriptions["mine"] = mine

    await patient.doctor("subscription")

    assert [*tenant.subscriptions] == ["mine"]
    tenant.subscriptions.clear()


@pytest.mark.parametrize(
    ("only", "method", "path"),
    [
        ("event", "POST", "permanentDelete"),
        ("subscription", "DELETE", "/subscriptions/"),
    ],
)
async def test_what_a_killed_doctor_left_the_next_one_removes(
    patient: Patient, app_nursery: Nursery, only: str, method: str, path: str
):
    patient.fault(method=method, path=path, delay=30.0, only_delay=True)
    words = ("doctor", "--only", only, "--mailbox", BOX)
    pid = app_nursery.bear(patient.environ, patient.folder / "log", *words)
    rules = patient.tenant.tenant.faults.rules
    for _ in range(1500):
        if rules[0].bitten:
            break
        await asyncio.sleep(0.02)  # noqa: TID251  until another process has come so far
    os.kill(pid, signal.SIGKILL)
    assert len(patient.left()) == 1
    patient.tenant.tenant.faults.clear()

    seen = await patient.doctor(only)

    assert seen.of(only)["swept"]["values"] == {"n": 1}


# On the command line.


def test_a_step_nobody_knows_is_a_mistake_of_use(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--only", "weather"])

    assert ended.value.code == 2
    assert "weather" in capsys.readouterr().err


def test_without_settings_it_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in [each for each in os.environ if each.startswith("VUORO_")]:
        monkeypatch.delenv(name)

    assert main(["doctor"]) == 2
    assert "VUORO_TENANT_ID" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_it_speaks_the_admins_language(patient: Patient, language: str):
    said: list[str] = []
    wanted = doctoring.Wanted(language=language, only=("token", "outside"))
    patient.switch(secret_expired=True)
    environ = patient.environ
    status = await doctoring.examine(
        settings.read(environ), environ, wanted, said.append
    )

    assert status == 1
    assert said[0] == text(language, "doctor.step.token")
    assert text(language, "doctor.level.mend") in said[1]
    assert "AADSTS7000222" in said[1]
    assert "docs/admin.md" in said[2]
    assert said[-1] == text(language, "doctor.all.mend", n=1)
