"""What clients do, in the real application beside the real tenant, in Chromium.

One journey is played with a mouse, by keyboard alone and without any script. Every
page on the way is audited in light and dark and weighed, and none may complain.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from icalendar import Calendar
from playwright.async_api import expect

from booking.wording import text
from teams_app.story.scenes import Offered, Wish, offered
from teams_app.story.script import until
from teams_app.story.stage import Stage
from tests.browser.client import Client, opened_mail
from tests.browser.hands import Keyboard, Mouse
from tests.browser.inspecting import Inspector
from tests.support.browser import Complaints, Windows

PHONE = {"width": 390, "height": 844}
#: Low, so that the bar at the foot stands over much of the page.
LOW = {"width": 640, "height": 560}
INTERVIEW = "alkuhaastattelu"
ORGANISATION = {
    "fi": "Lumivaaran työllisyyspalvelut",
    "sv": "Lumivaara sysselsättningstjänster",
    "en": "Lumivaara Employment Services",
}
Look = Callable[[str], Awaitable[None]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def nothing(_: str) -> None:
    """Look at nothing."""


@dataclass
class Journey:
    """An offer chosen, confirmed, moved and cancelled."""

    stage: Stage
    wish: Wish
    client: Client
    look: Look = nothing
    reference: str = ""

    async def play(self) -> None:
        await self.choose()
        await self.answer()
        await self.confirm()
        await self.keep()
        await self.move()
        await self.cancel()

    async def choose(self) -> None:
        client = self.client
        await client.sees("page.offer.title")
        await self.look("offer")
        await client.press(client.page.locator("button[name=slot]").nth(1))

    async def answer(self) -> None:
        """Forget the one question that must be answered; then answer all."""
        client, page = self.client, self.client.page
        await page.wait_for_url(re.compile("/details"))
        await self.look("details")
        await client.press(client.button("form.continue"))
        await expect(page.locator("#errors")).to_be_focused()
        await self.look("details, refused")
        await client.press(page.locator("#errors a"))
        await expect(page.locator("#f-q_situation")).to_be_focused()
        await client.hand.type(page.locator("#f-q_goal"), "Uusi työ")
        await client.hand.choose(page.locator("[name=q_situation]").nth(2))
        await client.hand.choose(page.locator("[name=q_interpreter]").nth(1))
        await client.press(client.button("form.continue"))

    async def confirm(self) -> None:
        client, page = self.client, self.client.page
        await client.sees("page.check.title")
        await expect(page.locator("dl.rows")).to_contain_text("Uusi työ")
        await self.look("check")
        await client.press(client.button("page.check.confirm"))
        await client.sees("page.appointment.booked.title")
        await client.is_told("page.appointment.done.booked")
        self.reference = reference_on_page(await page.content())
        await self.stage.outlook(self.wish.user).has(self.reference)

    async def keep(self) -> None:
        """Wait for the way to join, and take the calendar file along."""
        client, page = self.client, self.client.page
        await joinable(client)
        await self.look("appointment")
        async with page.expect_download() as loading:
            await client.press(client.link("page.appointment.ics"))
        file = await (await loading.value).path()
        entry = Calendar.from_ical(file.read_bytes()).walk("VEVENT")[0]
        event = await self.stage.outlook(self.wish.user).has(self.reference)
        assert entry.decoded("dtstart") == event.start
        assert entry.decoded("dtend") == event.end
        assert str(entry["summary"]) == client.said("common.ics.summary")

    async def move(self) -> None:
        client, page = self.client, self.client.page
        outlook = self.stage.outlook(self.wish.user)
        before = await outlook.has(self.reference)
        await client.press(client.link("page.appointment.move"))
        await client.sees("page.move.title")
        await self.look("move")
        await client.press(page.locator(".days li a:not([aria-current])").last)
        await page.wait_for_url(re.compile("/move.*day="))
        await client.picks_first_time()
        await client.press(client.button("page.move.go"))
        await client.sees("page.move.check.title")
        await self.look("move, check")
        assert (await outlook.has(self.reference)).start == before.start
        await client.press(client.button("page.move.check.go"))
        await client.is_told("page.appointment.done.moved")

        async def there() -> bool:
            event = await outlook.ours(self.reference)
            return event is not None and event.start != before.start

        await until("the event at another time", there)
        assert (await outlook.has(self.reference)).id == before.id

    async def cancel(self) -> None:
        client = self.client
        await client.press(client.link("page.appointment.cancel"))
        await client.sees("page.cancel.title")
        await self.look("cancel")
        await client.press(client.button("page.cancel.go"))
        await client.sees("page.appointment.cancelled_by_client.title")
        await self.look("cancelled")

        async def gone() -> bool:
            outlook = self.stage.outlook(self.wish.user)
            return await outlook.ours(self.reference) is None

        await until("the event to be gone", gone)


def reference_on_page(source: str) -> str:
    found = re.search(r'class="reference">([A-Z0-9]{6})<', source)
    assert found is not None, source
    return found.group(1)


async def joinable(client: Client) -> None:
    """Look again until the page has the way to join: Outlook has to make it first."""

    async def there() -> bool:
        await client.page.reload()
        return await client.page.locator("a.huge").count() > 0

    await until("a way to join", there, every=0.3)


async def offer(stage: Stage, wish: Wish, *, freely: bool = False) -> Offered:
    await stage.teams(wish.user).install()
    return await offered(stage, wish, freely=freely)


async def test_an_offer_with_a_mouse(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    wish = Wish("aino.lehtovaara", stage.client("Helmi Rinne"), INTERVIEW)
    await offer(stage, wish)
    inbox = await windows.open(viewport=PHONE)
    page = await opened_mail(inbox, stage, wish.client)
    inspector = await Inspector.of(page)
    await page.reload()
    client = Client(page, Mouse(page), "fi")

    await Journey(stage, wish, client, inspector.look).play()

    assert inspector.faults == []
    assert inspector.heavy() == {}


async def test_an_offer_by_keyboard_alone(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    wish = Wish("noora.kivisaari", stage.client("Vera Backman", "sv"), INTERVIEW)
    await offer(stage, wish)
    page = await opened_mail(await windows.open(viewport=LOW), stage, wish.client)
    hand = Keyboard(page)

    await Journey(stage, wish, Client(page, hand, "sv")).play()

    assert hand.faults == []
    header, times = hand.stops[:5], hand.stops[5:7]
    languages = [text(each, f"page.language.{each}") for each in ("fi", "sv", "en")]
    assert header == [text("sv", "page.skip"), ORGANISATION["sv"], *languages]
    assert all(" kl. " in stop for stop in times), times


async def test_an_offer_without_any_script(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    wish = Wish("tuomas.rautalampi", stage.client("Ruby Hall", "en"), INTERVIEW)
    await offer(stage, wish)
    inbox = await windows.open(viewport=PHONE, java_script_enabled=False)
    page = await opened_mail(inbox, stage, wish.client)

    await Journey(stage, wish, Client(page, Mouse(page), "en")).play()
