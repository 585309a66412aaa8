"""The shell of the tab inside a frame of another site, as Teams holds it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web
from playwright.async_api import FrameLocator, Page, Route

from booking.model import Language
from booking.views.tab import SignedInPage
from booking.views.why import WhyPage
from booking.wording import text
from tests.browser.pages import POLICY, Samples, audit, serving
from tests.support.browser import Complaints
from tests.web import tab_samples
from tests.web.record_samples import BOUND, REPORTED, SENT

HOUSE = Samples()
#: What teams-js asks of the frame's owner, and how it is answered.
HOST = """<!doctype html><title>Host</title>
<iframe id="tab" width="1000" height="700" title="Tab"></iframe>
<script>
const context = CONTEXT;
let asked = 0;
window.opened = [];
const answers = {
  initialize: () => ["content", "web", "", "2.0.1"],
  getContext: () => [context],
  "authentication.getAuthToken": () => location.search.includes("refuse") && !window.consented
    ? [false, "resourceRequiresConsent"] : [true, `token-${++asked}`],
  openLink: (args) => { opened.push(args[0]); return [true]; },
  "app.openLink": (args) => { opened.push(args[0]); return [true]; },
  executeDeepLink: (args) => { opened.push(args[0]); return [true]; },
};
let asking = null;
// The owner opens the window, and passes on what it tells at its end.
const windows = {
  "authentication.authenticate": (event) => {
    asking = { event, opened: open(event.data.args[0], "asking") };
  },
  "authentication.authenticate.success": ({ data }) => told(true, data.args[0]),
  "authentication.authenticate.failure": ({ data }) => told(false, data.args[0]),
};
const told = (...args) => {
  const { id, uuidAsString, uuid } = asking.event.data;
  asking.event.source.postMessage({ id, uuid, uuidAsString, args }, asking.event.origin);
};
addEventListener("message", (event) => {
  const { id, uuidAsString, uuid, func, args } = event.data;
  if (func in windows) return windows[func](event);
  if (asking && event.source === asking.opened && func === "initialize") {
    const began = { id, uuid, uuidAsString, args: ["authentication", "web", "", "2.0.1"] };
    return event.source.postMessage(began, event.origin);
  }
  if (!(func in answers) || location.search.includes("silent")) return;
  const answer = { id, uuid, uuidAsString, args: answers[func](args || []) };
  event.source.postMessage(answer, event.origin);
});
const change = (theme) => document.getElementById("tab").contentWindow
  .postMessage({ func: "themeChange", args: [theme] }, "*");
document.getElementById("tab").src = new URLSearchParams(location.search).get("tab");
</script>"""

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Tab:
    """The tab's server: who asked for what with which token."""

    origin: str = ""
    good: set[str] = field(default_factory=lambda: {"token-1", "token-2"})
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    #: Of these the page says that nobody has asked for them.
    by_itself: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    answers: str = "code=x"  #: What the authority puts into the address.
    stand: str = "1"  #: How far what is shown has come.
    day: str = "tab-today"  #: What stands there now.
    refusal: str = "tab-book-errors"  #: What answers a form.

    async def shell(self, request: web.Request) -> web.Response:
        frame = tab_samples.tab_frame(Language.EN, request.query.get("theme", "dark"))
        page = replace(tab_samples.SHELL, extra_origin=self.origin)
        text = HOUSE.pages.render("tab/shell.html", frame, page)
        policy = POLICY.replace("connect-src", "connect-src https://res.cdn.office.net")
        policy = policy.replace("frame-ancestors 'self'", "frame-ancestors *")
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def sign_in(self, request: web.Request) -> web.Response:
        """Stand in for the authority: it answers, or the person declines."""
        self.signed_in.append(request.query["login_hint"])
        onward = f"<script>location = '/teams/signed-in?{self.answers}'</script>"
        return web.Response(text=onward, content_type="text/html")

    async def signed_in_page(self, _: web.Request) -> web.Response:
        frame = tab_samples.tab_frame(Language.EN)
        text = HOUSE.pages.render(
            "tab/signed_in.html", frame, SignedInPage(self.origin)
        )
        policy = POLICY.replace("connect-src", "connect-src https://res.cdn.office.net")
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def content(self, request: web.Request) -> web.Response:
        if request.match_info["name"] == "stand":
            return web.Response(text=self.stand)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        language = request.headers.get("Accept-Language", "")
        self.asked.append((request.path_qs, token, language))
        if "Vuoro-Again" in request.headers:
            self.by_itself.append(request.path_qs)
        if token not in self.good:
            return web.Response(status=401, text="")
        if request.method == "POST":
            self.posted.append(await request.text())
            return self.drawn(self.refusal, status=422)
        if request.match_info["name"] == "why":
            return self.fragment("tab/why.html", WhyPage(None))
        names = {"week": "tab-week", "book": "tab-book", "K7Q2FM": "tab-appointment"}
        names |= {"done": "tab-appointment-waiting", "9": "tab-question"}
        return self.drawn(names.get(request.match_info["name"], self.day))

    def drawn(self, name: str, status: int = 200) -> web.Response:
        template, page = tab_samples.TAB[name]
        return self.fragment(template, page, status)

    def fragment(self, template: str, page: object, status: int = 200) -> web.Response:
        frame = replace(tab_samples.tab_frame(Language.SV), stand=self.stand)
        text = HOUSE.pages.render(template, frame, page)
        return web.Response(text=text, content_type="text/html", status=status)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/static/{hash}/{name}", HOUSE.static)
        app.router.add_get("/teams/tab", self.shell)
        app.router.add_get("/teams/sign-in", self.sign_in)
        app.router.add_get("/teams/signed-in", self.signed_in_page)
        app.router.add_route("*", "/teams/{name}", self.content)
        app.router.add_get("/teams/a/{name}", self.content)
        app.router.add_get("/teams/a/{name}/move", self.content)
        app.router.add_route("*", "/teams/question/{name}", self.content)
        return app


