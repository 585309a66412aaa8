"""A unit's desk by clicking: a channel becomes one, it is asked, a colleague takes it."""

import pytest
from playwright.async_api import Locator, Page, expect

from booking.wording import text
from teams_app.story.scenes import Wish, booked, proposed, start_of
from teams_app.story.stage import Stage
from tests.browser.teams import DESK
from tests.support.browser import Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
UNIT = "Osaamispalvelut"
BOSS, GIVER, TAKER = "jari.peltoniemi", "mikael.ojanpera", "irina.volkonen"


async def in_channel(windows: Windows, stage: Stage, user: str) -> Page:
    """Open the channel of her team, in Finnish, as somebody who has the app."""
    await stage.teams(user).install()
    page = await windows.open(viewport=DESK)
    where = f"user={user}@lumivaara.example&locale=fi"
    await page.goto(f"{stage.tenant.base}/teams/?{where}")
    desks = page.locator("[data-name=Päivystys]")
    await desks.filter(has_text=UNIT).click()
    await expect(page.locator("#chat-title")).to_have_text("Päivystys")
    return page


def said(key: str, **values: object) -> str:
    return text("fi", key, **values)


def button(within: Page | Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)


async def makes_it_the_desk(page: Page) -> None:
    """Add the app to the team, and choose the unit on the card that answers."""
    await page.locator("#install").click()
    await expect(page.locator("#get-app")).to_be_hidden()
    await button(page, "@Vuoro päivystys").click()
    card = page.locator(".message.bot .card").last
    await card.locator("#unit select").select_option(label=UNIT)
    await button(card, said("desk.do.here")).click()
    await expect(page.locator(".message.bot .card").last).to_contain_text(
        said("desk.channel.is", unit=UNIT)
    )


async def for_both(stage: Stage, wish: Wish) -> str:
    """Give a time of the giver's at which the taker is free too."""
    hers = await proposed(stage, Wish(TAKER, wish.client, wish.service))
    free = {start_of(slot) for slot in hers.slots()}
    his = await proposed(stage, wish)
    number = his.slots()[0].partition("@")[0]
    both = [slot for slot in his.slots() if start_of(slot) in free]
    later = f"{number}@{int(max(free).timestamp())}"
    return both[0] if both else later


async def test_a_channel_becomes_the_desk_and_a_colleague_takes_what_it_asks_about(
    stage: Stage, windows: Windows
):
    boss = await in_channel(windows, stage, BOSS)
    await makes_it_the_desk(boss)
    for each in (GIVER, TAKER):
        await stage.teams(each).install()
    wish = Wish(GIVER, stage.client("Kaisa Kanava"), "uraohjaus")
    made = await booked(stage, wish, at=await for_both(stage, wish))
    reference = made.card.reference

    tab = await stage.tab(GIVER)
    await tab.post("/teams/desk", [["reference", reference]])

    asks = boss.locator(".message", has_text=reference)
    await expect(asks).to_contain_text(said("desk.bar.no_clients"))
    taker = await in_channel(windows, stage, TAKER)
    hers = taker.locator(".message", has_text=reference)
    await expect(hers).to_contain_text("Only you see it like this")
    assert wish.client.name not in await hers.inner_text()
    await hers.get_by_role("button", name="Otan klo").click()

    await expect(hers).to_contain_text(said("desk.line.hers"))
    await expect(asks).to_contain_text(said("desk.line.taken", taker="Irina Volkonen"))
    await stage.tenant.message("word of it", wish.client.to, after=1)
    assert await stage.outlook(TAKER).has(reference)
