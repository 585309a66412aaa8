"""6, once more where a municipality takes no notices: looking by oneself is enough.

The application is started again with other settings, on the same data.
"""

from datetime import timedelta

from booking.wording import text
from cards import verbs
from teams_app.story.living import question
from teams_app.story.scenes import (
    Wish,
    becomes_free,
    becomes_taken,
    booked,
    first_after,
    start_of,
)
from teams_app.story.script import Page, Story, within
from teams_app.story.stage import Stage

USER = "noora.kivisaari"


def stories(stage: Stage) -> list[Story]:
    """Give one story; it ends the application and starts it anew."""
    return [Story("6  Without Graph's notices", lambda p: _play(p, stage))]


async def _play(page: Page, stage: Stage) -> None:
    await stage.teams(USER).install()
    outlook = stage.outlook(USER)
    wish = Wish(USER, stage.client("Lahja Tuominen"))
    made = await booked(stage, wish, after=timedelta(days=2))
    with page.step("6.23", "ended and started again: everything is still there"):
        await stage.tenant.switch(lose_notifications=True)
        await stage.restart(NOTIFICATIONS="0", POLL_SECONDS="2")
        shown = await stage.browser().open(made.link)
        within("the page", shown.text, text("fi", "page.appointment.booked.title"))
    with page.step("6.24", "no notices: what is put into Outlook takes its time still"):
        soonest = made.start + timedelta(days=1)
        slot = await first_after(await stage.tab(USER), wish, soonest)
        start = start_of(slot)
        own = await outlook.put(start, start + timedelta(hours=1))
        await becomes_taken(stage, wish, slot)
        await outlook.delete(own)
        await becomes_free(stage, wish, slot)
    with page.step("6.25", "an appointment dragged away becomes a card all the same"):
        await outlook.drag(made.event, start)
        asked = await question(stage, made, "moved")
        await asked.answered(verbs.CONFLICT_TELL, "told")
        await asked.told("moved", 1)
        await asked.there(start)
