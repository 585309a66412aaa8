"""An open tab over time: views that keep up to date, forms that are left alone."""

import pytest
from playwright.async_api import FrameLocator, Page, expect

from booking.wording import plural, text
from tests.browser.test_tab_shell import Tab, in_teams
from tests.support.browser import Complaints

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    """teams-js asks the world for a list of hosts; without it, it has its own."""
    complaints.forgive("res.cdn.office.net")
    complaints.forgive("favicon.ico")


#: How far down the whole page something stands, however it is scrolled.
ON_PAGE = "e => Math.round(e.getBoundingClientRect().top + scrollY)"
RETURNS = "() => dispatchEvent(new Event('focus'))"


async def looked(inside: FrameLocator) -> None:
    """Come back to the tab, and let it look whether there is anything new."""
    async with inside.owner.page.expect_response("**/teams/stand"):
        await inside.locator("body").evaluate(RETURNS)


async def test_a_view_that_is_old_becomes_new_in_its_place(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (inside, _):
        entry = inside.get_by_role("link", name="Jari Mäkelä", exact=True).first
        await entry.focus()
        await inside.locator("details.more").first.evaluate("e => { e.open = true }")
        await inside.locator("html").evaluate("() => scrollTo(0, 120)")
        tab.stand, tab.day = "2", "tab-today-asked"

        await looked(inside)

        await expect(inside.locator("#changed")).to_have_text(
            text("sv", "waiting.changed")
        )
        await expect(inside.locator("a.chip").first).to_be_visible()
        assert tab.asked[-1][0] == "/teams/today"
        assert tab.by_itself == ["/teams/today"], "of what she opened it says nothing"
        shown = len(tab.asked)
        await looked(inside)
        assert len(tab.asked) == shown, "nothing new: no look at a client"


async def test_looking_anew_leaves_focus_scroll_and_what_is_unfolded(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (inside, _):
        more = inside.locator("details.more").first
        await more.locator("summary").click()
        await inside.locator("html").evaluate("() => scrollTo(0, 90)")
        tab.stand = "2"

        await looked(inside)

        await inside.locator('.tab[data-stand="2"]').wait_for()
        await expect(more.locator("summary")).to_be_focused()
        assert await more.evaluate("e => e.open")
        assert await inside.locator("html").evaluate("() => scrollY") == 90
        await expect(inside.locator("#changed")).to_have_text("")


@pytest.mark.parametrize("where", ["book", "cancel", "note", "whom"])
async def test_a_form_that_was_begun_is_left_alone(page: Page, where: str):
    tab = Tab(day="tab-reception" if where == "whom" else "tab-today")
    on_its_page = where in {"cancel", "note"}
    context = {"subEntityId": "K7Q2FM"} if on_its_page else {}
    async with in_teams(page, tab, **context) as (inside, _):
        if where == "book":
            await inside.locator('a[hx-get="/teams/book"]').first.click()
            await inside.locator("#f-name").fill("Maija Meri")
        elif where == "cancel":
            cancel = inside.locator("details.more:has([action$='/cancel'])")
            await cancel.locator("summary").click()
        elif where == "whom":
            await inside.locator("#f-whom").press_sequentially("Mai")
        else:
            await inside.locator("#note-new").fill("Soitan")
        shown = len(tab.asked)
        tab.stand = "2"

        await inside.locator("body").evaluate(RETURNS)
        await page.wait_for_timeout(300)

        assert len(tab.asked) == shown


async def test_what_can_still_be_undone_is_not_drawn_away(page: Page):
    tab = Tab(day="tab-team-other")
    async with in_teams(page, tab) as (inside, _):
        undo = inside.locator(".undoes button")
        await undo.focus()
        tab.stand, tab.day = "2", "tab-team"

        await looked(inside)

        await inside.locator('.tab[data-stand="2"]').wait_for()
        await expect(undo).to_be_focused()
        await expect(inside.locator(".undoes")).to_have_count(1)


async def test_a_name_nobody_has_looked_for_yet_holds_nothing_up(page: Page):
    tab = Tab(day="tab-reception")
    async with in_teams(page, tab) as (inside, _):
        await inside.locator("#f-whom").fill("Mai")
        await inside.locator("#f-whom").fill("")
        tab.stand = "2"

        await looked(inside)

        await inside.locator('.tab[data-stand="2"]').wait_for()


async def test_what_was_grabbed_by_keys_is_let_go_where_one_goes_on_elsewhere(
    page: Page, complaints: Complaints
):
    complaints.forgive("404")
    tab = Tab(day="tab-team")
    async with in_teams(page, tab) as (inside, _):
        one = inside.locator("a[data-hand]").first
        await one.press("m")
        await expect(inside.locator(".moving")).to_have_count(1)

        await inside.locator(".tab h1").click()

        await expect(inside.locator(".moving, .ghost")).to_have_count(0)
        await expect(inside.locator("#team-live")).not_to_have_text("")
        async with page.expect_request("**/hand?*"):
            await one.click()


async def test_a_link_from_a_card_opens_the_form_that_was_begun(page: Page):
    tab = Tab()
    async with in_teams(page, tab, subEntityId="book:request-1") as (inside, _):
        await inside.locator("#f-name").wait_for()

        assert tab.asked[0][0] == "/teams/book?form=request-1"


async def test_a_link_from_a_card_opens_all_times_of_an_appointment(page: Page):
    tab = Tab()
    async with in_teams(page, tab, subEntityId="move:K7Q2FM") as (inside, _):
        await inside.locator("h1").first.wait_for()

        assert tab.asked[0][0] == "/teams/a/K7Q2FM/move"


async def test_a_link_from_a_card_opens_the_question_with_its_answers(
    page: Page, complaints: Complaints
):
    complaints.forgive("422")
    tab = Tab()
    async with in_teams(page, tab, subEntityId="question:9") as (inside, _):
        await inside.locator("[name=act]").first.wait_for()
        assert tab.asked[0][0] == "/teams/question/9"

        await inside.locator("details.more summary").first.click()
        await inside.locator("select[name=colleague]").select_option("3")
        async with page.expect_request("**/teams/question/9") as sent:
            await inside.locator("details.more [name=act]").first.click()

    given = (await sent.value).post_data or ""
    assert "act=hand" in given
    assert "colleague=3" in given


async def test_another_day_is_asked_about_and_old_faults_are_said_no_longer(
    page: Page, complaints: Complaints
):
    complaints.forgive("422")
    tab = Tab()
    async with in_teams(page, tab) as (inside, _):
        await inside.get_by_role("link", name="Boka tid").click()
        await inside.get_by_role("button", name="Boka", exact=True).click()
        await inside.locator("#errors").wait_for()
        await inside.locator("#f-name").fill("Aino")
        await inside.locator("#f-name").press("Tab")
        await expect(inside.locator("#e-name")).to_be_hidden()
        assert await inside.locator("#f-name").get_attribute("aria-invalid") is None
        await inside.locator("[name=why_day]").evaluate("e => { e.value = '' }")

        await inside.locator("#f-service").select_option("1")

        day = inside.locator("#picker [name=day]")
        left = inside.locator("#errors li:visible a")
        await expect(left).to_have_count(1)
        await expect(left).to_have_attribute("href", "#f-email")
        assert await inside.locator("#f-name").input_value() == "Aino"
        assert await inside.locator("[name=why_day]").input_value() == (
            await day.input_value()
        )


async def test_why_a_time_is_missing_is_answered_for_a_day_that_is_not_shown(
    page: Page,
):
    tab = Tab()
    async with in_teams(page, tab, subEntityId="book:request-1") as (inside, _):
        await inside.locator("#why summary").click()
        await inside.locator("[name=why_day]").fill("2026-12-24")
        await inside.locator("[name=why_time]").fill("10:00")

        await inside.get_by_role("button", name="Visa orsaken").click()

        answer = inside.locator("#why-answer p")
        await expect(answer).to_be_visible()
        assert await inside.locator("[name=why_day]").input_value() == "2026-12-24"
        assert "why_day=2026-12-24" in tab.asked[-1][0]


async def test_what_is_put_right_moves_nothing_away_under_the_pointer(
    page: Page, complaints: Complaints
):
    """The name is left by the very press that chooses a language."""
    complaints.forgive("422")
    tab = Tab(refusal="tab-book-untouched")
    async with in_teams(page, tab) as (inside, _):
        await inside.get_by_role("link", name="Boka tid").click()
        await inside.get_by_role("button", name="Boka", exact=True).click()
        await inside.locator("#errors").wait_for()
        faults = await inside.locator("#errors li").count()
        finnish = inside.locator("label.choice", has_text="Finska")
        await inside.locator("#f-name").press_sequentially("Aino")
        before = await finnish.evaluate(ON_PAGE)

        await finnish.click()

        await expect(inside.locator("[name=language][value=fi]")).to_be_checked()
        assert await finnish.evaluate(ON_PAGE) == pytest.approx(before, abs=1)
        await expect(inside.locator("#e-name")).to_be_hidden()
        left = await inside.locator("#errors li:visible").count()
        assert left == faults - 2
        count = plural("sv", "error.count", left)
        await expect(inside.locator("#errors h2")).to_have_text(count)


async def test_the_tick_of_a_chosen_time_hides_no_digit(page: Page):
    tab = Tab(day="tab-book-chosen")
    async with in_teams(page, tab) as (inside, _):
        await inside.locator(".slots.dated .slot:has(:checked)").first.wait_for()
        for slot in await inside.locator(".slot:has(:checked)").all():
            digits = await slot.evaluate(MEASURED)
            assert digits["right"] < digits["tick"], digits
            assert digits["lines"] == 1, digits


#: Where the digits of a chip end, on how many lines, and where its tick begins.
MEASURED = """chip => {
  const range = document.createRange();
  range.selectNodeContents(chip.querySelector("b"));
  const style = getComputedStyle(chip, "::after");
  const away = parseFloat(style.right) + parseFloat(style.height);
  const tops = new Set([...range.getClientRects()].map((each) => Math.round(each.top)));
  const { right } = range.getBoundingClientRect();
  return { right, tick: chip.getBoundingClientRect().right - away, lines: tops.size };
}"""