def host(context: dict[str, str]) -> web.Application:
    async def page(_: web.Request) -> web.Response:
        text = HOST.replace("CONTEXT", json.dumps(context))
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    return app


async def behind_tls(page: Page, base: str) -> str:
    """Let the browser see a server as if it spoke TLS."""

    async def fetched(route: Route) -> None:
        _, _, path = route.request.url.partition("://")
        answer = await route.fetch(url=base + "/" + path.partition("/")[2])
        await route.fulfill(response=answer)

    await page.context.route("https://tab.example/**", fetched)
    return "https://tab.example"


@asynccontextmanager
async def in_teams(
    page: Page, tab: Tab, **context: str
) -> AsyncIterator[tuple[FrameLocator, str]]:
    """Open the tab in a frame whose owner answers as Teams does."""
    given = {"locale": "sv-SE", "theme": "default", "entityId": "day"} | context
    async with serving(tab.app()) as base, serving(host(given)) as owner:
        # Another site, so that the frame is a third party's as in Teams.
        tab.origin = owner.replace("127.0.0.1", "localhost")
        at = base
        if "refuse" in context:
            # teams-js opens no window at an address that is not https.
            at = await behind_tls(page, base)
        manner = "".join(f"&{each}" for each in ("silent", "refuse") if each in context)
        await page.goto(f"{tab.origin}/?tab={at}/teams/tab{manner}")
        yield page.frame_locator("#tab"), base


@pytest.fixture(autouse=True)
def teams_list_is_far_away(complaints: Complaints) -> None:
    """teams-js asks the world for a list of hosts; without it, it has its own."""
    complaints.forgive("res.cdn.office.net")
    complaints.forgive("favicon.ico")


