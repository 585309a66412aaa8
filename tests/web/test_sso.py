"""Signing in to the tab: what proves nobody, and when nobody can be proven."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from teams_app.signing import Keys
from teams_app.web import staff
from teams_app.web.staff import SIGN_IN
from tests import make
from tests.bot.channel import SigningKey, epoch
from tests.support.octets import ODD_TOKENS, status_of
from tests.web.conftest import KEY, Door

NEW = SigningKey("k2")
Routes = list[tuple[str, str]]
#: What is shown to anybody, for it holds nothing about anybody.
OPEN = {
    "/teams/tab",
    "/teams/panel",
    "/teams/configure",
    "/teams/sign-in",
    "/teams/signed-in",
}


@pytest.fixture
def guarded(door: Door) -> Routes:
    """Give every route of the tab that shows or does anything, with its method."""
    fills = {
        "{reference}": door.small.book(24).reference,
        "{person}": make.bo().object_id,
        "{note}": "1",
        "{unit}": "itakatu",
        "{service}": "guidance",
        "{conflict}": "1",
    }
    return [
        (route.method, _filled(route.path, fills))
        for route in staff.routes()
        if route.path not in OPEN
    ]


def _filled(path: str, fills: dict[str, str]) -> str:
    for hole, value in fills.items():
        path = path.replace(hole, value)
    return path


async def statuses(door: Door, guarded: Routes, headers: dict[str, str]) -> set[int]:
    """Ask every guarded route the same; whatever is refused shows nobody."""
    found = set()
    for method, path in guarded:
        answer = await door.ask(method, path, headers=headers)
        assert answer.status != 401 or "Maija" not in answer.text, path
        found.add(answer.status)
    return found


def signed(door: Door, key: SigningKey, **changes: Any) -> dict[str, str]:
    """Give the headers of somebody whose genuine claims are signed with this key."""
    token = door.staff(**changes)["Authorization"].split()[1]
    claims = jwt.decode(token, options={"verify_signature": False})
    return {"Authorization": f"Bearer {key.sign(claims)}"}


async def test_a_genuine_token_is_refused_nowhere(door: Door, guarded: Routes):
    assert len(guarded) > 12
    assert await statuses(door, guarded, door.staff()) & {401, 500, 503} == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"nbf": 4_000_000_000},
        {"iat": None},
        {"exp": None},
        {"aud": "somebody-else"},
        {"aud": "00000003-0000-0000-c000-000000000000"},
        {"aud": None},
        {"tid": "11111111-0000-4000-8000-000000000000"},
        {"tid": None},
        {"oid": None},
        {"iss": "https://evil.example/v2.0"},
        {"ver": "1.0"},
        {"ver": None},
        {"scp": None},
        {"scp": "User.Read"},
        {"scp": None, "roles": ["Everything.All"], "idtyp": "app"},
    ],
)
async def test_a_token_that_proves_nobody_is_401_everywhere(
    door: Door, guarded: Routes, changes
):
    assert await statuses(door, guarded, door.staff(**changes)) == {401}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Basic YWlubzpzYWxhc2FuYQ==",
        "Bearer " + "x" * 7000,
    ],
)
async def test_no_token_is_401_everywhere(door: Door, guarded: Routes, header: str):
    assert await statuses(door, guarded, {"Authorization": header}) == {401}


@pytest.mark.parametrize("odd", ODD_TOKENS.values(), ids=ODD_TOKENS)
async def test_what_is_no_token_proves_nobody_anywhere(
    door: Door, guarded: Routes, odd: bytes
):
    url = door._server.make_url("")

    for method, path in guarded:
        assert await status_of(url, method, path, odd) == 401, path


async def test_a_token_of_another_key_is_401_everywhere(door: Door, guarded: Routes):
    """Under the same name, under a name there is not, and under none."""
    nameless = jwt.encode({"oid": "x"}, NEW.private, "RS256")

    assert await statuses(door, guarded, signed(door, SigningKey(KEY.kid))) == {401}
    assert await statuses(door, guarded, signed(door, NEW)) == {401}
    assert await statuses(door, guarded, {"Authorization": f"Bearer {nameless}"}) == {
        401
    }


async def test_a_token_signed_with_nothing_or_the_public_key_is_401_everywhere(
    door: Door,
    guarded: Routes,
):
    claims = jwt.decode(
        door.staff()["Authorization"].split()[1], options={"verify_signature": False}
    )
    nothing = jwt.encode(claims, None, algorithm="none", headers={"kid": KEY.kid})
    shared = jwt.encode(
        claims, KEY.public()["n"], algorithm="HS256", headers={"kid": KEY.kid}
    )

    for token in (nothing, shared):
        assert await statuses(door, guarded, {"Authorization": f"Bearer {token}"}) == {
            401
        }


# Keys that come and go.


@asynccontextmanager
async def authority(door: Door, *documents: Any) -> AsyncIterator[list[int]]:
    """Let the authority serve these, one after another; counts how often it was asked.

    Between two of them the half minute passes in which it is not asked again.
    """
    asked: list[int] = []

    async def keys(_: web.Request) -> web.Response:
        asked.append(1)
        return web.json_response(documents[min(len(asked), len(documents)) - 1])

    app = web.Application()
    app.router.add_get("/keys", keys)
    async with TestServer(app) as server:
        sign_in = door._server.app[SIGN_IN]
        sign_in.keys._url = str(server.make_url("/keys"))
        yield asked


def later(door: Door, seconds: float) -> None:
    """Let time pass for the keys alone."""
    keys: Keys = door._server.app[SIGN_IN].keys
    now = keys._clock() + seconds
    keys._clock = lambda: now


def published(*keys: SigningKey) -> dict[str, Any]:
    return {"keys": [each.public() for each in keys]}


async def test_when_the_key_has_rotated_the_new_one_is_let_in_and_the_old_one_nowhere(
    door: Door,
    guarded: Routes,
):
    async with authority(door, published(KEY), published(NEW)) as asked:
        assert 401 not in await statuses(door, guarded, door.staff())
        later(door, 31)
        new = await door.get("/teams/today", headers=signed(door, NEW))
        assert (new.status, len(asked)) == (200, 2)

        assert await statuses(door, guarded, door.staff()) == {401}
        assert 401 not in await statuses(door, guarded, signed(door, NEW))
    assert len(asked) == 2


async def test_a_key_that_was_withdrawn_is_refused_within_the_hour(
    door: Door, guarded: Routes
):
    async with authority(door, published(KEY), published(NEW)) as asked:
        assert 401 not in await statuses(door, guarded, door.staff())
        later(door, 3601)

        assert await statuses(door, guarded, door.staff()) == {401}
    assert len(asked) == 2


async def test_keys_there_are_not_make_nobody_ask_without_end(
    door: Door, guarded: Routes
):
    async with authority(door, published(KEY)) as asked:
        for unknown in ("k3", "k4", "k5"):
            stranger = copy(NEW)
            stranger.kid = unknown
            assert await statuses(door, guarded, signed(door, stranger)) == {401}

        assert 401 not in await statuses(door, guarded, door.staff())
    assert len(asked) == 1


async def seen_with(door: Door, document: Any) -> int:
    """Let the authority serve this as its keys; gives the status of her tab."""
    async with authority(door, document):
        answer = await door.get("/teams/today", headers=door.staff())
    return answer.status


@pytest.mark.parametrize(
    "document",
    [[], {"keys": [5]}, {"keys": [{"kty": "RSA", "kid": "k1"}]}, {"keys": None}],
    ids=str,
)
async def test_an_authority_that_talks_nonsense_is_one_that_is_away(
    door: Door, document: Any
):
    assert await seen_with(door, document) == 503


async def test_a_bad_key_of_the_authority_hides_no_good_one(door: Door):
    bad = {"kty": "RSA", "kid": "x", "n": "!!", "e": "AQAB"}

    assert await seen_with(door, {"keys": [bad, KEY.public()]}) == 200


@pytest.mark.parametrize("skew", [45, -240])
async def test_a_token_dated_by_another_clock_signs_in(door: Door, skew: int):
    now = int(epoch()) + skew
    dated = {"iat": now, "nbf": now, "exp": now + 3600}

    answer = await door.get("/teams/today", headers=door.staff(**dated))

    assert answer.status == 200
