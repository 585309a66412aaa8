# ruff: noqa: INP001 - a script, not a package
"""Take the pictures of the README anew: `.venv/bin/python tools/screenshots.py`.

Starts a demo of its own on a Monday morning, books a week full of made-up clients, and
writes what is then seen in Teams, in Outlook and on a client's phone to docs/img.
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.async_api import Browser, Page

from booking.wording import text
from teams_app.story.scenes import TALK, Wish, booked, offered
from teams_app.story.stage import Client, Stage, staged
from tests.support import browser as chromium

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/img"
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # Half past eight in Helsinki.
AINO = "aino.lehtovaara"
INTERVIEW = "alkuhaastattelu"
DESK = {"width": 1200, "height": 860}
WIDE = {"width": 1420, "height": 800}
PHONE = {"width": 390, "height": 780}
BYTES_MAX = 150 * 1024
#: Who comes when: hours from Monday morning, service, how, name.
WEEK = (
    (4, TALK, "remote", "Jari Mäkelä"),
    (24, TALK, "phone", "Siiri Hakala"),
    (29, INTERVIEW, "in_person", "Mohamed Aden"),
    (48, TALK, "remote", "Tiina Savolainen"),
    (53, TALK, "in_person", "Ville Rantala"),
    (74, INTERVIEW, "remote", "Olga Petrova"),
    (98, TALK, "phone", "Leena Ojala"),
)


class Camera:
    """Takes pictures, each in a window of its own."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser = browser
        self.stage = stage

    async def window(self, size: dict[str, int], scale: float = 1) -> Page:
        context = await self._browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            device_scale_factor=scale,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            reduced_motion="reduce",
        )
        return await context.new_page()

    async def take(self, page: Page, name: str) -> None:
        await page.mouse.move(0, 0)
        file = OUT / f"{name}.png"
        await page.screenshot(path=file, animations="disabled")
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}  {size // 1024} KB")  # noqa: T201
        assert size <= BYTES_MAX, f"{file} is too large for a README"
        await page.context.close()


async def fill_the_week(stage: Stage) -> None:
    await stage.teams(AINO).install()
    for hours, service, how, name in WEEK:
        client = stage.client(name)
        if how == "phone":
            client = replace(client, phone="+358 40 123 4567")
        wish = Wish(AINO, client, service, how)
        await booked(stage, wish, after=timedelta(hours=hours))


async def teams_card(camera: Camera, client: Client) -> None:
    """Fill in the bot's form, and show what it proposes."""
    page = await camera.window(DESK)
    address = f"{camera.stage.tenant.base}/teams/?user={AINO}@lumivaara.example"
    await page.goto(f"{address}&locale=fi")
    await page.get_by_label("Type a message").fill("varaa")
    await page.keyboard.press("Enter")
    card = page.locator(".message.bot .card").last
    await card.get_by_text(text("fi", "cards.book.title")).wait_for()
    await card.locator("#service select").select_option(TALK)
    await card.locator("#client_name input").fill(client.name)
    await card.locator("#client_language select").select_option(client.language)
    await card.locator("#client_email input").fill(client.email)
    await card.locator("#modality input[value=remote]").check()
    times = text("fi", "cards.do.times")
    await card.get_by_role("button", name=times, exact=True).click()
    await card.get_by_text(text("fi", "cards.times.title")).first.wait_for()
    await page.wait_for_timeout(500)
    await camera.take(page, "teams-card")


async def client_times(camera: Camera) -> None:
    page = await camera.window(PHONE, 2)
    base = camera.stage.base
    await page.goto(f"{base}/b/{TALK}?lang=fi&modality=remote")
    await page.locator(".days li a").nth(3).click()
    await page.wait_for_url("**day=*")
    await page.locator("label.slot").nth(2).click()
    await page.evaluate(
        "scrollBy(0, document.querySelector('h1').getBoundingClientRect().top - 20)"
    )
    await camera.take(page, "client-times-phone")


async def client_appointment(camera: Camera, client: Client) -> None:
    """Choose among offered times and confirm, as the client does."""
    wish = Wish("leyla.haddad", client)
    await camera.stage.teams(wish.user).install()
    offer = await offered(camera.stage, wish)
    page = await camera.window(PHONE, 2)
    await page.goto(offer.link)
    await page.locator("button[name=slot]").nth(1).click()
    confirm = text(client.language, "page.check.confirm")
    await page.get_by_role("button", name=confirm).click()
    await page.wait_for_url("**/a/**")
    await camera.stage.idle()
    await page.goto(page.url.partition("&")[0])
    await page.locator("a.huge").wait_for()
    await camera.take(page, "client-appointment-phone")


async def tab_week(camera: Camera) -> None:
    page = await camera.window(DESK)
    base = camera.stage.tenant.base
    await page.goto(f"{base}/teams/tab?user={AINO}@lumivaara.example&locale=fi")
    inside = page.frame_locator("#frame iframe")
    await inside.get_by_role("link", name=text("fi", "tab.view.week")).click()
    await inside.locator(".event.own").first.wait_for()
    await page.wait_for_timeout(500)
    await camera.take(page, "tab-week")


async def outlook_week(camera: Camera) -> None:
    page = await camera.window(WIDE)
    base = camera.stage.tenant.base
    await page.goto(f"{base}/outlook/?user={AINO}@lumivaara.example")
    await page.locator(".event.ours").first.wait_for()
    await camera.take(page, "outlook-week")


async def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    program = chromium.program()
    assert program is not None, "Chromium is needed"
    with tempfile.TemporaryDirectory() as folder:
        async with (
            staged(Path(folder), "", MONDAY) as stage,
            chromium.started(program) as browser,
        ):
            camera = Camera(browser, stage)
            await fill_the_week(stage)
            await stage.idle()
            await client_times(camera)
            await client_appointment(camera, stage.client("Noah Berg", "en"))
            await tab_week(camera)
            await outlook_week(camera)
            await teams_card(camera, stage.client("Helena Aaltonen"))


if __name__ == "__main__":
    asyncio.run(main())
