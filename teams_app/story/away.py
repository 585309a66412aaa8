"""11: a professional is away: her times are gone, her supervisor knows, and she is back."""

from dataclasses import dataclass
from datetime import date, timedelta

from booking.spans import HELSINKI, wall
from booking.wording import text
from cards import verbs
from teams_app.story.browser import Browser
from teams_app.story.scenes import (
    Wish,
    becomes_free,
    becomes_taken,
    first_after,
    free,
    start_of,
)
from teams_app.story.script import Page, Story, absent, expect, same, within
from teams_app.story.stage import Stage
from teams_app.story.teams import Card

USER, CHIEF = "aino.lehtovaara", "kaarina.holmberg"
HERE, NAME = "/teams/away", "Aino Lehtovaara"


def stories(stage: Stage) -> list[Story]:
    return [Story("11 She is away for a day", lambda p: _away(p, stage))]


@dataclass(frozen=True, slots=True)
class _Day:
    """A day on which she has a free time."""

    stage: Stage
    wish: Wish
    slot: str
    tab: Browser

    @property
    def date(self) -> date:
        return wall(start_of(self.slot), HELSINKI).date()


async def _away(page: Page, stage: Stage) -> None:
    chief = stage.teams(CHIEF)
    for each in (chief, stage.teams(USER)):
        await each.install()
    wish = Wish(USER, stage.client("Nobody"))
    tab, now = await stage.tab(USER, "fi"), await stage.tenant.now()
    slot = await first_after(tab, wish, now + timedelta(days=2))
    day, before = _Day(stage, wish, slot, tab), await chief.newest()
    standing = await _recorded(page, day)
    with page.step("11.3", "her supervisor has one card: who and when, and no reason"):
        news = await chief.card("news of an absence", _is_news, after=before)
        within("the card", news.text, NAME)
        absent("the card", news.text, "sairas")
        led = any(f"{day.date}" in each for each in news.links())
        expect(led, "the way to that day of the team", news.links())
    with page.step("11.4", "the supervisor's tab has it too; pressed again it is one"):
        again = await stage.teams(USER).press(standing, verbs.AWAY_YES, copy=0)
        same("the card", again.title, standing.title)
        listed = await (await stage.tab(CHIEF, "fi")).open(HERE)
        within("the page", listed.text, NAME, text("fi", "absence.page.standing"))
    with page.step("11.5", "withdrawn, her times are free and the same card says so"):
        await stage.teams(USER).press(again, verbs.AWAY_FINISH)
        await becomes_free(stage, wish, slot)
        gone = text("fi", "absence.news.withdrawn", name=NAME)
        await chief.shown("the news withdrawn", news.message, lambda c: c.title == gone)
        cards = [each for each in await chief.cards() if NAME in each.title]
        same("cards about it", len(cards), 1)


async def _recorded(page: Page, day: _Day) -> Card:
    stage, teams, slot = day.stage, day.stage.teams(USER), day.slot
    said = f"olen sairas {day.date.day}.{day.date.month}."
    with page.step(
        "11.1", "she writes it; what it means is shown, and nothing is done"
    ):
        asked = await teams.ask(said, lambda card: card.offers(verbs.AWAY_YES))
        same("the card", asked.title, text("fi", "absence.title.asked"))
        within("the card", asked.text, text("fi", "absence.closed"))
        expect(await free(stage, day.wish, slot), "the time free still", "taken")
    with page.step("11.2", "on yes her free times of that day are gone at once"):
        hour = (start_of(slot), start_of(slot) + timedelta(hours=1))
        stood = await stage.outlook(USER).events(*hour)
        standing = await teams.press(asked, verbs.AWAY_YES)
        await becomes_taken(stage, day.wish, slot)
        shown = await day.tab.open(f"/teams/today?day={day.date}")
        within("her day", shown.text, text("fi", "absence.band.whole"))
        events = await stage.outlook(USER).events(*hour)
        same("put into Outlook", [e for e in events if e not in stood], [])
    return standing


def _is_news(card: Card) -> bool:
    return NAME in card.title
