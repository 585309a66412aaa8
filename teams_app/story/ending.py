"""9: what must hold when all has been played, whatever happened on the way."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from booking.model import Language
from booking.wording import text
from teams_app.story.script import Page, Story, expect, same
from teams_app.story.stage import Stage
from teams_app.story.tenant import Event, Json

_REFERENCE = re.compile(r"· ([A-Z0-9]{6})$")


def stories(stage: Stage) -> list[Story]:
    return [Story("9  At the end", lambda p: _ends(p, stage))]


async def _ends(page: Page, stage: Stage) -> None:
    with page.step("9.1", "nothing owed was given up on the way"):
        await stage.idle()
        same("jobs given up", (await stage.jobs())["dead"], 0)
    with page.step("9.2", "nobody was told the same thing twice"):
        had = (await stage.tenant.get("/_tenant/inbox"))["value"]
        expect(len(had) > 50, "many messages", len(had))  # noqa: PLR2004
        same("repeated", _repeated(had), [])
    ours = await _ours(stage)
    with page.step("9.3", "every appointment has one event, in one calendar"):
        expect(len(ours) > 20, "many events", len(ours))  # noqa: PLR2004
        times = Counter(each.reference for each in ours)
        same("more than once", [each for each, n in times.items() if n > 1], [])
    with page.step("9.4", "nobody meets two clients at once"):
        for one, other in combinations(ours, 2):
            met = one.user == other.user and one.event.overlaps(
                other.event.start, other.event.end
            )
            expect(not met, f"{one.user} with one client", (one, other))


def _repeated(had: list[Json]) -> list[str]:
    """Name who got the same words twice; reminders of one time do say the same."""
    reminders = [
        text(each, "messages.reminder.said", when="").partition(":")[0]
        for each in Language
    ]
    said = Counter(
        (message["to"], words)
        for message in had
        if (words := str(message.get("text") or message.get("body")))
        and not any(each in words for each in reminders)
    )
    return [to for (to, _), times in said.items() if times > 1]


@dataclass(frozen=True, slots=True)
class _Ours:
    """An event of ours in somebody's calendar."""

    user: str
    reference: str
    event: Event


async def _ours(stage: Stage) -> list[_Ours]:
    now, weeks = await stage.tenant.now(), timedelta(days=45)
    found = []
    for person in await stage.people():
        outlook = stage.outlook(person["mail"])
        for event in await outlook.events(now - weeks, now + weeks):
            named = _REFERENCE.search(event.subject)
            if named is not None:
                found.append(_Ours(person["mail"], named[1], event))
    return found
