"""The narrowest phone, and the last two hours before a meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from booking.wording import plural, text
from tests.browser.pages import Samples, serving
from tests.support.browser import Windows
from tests.web import samples

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

HOUSE = Samples()
WIDTHS = (320, 360, 390)
#: The room between what a chip says and its edge, in pixels.
ROOM = 3

_ROOMS = """() => [...document.querySelectorAll(".days .free")].map(said => {
  const words = document.createRange();
  words.selectNodeContents(said);
  const inner = words.getBoundingClientRect();
  const chip = said.parentElement.getBoundingClientRect();
  return Math.min(inner.left - chip.left, chip.right - inner.right);
})"""


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_number_of_free_times_keeps_clear_of_the_edges(
    windows: Windows, monkeypatch: pytest.MonkeyPatch, language: str
):
    counts = (20, 16, 22, 9, 18)
    days = tuple(
        replace(day, free=free, href="/b/1?day=1")
        for day, free in zip(samples.PICKER.days, counts, strict=True)
    )
    busy = replace(samples.TIMES, picker=replace(samples.PICKER, days=days))
    monkeypatch.setitem(samples.PUBLIC, "times", ("public/times.html", busy))
    async with serving(HOUSE.app()) as base:
        for width in WIDTHS:
            page = await windows.open(viewport={"width": width, "height": 640})
            await page.goto(f"{base}/times?lang={language}")

            rooms = await page.evaluate(_ROOMS)

            assert len(rooms) == len(counts)
            assert min(rooms) >= ROOM, (width, rooms)
            await page.close()  # its icon may still be on its way


@pytest.mark.parametrize("script", [True, False])
async def test_more_than_ninety_minutes_are_said_in_hours(
    windows: Windows, *, script: bool
):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(java_script_enabled=script)
        again = HOUSE.draw("join-in-an-hour", samples.Language.SV, "auto")
        await page.route(
            "**/j/1", lambda route: route.fulfill(body=again, content_type="text/html")
        )
        await page.clock.install()
        await page.goto(f"{base}/join-in-an-hour?lang=sv")
        said = page.locator("#countdown")

        await expect(said).to_have_text("Börjar om en timme och 39 minuter")
        if script:
            await page.clock.run_for(10 * 60 * 1000)
            ninety = plural("sv", "page.join.in_minutes", 89)
            await expect(said).to_have_text(ninety)
            await expect(page.locator("#told")).to_have_text("")


async def test_opened_early_it_says_from_a_quarter_of_an_hour_on_what_to_do_if_it_fails(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
):
    """It is looked at again by itself then, and her professional hears that she waits."""
    early = replace(
        samples.JOIN,
        now=samples.JOIN.matter.starts - timedelta(minutes=99),
        refresh="/join-started?lang=sv",
        near=False,
        told=False,
        say_stuck="",
    )
    monkeypatch.setitem(samples.PUBLIC, "join", ("public/join.html", early))
    async with serving(HOUSE.app()) as base:
        page = await windows.open()
        await page.clock.install()
        await page.goto(f"{base}/join?lang=sv")
        stuck = page.get_by_role("button", name=text("sv", "page.join.stuck.go"))

        await page.clock.run_for(83 * 60 * 1000)
        await expect(stuck).to_have_count(0)
        await page.clock.run_for(2 * 60 * 1000)
        await expect(stuck).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
async def test_stuck_she_presses_the_way_in_again_and_it_leads_there_in_any_case(
    windows: Windows, *, script: bool
):
    """With a script she is seen to try; the link is one link, with it or without."""
    stuck = replace(
        samples.JOIN,
        join="/elsewhere",
        stuck=True,
        say_stuck="",
        say_trying="/j/1/again",
        refresh="/join-started",
    )
    said: list[str | None] = []
    async with serving(HOUSE.app()) as base:
        page = await windows.open(java_script_enabled=script)
        with pytest.MonkeyPatch.context() as given:
            given.setitem(samples.PUBLIC, "join", ("public/join.html", stuck))
            shown = HOUSE.draw("join", samples.Language.FI, "auto")

        async def hear(route: Route) -> None:
            said.append(route.request.post_data)
            await route.fulfill(status=204)

        async def lead(route: Route) -> None:
            await route.fulfill(body="Teams", content_type="text/plain")

        async def show(route: Route) -> None:
            await route.fulfill(body=shown, content_type="text/html")

        await page.route("**/j/1/again", hear)
        await page.route("**/elsewhere", lead)
        await page.route("**/join", show)
        await page.goto(f"{base}/join")
        await page.locator("#join").click()

        await page.wait_for_url("**/elsewhere")
        expected = ["form_token="] if script else []
        assert [(each or "")[:11] for each in said] == expected


async def test_a_date_that_stands_alone_begins_with_a_capital(windows: Windows):
    async with serving(HOUSE.app()) as base:
        for name in ("move-check", "check", "confirming-move", "offer", "times-let-go"):
            page = await windows.open()
            await page.goto(f"{base}/{name}?lang=sv")
            alone = page.locator(
                ".rows dd b:has(time), .offered b, .summary .when b, .time time"
            )

            said = await alone.all_inner_texts()

            assert said, name
            assert all(each[0].isupper() for each in said), (name, said)
            await page.close()
