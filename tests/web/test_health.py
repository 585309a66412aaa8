"""The health page is for who looks after Vuoro; figures are for who has the token."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from prometheus_client.parser import text_string_to_metric_families

from booking.differences import Difference, Kind
from booking.reach import Why
from booking.wording import text
from graph_sync.graph import Refused
from teams_app.actions import access, checks, doubts, health
from teams_app.actions.access import Claims
from teams_app.outside import ChatError
from teams_app.store import calendars, jobs, reach
from teams_app.store import health as rows
from teams_app.web import app as web_app
from teams_app.web.site import Site
from teams_app.web.watching import WATCH, Watch
from tests import make
from tests.support.octets import status_of
from tests.support.small_world import BASE, MAIJA, POLICY, TENANT, SmallWorld
from tests.web.conftest import ASSETS, BOTH_ENGINES, Door, pages

BOX = make.a_professional().mailbox
AINO = make.a_professional().name
ADMIN = {"roles": ["Vuoro.Admin"]}
STRANGER = "99999999-0000-4000-8000-000000000009"
TOKEN = "a token that nobody guesses"


def swept(small: SmallWorld) -> None:
    """Let the worker have looked over everything just now."""
    due = small.now + timedelta(minutes=1)
    small.write(jobs.promise, jobs.Promise("sweep", "sweep", due=due, again=True))


@BOTH_ENGINES
async def test_an_admin_sees_how_everything_goes(door: Door):
    answer = await door.get("/teams/health", headers=door.staff(**ADMIN))

    assert answer.status == 200
    assert "Järjestelmän tila" in answer.text
    assert AINO in answer.text


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"roles": ["admin"]},
        {"roles": ["vuoro.admin"]},
        {"roles": "Vuoro.Admin"},
        {"roles": {"Vuoro.Admin": True}},
        {"oid": STRANGER},
    ],
)
async def test_nobody_else_does(door: Door, claims: dict[str, object]):
    for method in ("GET", "POST"):
        answer = await door.ask(method, "/teams/health", headers=door.staff(**claims))

        assert answer.status == 403
        assert AINO not in answer.text
    assert (await door.get("/teams/health")).status == 401


def test_the_tenants_own_list_names_admins(small: SmallWorld):
    aino = make.a_professional().object_id
    policy = replace(POLICY, admins=frozenset({aino}))

    assert small.read(access.is_admin, Claims(TENANT, aino.upper()), policy)
    assert not small.read(access.is_admin, Claims(TENANT, STRANGER), policy)
    assert not small.read(access.is_admin, Claims(TENANT, ""), policy)


async def test_the_way_there_is_shown_to_admins_alone(door: Door):
    plain = await door.get("/teams/today", headers=door.staff())
    admins = await door.get("/teams/today", headers=door.staff(**ADMIN))

    assert "/teams/health" not in plain.text
    assert 'href="/teams/health"' in admins.text


async def test_an_admin_who_is_no_professional_comes_straight_here(door: Door):
    headers = door.staff(oid=STRANGER, **ADMIN)
    answer = await door.get("/teams/today", headers=headers)

    assert answer.status == 200
    assert "Järjestelmän tila" in answer.text
    assert "/teams/week" not in answer.text
    assert "/teams/book" not in answer.text


async def dead(small: SmallWorld) -> int:
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    small.book(24)
    await small.settle_down()
    (found,) = small.read(health.facts, small.policy, small.now).dead
    number: int = found.id
    return number


async def act(door: Door, what: str, number: object) -> str:
    answer = await door.ask(
        "POST",
        "/teams/health",
        headers=door.staff(**ADMIN),
        data={"act": what, "id": str(number)},
    )
    assert answer.status == 200
    return answer.text


@pytest.mark.parametrize("what", ["retry", "give_up"])
async def test_a_job_given_up_is_dealt_with_once(door: Door, what: str):
    number = await dead(door.small)
    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))
    assert "refused:ErrorInvalidRequest" in shown.text
    assert MAIJA.name not in shown.text

    said = [await act(door, what, number) for _ in range(2)]

    assert "refused:ErrorInvalidRequest" not in said[0]
    assert "joku ehti jo" not in said[0]
    assert "joku ehti jo" in said[1]


async def test_everything_given_up_is_tried_again_by_one_press(door: Door):
    small = door.small
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    for hours in (24, 26):
        small.book(hours)
    await small.settle_down()
    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))
    assert "Yritä kaikkia uudelleen" in shown.text
    small.graph.refusals.clear()

    said = await act(door, "retry_all", 0)
    await small.settle_down()

    assert "yritetään uudelleen" in said
    assert len(small.graph.ours(BOX)) == 2
    assert "joku ehti jo" in await act(door, "retry_all", 0)


async def test_what_it_is_too_late_for_is_not_tried_again(door: Door):
    """A reminder that could not be sent, and has lost its use since."""
    small = door.small
    booked = small.book(48)
    await small.settle_down()
    small.gate.arm(1, lasting=True, only="graph.send")
    small.clock.set(booked.span.start - timedelta(hours=24))
    await small.rest(rounds=6)
    small.clock.set(booked.span.start - timedelta(hours=3))
    await small.settle_down()
    small.gate.disarm()
    (found,) = small.read(health.facts, small.policy, small.now).dead

    said = await act(door, "retry", found.id)

    assert "Liian myöhäistä" in said
    assert "joku ehti jo" in await act(door, "retry_all", 0)
    assert [each.id for each in small.read(jobs.dead_jobs)] == [found.id]


async def test_an_emptied_calendar_is_believed_by_a_press(door: Door):
    small = door.small
    state = small.read(calendars.state, make.AINO)
    doubted = replace(state, last_error=doubts.EMPTIED, failing_since=small.now)
    small.write(calendars.save_state, doubted)
    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))
    assert "Se on totta" in shown.text

    await act(door, "believe", make.AINO)

    assert small.read(calendars.state, make.AINO).last_error == doubts.BELIEVED
    assert [each.open for each in small.owed("pull_anew")] == [True]


async def test_everything_is_compared_by_a_press(door: Door):
    await act(door, "check", 0)

    assert len(door.small.owed("check")) == 2


@pytest.mark.parametrize(
    "form", [{}, {"act": "drop"}, {"act": "retry"}, {"act": "retry", "id": "-1"}]
)
async def test_a_press_that_says_nothing_does_nothing(door: Door, form):
    answer = await door.ask(
        "POST", "/teams/health", headers=door.staff(**ADMIN), data=form
    )

    assert answer.status == 400


# For machines.


async def test_a_process_is_ready_while_its_database_answers(door: Door):
    assert (await door.get("/ready")).status == 200

    async def away(*_: object) -> None:
        raise OSError("away")

    door.small.database.read = away  # type: ignore[method-assign]
    answer = await door.get("/ready")
    del door.small.database.read

    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "away" not in answer.text


@pytest_asyncio.fixture(loop_scope="session")
async def figures(small: SmallWorld) -> AsyncIterator[TestServer]:
    site = Site(small.world, pages(small.policy.zone), BASE, b"form key")
    app = web_app.make(site, ASSETS)
    app[WATCH] = Watch(metrics_token=TOKEN)
    async with TestServer(app) as server:
        yield server


async def read(server: TestServer, token: str | None) -> tuple[int, str]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(server.make_url("/metrics"), headers=headers) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("token", [None, "", "guessed", TOKEN.upper(), TOKEN + "ä"])
async def test_without_the_token_there_are_no_figures(figures: TestServer, token):
    status, text = await read(figures, token)

    assert status == 401
    assert "vuoro_" not in text


async def test_a_token_that_is_no_text_is_a_wrong_one(figures: TestServer):
    url = figures.make_url("")

    assert await status_of(url, "GET", "/metrics", b"Bearer \xff\xfe") == 401


async def test_where_no_token_is_set_there_is_no_such_page(door: Door):
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert (await door.get("/metrics", headers=headers)).status == 404


async def test_figures_are_right_and_about_nobody(
    small: SmallWorld, figures: TestServer
):
    await dead(small)
    booked = small.appointment(1)
    swept(small)
    small.clock.advance(minutes=2)
    status, text = await read(figures, TOKEN)
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

    assert status == 200
    assert found["vuoro_jobs_dead", "calendar"] == 1
    assert found["vuoro_calendar_writes", "failing"] == 1
    assert found["vuoro_calendars", "bad"] == 1
    assert found["vuoro_calendar_unread_seconds_max",] == 120
    assert found["vuoro_red",] == 1
    said = [BOX, booked.reference, MAIJA.name, MAIJA.email, make.a_professional().name]
    assert not [each for each in said if str(each) in text]


async def test_each_figure_comes_out_of_the_rows(
    small: SmallWorld, figures: TestServer
):
    """What is heard, subscribed, throttled and found to differ, as it is written down."""
    now = small.now
    small.write(rows.heard, [make.AINO], now - timedelta(seconds=41))
    state = small.read(calendars.state, make.AINO)
    until = now + timedelta(seconds=4321)
    small.write(calendars.save_state, replace(state, subscription_expires=until))
    small.write(rows.checked, make.AINO, 5, now)
    small.write(jobs.block_lane, jobs.mailbox_lane(make.BO), 30.0)
    small.book(24)
    small.clock.advance(seconds=60)

    _, text = await read(figures, TOKEN)

    for line in (
        "vuoro_notice_age_seconds 101.0",
        "vuoro_subscription_left_seconds_min 4261.0",
        "vuoro_calendar_differences 5.0",
        "vuoro_mailboxes_throttled 1.0",
        "vuoro_messages_unsent 1.0",
        "vuoro_message_unsent_seconds_max 60.0",
        'vuoro_calendar_writes{state="waiting"} 1.0',
    ):
        assert line in text.splitlines(), line


async def test_the_table_of_the_page_is_out_of_the_rows(door: Door):
    small, now = door.small, door.small.now
    state = replace(
        small.read(calendars.state, make.AINO),
        synced=now - timedelta(minutes=3),
        subscription_expires=now + timedelta(days=2),
    )
    small.write(calendars.save_state, state)
    small.write(rows.heard, [make.AINO], now - timedelta(minutes=17))
    small.write(rows.checked, make.AINO, 0, now - timedelta(hours=7))
    small.book(24)

    answer = await door.get("/teams/health", headers=door.staff(**ADMIN))

    row = answer.text.split(f'<th scope="row">{AINO}</th>')[1].split("</tr>")[0]
    cells = [re.sub("<[^>]+>", "", each) for each in row.split("</td>")]
    assert [each.strip() for each in cells[1:-1]] == [
        "ma 23.11. klo 9.57",
        "ma 23.11. klo 9.43",
        "ke 25.11. klo 10.00",
        "1 / 0",
        "ma 23.11. klo 3.00",
        "6",
    ]


async def test_what_comparisons_found_is_listed(door: Door):
    small = door.small
    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))
    assert text("fi", "health.found.not_yet") in shown.text
    assert text("fi", "health.found.none") not in shown.text
    small.write(checks.done, make.AINO, [], small.now)
    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))
    assert text("fi", "health.found.none") in shown.text
    booked = small.book(24)
    row = Difference(Kind.DAMAGED, booked.span.start, booked.reference, lacks=("body",))
    both = [row, Difference(Kind.EMPTIED)]
    small.write(checks.done, make.AINO, both, small.now)
    small.write(checks.done, make.AINO, both[1:], small.now)

    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))

    part = shown.text.split('id="found"')[1]
    assert part.count(AINO) == 2
    assert booked.reference in part
    assert text("fi", "health.lacks.body") in part
    assert "Hoidettu ma 23.11. klo 10.00" in part
    assert text("fi", "health.found.person") in part
    assert MAIJA.name not in part


# Whom the bot cannot reach.


async def test_who_is_not_reached_is_listed_with_why_and_what_to_do(door: Door):
    small = door.small
    small.chat.refusal = ChatError(403, code="ConversationBlockedByUser")
    small.book()
    await small.rest(rounds=8)

    shown = await door.get("/teams/health", headers=door.staff(**ADMIN))

    assert AINO in shown.text
    assert text("fi", "health.unreached.because.blocked") in shown.text
    assert text("fi", "health.unreached.by.feed") in shown.text
    assert text("fi", "health.do.unreached_blocked") in shown.text
    assert MAIJA.name not in shown.text


async def test_who_has_left_or_is_nobodys_is_not_listed(door: Door):
    door.small.write(reach.close, STRANGER, Why.BLOCKED, door.small.now)

    found = door.small.read(health.facts, door.small.policy, door.small.now)

    assert found.unreached == ()


async def test_who_is_not_reached_is_counted_and_not_named(figures: TestServer, small):
    aino = make.a_professional().object_id
    small.write(reach.close, aino, Why.REMOVED, small.now)

    _, said = await read(figures, TOKEN)

    assert 'vuoro_people_unreached{why="removed"} 1.0' in said
    assert AINO not in said
    assert aino not in said
