"""What does not go straight: joining, two after one time, waiting, links of no use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Page, Route, expect

from cards import verbs
from teams_app.story.scenes import TALK, Wish, booked, start_of
from teams_app.story.stage import Stage
from tests.browser.client import Client, opened_mail
from tests.browser.hands import Mouse
from tests.browser.inspecting import Inspector
from tests.browser.test_client_flow import PHONE, joinable, offer
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def box_of(page: Page, selector: str) -> dict[str, float]:
    found = await page.locator(selector).bounding_box()
    assert found is not None, selector
    return dict(found)


async def at_the_join_page(
    stage: Stage, page: Page, wish: Wish, at: str = ""
) -> tuple[Client, str]:
    """Bring a client to where she joins; gives the meeting's own address too."""
    await stage.teams(wish.user).install()
    made = await booked(stage, wish, at=at)
    client = Client(page, Mouse(page), wish.client.language)
    await page.goto(made.link)
    await joinable(client)
    await client.link("page.appointment.join").click()
    await client.sees("page.join.title")
    return client, made.event.join


#: Colleagues of hers who give the same service in Finnish.
COLLEAGUES = {
    "elias.sundqvist": "Elias Sundqvist",
    "noora.kivisaari": "Noora Kivisaari",
    "tuomas.rautalampi": "Tuomas Rautalampi",
    "leyla.haddad": "Leyla Haddad",
}


async def with_somebody_free(stage: Stage, wish: Wish) -> tuple[str, str]:
    """Give a time of hers, and a colleague whose it may become as it is.

    Who has something then, or works no longer, is asked first whether she takes it.
    """
    hers = await times_of(stage, wish)
    for user in COLLEAGUES:
        theirs = set(map(start_of, await times_of(stage, replace(wish, user=user))))
        for slot in hers:
            if start_of(slot) in theirs:
                return slot, user
    raise AssertionError("nobody is free when she is")


async def times_of(stage: Stage, wish: Wish) -> list[str]:
    """Give the free times of somebody's next working day with any."""
    tab, day = await stage.tab(wish.user), await stage.tenant.now()
    asked = f"/teams/book?service={wish.service}&modality={wish.modality}"
    found: list[str] = []
    while not found:
        day += timedelta(days=1)
        found = (await tab.open(f"{asked}&day={day.date()}")).slots()
    return found


async def test_the_join_page_leads_to_the_meeting(stage: Stage, windows: Windows):
    page = await windows.open(viewport=PHONE)
    inspector = await Inspector.of(page)
    wish = Wish("aino.lehtovaara", stage.client("Matti Liittyjä", "en"))
    _, meeting = await at_the_join_page(stage, page, wish)
    await inspector.look("join")
    first = page.locator("#main a:visible, #main button:visible").first
    assert await first.get_attribute("id") == "join"
    join = await box_of(page, "#join")
    assert join["height"] >= 64
    assert join["width"] >= 300
    assert join["y"] + join["height"] < PHONE["height"], "it is below the fold"

    await first.click()
    await expect(page).to_have_title("Teams meeting")
    assert page.url == meeting
    await page.get_by_label("Your name").fill("Matti")
    await page.get_by_role("button", name="Join now").click()
    lobby = page.get_by_role("heading", level=1)
    await expect(lobby).to_have_text("You are in the lobby")
    assert inspector.faults == []
    assert inspector.heavy() == {}


async def test_the_join_page_follows_the_meeting_while_it_is_open(
    stage: Stage, windows: Windows
):
    """Somebody drags the event to a colleague: its meeting is gone, and another stands."""
    page = await windows.open(viewport=PHONE)
    inspector = await Inspector.of(page)
    await page.clock.install()
    wish = Wish("aino.lehtovaara", stage.client("Onni Odottaja"))
    slot, to = await with_somebody_free(stage, wish)
    client, meeting = await at_the_join_page(stage, page, wish, slot)
    join = page.locator("#join")
    assert await join.get_attribute("href") == meeting
    found = next(
        each for each in await stage.outlook(wish.user).events() if each.join == meeting
    )

    asked = {"user": wish.user, "id": found.id, "to": to}
    await stage.tenant.post("/_tenant/outlook/hand", asked)
    await turns(page, "#another:visible")
    await client.is_told("page.join.another")

    # The hand-over may be known a look later than the meeting that stands in its place.
    await turns(page, f".hero .person:has-text('{COLLEAGUES[to]}')")
    assert await join.get_attribute("href") != meeting
    await inspector.look("join, another meeting")
    assert inspector.faults == []


