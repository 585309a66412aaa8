"""The panel that makes Graph misbehave: every fault there is, one by one."""

import re
from html import unescape

import pytest

from dev_tenant.misbehaviour import TRICKS, somebody
from tests.browser.pages import audit
from tests.contracts import ROOT
from tests.dev_tenant.graph_world import DESK, at

#: Switches of the tests' own: limits, delays and manners that are no trouble of Graph's.
NOT_TROUBLE = {
    "copies_keep_properties",
    "copy_manner",
    "retry_scale",
    "subscriptions_per_mailbox",
    "mailbox_missing_code",
    "meeting_policy_missing",
    # How an admin has set the tenant up, which the doctor looks at.
    *("catalogue_empty", "date_skew", "entra_roles", "entra_withheld", "scopes"),
    "app_disabled",
}


async def ask(graph, **body):
    return (await graph.control("misbehaviour", body)).body


async def set_now(graph):
    body = (await graph.control("faults", method="GET")).body
    return body["rules"], body["switches"]


def page_of(graph):
    return f"{graph.running.base_url}/misbehaviour/"


@pytest.mark.parametrize("name", [n for n, t in TRICKS.items() if not t.blow])
async def test_each_is_switched_on_and_off_by_itself(graph, name):
    said = await ask(graph, name=name, on=True)
    on = [each for each, now in said["tricks"].items() if now["on"]]
    rules, switches = await set_now(graph)

    assert on == [name]
    assert said["others"] == 0
    assert rules or switches or graph.tenant.faults.weather

    said = await ask(graph, name=name, on=False)

    assert not any(now["on"] for now in said["tricks"].values())
    assert await set_now(graph) == ([], {})
    assert graph.tenant.faults.weather is None


@pytest.mark.parametrize("name", [n for n, t in TRICKS.items() if t.blow])
async def test_a_blow_falls_when_it_is_asked_for(graph, name):
    said = await ask(graph, name=name, on=True)

    assert not said["tricks"][name]["on"]
    assert TRICKS[name].blow in graph.tenant.blows


def test_every_switch_that_troubles_is_in_the_panel():
    text = (ROOT / "docs/dev_tenant.md").read_text("utf-8")
    table = text.split("| switch | effect |")[1].split("\n\n")[0]
    named = {
        name
        for row in table.splitlines()[2:]
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    offered = {name for trick in TRICKS.values() for name in trick.switches}

    assert named - NOT_TROUBLE == offered


async def test_how_often_it_struck_is_shown(graph):
    await ask(graph, name="duplicate", on=True)
    body = {"subject": "x", **at("2026-11-25T10:00", "11:00"), "transactionId": "k"}
    for _ in range(3):
        await graph.post(f"/users/{DESK}/events", body)

    said = await ask(graph, name="away", on=True)
    async with graph.session.get(page_of(graph)) as got:
        shown = await got.text()

    assert said["tricks"]["duplicate"] == {"on": True, "struck": 2}
    assert "struck 2 times" in shown
    assert "2 switched on" in shown


async def test_all_quiet_takes_everything_back_and_keeps_the_counts(graph):
    await ask(graph, name="all_away", on=True)
    await graph.control("faults", {"status": 500, "switches": {"retry_scale": 0.1}})
    await ask(graph, name="denied", on=True)
    assert graph.switches["mailbox_denied"] == [somebody(graph.tenant)]
    assert (await graph.get("/users")).status == 503

    said = await ask(graph, quiet=True)

    assert await set_now(graph) == ([], {})
    assert said["tricks"]["all_away"] == {"on": False, "struck": 1}
    assert said["others"] == 0
    assert (await graph.get("/users")).status == 200


async def test_everything_at_once_is_all_that_can_be_had_together(graph):
    await ask(graph, name="all_away", on=True)

    said = await ask(graph, everything=True)

    on = {name for name, now in said["tricks"].items() if now["on"]}
    assert on == {n for n, t in TRICKS.items() if not t.blow and not t.alone}
    assert said["others"] == 0
    assert "all_away" not in on
    assert len(on) > 20
    said = await ask(graph, quiet=True)
    assert not any(now["on"] for now in said["tricks"].values())


@pytest.mark.parametrize(
    ("first", "second"),
    [("gone_with_link", "gone_bare"), ("unsaid", "fraction"), ("behind", "ahead")],
)
async def test_of_two_that_exclude_each_other_each_says_so(graph, first, second):
    await ask(graph, name=first, on=True)

    said = await ask(graph, name=second, on=True)
    async with graph.session.get(page_of(graph)) as got:
        shown = unescape(await got.text())

    assert [n for n, now in said["tricks"].items() if now["on"]] == [second]
    for each in (first, second):
        title = TRICKS[each].title
        assert f"One or the other: this switches off <i>{title}</i>." in shown


async def test_what_somebody_else_has_set_is_told(graph):
    await graph.control("faults", {"status": 500, "switches": {"retry_scale": 0.1}})

    async with graph.session.get(page_of(graph)) as got:
        shown = await got.text()

    assert "2 more set by other means" in shown


async def test_what_is_no_fault_is_refused(graph):
    assert (await graph.control("misbehaviour", {"name": "mood"})).status == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_panel_in_a_browser(graph, windows, width):
    page = await windows.open(viewport={"width": width, "height": 860})
    await page.goto(graph.running.base_url)
    await page.get_by_role("link", name="Make Graph misbehave").click()
    button = page.get_by_role("button", name="Switch on: Graph is away")
    await button.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="1 switched on").wait_for()
    off = page.get_by_role("button", name="Switch off: Graph is away")
    await off.focus()

    assert (await graph.get("/users")).status == 503
    await page.get_by_text("struck 1 time").wait_for()
    focused = "document.activeElement.getAttribute('aria-label')"
    assert await page.evaluate(focused) == "Switch off: Graph is away"
    assert await audit(page) == []
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert await page.evaluate(wider) <= 0

    await page.get_by_role("button", name="Everything at once").click()
    await page.get_by_text("Not with everything at once.").first.wait_for()
    assert await page.evaluate(wider) <= 0
    await page.get_by_role("button", name="All quiet").click()
    await page.get_by_role("heading", name="All quiet").wait_for()
    assert (await graph.get("/users")).status == 200
