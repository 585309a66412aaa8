"""Every page in every state, as a browser shows it: looks, reach, weight, manners."""

import pytest
from playwright.async_api import Page

from tests.browser.pages import (
    COLOURS,
    EVERYTHING,
    THEMES,
    Samples,
    audit,
    serving,
    sideways,
)
from tests.support.browser import FONTS, Windows
from tests.web import samples

HOUSE = Samples()
PUBLIC = tuple(samples.PUBLIC)
TAB = tuple(name for name in HOUSE.names() if name not in PUBLIC)
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 860}
LANGUAGES = ("fi", "sv", "en")
KB = 1024
Themes = tuple[str, ...]

pytestmark = pytest.mark.asyncio(loop_scope="session")


_WEAR = "theme => { document.documentElement.dataset.theme = theme }"


async def faults(
    page: Page, base: str, names: tuple[str, ...], themes: Themes, *, full: bool
) -> list[str]:
    """Audit each page as it stands; the language goes round from page to page.

    The first theme has everything looked at, the others what they can change, where a
    page shows something new.
    """
    found: list[str] = []
    new = names if full else HOUSE.telling(names)
    for at, name in enumerate(names):
        language = LANGUAGES[at % len(LANGUAGES)]
        await page.goto(f"{base}/{name}?lang={language}&theme={themes[0]}")
        for theme in themes if name in new else themes[:1]:
            await wear(page, theme)
            rules = EVERYTHING if full or theme == themes[0] else COLOURS
            told = await audit(page, rules)
            found += [f"{name} {language} {theme}: {each}" for each in told]
        if over := await sideways(page):
            found.append(f"{name} {language}: {over} px too wide")
    return found


async def wear(page: Page, theme: str) -> None:
    """Change the theme: by the device's own on public pages, by Teams in the tab."""
    if theme.startswith("auto"):
        dark = theme.endswith("dark")
        await page.emulate_media(color_scheme="dark" if dark else "light")
    else:
        await page.evaluate(_WEAR, theme)


@pytest.mark.timeout(600)
async def test_public_pages_have_no_accessibility_faults(
    windows: Windows, *, full: bool
):
    widths = (SMALL, PHONE, DESK) if full else (PHONE,)
    schemes = ("auto", "auto&dark")
    async with serving(HOUSE.app()) as base:
        for width in widths:
            page = await windows.open(viewport=width, reduced_motion="reduce")

            assert not await faults(page, base, PUBLIC, schemes, full=full)


@pytest.mark.timeout(600)
async def test_the_tab_and_the_guide_have_no_accessibility_faults(
    windows: Windows, *, full: bool
):
    widths = (SMALL, PHONE, DESK) if full else (DESK,)
    async with serving(HOUSE.app()) as base:
        for width in widths:
            page = await windows.open(viewport=width, reduced_motion="reduce")

            assert not await faults(page, base, TAB, THEMES, full=full)


@pytest.mark.timeout(600)
async def test_pages_hold_together_in_the_systems_own_colours(windows: Windows):
    some = ("times-one-person", "details-errors", "appointment", "join")
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE, forced_colors="active")

        assert not await faults(page, base, some, ("auto",), full=True)


_SMALL_TARGETS = """() => {
  const seen = [];
  for (const each of document.querySelectorAll(
      "button, select, input:not([type=hidden]), a, summary")) {
    const box = (each.closest("label") || each).getBoundingClientRect();
    const inline = getComputedStyle(each).display === "inline";
    if (box.width === 0 || inline || each.closest(".skip")) continue;
    if (box.height < 43.5 || box.width < 27.5)
      seen.push(each.outerHTML.slice(0, 90) + ` ${box.width}x${box.height}`);
  }
  return seen;
}"""


#: Twice the size, and the spacing of WCAG 1.4.12.
_LOOSE = """
  html {{ font-size: 200% }}
  * {{ line-height: 1.5 !important; letter-spacing: .12em !important;
       word-spacing: .16em !important; font-family: "{font}" !important }}
  p {{ margin-bottom: 2em !important }}"""