async def test_the_join_page_follows_a_change_of_time(stage: Stage, windows: Windows):
    """It is open in one window, and the time is changed in another."""
    page = await windows.open(viewport=PHONE)
    await page.clock.install()
    wish = Wish("aino.lehtovaara", stage.client("Tuuli Toisaalla"))
    await at_the_join_page(stage, page, wish)
    when = page.locator("#when time")
    before = await when.get_attribute("datetime")

    other = await windows.open(viewport=PHONE)
    client = Client(other, Mouse(other), "fi")
    await other.goto(page.url)
    await client.link("page.join.manage").click()
    await client.link("page.appointment.move").click()
    await client.sees("page.move.title")
    await client.picks_first_time()
    await client.button("page.move.go").click()
    await client.button("page.move.check.go").click()
    await client.is_told("page.appointment.done.moved")

    await turns(page, f"#when time:not([datetime='{before}'])")
    await expect(page.locator("#join")).to_have_count(1)


async def test_nobody_joins_what_is_cancelled(stage: Stage, windows: Windows):
    page = await windows.open(viewport=PHONE)
    wish = Wish("aino.lehtovaara", stage.client("Pirjo Peruja"))
    client, _ = await at_the_join_page(stage, page, wish)
    joining = page.url
    await client.link("page.join.manage").click()
    await client.link("page.appointment.cancel").click()
    await client.button("page.cancel.go").click()
    await client.sees("page.appointment.cancelled_by_client.title")

    await page.goto(joining)
    await client.is_told("page.join.cancelled")
    assert await page.locator("#join").count() == 0
    inspector = await Inspector.of(page)
    await inspector.look("join, cancelled")
    assert inspector.faults == []


async def test_a_link_that_comes_late_is_waited_for(stage: Stage, windows: Windows):
    wish = Wish("ronja.makitalo", stage.client("Onni Myöhä"), "tyokyvyn-tuki")
    made = await offer(stage, wish)
    page = await windows.open(viewport=PHONE)
    client = Client(page, Mouse(page), "fi")
    await page.clock.install()
    await page.goto(made.link)
    await page.locator("button[name=slot]").first.click()
    await stage.tenant.switch(late_join_url=3600)
    await client.button("page.check.confirm").click()
    await client.is_told("page.appointment.done.booked")
    await expect(page.locator("a.huge")).to_have_count(1)
    await page.locator("a.huge").click()
    await client.is_told("page.join.not_ready")
    assert await page.locator("#join").count() == 0
    inspector = await Inspector.of(page)
    await inspector.look("join, not ready")

    await stage.tenant.switch(late_join_url=0)  # Now it comes.
    await turns(page, "#join")

    assert inspector.faults == []


@asynccontextmanager
async def standing_still(page: Page) -> AsyncIterator[None]:
    """Let a page that looks again by itself hear of nothing new: it is looked at."""
    goes_on = asyncio.Event()

    async def kept(route: Route) -> None:
        if route.request.resource_type == "fetch":
            await goes_on.wait()
        await route.continue_()

    await page.route("**/*", kept)
    try:
        yield
    finally:
        goes_on.set()
        await page.unroute_all(behavior="wait")


async def turns(page: Page, into: str) -> None:
    """Let the page's own time run until it has turned by itself."""
    for _ in range(60):
        await page.clock.run_for(10_000)
        await page.wait_for_timeout(250)
        if await page.locator(into).count():
            return
    raise AssertionError(f"no {into} on {await page.inner_text('body')}")


