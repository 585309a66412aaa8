"""The contract of Graph, kept by our client against the tenant in a box; and what only
that tenant can be told to do: lose answers, throttle, forget, call back.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from aiohttp import web

from booking.spans import Span
from dev_tenant import server
from graph_sync.graph import (
    Drop,
    Forbidden,
    Gone,
    Mail,
    NoMailbox,
    Put,
    Throttled,
    TokenExpired,
    View,
)
from graph_sync.microsoft import Limits, Microsoft, TokenSource
from graph_sync.subscriptions import (
    Heard,
    Held,
    Notice,
    Watch,
    heard,
    plan,
    read_notices,
)
from tests.contracts import check_har
from tests.graph_sync.contract import (
    GraphContract,
    booked,
    done,
    draft,
    key_of,
    morning,
    round_of,
    seen,
)
from tests.graph_sync.outlook import Outlook, times
from tests.support.waiting import world

__all__ = ["morning"]


@pytest.fixture
def mailbox() -> str:
    return "aino.lehtovaara@lumivaara.example"


@pytest.fixture
def other() -> str:
    return "leyla.haddad@lumivaara.example"


@pytest.fixture
def sender() -> str:
    return "ajanvaraus@lumivaara.example"


@pytest.fixture
def first_day() -> date:
    return date(2028, 1, 3)


class TestDevTenant(GraphContract):
    """Everything of the contract."""


class Tenant:
    """What a test may tell the tenant, taken back at its end."""

    def __init__(self, running: server.Running) -> None:
        self._tenant = running.tenant
        self._tenant.journal.clear()

    def fault(self, **rule: Any) -> None:
        self._tenant.faults.add(rule)

    def switch_on(self, name: str) -> None:
        self._tenant.switches[name] = True

    def asked(self) -> list[tuple[str, str]]:
        """Give the requests to Graph so far, as method and path."""
        return [
            (each.method, unquote(each.url.partition("/v1.0")[2].partition("?")[0]))
            for each in list(self._tenant.journal.entries)
            if "/v1.0/" in each.url and not each.outgoing
        ]

    def now(self) -> datetime:
        return self._tenant.clock.now()

    def group(self) -> tuple[str, list[str]]:
        """Give a group and the object ids of its members."""
        found = next(iter(self._tenant.groups.values()))
        return found.id, list(found.members)

    @contextmanager
    def disabled(self, id_: str) -> Iterator[None]:
        self._tenant.users[id_].enabled = False
        yield
        self._tenant.users[id_].enabled = True

    def har(self) -> Any:
        return self._tenant.journal.har()

    def forget_links(self) -> None:
        for box in self._tenant.mailboxes.values():
            box.generation += 1

    def statuses(self) -> Counter[int]:
        """Count the answers of Graph, those inside batches too."""
        counts: Counter[int] = Counter()
        for each in list(self._tenant.journal.entries):
            counts[each.status] += 1
            if each.url.endswith("$batch"):
                parts = json.loads(each.response_body)["responses"]
                counts.update(part["status"] for part in parts)
        return counts

    def reset(self) -> None:
        idle = [rule.path for rule in self._tenant.faults.rules if not rule.bitten]
        self._tenant.faults.clear()
        self._tenant.switches.clear()
        assert not idle, f"faults that never bit: {idle}"


@pytest.fixture
def tenant(running: server.Running) -> Any:
    told = Tenant(running)
    yield told
    told.reset()


async def test_a_create_whose_answer_is_lost_makes_one_event(
    graph: Microsoft, tenant: Tenant, mailbox: str, morning: Span
):
    tenant.fault(method="POST", path="events$", status=504, after_effect=True)

    written = await booked(graph, mailbox, morning)

    events = await seen(graph, mailbox, morning)
    assert [each.id for each in events] == [written.event.id]


async def test_a_create_whose_connection_breaks_makes_one_event(
    graph: Microsoft, tenant: Tenant, mailbox: str, morning: Span
):
    tenant.fault(method="POST", path="events$", drop=True, after_effect=True)
    wanted = draft(morning, key_of(morning))

    (answer,) = await graph.put([Put(mailbox, wanted, "drop-1", verify=False)])

    events = await seen(graph, mailbox, morning)
    assert [each.id for each in events] == [done(answer).event.id]


async def test_a_removal_whose_answer_is_lost_is_done(
    graph: Microsoft, tenant: Tenant, mailbox: str, morning: Span
):
    written = await booked(graph, mailbox, morning)
    tenant.fault(method="DELETE", status=503, after_effect=True)

    assert await graph.drop([Drop(mailbox, written.event.id)]) == [None]


async def test_a_short_wait_is_waited_and_a_long_one_told(
    graph: Microsoft, tenant: Tenant, mailbox: str, other: str, morning: Span
):
    tenant.fault(mailbox=mailbox, status=429, retry_after="0.2")
    assert await seen(graph, mailbox, morning) == ()

    tenant.fault(mailbox=other, status=429, retry_after="120")
    answers = await graph.view([View(other, morning), View(mailbox, morning)])

    assert isinstance(answers[0], Throttled)
    assert answers[0].retry_after == pytest.approx(120, abs=1)
    assert answers[1] == ()


async def test_a_mailbox_out_of_scope_is_forbidden_and_others_are_not(
    graph: Microsoft, tenant: Tenant, mailbox: str, other: str, morning: Span
):
    tenant.fault(
        mailbox=other, status=403, code="ErrorAccessDenied", count=0, method="GET"
    )

    answers = await graph.view([View(other, morning), View(mailbox, morning)])

    assert isinstance(answers[0], Forbidden)
    assert answers[1] == ()


async def test_a_crowd_is_never_throttled_for_its_own_haste(
    graph: Microsoft,
    running: server.Running,
    tokens: TokenSource,
    tenant: Tenant,
    mailbox: str,
    morning: Span,
):
    """Graph answers the fifth request at a time with 429, and who waits gets none."""
    await asyncio.gather(*(seen(graph, mailbox, morning) for _ in range(40)))
    await graph.view([View(mailbox, morning)] * 40)
    assert set(tenant.statuses()) == {200}

    async with hurrying(running, tokens) as hasty:
        await asyncio.gather(*(seen(hasty, mailbox, morning) for _ in range(12)))
    assert tenant.statuses()[429] > 0


@asynccontextmanager
async def hurrying(
    running: server.Running, tokens: TokenSource
) -> AsyncIterator[Microsoft]:
    """A client that does not wait its turn."""
    limits = Limits(per_mailbox=12, tries=50, patience=60)
    graph = Microsoft(running.graph_url, tokens, world(), limits=limits)
    try:
        yield graph
    finally:
        await graph.aclose()


async def test_a_forgotten_link_leads_to_a_full_round(
    graph: Microsoft, outlook: Outlook, tenant: Tenant, mailbox: str, morning: Span
):
    stays = await outlook.create(mailbox, morning)
    window = Span(morning.start, morning.end)
    _, _, link = await round_of(graph, mailbox, window)
    tenant.forget_links()

    with pytest.raises(TokenExpired):
        await round_of(graph, mailbox, window, link)

    told, _, _ = await round_of(graph, mailbox, window)
    assert set(told) == {stays}


async def test_empty_pages_hide_nothing(
    graph: Microsoft, outlook: Outlook, tenant: Tenant, other: str, morning: Span
):
    tenant.switch_on("empty_pages")
    window = Span(morning.start, morning.end)
    _, _, link = await round_of(graph, other, window)
    # More than a page of ours holds.
    made = {await outlook.create(other, morning) for _ in range(205)}

    told, _, _ = await round_of(graph, other, window, link)

    assert set(told) == made


async def test_each_operation_asks_no_more_than_it_must(
    graph: Microsoft, tenant: Tenant, mailbox: str, morning: Span
):
    """The floor: look 1; write and read back, one round trip; cancel 1; changes 1."""
    await seen(graph, mailbox, morning)
    assert tenant.asked() == [("GET", f"/users/{mailbox}/calendarView")]

    tenant._tenant.journal.clear()
    written = await booked(graph, mailbox, morning, online=True)
    assert tenant.asked() == [("POST", "/$batch")]
    (batch,) = tenant._tenant.journal.entries
    assert batch.request_body.count('"method"') == 2

    _, _, link = await round_of(graph, mailbox, morning)
    tenant._tenant.journal.clear()
    later = Span(morning.start + timedelta(hours=1), morning.end + timedelta(hours=1))
    await graph.put(
        [
            Put(
                mailbox,
                draft(later, key_of(morning)),
                "",
                written.event.id,
                changed=("span",),
                verify=False,
            )
        ]
    )
    await round_of(graph, mailbox, morning, link)
    await graph.drop([Drop(mailbox, written.event.id)])
    assert [method for method, _ in tenant.asked()] == ["PATCH", "GET", "DELETE"]


class Ear:
    """Where notices arrive."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[Notice] = []
        self._more = asyncio.Condition()
        self.handshakes = 0
        self.deaf = False

    async def answer(self, request: web.Request) -> web.Response:
        if token := request.query.get("validationToken"):
            self.handshakes += 1
            return web.Response(text="no" if self.deaf else token)
        async with self._more:
            self.heard += read_notices(await request.json())
            self._more.notify_all()
        return web.Response(status=202)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10), self._more:
            await self._more.wait_for(lambda: len(self.heard) >= count)


