"""7, continued: the team's day: an appointment changes hands, and comes back."""

from datetime import timedelta

from booking.spans import HELSINKI
from booking.wording import text
from teams_app.story.browser import Browser, Document
from teams_app.story.scenes import Booked, Wish, booked
from teams_app.story.script import Page, Story, absent, expect, same, until, within
from teams_app.story.stage import Stage

USER, NAME = "aino.lehtovaara", "Aino Lehtovaara"
SUPERVISOR = "kaarina.holmberg"
#: Longer than the client is left in peace, so that it can be undone.
GRACE = timedelta(seconds=20)


def stories(stage: Stage) -> list[Story]:
    """Give the story that moves the clock a little: nothing is played beside it."""
    return [Story("7  Handing over in the team's day", lambda p: _hands(p, stage))]


async def _hands(page: Page, stage: Stage) -> None:
    await stage.teams(USER).install()
    client = stage.client("Kaisa Kulkija")
    made = await booked(stage, Wish(USER, client), after=timedelta(days=3))
    tab = await stage.tab(SUPERVISOR, "fi")
    path = f"/teams/appointment/{made.reference}"
    with page.step("7.25", "the supervisor sees the team's day, and no client in it"):
        day = made.start.astimezone(HELSINKI).date()
        for view in ("", "&view=list"):
            shown = await tab.open(f"/teams/team?day={day}{view}")
            within("the day", shown.text, NAME, made.reference)
            absent("the day", shown.source, client.name, client.email)
        form = await tab.open(f"{path}/hand")
        within("the form", form.text, "Ehdotus:")
    with page.step("7.26", "handed over and undone at once: the client hears nothing"):
        handed = await tab.send(form, "/hand")
        within("the page", handed.text, text("fi", "team.told.soon", n=15))
        back = await tab.send(handed, "/undo")
        within("the page", back.text, text("fi", "team.told.unheard"), NAME)
        await stage.advance(GRACE)
        await stage.idle()
        event = await stage.outlook(USER).has(made.reference)
        same("the time", event.start, made.start)
        same("messages", len(await stage.tenant.messages(client.to)), 1)
    await _for_good(page, stage, tab, made)


async def _for_good(page: Page, stage: Stage, tab: Browser, made: Booked) -> None:
    with page.step("7.27", "handed over: one event, one message, the same link"):
        form = await tab.open(f"/teams/appointment/{made.reference}/hand")
        taker = await _chosen(stage, form)
        await tab.send(form, "/hand")
        await stage.advance(GRACE)
        told = await stage.tenant.message("news", made.client.to, after=1)
        same("the subject", told.subject, text("fi", "messages.handed_over.subject"))
        same("her link", told.link, made.link)
        await stage.outlook(taker).has(made.reference)
        outlook = stage.outlook(USER)

        async def gone() -> bool:
            return not await outlook.all_ours(made.reference)

        await until("no event left with her who had it", gone)
        await stage.idle()
        same("messages", len(await stage.tenant.messages(made.client.to)), 2)


async def _chosen(stage: Stage, form: Document) -> str:
    """Give whom the form proposes: the one whom it says fits best."""
    for person in await stage.people():
        if text("fi", "team.best", name=person["name"]) in form.text:
            return str(person["mail"]).partition("@")[0]
    expect(met=False, expected="somebody who fits", seen=form.text)
    raise AssertionError
