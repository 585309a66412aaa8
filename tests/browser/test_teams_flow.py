"""The story in Teams by clicking: the bot is written to, a card is filled in, an offer
made, and the card turns into booked while a client chooses in another window.
"""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

from booking.wording import plural, text
from teams_app.story.stage import Client as Person
from teams_app.story.stage import Stage
from tests.browser.client import Client, opened_mail
from tests.browser.hands import Mouse
from tests.browser.teams import DESK
from tests.browser.test_client_flow import PHONE, reference_on_page
from tests.support.browser import Windows

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@dataclass
class Chat:
    """A person's chat with the bot, its cards drawn by Microsoft's renderer."""

    page: Page
    language: str
    title: str = ""

    @classmethod
    async def of(
        cls, windows: Windows, stage: Stage, user: str, language: str
    ) -> "Chat":
        page = await windows.open(viewport=DESK)
        mail = f"{user}@lumivaara.example"
        await page.goto(f"{stage.tenant.base}/teams/?user={mail}&locale={language}")
        return cls(page, language)

    def said(self, key: str, **values: object) -> str:
        return text(self.language, key, **values)

    @property
    def card(self) -> Locator:
        """Give the newest card with the heading last waited for: news of other
        clients may come in below it at any time."""
        title = self.page.get_by_role("heading", name=self.title, exact=True)
        cards = self.page.locator(".messages .message.bot .card")
        return cards.filter(has=title).last

    def field(self, name: str) -> Locator:
        return self.card.locator(f"#{name} :is(input, select, textarea)").first

    def button(self, key: str) -> Locator:
        return self.card.get_by_role("button", name=self.said(key), exact=True)

    async def shows(self, key: str, **values: object) -> None:
        """Wait for a card that is headed so."""
        await self.is_headed(self.said(key, **values))

    async def is_headed(self, words: str) -> None:
        self.title = words
        await expect(self.card).to_be_visible()

    async def write(self, words: str) -> None:
        await self.page.get_by_label("Type a message").fill(words)
        await self.page.keyboard.press("Enter")

    async def add_app(self, name: str) -> None:
        """Add it, if a card that was owed to her has not had it installed already."""
        add = self.page.get_by_role("button", name="Add Vuoro")
        has_it = self.page.get_by_role("button", name="Remove app")
        await expect(add.or_(has_it).first).to_be_visible()
        if await add.is_visible():
            await add.click()
        await self.shows("cards.help.title", name=name)

    async def fill_in(self, person: Person, service: str, modality: str) -> None:
        await self.field("service").select_option(service)
        await self.field("client_name").fill(person.name)
        await self.field("client_language").select_option(person.language)
        await self.field("client_email").fill(person.email)
        how = self.card.locator(f"#modality input[value={modality}]")
        await how.check()

    async def has_come_true(self) -> None:
        """Wait for the three truths: booked, in Outlook, the client told."""
        for which in ("booked", "in_outlook", "told"):
            done = f"✓ {self.said(f'cards.truth.{which}.done')}"
            await expect(self.card).to_contain_text(done)


async def test_an_offer_made_in_a_card_turns_into_booked(
    stage: Stage, windows: Windows
):
    person = stage.client("Eeva Kutsuttu")
    chat = await Chat.of(windows, stage, "pirkko.tervonen", "fi")
    await chat.add_app("Pirkko Tervonen")
    await chat.write("varaa")
    await chat.shows("cards.book.title")
    await chat.button("cards.do.times").click()
    # The renderer keeps it back: a name is needed.
    await expect(chat.field("client_name")).to_be_focused()
    await chat.fill_in(person, "tyokyvyn-tuki", "remote")
    await chat.button("cards.do.times").click()
    await chat.shows("cards.times.title")
    await chat.button("cards.do.let_choose").click()
    await chat.button("cards.do.offer").click()
    await chat.is_headed(plural("fi", "cards.offer.open", 3))
    await expect(chat.card).to_contain_text(chat.said("cards.offer.sent.done"))

    page = await opened_mail(await windows.open(viewport=PHONE), stage, person)
    client = Client(page, Mouse(page), "fi")
    await expect(page.locator("button[name=slot]")).to_have_count(3)
    await page.locator("button[name=slot]").nth(2).click()
    await client.button("page.check.confirm").click()
    await client.is_told("page.appointment.done.booked")
    reference = reference_on_page(await page.content())

    await chat.shows("cards.appointment.booked")
    await expect(chat.card).to_contain_text(reference)
    await chat.has_come_true()
    await old_copies_show_the_present(stage, chat, reference)
    await chat.button("cards.do.cancel").click()
    await chat.button("cards.do.cancel_yes").click()
    await chat.shows("cards.appointment.cancelled_by_us")
    await page.reload()
    await client.sees("page.appointment.cancelled_by_us.title")


async def old_copies_show_the_present(stage: Stage, chat: Chat, reference: str) -> None:
    """Press what a phone may still show: the booked appointment stays as it is."""
    page = chat.page
    await page.get_by_role("button", name=re.compile("^Earlier copies")).last.click()
    dialog = page.get_by_role("dialog")
    withdraw = dialog.get_by_role("button", name=chat.said("cards.do.withdraw"))
    await withdraw.last.click()
    yes = dialog.get_by_role("button", name=chat.said("cards.do.withdraw_yes"))
    await yes.last.click()
    await page.get_by_role("button", name="Close").click()
    await expect(dialog).to_be_hidden()
    await chat.shows("cards.appointment.booked")
    await expect(chat.card).to_contain_text(reference)
    # It is drawn anew after a press; under a finger it would fold again.
    await stage.idle()
    await page.reload()
    await chat.has_come_true()


async def test_a_time_booked_at_once_stands_in_outlook(stage: Stage, windows: Windows):
    person = stage.client("Lars Genast", "sv")
    chat = await Chat.of(windows, stage, "saga.nyholm", "sv")
    await chat.add_app("Saga Nyholm")
    await chat.page.get_by_role("button", name="boka", exact=True).click()
    await chat.shows("cards.book.title")
    await chat.fill_in(person, "uraohjaus", "in_person")
    await chat.button("cards.do.times").click()
    await chat.shows("cards.times.title")
    await chat.card.locator("#slot input").nth(1).check()
    await chat.button("cards.do.book").click()
    await chat.shows("cards.appointment.standing")
    await chat.has_come_true()
    found = re.search(r"\b(?=\w*[A-Z])[A-Z0-9]{6}\b", await chat.card.inner_text())
    assert found is not None
    reference = found.group()

    event = await stage.outlook("saga.nyholm").has(reference)
    assert event.subject == f"Bokad tid · {reference}"
    await chat.page.get_by_role("link", name="Calendar").click()
    days = (event.start.date() - (await stage.tenant.now()).date()).days
    for _ in range((days + (await stage.tenant.now()).weekday()) // 7):
        await chat.page.get_by_role("link", name="Forward").click()
    shown = chat.page.locator(".event.ours", has_text=reference)
    await expect(shown).to_be_visible()
    assert person.name not in await chat.page.locator("main").inner_text()
    told = await stage.tenant.message("a confirmation", person.to)
    assert told.subject == text("sv", "messages.booked.subject")