async def test_two_windows_after_one_time(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 409")
    day = (await stage.tenant.now() + timedelta(days=8)).date()
    address = f"{stage.base}/b/{TALK}?lang=sv&modality=remote&day={day}"
    faster = await windows.open(viewport=PHONE)
    slower = await windows.open(viewport=PHONE)
    for page in (faster, slower):
        await page.goto(address)
        await page.locator("label.slot").nth(2).click()
    value = await slower.locator(".slot input:checked").input_value()
    one, other = (
        Client(faster, Mouse(faster), "sv"),
        Client(slower, Mouse(slower), "sv"),
    )
    await one.button("form.continue").click()
    await one.sees("page.details.title")
    await faster.locator("[name=name]").fill("Snabba Siv")
    await faster.locator("[name=email]").fill("siv@posti.example")
    await one.button("form.continue").click()
    await one.button("page.check.confirm").click()
    await one.is_told("page.appointment.done.booked")

    await other.button("form.continue").click()
    await expect(slower.get_by_role("alert")).to_have_text(other.said("slots.taken"))
    nearest = slower.get_by_role("list", name=other.said("slots.nearest"))
    times = nearest.locator("button[name=slot]")
    await expect(times).to_have_count(3)
    near = [await each.get_attribute("value") for each in await times.all()]
    assert value not in near
    assert all(_apart(value, str(each)) <= timedelta(hours=3) for each in near)
    inspector = await Inspector.of(slower)
    await inspector.look("taken")
    await times.first.click()
    await other.sees("page.details.title")
    assert inspector.faults == []


def _apart(one: str, other: str) -> timedelta:
    seconds = [int(each.partition("@")[2]) for each in (one, other)]
    return abs(timedelta(seconds=seconds[0] - seconds[1]))


async def unreadable(stage: Stage, user: str) -> None:
    """Let the next look at somebody's calendar take longer than a client waits."""
    await stage.tenant.fault(
        method="GET",
        path="calendarView$",
        mailbox=f"{user}@lumivaara.example",
        delay=4,
        only_delay=True,
        count=1,
    )


async def waiting(stage: Stage, wish: Wish, page: Page) -> Client:
    """Bring a client to the page that says: we are confirming."""
    made = await offer(stage, wish)
    client = Client(page, Mouse(page), wish.client.language)
    await page.goto(made.link)
    await page.locator("button[name=slot]").first.click()
    await client.sees("page.check.title")
    await unreadable(stage, wish.user)
    await client.button("page.check.confirm").click()
    await client.sees("page.confirming.title")
    return client


async def test_we_are_confirming_turns_into_booked_by_itself(
    stage: Stage, windows: Windows
):
    quick = await windows.open(viewport=PHONE)
    await quick.clock.install()
    plain = await windows.open(viewport=PHONE, java_script_enabled=False)
    with_script = Wish("leyla.haddad", stage.client("Aune Odottaja"))
    without = Wish("daniel.osei", stage.client("Wanda Waiter", "en"), "tyokyvyn-tuki")
    async with standing_still(quick):
        first = await waiting(stage, with_script, quick)
        inspector = await Inspector.of(quick)
        await inspector.look("confirming")
    second = await waiting(stage, without, plain)

    await turns(quick, f"h1:has-text('{first.said('page.appointment.booked.title')}')")
    title = second.said("page.appointment.booked.title")
    await expect(plain.get_by_role("heading", level=1)).to_have_text(title)

    assert inspector.faults == []
    for wish in (with_script, without):
        told = await stage.tenant.message("a confirmation", wish.client.to, after=1)
        assert "/a/" in told.link


async def test_links_and_forms_of_no_use_say_what_to_do(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of (404|403)")
    page = await windows.open(viewport=PHONE)
    inspector = await Inspector.of(page)
    client = Client(page, Mouse(page), "sv")
    for path, key in (
        ("/a/nobodys", "page.link_gone.title"),
        ("/b/ingenting", "page.error.not_found.title"),
        ("/accessibility", "page.accessibility.title"),
        ("/privacy", "page.privacy.title"),
    ):
        await page.goto(f"{stage.base}{path}?lang=sv")
        await client.sees(key)
        await inspector.look(path)
    await page.goto(f"{stage.base}/b/{TALK}?lang=sv")
    await page.locator(".pick [name=form_token]").evaluate("e => { e.value = 'old' }")
    await page.locator("label.slot").first.click()
    await client.button("form.continue").click()
    await client.sees("page.error.form_old.title")
    await inspector.look("an old form")

    assert inspector.faults == []
    assert inspector.heavy() == {}


async def test_an_offer_taken_back_says_so(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 410")
    wish = Wish("noora.kivisaari", stage.client("Pentti Peruttu"))
    made = await offer(stage, wish)
    page = await opened_mail(await windows.open(viewport=PHONE), stage, wish.client)
    client = Client(page, Mouse(page), "fi")
    await client.sees("page.offer.title")
    card = await stage.teams(wish.user).shown("the offer", made.card.message, bool)
    await stage.teams(wish.user).press(card, verbs.OFFER_WITHDRAW)
    await page.locator("button[name=slot]").first.click()
    await client.sees("page.offer.withdrawn.title")
    inspector = await Inspector.of(page)
    await inspector.look("withdrawn")

    assert inspector.faults == []