@pytest_asyncio.fixture(loop_scope="session")
async def ear() -> AsyncIterator[Ear]:
    listening = Ear()
    app = web.Application()
    app.router.add_post("/hooks/graph", listening.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/graph"
    yield listening
    await runner.cleanup()


async def test_a_subscription_hears_changes_and_can_tell_our_own(
    graph: Microsoft,
    outlook: Outlook,
    ear: Ear,
    running: server.Running,
    mailbox: str,
    morning: Span,
):
    now = running.tenant.clock.now()
    made = await graph.subscribe(mailbox, ear.url, "secret-1", now + timedelta(days=1))
    assert ear.handshakes == 2
    assert made in await graph.subscriptions()
    held = {made.id: Held(mailbox, "secret-1")}

    written = await booked(graph, mailbox, morning)
    await ear.until(1)
    own: dict[str, str | None] = {written.event.id: written.event.change_key}
    assert heard(ear.heard, held, own) == Heard()

    later = Span(morning.start + timedelta(hours=2), morning.end + timedelta(hours=2))
    await outlook.change(mailbox, written.event.id, **times(later))
    await ear.until(2)
    assert heard(ear.heard[-1:], held, own) == Heard(pull=frozenset({mailbox}))
    forged = {made.id: Held(mailbox, "another")}
    assert heard(ear.heard, forged, own).pull == frozenset()

    await graph.unsubscribe(made.id)
    assert made.id not in {each.id for each in await graph.subscriptions()}
    with pytest.raises(Gone):
        await graph.renew(made.id, now + timedelta(days=2))


async def test_carrying_out_the_plan_leaves_one_subscription_a_mailbox(
    graph: Microsoft, ear: Ear, running: server.Running, mailbox: str, other: str
):
    now = running.tenant.clock.now()
    soon, late = now + timedelta(hours=2), now + timedelta(days=2)
    kept = await graph.subscribe(mailbox, ear.url, "s1", soon)
    extra = await graph.subscribe(mailbox, ear.url, "s2", late)
    watches = [Watch(mailbox, kept.id), Watch(other)]

    steps = plan(watches, await graph.subscriptions(), ear.url, now)

    assert [type(step).__name__ for step in steps] == ["Drop", "Renew", "Create"]
    await graph.unsubscribe(extra.id)
    renewed = await graph.renew(kept.id, late)
    made = await graph.subscribe(other, ear.url, "s3", late)
    assert renewed.expires == late
    watches = [Watch(mailbox, kept.id), Watch(other, made.id)]
    assert plan(watches, await graph.subscriptions(), ear.url, now) == ()

    for each in await graph.subscriptions():
        await graph.unsubscribe(each.id)


async def test_a_groups_members_are_read_with_whether_they_may_sign_in(
    tenant: Tenant, graph: Microsoft
):
    group, ids = tenant.group()
    with tenant.disabled(ids[0]):
        found = await graph.members(group)

    assert {each.id: each.enabled for each in found} == {
        id_: id_ != ids[0] for id_ in ids
    }
    assert all(each.name for each in found)
    with pytest.raises(NoMailbox):
        await graph.members("00000000-0000-4000-8000-0000000000ff")


async def test_an_address_that_does_not_answer_is_no_subscription(
    graph: Microsoft, ear: Ear, running: server.Running, mailbox: str
):
    ear.deaf = True
    ends = running.tenant.clock.now() + timedelta(days=1)

    with pytest.raises(Exception, match="ValidationError"):
        await graph.subscribe(mailbox, ear.url, "s", ends)


async def test_what_we_ask_keeps_to_the_published_contract(  # noqa: PLR0913, PLR0917
    graph: Microsoft,
    tenant: Tenant,
    ear: Ear,
    mailbox: str,
    other: str,
    sender: str,
    morning: Span,
):
    """Where the contract is at hand; elsewhere the journal is at least not empty."""
    now = tenant.now()
    written = await booked(graph, mailbox, morning, online=True)
    wanted = draft(morning, key_of(morning), online=True)
    everything = ("subject", "span", "body", "location", "sensitivity", "online", "key")
    change = Put(
        mailbox,
        replace(wanted, sensitivity="private", category="Vuoro"),
        "",
        written.event.id,
        changed=(*everything, "reminder_minutes", "category"),
    )
    done((await graph.put([change]))[0])
    await graph.put([change, Put(other, wanted, f"contract-{wanted.key}")])
    await graph.view([View(mailbox, morning), View(other, morning)])
    await graph.event(mailbox, written.event.id)
    await graph.find(mailbox, key_of(morning))
    _, _, link = await round_of(graph, mailbox, morning)
    await round_of(graph, mailbox, morning, link)
    await graph.mailbox(mailbox)
    made = await graph.subscribe(mailbox, ear.url, "s", now + timedelta(days=1))
    await graph.renew(made.id, now + timedelta(days=2))
    await graph.subscriptions()
    await graph.unsubscribe(made.id)
    await graph.members(tenant.group()[0])
    ics = ("aika.ics", "text/calendar", b"BEGIN:VCALENDAR")
    await graph.send(
        Mail("c-1", sender, "a@example.com", "Hei", "Hei", "<p>Hei</p>", "fi", (ics,))
    )
    assert await graph.sent(sender, "c-1")
    await graph.drop([Drop(mailbox, written.event.id)])

    har = tenant.har()
    assert len(har["log"]["entries"]) > 15
    assert check_har(har) == []
