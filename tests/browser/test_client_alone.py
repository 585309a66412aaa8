"""A client books by herself from the public page, in each language, with mistakes."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Locator, expect

from booking.model import Language
from teams_app.story.script import until
from teams_app.story.stage import Stage
from tests.browser.client import Client
from tests.browser.hands import Mouse
from tests.browser.inspecting import SCHEMES, Inspector, Scheme
from tests.browser.test_client_flow import PHONE, joinable, reference_on_page
from tests.support.browser import Complaints, Windows

DESK = {"width": 1280, "height": 860}
#: The same pages are seen in both by the Finnish client; `--full`: by each.
LOOKS: dict[Language, tuple[Scheme, ...]] = {
    Language.SV: ("dark",),
    Language.EN: ("light",),
}

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Mistake:
    """What is typed into one field, and which problem is told of it."""

    field: str
    typed: str
    problem: str
    label: str = ""
    limit: int = 0


@dataclass(frozen=True)
class Case:
    """One client: what she books, what she answers, what she first gets wrong."""

    language: Language
    service: str
    modality: str
    givers: tuple[str, ...]
    right: dict[str, str]
    shown: tuple[str, ...]  #: How the answers are read back before confirming.
    ticked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


FINNISH = Case(
    Language.FI,
    "Uraohjaus",
    "in_person",
    ("mikael.ojanpera", "saga.nyholm", "irina.volkonen"),
    {
        "name": "Taimi Kuusela",
        "email": "taimi.kuusela@posti.example",
        "phone": "",
        "q_field": "Sähköala",
    },
    ("Taimi Kuusela", "taimi.kuusela@posti.example", "Sähköala", "Koulutus"),
    {"q_topics": ("training", "cv")},
    (
        Mistake("name", "", "no_name", "Nimi"),
        Mistake("name", "Ä" * 121, "too_long", "Nimi", 120),
        Mistake("email", "taimi@", "not_email"),
        Mistake("q_field", "s" * 201, "too_long", "Mikä ala kiinnostaa sinua?", 200),
    ),
)
SWEDISH = Case(
    Language.SV,
    "Företagsrådgivning",
    "phone",
    ("henrik.astrom",),
    {
        "name": "Gun Sjöblom",
        "email": "",
        "phone": "+358 40 765 4321",
        "q_since": "2027-03-01",
        "q_people": "2",
    },
    ("Gun Sjöblom", "+358407654321", "måndag 1 mars 2027", "2"),
    {},
    (
        Mistake("phone", "12", "not_phone"),
        Mistake("phone", "", "no_phone"),
        Mistake("q_people", "många", "not_number", "Hur många grundare är ni?"),
        Mistake("q_since", "0900-01-01", "not_date", "När tänker du börja?"),
    ),
)
ENGLISH = Case(
    Language.EN,
    "First interview",
    "remote",
    (
        *("aino.lehtovaara", "elias.sundqvist", "noora.kivisaari"),
        *("tuomas.rautalampi", "leyla.haddad"),
    ),
    {
        "name": "Ada Byrne",
        "email": "ada.byrne@posti.example",
        "phone": "",
        "q_goal": "A new start",
    },
    ("Ada Byrne", "ada.byrne@posti.example", "A new start", "I am studying", "No"),
    {"q_situation": ("studying",), "q_interpreter": ("no",)},
    (
        Mistake("q_situation", "", "choose_one", "What describes your situation best?"),
        Mistake(
            "q_goal",
            "g" * 4001,
            "too_long",
            "What do you hope to get from the appointment?",
            4000,
        ),
    ),
)


@dataclass
class Visitor:
    """Somebody on the public pages."""

    case: Case
    client: Client
    inspector: Inspector

    def field(self, name: str) -> Locator:
        return self.client.page.locator(f"[name={name}]")

    async def finds_a_time(self) -> None:
        client, page, look = self.client, self.client.page, self.inspector.look
        await client.sees("page.services.title")
        await look("services")
        await page.get_by_role("link", name=self.case.service, exact=True).click()
        await client.sees("page.times.title")
        await self.meets_as_she_wishes()
        await client.button("form.continue").click()
        await expect(page.locator("#errors")).to_contain_text(
            client.said("error.field.no_slot")
        )
        await look("times, none chosen")
        await page.locator(".days li a").last.click()
        await page.wait_for_url(re.compile("day="))
        chosen = page.locator(".slot input").last
        await client.hand.choose(chosen)
        when = str(await chosen.get_attribute("data-when"))
        await expect(page.locator("#chosen")).to_contain_text(when)
        await look("times")
        await client.button("form.continue").click()
        await client.sees("page.details.title")
        await look("details")

    async def meets_as_she_wishes(self) -> None:
        how = self.client.said(f"modality.{self.case.modality}")
        ways = self.client.page.locator("nav.segments")
        await ways.get_by_role("link", name=how).click()
        await expect(ways.locator("[aria-current]")).to_have_text(how)

    async def fills_in(self, wrong: Mistake | None = None) -> None:
        typed = self.case.right | ({wrong.field: wrong.typed} if wrong else {})
        for name, value in typed.items():
            if name not in self.case.ticked:
                await self.field(name).fill(value)
        for name, values in self.case.ticked.items():
            for value in values:
                if wrong is None or wrong.field != name:
                    await self.client.hand.choose(
                        self.client.page.locator(f"[name={name}][value={value}]")
                    )

    async def errs(self, wrong: Mistake) -> None:
        """Make one mistake: it is said on top and at its field; the rest stays."""
        client, page = self.client, self.client.page
        await self.fills_in(wrong)
        await client.button("form.continue").click()
        said = client.said(
            f"error.field.{wrong.problem}", label=wrong.label, limit=wrong.limit
        )
        await expect(page.locator("#errors li")).to_have_text([said])
        await expect(page.locator("#errors")).to_be_focused()
        assert (await page.title()).startswith(client.said("error.title"))
        at = "email" if wrong.problem == "no_contact" else wrong.field
        await expect(page.locator(f"#e-{at}")).to_contain_text(said)
        await page.locator("#errors a").click()
        await expect(page.locator(f"#f-{at}")).to_be_focused()
        for name, value in self.case.right.items():
            if name != wrong.field:
                await expect(self.field(name)).to_have_value(value)

    async def checks(self) -> None:
        client, page = self.client, self.client.page
        await self.fills_in()
        await client.button("form.continue").click()
        await client.sees("page.check.title")
        for value in self.case.shown:
            await expect(page.locator("dl.rows")).to_contain_text(value)
        await self.inspector.look("check")
        change = page.locator("dl.rows a[href*='/details']").first
        await change.click()
        await expect(self.field("name")).to_have_value(self.case.right["name"])
        await client.button("form.continue").click()
        await client.button("page.check.confirm").click()
        await client.is_told("page.appointment.done.booked")


async def in_whose_calendar(stage: Stage, case: Case, reference: str) -> str:
    """Wait until one of those who give the service has it, and say who."""

    async def look() -> str:
        for each in case.givers:
            if await stage.outlook(each).ours(reference) is not None:
                return each
        return ""

    return await until(f"an event with {reference}", look)


@pytest.mark.parametrize("case", [FINNISH, SWEDISH, ENGLISH], ids=lambda c: c.language)
async def test_a_client_books_by_herself(
    stage: Stage, windows: Windows, complaints: Complaints, case: Case, *, full: bool
):
    complaints.forgive("status of 422")
    size = DESK if case is ENGLISH else PHONE
    page = await windows.open(viewport=size, locale=f"{case.language}-FI")
    schemes = SCHEMES if full or case is FINNISH else LOOKS[case.language]
    inspector = await Inspector.of(page, schemes)
    visitor = Visitor(case, Client(page, Mouse(page), case.language), inspector)
    await page.goto(f"{stage.base}/b")

    await visitor.finds_a_time()
    for at, wrong in enumerate(case.mistakes):
        await visitor.errs(wrong)
        if at == 0:
            await inspector.look("details, refused")
    await visitor.checks()

    reference = reference_on_page(await page.content())
    assert await in_whose_calendar(stage, case, reference)
    to = (case.right["email"] or case.right["phone"]).replace(" ", "")
    told = await stage.tenant.message("a confirmation", to)
    assert told.link.startswith(stage.base)
    if case.modality == "remote":
        await joinable(visitor.client)
    if case.modality == "in_person":
        await expect(page.locator("#place")).to_be_visible()
    await inspector.look("appointment")
    assert inspector.faults == []
    assert inspector.heavy() == {}
