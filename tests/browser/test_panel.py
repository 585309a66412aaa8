"""The side panel in a real meeting page: added, read, written in, and booked from."""

from typing import Self

import pytest
from playwright.async_api import FrameLocator, Locator, Page, Route, expect

from booking.wording import text
from teams_app.story.scenes import Wish, booked
from teams_app.story.script import until
from teams_app.story.stage import Stage
from tests.browser.pages import sideways
from tests.browser.teams import Tab, at_home
from tests.support.browser import Complaints, Windows

#: The frame beside the meeting, as wide as Teams makes it.
WIDE = """wide => {
  const frame = document.querySelector("#frame iframe");
  frame.style.flex = "none";
  frame.style.width = `${wide}px`;
}"""

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


class Meeting(Tab):
    """The page behind a join link, opened as a member of the tenant."""

    @classmethod
    async def joined(cls, page: Page, url: str, user: str, language: str) -> Self:
        await page.goto(f"{url}&user={user}@lumivaara.example&locale={language}")
        return cls(page, language)

    async def wide(self, pixels: int, name: str) -> None:
        """Make the frame so wide, and see that nothing is wider."""
        await self.page.evaluate(WIDE, pixels)
        frame = await self.frame()
        assert await frame.evaluate("innerWidth") == pixels
        over: int = await sideways(frame)  # type: ignore[arg-type]
        assert over == 0, (name, pixels)

    def note(self) -> Locator:
        return self.inside.locator("#note-new")


async def join_url(stage: Stage, user: str, reference: str) -> str:
    tab = await stage.tab(user)

    async def joinable() -> str:
        shown = await tab.open(f"/teams/appointment/{reference}")
        return shown.link("meetup-join") if shown.has_link("meetup-join") else ""

    return await until("a button to join", joinable)


async def added(meeting: Meeting, inside: FrameLocator) -> None:
    title = text(meeting.language, "panel.configure.title")
    await expect(inside.get_by_role("heading", name=title)).to_be_visible()
    await meeting.page.get_by_role("button", name="Save").click()


async def write(meeting: Meeting) -> None:
    for pixels in (280, 300, 320):
        await meeting.wide(pixels, "panel")
    await meeting.button("notes.save").click()
    await expect(meeting.note()).to_be_focused()
    await meeting.note().fill("Sovittiin jatkosta")
    await meeting.button("notes.save").first.click()
    await expect(meeting.inside.locator(".said")).to_be_focused()
    kept = meeting.inside.locator(".notes .text")
    await expect(kept).to_have_text("Sovittiin jatkosta")
    await meeting.wide(300, "with a note")
    await meeting.look("panel")


async def book_next(meeting: Meeting) -> None:
    await meeting.link("panel.next").click()
    await meeting.sees(meeting.said("tab.book.title"))
    await expect(meeting.inside.locator("#f-name")).to_have_value("Sivu Paneeli")
    await meeting.wide(300, "booking")
    await meeting.look("booking")
    await meeting.inside.locator("label.slot").last.click()
    await meeting.button("tab.book.book").click()
    await meeting.is_told("tab.done.booked")
    await meeting.wide(300, "booked")
    await meeting.link("panel.back").click()
    await meeting.is_told("others.coming")


async def test_added_read_written_in_and_booked_from(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    complaints.forgive("status of 404")
    user = "leyla.haddad"
    await stage.teams(user).install()
    made = await booked(stage, Wish(user, stage.client("Sivu Paneeli")))
    url = await join_url(stage, user, made.reference)
    page = await windows.open(
        viewport={"width": 1000, "height": 900}, reduced_motion="reduce"
    )
    meeting = await Meeting.joined(page, url, user, "fi")
    await meeting.look("configure")
    await added(meeting, meeting.inside)
    await meeting.sees("Sivu Paneeli")
    await write(meeting)
    await book_next(meeting)

    other = await Meeting.joined(page, url, "daniel.osei", "en")
    await other.sees(other.said("panel.elsewhere.title"))
    await other.look("elsewhere")
    assert "Sivu" not in await other.inside.locator("body").inner_text()
    assert meeting.faults == []
    assert other.faults == []


async def test_a_note_that_could_not_be_saved_stands_there_still(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 500")
    user = "leyla.haddad"
    await stage.teams(user).install()
    made = await booked(stage, Wish(user, stage.client("Vika Kesken")))
    tab = await Tab.of(windows, stage, user, "sv", sub=made.reference)
    await tab.sees("Vika Kesken")
    note = tab.inside.locator("#note-new")
    await note.fill("Redan skrivet")

    async def broken(route: Route) -> None:
        await route.fulfill(status=500, content_type="text/html", body="<p>broken")

    await tab.page.route("**/notes", broken)
    await tab.button("notes.save").click()
    await expect(tab.inside.locator("#trouble")).to_be_visible()
    await expect(note).to_have_value("Redan skrivet")
    await tab.page.unroute("**/notes")

    await tab.button("notes.save").click()

    await expect(tab.inside.locator(".notes .text")).to_have_text("Redan skrivet")
    await expect(tab.inside.locator("#trouble")).to_be_hidden()
