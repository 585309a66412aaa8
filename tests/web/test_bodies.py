"""What is sent in a body that is none: refused, whatever it says it is, and cheaply."""

import asyncio
import gzip
import logging
import zlib

import pytest

from teams_app.web.app import BODY_MAX
from tests import make
from tests.support.small_world import SUPERVISOR
from tests.support.waiting import until
from tests.web.conftest import BOTH_ENGINES, Door
from tests.web.test_every_route import paths

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

FORM = "application/x-www-form-urlencoded"
PACKED = {
    "no gzip": ("gzip", b"a=b"),
    "no deflate": ("deflate", b"\xff\xff\xff"),
    "gzip and more": ("gzip", gzip.compress(b"a=b") + b"more"),
    "gzip cut short": ("gzip", gzip.compress(b"a=b")[:-9]),
    "deflate cut short": ("deflate", zlib.compress(b"a=b" * 99)[:-9]),
    "gzip": ("gzip", gzip.compress(b"a=b")),
    "brotli": ("br", b"a=b"),
    "nothing there is": ("klingon", b"a=b"),
}


def failed(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [each for each in caplog.records if each.levelno >= logging.ERROR]
    return [f"{each.name}: {each.getMessage()}" for each in found]


async def test_a_packed_body_is_refused_on_every_route(
    door: Door, caplog: pytest.LogCaptureFixture
):
    headers = door.staff() | {"Content-Encoding": "gzip", "Content-Type": FORM}
    asked = [*paths(door.small, "POST"), "/api/messages", "/nowhere"]

    for path in asked:
        answer = await door.ask("POST", path, data=b"a=b", headers=headers)
        assert answer.status == 415, path

    assert len(asked) > 15
    assert failed(caplog) == []


@pytest.mark.parametrize(("how", "body"), PACKED.values(), ids=PACKED)
async def test_however_it_is_packed_it_is_refused_and_nothing_breaks(
    door: Door, how: str, body: bytes, caplog: pytest.LogCaptureFixture
):
    headers = {"Content-Encoding": how}

    answer = await door.ask("POST", "/hooks/graph", data=body, headers=headers)

    assert answer.status == 415
    assert failed(caplog) == []


async def test_a_small_body_that_would_be_a_huge_one_is_not_unpacked(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    unpacked: list[int] = []
    real = zlib.decompressobj

    def noted(*given, **named):
        unpacked.append(1)
        return real(*given, **named)

    monkeypatch.setattr(zlib, "decompressobj", noted)
    body = gzip.compress(b"a" * BODY_MAX * 8)
    headers = {"Content-Encoding": "gzip", "Accept-Encoding": "identity"}

    answer = await door.ask("POST", "/b/guidance", data=body, headers=headers)

    assert len(body) < BODY_MAX / 100
    assert answer.status == 415
    assert unpacked == []


async def test_a_body_that_is_not_packed_may_say_so(door: Door):
    headers = {"Content-Encoding": "identity"}

    answer = await door.ask("POST", "/hooks/graph", data=b"{}", headers=headers)

    assert answer.status == 202


# As it arrives.


async def sent(door: Door, head: str, body: bytes) -> Stream:
    """Post these very bytes to where Graph's notices come."""
    url = door._server.make_url("")
    reader, writer = await asyncio.open_connection(url.host, url.port)
    start = "POST /hooks/graph HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    writer.write(f"{start}{head}\r\n\r\n".encode() + body)
    await writer.drain()
    return reader, writer


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"-2\r\n{}\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"2\r\n{} and more\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 2", b"2\r\n{}\r\n0\r\n\r\n"),
        ("Content-Length: 2\r\nContent-Length: 3", b"{} "),
        ("Content-Length: -2", b"{}"),
        ("Content-Length: two", b"{}"),
    ],
)
async def test_a_body_in_parts_that_are_none_is_400(door: Door, head: str, body: bytes):
    reader, writer = await sent(door, head, body)

    answer = await reader.read()
    writer.close()

    assert answer.split()[1] == b"400"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 200", b'{"value": ['),
        ("Content-Length: 200", b""),
        ("Transfer-Encoding: chunked", b"ff\r\n{"),
    ],
)
async def test_a_body_that_breaks_off_is_the_senders_and_no_failure_of_ours(
    door: Door, head: str, body: bytes, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "vuoro.web")
    # As in production: a handler goes on though who asked has gone.
    server = door._server.handler
    server.handler_cancellation = False
    _, writer = await sent(door, head, body)
    await until(lambda: server.connections and server.connections[0]._current_request)

    writer.close()
    await until(lambda: bool(caplog.records))

    assert [each.status for each in caplog.records] == [400]
    assert failed(caplog) == []


# As text.

_HALF = b"text=half \\ud800&request=half \\ud800&whom=half \\ud800"


async def test_half_a_character_is_refused_and_nothing_breaks(
    door: Door, caplog: pytest.LogCaptureFixture
):
    for path in paths(door.small, "POST"):
        for charset in ("unicode_escape", "utf-16", "undefined"):
            kind = f"{FORM}; charset={charset}"
            headers = door.staff() | {"Content-Type": kind}

            answer = await door.ask("POST", path, data=_HALF, headers=headers)

            assert answer.status < 500, (path, charset)

    assert failed(caplog) == []


@BOTH_ENGINES
@pytest.mark.parametrize("odd", ["x%00y", "%ED%A0%80", "x" * 500])
async def test_what_no_keyboard_types_breaks_no_address(
    door: Door, odd: str, caplog: pytest.LogCaptureFixture
):
    roles = ["Vuoro.Admin", "Vuoro.Audit"]
    one = f"/teams/appointment/{door.small.book(24).reference}"
    for path in (
        f"/teams/book?form={odd}",
        f"/teams/book?after={odd}",
        f"/teams/book?professional={odd}&service={odd}&day={odd}",
        f"/teams/why?service={odd}&why_day=2026-11-24&why_time=10:00",
        f"/teams/team?unit={odd}&day={odd}",
        f"/teams/away?who={odd}&change={odd}",
        f"/teams/appointment/{odd}",
        f"{one}/hand?to={odd}&at={odd}&agreed={odd}&day={odd}",
        f"/teams/admin/professionals/{odd}",
        f"/teams/admin/log?who={odd}&what={odd}",
        f"/teams/admin/log?reference={odd}",
    ):
        for oid in (SUPERVISOR, make.a_professional().object_id):
            headers = door.staff(roles=roles, oid=oid)
            assert (await door.get(path, headers=headers)).status < 500, path

    assert failed(caplog) == []
