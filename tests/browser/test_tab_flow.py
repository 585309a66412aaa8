"""The tab as it lives in Teams: signed in by Teams, in its themes and languages."""

import re

import pytest
from playwright.async_api import expect

from booking.wording import text
from teams_app.story.scenes import TALK, Wish, booked
from teams_app.story.script import until
from teams_app.story.stage import Client as Person
from teams_app.story.stage import Stage
from tests.browser.client import Client, opened_mail
from tests.browser.hands import Mouse
from tests.browser.inspecting import KB, Inspector
from tests.browser.teams import Tab, at_home
from tests.browser.test_client_flow import PHONE, reference_on_page
from tests.support.browser import Complaints, Windows

#: Teams' own script alone is half of it, and stays in the cache for a year.
WEIGHT_MAX_IN_TEAMS = 130 * KB

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    at_home(complaints)


async def test_every_view_in_every_theme(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 422")
    wish = Wish("tuomas.rautalampi", stage.client("Kerttu Katselija"))
    await stage.teams(wish.user).install()
    made = await booked(stage, wish)
    tab = await Tab.of(windows, stage, wish.user, "fi")
    await tab.sees("maanantai 23. marraskuuta")
    await tab.look("today")
    await tab.link("tab.view.week").click()
    await tab.sees("Viikko 48")
    await expect(tab.inside.locator(".event.own", has_text="Kerttu")).to_be_visible()
    await expect(tab.inside.locator(".event.busy")).not_to_have_count(0)
    await tab.look("week")
    await tab.link("tab.view.list").click()
    await tab.sees(tab.said("tab.list.title"))
    await tab.look("list")
    await tab.inside.get_by_role("link", name="Kerttu Katselija", exact=True).click()
    await tab.sees("Kerttu Katselija")
    await expect(tab.inside.get_by_text(made.reference)).to_be_visible()
    await tab.look("appointment")
    await tab.link("tab.move").click()
    await tab.sees(tab.said("tab.move.title", client="Kerttu Katselija"))
    await tab.look("move")
    await tab.link("tab.book").click()
    await tab.sees(tab.said("tab.book.title"))
    await tab.button("tab.book.book").click()
    await expect(tab.inside.locator("#errors")).to_be_focused()
    await tab.look("book, refused")

    assert tab.faults == []


async def fill(tab: Tab, client: Person) -> None:
    await tab.link("tab.book").click()
    await tab.sees(tab.said("tab.book.title"))
    service = tab.inside.locator("#f-service")
    if await service.input_value() != TALK:
        await tab.inside.locator("#times").evaluate("e => { e.dataset.old = 'yes' }")
        await service.select_option(TALK)
        await tab.inside.locator("#times:not([data-old])").wait_for()
    await tab.inside.locator("#f-name").fill(client.name)
    radio = tab.inside.locator(f"[name=language][value={client.language}]")
    await tab.inside.locator("label.choice", has=radio).click()
    await tab.inside.locator("#f-email").fill(client.to)


async def to_last_day(tab: Tab) -> None:
    """Show the times of the week's last day; those of the day before are gone then."""
    last = tab.inside.locator(".days li a").last
    await last.click()
    await expect(last).to_have_attribute("aria-current", "date")


async def booked_in(tab: Tab, client: Person) -> str:
    """Book the first time shown; gives the reference once all three truths hold."""
    await fill(tab, client)
    await tab.inside.locator("label.slot").first.click()
    await tab.button("tab.book.book").click()
    await tab.is_told("tab.done.booked")
    await tab.sees(client.name)
    for which in ("booked", "in_outlook", "told"):
        done = tab.inside.locator(
            ".truth.done", has_text=tab.said(f"cards.truth.{which}")
        )
        await expect(done).to_be_visible()
    shown = await tab.inside.locator(".page-head").inner_text()
    found = re.search(r"\b[A-Z0-9]{6}\b", shown)
    assert found is not None, shown
    return found.group()


async def test_booked_moved_and_cancelled(stage: Stage, windows: Windows):
    user, client = "elias.sundqvist", stage.client("Nils Tabell", "sv")
    tab, outlook = await Tab.of(windows, stage, user, "sv"), stage.outlook(user)
    reference = await booked_in(tab, client)
    await tab.look("booked")
    before = await outlook.has(reference)

    await tab.link("tab.move").click()
    await to_last_day(tab)
    await tab.inside.locator("label.slot").first.click()
    await tab.button("tab.move.go").click()
    await tab.is_told("tab.done.moved")

    async def moved() -> bool:
        event = await outlook.ours(reference)
        return event is not None and event.start > before.end

    await until("the event at the new time", moved)
    await tab.inside.get_by_text(tab.said("tab.cancel.open")).click()
    await tab.look("cancel")
    await tab.button("page.cancel.go").click()
    await tab.is_told("tab.done.cancelled")
    await tab.look("cancelled")

    async def gone() -> bool:
        return await outlook.ours(reference) is None

    await until("the event to be gone", gone)
    told = await stage.tenant.message("three messages", client.to, after=2)
    assert told.subject == text("sv", "messages.cancelled_by_us.subject")
    assert tab.faults == []


async def test_times_offered_and_chosen(stage: Stage, windows: Windows):
    user, client = "leyla.haddad", stage.client("Hilla Tarjottu", "en")
    tab = await Tab.of(windows, stage, user, "en")
    await fill(tab, client)
    await to_last_day(tab)
    times = tab.inside.locator("label.slot")
    await times.first.click()
    await times.last.click()
    await tab.button("tab.book.offer").click()
    await tab.is_told("tab.done.offered")
    await stage.tenant.message("an offer", client.to)
    page = await opened_mail(await windows.open(viewport=PHONE), stage, client)
    chooser = Client(page, Mouse(page), "en")
    await expect(page.locator("button[name=slot]")).to_have_count(2)
    await page.locator("button[name=slot]").first.click()
    await chooser.button("page.check.confirm").click()
    await chooser.is_told("page.appointment.done.booked")
    reference = reference_on_page(await page.content())

    await tab.link("tab.view.list").click()
    entry = tab.inside.locator(".entry.own", has_text=reference)
    await expect(entry).to_contain_text(client.name)


async def test_the_tab_speaks_the_language_of_teams(stage: Stage, windows: Windows):
    tab = await Tab.of(windows, stage, "aino.lehtovaara", "fi")
    await tab.sees("maanantai 23. marraskuuta")
    for language, day in (("sv", "måndag 23 november"), ("en", "Monday 23 November")):
        await tab.page.locator("#locale").select_option(language)
        await tab.sees(day)
        await expect(tab.inside.locator("html")).to_have_attribute("lang", language)


async def test_a_card_leads_to_its_appointment(stage: Stage, windows: Windows):
    wish = Wish("tuomas.rautalampi", stage.client("Linkki Luoto"))
    await stage.teams(wish.user).install()
    await booked(stage, wish)
    tab = await Tab.of(windows, stage, wish.user, "fi", view="chat")
    card = tab.page.locator(".message.bot", has_text="Linkki Luoto").last
    # The renderer draws what opens an address as a button, and calls it a link.
    await card.get_by_role("link", name=tab.said("cards.do.details")).click()

    await tab.sees("Linkki Luoto")


async def test_another_persons_appointment_stays_hers(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 403")
    wish = Wish("tuomas.rautalampi", stage.client("Salla Salainen"))
    await stage.teams(wish.user).install()
    made = await booked(stage, wish)
    tab = await Tab.of(windows, stage, "henrik.astrom", "sv", sub=made.reference)
    await tab.sees(tab.said("tab.not_allowed.not_yours.title"))
    await tab.look("not hers")

    assert "Salla" not in await tab.inside.locator("body").inner_text()
    assert tab.faults == []


async def test_a_person_nobody_knows_is_told_so(
    stage: Stage, windows: Windows, complaints: Complaints
):
    complaints.forgive("status of 403")
    tab = await Tab.of(windows, stage, "ritva.kallionpaa", "fi")
    await tab.sees(tab.said("tab.not_allowed.unknown_person.title"))
    await tab.look("unknown")

    assert tab.faults == []


async def test_outside_teams_the_tab_says_where_it_lives(
    stage: Stage, windows: Windows
):
    page = await windows.open(locale="sv-FI")
    inspector = await Inspector.of(page)
    await page.goto(f"{stage.base}/teams/tab?theme=default")
    title = page.get_by_role("heading", name=text("sv", "tab.outside.title"))
    await expect(title).to_be_visible()
    await inspector.look("shell")
    assert inspector.faults == []
    assert 60 * KB < inspector.weights["shell"] <= WEIGHT_MAX_IN_TEAMS
    await page.get_by_role("link", name=text("sv", "tab.outside.open")).click()

    await expect(page).to_have_url(re.compile("/teams/tab"))
    assert page.url.startswith(stage.tenant.base)
