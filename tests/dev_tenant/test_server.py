"""The tenant as a program: ports, steering, the journal, a restart."""

import asyncio
import json
import os
import signal
import socket
import sys
from datetime import datetime

import aiohttp
import pytest

from dev_tenant import storage
from dev_tenant.journal import redact
from dev_tenant.server import Config, start
from tests.contracts import ROOT
from tests.dev_tenant.graph_world import AINO, DESK, NOW, world


async def test_health_and_state_are_told(graph):
    health = await graph.control("health", method="GET")
    state = await graph.control("state", method="GET")

    assert health.body["status"] == "ok"
    assert health.body["now"] == NOW.isoformat()
    assert graph.user(AINO) in state.body["mailboxes"]


async def test_the_clock_is_moved_by_seconds_or_to_a_moment(graph):
    on = await graph.control("clock", {"advance_seconds": 90})
    to = await graph.control("clock", {"now": "2026-12-24T12:00:00+02:00"})
    made = await graph.make()

    assert on.body["now"] == "2026-11-23T07:01:30+00:00"
    assert datetime.fromisoformat(to.body["now"]) == graph.tenant.clock.now()
    assert made["createdDateTime"].startswith("2026-12-24T10:00:00")
    for wrong in ({}, {"now": "soon"}, {"now": "2026-12-24T12:00:00"}):
        assert (await graph.control("clock", wrong)).status == 400


async def test_a_link_that_comes_late_comes_when_it_is_told_to(graph):
    await graph.control("switches", {"late_join_url": 3600})
    made = await graph.make(
        isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness"
    )
    assert made["onlineMeeting"] is None

    await graph.control("switches", {"late_join_url": 0})
    seen = await graph.event(made["id"])

    assert "meetup-join" in seen.body["onlineMeeting"]["joinUrl"]
    assert seen.body["body"]["content"].count("meetup-join") == 1
    assert seen.body["changeKey"] != made["changeKey"]


async def test_a_reset_begins_anew(graph):
    before = json.loads(storage.text(graph.tenant))
    await graph.make()
    await graph.post(
        f"/users/{DESK}/sendMail",
        {
            "message": {
                "subject": "x",
                "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
            }
        },
    )
    await graph.control("reset")
    after = json.loads(storage.text(graph.tenant))

    for box in after["mailboxes"].values():
        assert box.pop("generation") == 2
        before["mailboxes"][box["user"]].pop("generation")
    for kept in ("users", "mailboxes", "groups", "inbox", "meetings"):
        assert after[kept] == before[kept]


async def test_traffic_is_in_the_har_without_credentials(graph):
    await graph.get("/users", Authorization="Bearer very-secret")
    har = (await graph.control("traffic.har", method="GET")).body
    entries = har["log"]["entries"]

    assert har["log"]["version"] == "1.2"
    assert entries[0]["request"]["url"].endswith("/v1.0/users")
    assert entries[0]["response"]["status"] == 200
    assert json.loads(entries[0]["response"]["content"]["text"])["value"]
    assert "very-secret" not in json.dumps(har)
    assert {e["_direction"] for e in entries} == {"to tenant"}
    assert not any("_tenant" in e["request"]["url"] for e in entries)

    assert (await graph.control("traffic.har", method="DELETE")).status == 204
    assert not graph.tenant.journal.entries


async def test_notices_are_in_the_har_as_sent_by_the_tenant(graph):
    hook = await graph.hook()
    seen = await graph.post(
        "/subscriptions",
        {
            "resource": f"/users/{DESK}/events",
            "changeType": "created",
            "notificationUrl": hook.url,
            "expirationDateTime": "2026-11-24T00:00:00Z",
        },
    )
    har = (await graph.control("traffic.har", method="GET")).body
    sent = [e for e in har["log"]["entries"] if e["_direction"] == "from tenant"]

    assert seen.status == 201
    assert "validationToken=" in sent[0]["request"]["url"]
    assert sent[0]["response"]["status"] == 200


def test_secrets_of_a_token_request_are_redacted():
    form = redact("grant_type=x&client_secret=abc", "application/x-www-form-urlencoded")
    answer = redact('{"access_token": "abc", "expires_in": 1}', "application/json")

    assert form == "grant_type=x&client_secret=redacted"
    assert json.loads(answer) == {"access_token": "redacted", "expires_in": 1}


async def test_a_tenant_survives_a_restart(tmp_path):
    async with world(tls_port=None, data=tmp_path) as graph:
        made = await graph.make(isOnlineMeeting=True, transactionId="k")
        window = {
            "startDateTime": "2026-11-23T00:00:00Z",
            "endDateTime": "2026-12-23T00:00:00Z",
        }
        first = await graph.get(f"/users/{DESK}/calendarView/delta", window)
        link = first.body["@odata.deltaLink"]
        base = graph.running.base_url
        before = json.loads(storage.text(graph.tenant))
    async with world(tls_port=None, data=tmp_path) as graph:
        seen = await graph.event(made["id"])
        again = await graph.make(transactionId="k")
        later = await graph.get(link.replace(base, graph.running.base_url))
        after = json.loads(storage.text(graph.tenant))

    assert seen.body["changeKey"] == made["changeKey"]
    assert again["id"] == made["id"]
    assert later.items == []
    for kept in ("users", "mailboxes", "groups", "subscriptions"):
        assert after[kept] == before[kept]


async def test_what_is_said_at_a_restart_outweighs_what_was_kept(tmp_path):
    async with world(tls_port=None, data=tmp_path) as graph:
        users = set(graph.tenant.users)
    said = {"client_id": "app", "client_secret": "new"}
    async with world(tls_port=None, data=tmp_path, **said) as graph:
        app = graph.tenant.app

        assert (app.client_id, app.bot_id, app.secret) == ("app", "app", "new")
        assert set(graph.tenant.users) == users


async def test_what_changed_is_saved_while_running(tmp_path):
    def saved() -> bool:
        kept = storage.load(tmp_path)
        boxes = kept.mailboxes.values() if kept else ()
        return "Tallessa" in {
            e.props["subject"] for b in boxes for e in b.events.values()
        }

    async with world(tls_port=None, data=tmp_path) as graph:
        await graph.make(subject="Tallessa")
        async with asyncio.timeout(30):
            while not saved():
                await graph.get("/users")


async def test_a_busy_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is in use"):
            await start(Config(port=port, tls_port=None))


async def test_the_program_says_when_it_is_ready_and_ends_cleanly(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "dev_tenant", "--port", "0", "--tls-port", "0"),
        *("--data", str(tmp_path), "--seed", "7"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said = json.loads(await process.stdout.readline())
    health = f"{said['base_url']}/_tenant/health"
    async with aiohttp.ClientSession() as session, session.get(health) as got:
        assert got.status == 200
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()

    assert process.returncode == 0
    assert errors == b""
    assert said["entra_url"].startswith("https://localhost:")
    assert (tmp_path / "ca.pem").read_text().startswith("-----BEGIN CERTIFICATE")
    assert storage.load(tmp_path) is not None


async def test_a_busy_port_ends_the_program_with_a_clear_word(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "dev_tenant", "--port", str(port), "--data", str(tmp_path)),
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, errors = await process.communicate()

    assert process.returncode == 1
    assert b"is in use by another program" in errors
    assert b"Traceback" not in errors
