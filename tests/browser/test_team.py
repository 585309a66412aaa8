"""The team's day in Teams: by mouse, by keyboard alone, and under a thumb."""

import re
from datetime import date, timedelta

import pytest
from playwright.async_api import Locator, expect

from booking.spans import HELSINKI
from booking.wording import text
from teams_app.story.scenes import Booked, Wish, booked
from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.pages import Samples, audit, serving
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
USER, SUPERVISOR = "leyla.haddad", "kaarina.holmberg"
HERS = "Leyla Haddad"
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def standing(stage: Stage, name: str) -> Booked:
    await stage.teams(USER).install()
    return await booked(stage, Wish(USER, stage.client(name)))


async def team(tab: Tab, made: Booked) -> None:
    """Go to the day of an appointment as its supervisor does."""
    wanted: date = made.start.astimezone(HELSINKI).date()
    await tab.link("tab.view.team").click()
    for _ in range(14):
        await tab.inside.locator("#content:not([aria-busy]) .team.calendar").wait_for()
        shown = tab.inside.locator(".team.calendar")
        day = await shown.get_attribute("data-day")
        if day == f"{wanted}":
            return
        await tab.link("team.next").click()
        await tab.inside.locator(f'.calendar:not([data-day="{day}"])').wait_for()
    raise AssertionError(wanted)


def event(tab: Tab, made: Booked, name: str = "") -> Locator:
    column = f'.column[data-name="{name}"] ' if name else ""
    return tab.inside.locator(f'{column}a[data-hand="{made.reference}"]')


def live(tab: Tab) -> Locator:
    return tab.inside.locator("#team-live")


_HIGH = "h => h.lastElementChild.getBoundingClientRect().bottom - h.getBoundingClientRect().top"


async def test_on_a_laptop_the_heads_leave_the_day_its_room(windows: Windows):
    """With services that take two lines in a column; whole where the pointer rests."""
    async with serving(Samples().app()) as base:
        page = await windows.open(viewport=LAPTOP)
        await page.goto(f"{base}/tab-team")
        head = page.locator(".team .head", has_text="Maija Virtanen")

        assert await head.evaluate(_HIGH) < 80
        services = head.locator("p[title]")
        assert "Työnhakukeskustelu" in (await services.get_attribute("title") or "")


async def test_the_desk_is_asked_beside_the_other_ways(windows: Windows):
    async with serving(Samples().app()) as base:
        page = await windows.open(viewport=LAPTOP)
        await page.goto(f"{base}/tab-hand-desk")
        go = page.get_by_role("button", name=text("fi", "team.hand.go"))
        ask = page.get_by_role("button", name=text("fi", "desk.do.ask"))
        boxes = [await each.bounding_box() for each in (go, ask)]
        tops = {box["y"] for box in boxes if box is not None}

        assert len(tops) == 1
        await page.route("**/teams/desk", lambda route: route.fulfill(body="asked"))
        async with page.expect_request("**/teams/desk") as asked:
            await ask.click()
        assert (await asked.value).post_data == "reference=K7Q2FM"


async def test_a_day_with_something_in_its_night_opens_in_the_morning(
    stage: Stage, windows: Windows
):
    made = await standing(stage, "Aamuinen Aada")
    midnight = made.start.astimezone(HELSINKI).replace(hour=0, minute=0)
    night = (midnight + timedelta(hours=1), midnight + timedelta(hours=3))
    await stage.outlook(USER).put(*night, subject="Night")
    await stage.idle()
    tab = await Tab.of(windows, stage, SUPERVISOR, "fi", size=LAPTOP)
    await team(tab, made)

    hours = tab.inside.locator(".calendar .clock span")
    await expect(hours.first).to_have_text("1.00")
    await expect(hours.first).not_to_be_in_viewport()
    await expect(hours.filter(has_text=re.compile(r"^8\.00$"))).to_be_in_viewport()
    await tab.look("morning")
    assert tab.faults == []


async def test_dragged_to_a_colleague_and_taken_back(stage: Stage, windows: Windows):
    made = await standing(stage, "Raahattu Rauha")
    tab = await Tab.of(windows, stage, SUPERVISOR, "fi")
    await team(tab, made)
    await tab.look("team")
    await _dragged(tab, made)

    # So long as the client is left in peace nothing is looked at, but pressed.
    told = tab.inside.locator(".toast [data-then]")
    await expect(told).to_have_text(tab.said("team.told.soon", n=15))
    await told.evaluate("said => (said.dataset.after = 0)")
    await expect(told).to_have_text(tab.said("team.told.now"))
    await tab.inside.get_by_role("button", name=tab.said("team.undo")).click()
    toast = tab.inside.locator(".toast")
    await expect(toast).to_contain_text(tab.said("team.told.unheard"))
    await expect(event(tab, made, HERS)).to_be_visible()

    await _dragged(tab, made)
    await tab.look("handed over")
    assert tab.faults == []


async def _dragged(tab: Tab, made: Booked) -> None:
    """Drag it to the first colleague who is free then, and say yes to the dialog."""
    await event(tab, made).scroll_into_view_if_needed()
    box = await event(tab, made).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 4
    await tab.page.mouse.move(x, y)
    await tab.page.mouse.down()
    taker = await _over_somebody_free(tab, y)
    tab.faults += await audit(await tab.frame())
    await tab.page.mouse.up()
    dialog = tab.inside.get_by_role("dialog")
    await expect(dialog.locator("option[selected]").first).to_contain_text(taker)
    await tab.look("dialog")
    await dialog.get_by_role("button", name=tab.said("team.hand.go")).click()

    await expect(event(tab, made, taker)).to_be_visible()
    await expect(tab.inside.locator(".toast")).to_contain_text(taker)


