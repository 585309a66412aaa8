"""7, on: notes about an appointment, and the side panel of its own Teams meeting."""

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from booking.wording import text
from teams_app.story.browser import Browser
from teams_app.story.scenes import Booked, Wish, booked
from teams_app.story.script import Page, Story, absent, same, until, within
from teams_app.story.stage import Client, Stage

AINO, DANIEL = "aino.lehtovaara", "daniel.osei"
PANEL = "/teams/panel/meeting"
SAID = "Sovittiin: soitan maanantaina"


def stories(stage: Stage) -> list[Story]:
    return [Story("7  Beside the meeting", lambda p: _play(p, stage))]


async def _play(page: Page, stage: Stage) -> None:
    await stage.teams(AINO).install()
    made = await booked(stage, Wish(AINO, stage.client("Pirjo Sivu")))
    path = f"/teams/appointment/{made.reference}"
    tab = await stage.tab(AINO, "fi")
    await stage.idle()  # Her message is sent.
    with page.step("7.21", "a note: written, changed, struck out, and nowhere else"):
        shown = await tab.open(path)
        for key in ("history.what.book", "sent.kind.booked", "sent.state.accepted"):
            within("the page", shown.text, text("fi", key))
        note = await tab.send(shown, "/notes", {"text": SAID})
        within("the notes", note.text, SAID, text("fi", "notes.said.written"))
        again = await tab.send(note, "text", {"text": f"{SAID} klo 9"})
        struck = await tab.send(again, "/notes/")
        within(
            "the notes", struck.text, f"{SAID} klo 9", text("fi", "notes.said.struck")
        )
        await stage.idle()
        event = await stage.outlook(AINO).has(made.reference)
        absent("the event", str(event), SAID)
        for told in await stage.tenant.messages(made.client.to):
            absent("the message", str(told), SAID)
    await _beside(page, stage, tab, made)


async def _beside(page: Page, stage: Stage, tab: Browser, made: Booked) -> None:
    path = f"/teams/appointment/{made.reference}"
    with page.step("7.22", "beside the meeting stands what she needs in it"):
        panel = _at(tab, await _join(tab, path))
        shown = await panel.open(PANEL)
        within("the panel", shown.text, made.client.name, SAID)
        absent("the panel", shown.text, text("fi", "tab.view.week"))
    with page.step("7.23", "the next time is booked there, for the same client"):
        await _next(stage, panel, made.client)
        within("the panel", (await panel.open(PANEL)).text, text("fi", "others.coming"))
    with page.step(
        "7.24", "anybody else's meeting, or none of ours, says nothing: 404"
    ):
        other = _at(await stage.tab(DANIEL, "fi"), panel.headers["Vuoro-Meeting"])
        for browser in (other, _at(tab, "19:meeting_x@thread.v2")):
            refused = await browser.open(PANEL, status=404)
            absent("the page", refused.source, made.client.name, made.reference)
            within("the page", refused.text, text("fi", "panel.elsewhere.title"))


def _at(tab: Browser, meeting: str) -> Browser:
    """Give the same browser beside a meeting, as Teams tells the page of it."""
    return replace(tab, headers={**tab.headers, "Vuoro-Meeting": meeting})


async def _join(tab: Browser, path: str) -> str:
    """Give the id of the meeting's chat, as it stands in the address to join."""

    async def joinable() -> str:
        shown = await tab.open(path)
        return shown.link("meetup-join") if shown.has_link("meetup-join") else ""

    address = await until("a button to join", joinable)
    return unquote(urlsplit(address).path.split("/")[3])


async def _next(stage: Stage, panel: Browser, client: Client) -> None:
    before = len(await stage.tenant.messages(client.to))
    form = await panel.open((await panel.open(PANEL)).link("/teams/book?after="))
    for name, value in (("name", client.name), ("email", client.email)):
        same(f"what stands in {name}", form.form("name").sent(name), [value])
    slot = form.slots()[-1]
    done = await panel.send(form, "name", {"slot": slot}, button=("act", "book"))
    within("the page", done.text, text("fi", "tab.done.booked"))
    await stage.tenant.message("a confirmation", client.to, after=before)
