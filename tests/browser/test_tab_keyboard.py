"""The tab by keyboard alone: her week, one appointment, a booking in under a minute."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from teams_app.story.living import question
from teams_app.story.scenes import Wish, booked
from teams_app.story.stage import Stage
from tests.browser.hands import Keyboard
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
#: Who types slowly types two keys a second.
KEYS_IN_A_MINUTE = 120


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def hand_in(tab: Tab) -> Keyboard:
    await expect(tab.title()).to_be_focused()
    return Keyboard(tab.page, within=await tab.frame())


async def test_the_week_and_what_stands_in_it(stage: Stage, windows: Windows):
    wish = Wish("noora.kivisaari", stage.client("Sointu Sormi"))
    await stage.teams(wish.user).install()
    made = await booked(stage, wish)
    tab = await Tab.of(windows, stage, wish.user, "fi")
    hand = await hand_in(tab)

    await hand.press(tab.link("tab.view.week"))
    await tab.sees(re.compile("Viikko"))
    await expect(tab.title()).to_be_focused()
    event = tab.inside.locator(".event.own a", has_text="Sointu Sormi").first
    await hand.press(event)
    await tab.sees("Sointu Sormi")
    await expect(tab.inside.get_by_text(made.reference)).to_be_visible()
    await hand.press(tab.link("tab.move"))
    await tab.sees(tab.said("tab.move.title", client="Sointu Sormi"))
    await hand.press(tab.link("tab.back"))
    await tab.sees("Sointu Sormi")

    await hand.press(tab.link("tab.move"))
    await tab.sees(tab.said("tab.move.title", client="Sointu Sormi"))
    await hand.choose(tab.inside.locator(".slot input").first)
    await hand.press(tab.button("tab.move.go"))
    await tab.is_told("tab.done.moved")
    await expect(tab.title()).to_be_focused()

    # The region scrolls, so the keyboard stops at it before what stands in it.
    region = hand.stops.index(tab.said("tab.week.calendar"))
    assert any("Sointu" in stop for stop in hand.stops[region:])
    assert hand.faults == []


async def test_booked_in_under_a_minute(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    tab = await Tab.of(windows, stage, "noora.kivisaari", "sv")
    name, email = "Rut Tangent", "rut@posti.example"
    hand = await hand_in(tab)

    await hand.press(tab.link("tab.book"))
    await tab.sees(tab.said("tab.book.title"))
    await hand.type(tab.inside.locator("#f-name"), name)
    await hand.choose(tab.inside.locator("[name=language][value=sv]"))
    await hand.type(tab.inside.locator("#f-email"), email)
    await hand.choose(tab.inside.locator("#times .slot input").first)
    await hand.press(tab.button("tab.book.book"))
    await tab.is_told("tab.done.booked")

    assert len(hand.stops) + len(name + email) < KEYS_IN_A_MINUTE
    assert hand.faults == []


async def test_who_has_come_before_is_found(stage: Stage, windows: Windows):
    wish = Wish("noora.kivisaari", stage.client("Tuttu Tuulia", "sv"))
    await stage.teams(wish.user).install()
    await booked(stage, wish)
    tab = await Tab.of(windows, stage, wish.user, "en")
    hand = await hand_in(tab)
    await hand.press(tab.link("tab.book"))
    await tab.sees(tab.said("tab.book.title"))

    await hand.type(tab.inside.locator("#f-whom"), "tuttu")
    await tab.page.keyboard.press("Enter")
    found = tab.inside.locator("#found a", has_text="Tuttu Tuulia")
    await expect(found).to_have_count(1)
    await tab.look("found")
    await hand.press(found)

    await expect(tab.inside.locator("#f-name")).to_be_focused()
    await expect(tab.inside.locator("#f-name")).to_have_value("Tuttu Tuulia")
    await expect(tab.inside.locator("[name=language][value=sv]")).to_be_checked()
    await hand.choose(tab.inside.locator("#times .slot input").first)
    await hand.press(tab.button("tab.book.book"))
    await tab.is_told("tab.done.booked")
    assert tab.faults == []
    assert hand.faults == []


async def test_a_time_that_went_meanwhile_takes_nothing_along(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 409")
    user = "noora.kivisaari"
    tab = await Tab.of(windows, stage, user, "en")
    hand = await hand_in(tab)
    await hand.press(tab.link("tab.book"))
    await tab.sees(tab.said("tab.book.title"))
    await hand.type(tab.inside.locator("#f-name"), "Lee Later")
    await hand.choose(tab.inside.locator("[name=language][value=en]"))
    await hand.type(tab.inside.locator("#f-email"), "lee@posti.example")
    time = tab.inside.locator("#times .slot input").last
    await hand.choose(time)
    _, _, when = (await time.input_value()).partition("@")
    start = datetime.fromtimestamp(int(when), UTC)
    await stage.outlook(user).put(start, start + timedelta(minutes=60))
    await hand.press(tab.button("tab.book.book"))

    alert = tab.inside.get_by_role("alert")
    await expect(alert).to_have_text(tab.said("tab.taken"))
    await expect(alert).to_be_focused()
    await expect(tab.inside.locator("#f-name")).to_have_value("Lee Later")
    await tab.look("taken")
    nearest = tab.inside.get_by_role("group", name=tab.said("slots.nearest"))
    await expect(nearest.get_by_role("checkbox")).to_have_count(3)
    await hand.choose(nearest.get_by_role("checkbox").first)
    await hand.press(tab.button("tab.book.book"))
    await tab.is_told("tab.done.booked")

    assert tab.faults == []
    assert hand.faults == []


async def test_a_question_about_outlook_is_answered(stage: Stage, windows: Windows):
    wish = Wish("noora.kivisaari", stage.client("Kysy Karu"))
    await stage.teams(wish.user).install()
    made = await booked(stage, wish, after=timedelta(days=4))
    outlook = stage.outlook(wish.user)
    await outlook.put(made.start, made.start + timedelta(hours=1))
    await question(stage, made, "overlapped")
    tab = await Tab.of(windows, stage, wish.user, "fi", sub=made.reference)
    hand = await hand_in(tab)

    await hand.press(
        tab.inside.locator("summary", has_text=tab.said("cards.do.cancel"))
    )
    await hand.press(tab.button("cards.do.keep"))

    await tab.is_told("cards.settled.kept")
    await tab.sees("Kysy Karu")
    await expect(tab.title()).to_be_focused()
    await expect(tab.button("cards.do.keep")).to_have_count(0)
    assert hand.faults == []