async def test_the_tab_signs_in_and_shows_the_day(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (frame, _):
        await frame.locator("h1", has_text="Tisdag 24 november").wait_for()

        assert tab.asked == [("/teams/today", "token-1", "sv-SE")]
        root = frame.locator("html")
        assert await root.get_attribute("data-theme") == "default"
        assert await root.get_attribute("lang") == "sv"
        title = frame.locator(".tab h1")
        assert await title.evaluate("e => e === document.activeElement")


async def test_views_change_by_swaps_within_the_tab(page: Page, complaints: Complaints):
    complaints.forgive("422")  # a browser complains of every answer above 399
    tab = Tab()
    async with in_teams(page, tab) as (frame, _):
        await frame.get_by_role("link", name="Vecka", exact=True).click()
        await frame.locator(".calendar").wait_for()
        await frame.get_by_role("link", name="Boka tid").click()
        await frame.locator("#f-name").fill("Aino")
        await frame.locator(".slot").first.click()
        await frame.get_by_role("button", name="Boka", exact=True).click()
        await frame.locator("#errors").wait_for()

        assert [each[0] for each in tab.asked] == [
            "/teams/today",
            "/teams/week",
            "/teams/book",
            "/teams/book",
        ]
        assert "name=Aino" in tab.posted[0]
        assert "act=book" in tab.posted[0]
        focused = "e => e === document.activeElement"
        assert await frame.locator("#errors").evaluate(focused)


async def test_on_a_phone_the_week_opens_at_today_before_its_hours_too(page: Page):
    async def early(route: Route) -> None:
        answer = await route.fetch()
        html = re.sub(r'<li class="now.*?</li>', "", await answer.text())
        # Friday is the one that does not fit.
        html = html.replace('class="head today"', 'class="head"')
        first, found, last = html.rpartition('class="head"')
        html = first + found.replace("head", "head today") + last
        await route.fulfill(response=answer, body=html)

    await page.route("**/teams/week*", early)
    async with in_teams(page, Tab()) as (frame, _):
        await page.locator("#tab").evaluate("frame => { frame.width = 360 }")
        await frame.get_by_role("link", name="Vecka", exact=True).click()
        await frame.locator(".calendar").wait_for()
        seen = """e => {
          const day = e.querySelector(".head.today").getBoundingClientRect();
          const own = e.getBoundingClientRect();
          return [day.left - own.left, own.right - day.right];
        }"""
        before, after = await frame.locator(".calendar").evaluate(seen)

        assert before >= 0
        assert after >= 0


async def test_another_service_brings_its_times_and_keeps_what_is_written(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (frame, _):
        await frame.get_by_role("link", name="Boka tid").click()
        await frame.locator("#f-name").fill("Aino")
        await frame.locator("#times").evaluate("e => { e.dataset.old = 'yes' }")
        await frame.locator("#f-service").select_option("1")
        await frame.locator("#times:not([data-old])").wait_for()
        await frame.locator("#times").evaluate("e => { e.dataset.old = 'yes' }")
        await frame.locator("label.choice", has_text="Telefon").click()
        await frame.locator("#times:not([data-old])").wait_for()

        assert [each[0] for each in tab.asked[-2:]] == [
            "/teams/book?professional=&service=1&modality=remote",
            "/teams/book?professional=&service=1&modality=phone",
        ]
        assert await frame.locator("#f-name").input_value() == "Aino"


async def test_the_number_to_be_called_is_seen_before_it_is_booked(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (frame, _):
        await frame.get_by_role("link", name="Boka tid").click()
        called = frame.locator("#called")
        await called.wait_for(state="attached")
        assert not await called.is_visible()

        await frame.locator("label.choice", has_text="Telefon").click()
        await called.wait_for()
        assert text("sv", "error.field.no_phone") in await called.inner_text()

        await frame.locator("#f-phone").fill("040 123 4567")
        said = text("sv", "tab.book.called", phone="040 123 4567")
        assert said in await called.inner_text()


async def test_after_an_act_the_truths_are_looked_at_once_more(
    page: Page, monkeypatch: pytest.MonkeyPatch
):
    """What the client was sent and what has happened follow them."""
    template, waiting = tab_samples.TAB["tab-appointment-waiting"]
    record = replace(tab_samples.RECORD, sent=(), events=(), bound=BOUND)
    before = replace(waiting, record=replace(record, bound=REPORTED))
    after = replace(tab_samples.APPOINTMENT, record=replace(record, sent=SENT[-1:]))
    monkeypatch.setitem(tab_samples.TAB, "tab-appointment-waiting", (template, before))
    monkeypatch.setitem(tab_samples.TAB, "tab-appointment", (template, after))
    tab = Tab()
    async with in_teams(page, tab, subEntityId="done") as (frame, _):
        await frame.locator(".truth.waiting").first.wait_for()
        nothing = frame.locator("#messages", has_text=text("sv", "sent.none"))
        await nothing.wait_for()
        await frame.locator("#binding .message").wait_for()
        await frame.locator(".truth.done").first.wait_for()
        await frame.locator("#messages", has_text=SENT[-1].subject).wait_for()
        assert await nothing.count() == 0
        assert await frame.locator("#binding .message").count() == 0
        await page.wait_for_timeout(5_000)

        looked = [each[0] for each in tab.asked]
        assert looked == ["/teams/a/done", "/teams/a/K7Q2FM"]
        for each in ("truths", "messages", "events", "binding"):
            assert await frame.locator(f"#{each}").count() == 1, each


async def test_a_stale_token_is_renewed_once_and_the_request_repeated(
    page: Page, complaints: Complaints
):
    complaints.forgive("401")
    tab = Tab(good={"token-2"})
    async with in_teams(page, tab) as (frame, _):
        await frame.locator("h1", has_text="Tisdag").wait_for()

        assert [each[1] for each in tab.asked] == ["token-1", "token-2"]


async def test_the_theme_follows_teams(page: Page):
    tab = Tab()
    async with in_teams(page, tab, theme="dark") as (frame, _):
        await frame.locator("h1", has_text="Tisdag").wait_for()
        root = frame.locator("html")
        assert await root.get_attribute("data-theme") == "dark"
        await page.evaluate("change('contrast')")
        await frame.locator("html[data-theme=contrast]").wait_for()


async def test_a_deep_link_opens_its_appointment(page: Page):
    tab = Tab()
    async with in_teams(page, tab, subEntityId="K7Q2FM") as (frame, _):
        await frame.locator("h1", has_text="Jari Mäkelä").wait_for()

        assert tab.asked[0][0] == "/teams/a/K7Q2FM"


async def test_outside_teams_the_tab_says_where_it_lives(page: Page):
    tab = Tab()
    async with serving(tab.app()) as base:
        await page.goto(f"{base}/teams/tab")
        link = page.get_by_role("link", name="Open in Teams")
        await link.wait_for()

        assert await link.get_attribute("href") == tab_samples.SHELL.deep_link
        assert tab.asked == []
        assert not await audit(page)


async def test_in_a_silent_frame_the_tab_gives_up_soon(page: Page):
    tab = Tab()
    async with in_teams(page, tab, silent="1") as (frame, _):
        await frame.get_by_role("link", name="Open in Teams").wait_for()

        assert tab.asked == []


async def test_when_teams_does_not_sign_in_the_tab_says_so(
    page: Page, complaints: Complaints
):
    complaints.forgive("resourceRequiresConsent|htmx:error")
    tab = Tab()
    async with in_teams(page, tab, refuse="1") as (frame, _):
        await frame.get_by_role("heading", name="Signing in did not succeed").wait_for()

        assert tab.asked == []
        assert not await frame.locator("#trouble").is_visible()


async def test_consent_is_given_in_a_window_and_the_tab_goes_on(
    page: Page, complaints: Complaints
):
    complaints.forgive("resourceRequiresConsent|htmx:error")
    tab = Tab()
    async with in_teams(page, tab, refuse="1", loginHint="aino@x") as (frame, _):
        sign_in = frame.get_by_role("button", name="Sign in")
        await sign_in.wait_for()
        told = await frame.locator("#refused").inner_text()
        await page.evaluate("window.consented = true")
        async with page.expect_popup() as opening:
            await sign_in.click()
        window = await opening.value
        await window.wait_for_event("close")
        await frame.locator("h1", has_text="Tisdag 24 november").wait_for()

        assert tab.signed_in == ["aino@x"]
        assert text(Language.EN, "tab.not_allowed.whom") in told
        assert not await frame.locator("#refused").is_visible()


async def test_consent_that_is_declined_leaves_the_way_open(
    page: Page, complaints: Complaints
):
    complaints.forgive("resourceRequiresConsent|htmx:error")
    tab = Tab(answers="error=access_denied")
    async with in_teams(page, tab, refuse="1") as (frame, _):
        sign_in = frame.get_by_role("button", name="Sign in")
        await sign_in.wait_for()
        async with page.expect_popup() as opening:
            await sign_in.click()
        await (await opening.value).wait_for_event("close")

        assert await sign_in.is_visible()
        assert tab.asked == []


async def test_the_window_opened_by_hand_says_what_to_do(page: Page):
    async with serving(Tab(origin="http://x.example").app()) as base:
        await page.goto(f"{base}/teams/signed-in?code=secret")
        await page.get_by_role("heading", name="Signed in").wait_for()
        await page.wait_for_url(f"{base}/teams/signed-in")

        assert not await audit(page)


async def test_a_token_that_is_never_good_is_not_asked_for_ever(
    page: Page, complaints: Complaints
):
    complaints.forgive("401|refused|htmx:error")
    tab = Tab(good=set())
    async with in_teams(page, tab) as (frame, _):
        await frame.get_by_role("heading", name="Signing in did not succeed").wait_for()
        tab.good = {"token-3"}
        await frame.get_by_role("button", name="Try again").click()
        await frame.locator("h1", has_text="Tisdag").wait_for()

        assert [each[1] for each in tab.asked] == ["token-1", "token-2", "token-3"]
        assert not await frame.locator("#refused").is_visible()


async def test_a_broken_connection_is_said_and_can_be_tried_again(
    page: Page, complaints: Complaints
):
    complaints.forgive("ERR_CONNECTION|ERR_FAILED|Failed to fetch|htmx:error")
    tab = Tab()
    async with in_teams(page, tab) as (frame, base):
        await frame.locator("h1", has_text="Tisdag").wait_for()
        await page.route(f"{base}/teams/week", lambda route: route.abort())
        await frame.get_by_role("link", name="Vecka", exact=True).click()
        await frame.locator("#trouble").wait_for(state="visible")
        await page.unroute(f"{base}/teams/week")
        await frame.get_by_role("button", name="Try again").click()
        await frame.locator(".calendar").wait_for()

        assert not await frame.locator("#trouble").is_visible()


async def test_a_meeting_is_opened_by_teams(page: Page):
    tab = Tab()
    async with in_teams(page, tab) as (frame, _):
        await frame.locator("a[data-join]").first.click()
        await page.wait_for_function("opened.length > 0")

        assert await page.evaluate("opened[0]") == tab_samples.JOIN