async def _over_somebody_free(tab: Tab, y: float) -> str:
    """Drag on until the time is free with somebody else; give with whom."""
    for column in await tab.inside.locator(".column").all():
        there, name = (
            await column.bounding_box(),
            await column.get_attribute("data-name"),
        )
        assert there is not None
        assert name is not None
        await tab.page.mouse.move(there["x"] + there["width"] / 2, y, steps=3)
        ghost = tab.inside.locator(f'.column[data-name="{name}"] .ghost')
        if name != HERS and "free" in (await ghost.get_attribute("class") or ""):
            return name
    raise AssertionError("nobody is free")


async def test_by_keyboard_alone(stage: Stage, windows: Windows):
    made = await standing(stage, "Nelli Näppäimistö")
    tab = await Tab.of(windows, stage, SUPERVISOR, "en")
    await team(tab, made)
    await expect(tab.title()).to_be_focused()
    hand, keys = Keyboard(tab.page, within=await tab.frame()), tab.page.keyboard
    at = await event(tab, made).evaluate("a => a.closest('.event').dataset.at")

    await _let_be(tab, made, hand)

    # To a colleague, at the same time: the first who is free to the left or right.
    await keys.press("m")
    taker = await _first_free(tab, ("ArrowLeft", "ArrowRight"))
    await keys.press("Enter")
    await expect(tab.inside.locator("#f-to")).to_be_focused()
    await hand.press(tab.button("team.hand.go"))
    await expect(event(tab, made, taker)).to_have_count(1)
    await expect(tab.title()).to_be_focused()

    # And with her to another time.
    await hand._reach(event(tab, made))
    await keys.press("m")
    await _first_free(tab, ("ArrowDown", "ArrowUp"))
    await keys.press("Enter")
    await hand.press(tab.button("team.hand.go"))
    elsewhere = f'.event:not([data-at="{at}"])'
    moved = f'{elsewhere}:has(a[data-hand="{made.reference}"])'
    await expect(tab.inside.locator(moved)).to_have_count(1)

    # And back again, from what says that it was done.
    await hand.press(tab.inside.locator(".toast button"))
    await expect(tab.inside.locator(moved)).to_have_count(0)
    await expect(event(tab, made, taker)).to_have_count(1)
    await hand._reach(event(tab, made))
    await _refused(tab)
    assert hand.faults == []


async def _refused(tab: Tab) -> None:
    """Drop it where it cannot be: why not is seen, and goes with the next move."""
    keys, on = tab.page.keyboard, tab.inside.locator("#team-live.toast")
    await keys.press("m")
    for key in [*["ArrowUp"] * 40, *["ArrowDown"] * 80]:
        await keys.press(key)
        ghost = tab.inside.locator(".ghost")
        if "busy" in (await ghost.get_attribute("class") or ""):
            break
    else:
        raise AssertionError("everything is free")
    who, at = (await live(tab).inner_text()).split(", ")[:2]
    await expect(on).to_have_count(0)
    await keys.press("Enter")
    await expect(on).to_have_text(tab.said("team.say.not_moved", who=who, at=at))
    await expect(on).to_be_visible()
    await keys.press("m")
    await expect(on).to_have_count(0)
    await keys.press("Escape")


async def _let_be(tab: Tab, made: Booked, hand: Keyboard) -> None:
    """Open it and grab it, and let nothing come of either."""
    keys = tab.page.keyboard
    await hand.press(event(tab, made))
    await expect(tab.inside.get_by_role("dialog")).to_be_visible()
    await keys.press("Escape")
    await expect(event(tab, made)).to_be_focused()
    await keys.press("m")
    await expect(live(tab)).to_have_text(
        tab.said("team.say.grabbed", what=made.reference)
    )
    await keys.press("ArrowDown")
    await keys.press("Escape")
    await expect(live(tab)).to_have_text(tab.said("team.say.cancelled"))


async def _first_free(tab: Tab, keys: tuple[str, str]) -> str:
    """Go on with the first key, then back with the other; give whose place it is."""
    began, heard = "", ""
    for key in keys:
        for _ in range(40):
            before = heard
            await tab.page.keyboard.press(key)
            heard = await live(tab).inner_text()
            began = began or heard
            if heard.endswith(", free"):
                return heard.partition(",")[0]
            if heard == before:  # The last there is.
                break
    raise AssertionError(f"nobody is free: {began} to {heard}")


async def test_on_a_phone_it_is_one_person_a_screen(stage: Stage, windows: Windows):
    made = await standing(stage, "Peukalo Pirkko")
    page = await windows.open(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    mail = f"{SUPERVISOR}@lumivaara.example"
    await page.goto(f"{stage.tenant.base}/teams/tab?user={mail}&locale=sv")
    tab = Tab(page, "sv")
    await team(tab, made)
    frame = await tab.frame()
    widths = await frame.evaluate(
        "() => [innerWidth, ...[...document.querySelectorAll('.column')].map("
        "each => each.offsetWidth)]"
    )
    assert all(widths[0] * 0.7 < each < widths[0] for each in widths[1:])
    assert await frame.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth"
    )

    await event(tab, made).scroll_into_view_if_needed()
    await event(tab, made).tap()
    dialog = tab.inside.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await tab.look("dialog on a phone")
    await dialog.get_by_role("button", name=tab.said("team.hand.cancel")).tap()
    await expect(dialog).to_be_hidden()
    await tab.link("team.look.list").tap()
    await tab.inside.locator(".of-person").first.wait_for()
    await event(tab, made).tap()
    await expect(dialog).to_be_visible()
    assert tab.faults == []