#: Through CSSOM, which the policy allows.
_DRESS = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet]; }"""


@pytest.mark.timeout(300)
async def test_every_page_fits_narrow_loose_and_under_a_thumb(
    windows: Windows, *, full: bool
):
    """Nothing is scrolled sideways, and what a client presses is large enough."""
    found = []
    new = HOUSE.names() if full else HOUSE.telling(PUBLIC)
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=SMALL)
        for name in HOUSE.names():
            await page.set_viewport_size(SMALL)
            await page.goto(f"{base}/{name}?lang=sv")
            if over := await sideways(page):
                found.append((name, "narrow", over))
            if name not in PUBLIC or name not in new:
                continue
            await page.set_viewport_size(PHONE)
            small = await page.evaluate(_SMALL_TARGETS)
            found += [(name, "small", each) for each in small]
            await page.set_viewport_size({"width": 640, "height": 800})
            for font in FONTS:
                await page.evaluate(_DRESS, _LOOSE.format(font=font))
                if over := await sideways(page):
                    found.append((name, font, over))

    assert not found


def longer(text: str) -> str:
    """Make a text 40 % longer, in words as long as its own."""
    words = text.split(" ")
    wanted = len(text) * 7 // 5
    at = 0
    while len(text) < wanted:
        text += " " + words[at % len(words)]
        at += 1
    return text


@pytest.mark.timeout(300)
async def test_a_wordier_language_would_fit_too(windows: Windows, *, full: bool):
    wordy = Samples()
    for environment in wordy.pages._environments.values():
        t, tn = environment.globals["t"], environment.globals["tn"]
        environment.globals["t"] = lambda *a, t=t, **v: longer(t(*a, **v))
        environment.globals["tn"] = lambda *a, tn=tn, **v: longer(tn(*a, **v))
    wide = []
    async with serving(wordy.app()) as base:
        page = await windows.open(viewport=PHONE)
        for name in wordy.names() if full else HOUSE.telling(HOUSE.names()):
            await page.goto(f"{base}/{name}?lang=fi")
            if over := await sideways(page):
                wide.append((name, over))

    assert not wide


@pytest.mark.timeout(300)
async def test_a_public_page_weighs_little(windows: Windows, *, full: bool):
    # The states of one template weigh the same, give or take a sentence.
    first = {template: name for name, (template, _) in reversed(samples.PUBLIC.items())}
    weighed: dict[str, int] = {}
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE)
        network = await page.context.new_cdp_session(page)
        await network.send("Network.enable")
        await network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        sizes: list[int] = []
        network.on(
            "Network.loadingFinished",
            lambda done: sizes.append(done["encodedDataLength"]),
        )
        for name in PUBLIC if full else first.values():
            sizes.clear()
            await page.goto(f"{base}/{name}?lang=fi", wait_until="networkidle")
            weighed[name] = sum(sizes)

    assert min(weighed.values()) > 10 * KB, "the measure sees nothing"
    assert {name: size for name, size in weighed.items() if size > 60 * KB} == {}


async def test_the_picker_works_by_keyboard_alone(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=DESK)
        await page.goto(f"{base}/times?lang=en")
        stops = []
        for _ in range(40):
            await page.keyboard.press("Tab")
            focused = "document.activeElement"
            stops.append(
                await page.evaluate(
                    f"({focused}.name || {focused}.className || {focused}.tagName)"
                    f" + ':' + ({focused}.value || {focused}.textContent.trim())"
                )
            )
            if stops[-1].startswith("slot:") and len(stops) > 5:
                break
        # The first free time is a button of its own, before the days and the radios.
        assert any(
            "First available" in each or each.startswith("slot:") for each in stops
        )
        while not await page.evaluate("document.activeElement.type === 'radio'"):
            await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowRight")
        chosen = page.locator("#chosen b")
        assert await chosen.inner_text() == "Tue 24\u00a0Nov at\u00a009:00"
        # From the chosen time the next stop but the footer is the way on.
        await page.keyboard.press("Tab")
        assert (
            await page.evaluate("document.activeElement.textContent.trim()")
            == "Continue"
        )


async def test_a_new_day_takes_back_what_the_bar_promised(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE)
        await page.goto(f"{base}/times?lang=en")
        await page.locator(".slot", has_text="10:30").click()
        bar = page.locator("#chosen")
        assert "10:30" in await bar.inner_text()
        # The days lead to one page here; the swap is what matters.
        empty = f"{base}/times-empty-day?lang=en"
        await page.route("**/b/1?day=*", lambda route: route.fulfill(url=empty))
        body = HOUSE.draw("times-empty-day", samples.Language.EN, "auto")
        await page.unroute("**/b/1?day=*")
        await page.route(
            "**/b/1?day=*",
            lambda route: route.fulfill(body=body, content_type="text/html"),
        )
        await page.locator(".days a", has_text="26").click()
        await page.wait_for_selector("text=There are no free times on this day.")

        assert await bar.inner_text() == "No time chosen yet"
        assert await page.evaluate("document.activeElement.id") == "day"
        assert page.url.endswith("/b/1?day=2026-11-26")


async def test_a_time_is_chosen_without_any_script(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE, java_script_enabled=False)
        await page.goto(f"{base}/times?lang=en")
        sent: list[str] = []
        await page.route(
            "**/b/1",
            lambda route: (
                sent.append(route.request.post_data or ""),
                route.fulfill(body="<title>ok</title>", content_type="text/html"),
            )[1],
        )
        await page.locator(".slot", has_text="13:45").click()
        await page.get_by_role("button", name="Continue").click()
        await page.wait_for_url("**/b/1")

        day = samples.PICKER.day.isoformat()
        time = samples.SLOTS[6].value
        assert sent == [f"form_token=t0k3n&day={day}&slot={time}"]


async def test_errors_take_the_focus_and_lead_to_their_fields(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE)
        await page.goto(f"{base}/details-errors?lang=en")

        assert (await page.title()).startswith("Error: ")
        assert await page.evaluate("document.activeElement.id") == "errors"
        await page.locator("#errors a").first.click()
        assert await page.evaluate("document.activeElement.name") == "name"
        described = await page.get_attribute("#f-name", "aria-describedby")
        assert "Write your name." in await page.inner_text(f"#{described}")


async def test_the_countdown_goes_by_the_servers_clock(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE)
        again = HOUSE.draw("join", samples.Language.EN, "auto")
        await page.route(
            "**/j/1", lambda route: route.fulfill(body=again, content_type="text/html")
        )
        # The device believes it is another year; the page must not care.
        await page.clock.install(time="2031-01-01T00:00:00")
        await page.goto(f"{base}/join?lang=en")
        count = page.locator("#countdown")
        assert await count.inner_text() == "Starts in 12 minutes"
        await page.clock.run_for(2 * 60_000 + 6_000)
        assert await count.inner_text() == "Starts in 10 minutes"
        assert await page.inner_text("#told") == "Starts in 10 minutes"
        await page.clock.run_for(9 * 60_000)
        assert await count.inner_text() == "Starts in 1 minute"
        await page.clock.run_for(2 * 60_000)
        assert await count.inner_text() == "It is time for the meeting now"


async def test_a_waiting_page_turns_only_when_there_is_news(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open(viewport=PHONE)
        answer = HOUSE.draw("confirming", samples.Language.EN, "auto")
        booked = HOUSE.draw("appointment", samples.Language.EN, "auto")
        now = {"body": answer}
        await page.route(
            "**/a/1",
            lambda route: route.fulfill(body=now["body"], content_type="text/html"),
        )
        await page.clock.install()
        await page.goto(f"{base}/confirming?lang=en")
        await page.clock.run_for(6_000)
        await page.wait_for_timeout(200)
        assert page.url.endswith("/confirming?lang=en")
        now["body"] = booked
        await page.clock.run_for(6_000)
        await page.wait_for_url("**/a/1")

        assert await page.inner_text("h1") == "Your appointment"


async def test_the_auditor_sees_a_fault(windows: Windows):
    async with serving(HOUSE.app()) as base:
        page = await windows.open()
        await page.goto(f"{base}/check?lang=fi")
        await page.evaluate(
            "document.body.append(document.createElement('img'),"
            " document.createElement('button'))"
        )
        await page.evaluate("document.body.style.minWidth = '4000px'")

        found = await audit(page)

        assert any(each.startswith("image-alt") for each in found)
        assert any(each.startswith("button-name") for each in found)
        assert await sideways(page) > 0


@pytest.mark.parametrize("theme", ["auto&dark", "contrast"])
async def test_the_auditor_of_colours_sees_what_one_theme_alone_has(
    windows: Windows, theme: str
):
    faint = f"""() => {{
      const sheet = new CSSStyleSheet();
      const where = "{theme}" === "contrast"
        ? "[data-theme=contrast] h1 {{ color: #222 }}"
        : "@media (prefers-color-scheme: dark) {{ h1 {{ color: #222 }} }}";
      sheet.replaceSync(where);
      document.adoptedStyleSheets = [sheet]; }}"""
    async with serving(HOUSE.app()) as base:
        page = await windows.open(reduced_motion="reduce")
        await page.goto(f"{base}/check?lang=fi&theme=auto")
        await page.evaluate(faint)
        assert await audit(page, COLOURS) == []
        await wear(page, theme)

        found = await audit(page, COLOURS)

        assert [each.partition(" ")[0] for each in found] == ["color-contrast"]
