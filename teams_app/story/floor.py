"""How many requests to Graph each operation takes, beside the least it could take.

Counted from what the tenant wrote down while one thing was done and nothing else: parts
of a batch are requests, mail to the client is counted apart. Above the floor fails.
What mailboxes are asked of themselves once an hour belongs to no operation.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from teams_app.story.browser import Browser, Document
from teams_app.story.scenes import (
    Wish,
    becomes_free,
    becomes_taken,
    moved,
    reference_on,
    start_of,
)
from teams_app.story.script import Page, Story, expect, rest, same, until
from teams_app.story.stage import Stage
from teams_app.story.tenant import Json

USER = "henrik.astrom"
TIMES = "/b/yritysneuvonta?lang=fi&modality=remote"
#: So long an echo of our own write may take to come, with time to spare.
ECHO_SECONDS = 1.5
OF_ITSELF = {"GET mailboxSettings", "GET calendar"}
FLOOR = {"search": 0, "confirm": 3, "reschedule": 2, "cancel": 1, "change": 1}


def stories(stage: Stage) -> list[Story]:
    """Give one story; nothing else may be played beside it."""
    return [Story("8  Requests to Graph, beside the floor", lambda p: _play(p, stage))]


@dataclass(frozen=True, slots=True)
class Count:
    """What went to Graph during one operation."""

    requests: Counter[str]
    mails: int
    notices: int  #: POSTs from Graph to us.

    @property
    def total(self) -> int:
        return self.requests.total()

    @property
    def words(self) -> str:
        named = [f"{n} {what}" for what, n in sorted(self.requests.items())]
        beside = f"; {self.mails} mail beside" if self.mails else ""
        return f"({', '.join(named) or 'none'}{beside})"


def count(entries: list[Json]) -> Count:
    """Count requests, parts of batches each for itself, in recorded traffic."""
    requests: Counter[str] = Counter()
    mails = notices = 0
    for entry in entries:
        url = entry["request"]["url"]
        if entry["_direction"] == "from tenant":
            notices += url.endswith("/hooks/graph")
        elif "/v1.0/" in url:
            for method, path in _asked(entry["request"]):
                named = _named(method, path)
                if path.lower().endswith("/sendmail"):
                    mails += 1
                elif named not in OF_ITSELF:
                    requests[named] += 1
    return Count(requests, mails, notices)


def _asked(request: Json) -> list[tuple[str, str]]:
    path = unquote(urlsplit(request["url"]).path).removeprefix("/v1.0")
    if path != "/$batch":
        return [(request["method"], path)]
    parts = json.loads(request["postData"]["text"])["requests"]
    return [(each["method"], urlsplit(each["url"]).path) for each in parts]


def _named(method: str, path: str) -> str:
    """Name a request by its last word that is no id."""
    words = [each.strip("()") for each in path.split("/") if each]
    last = next(
        (each for each in reversed(words) if each.isalpha() or each == "delta"), "?"
    )
    return f"{method} {last}"


@dataclass(slots=True)
class _Counter:
    """Counts what is asked while something is done, and for a while after."""

    page: Page
    stage: Stage

    async def during(
        self, number: str, what: str, act: Callable[[], Awaitable[None]]
    ) -> Count:
        floor = FLOOR[what]
        await self.stage.idle()
        with self.page.step(number, f"{what}:") as said:
            before = len(await self.stage.tenant.traffic())
            await act()
            await self.stage.idle()
            await rest(ECHO_SECONDS)
            await self.stage.idle()
            found = count((await self.stage.tenant.traffic())[before:])
            said.append(f"{found.total} requests, floor {floor} {found.words}")
            seen = f"{found.total} {found.words}"
            expect(found.total <= floor, f"at most {floor} requests", seen)
        return found


async def _play(page: Page, stage: Stage) -> None:
    await stage.teams(USER).install()
    counter, browser = _Counter(page, stage), stage.browser()
    client = stage.client("Ritva Kallio")
    wish = Wish(USER, client, "yritysneuvonta")

    async def search() -> None:
        shown = await browser.open(TIMES)
        for href, _ in shown.links:
            if "day=" in href:
                await browser.open(href)
        await browser.open("/api/public/slots?service=yritysneuvonta&modality=remote")

    await counter.during("8.1", "search", search)
    check = await _checked(browser, client.name, client.email)
    booked = check

    async def confirm() -> None:
        nonlocal booked
        booked = await browser.send(check, "/confirm")
        await stage.outlook(USER).has(reference_on(booked))

    found = await counter.during("8.2", "confirm", confirm)
    with page.step("8.3", "our own write coming back: 0 requests more, floor 0"):
        expect(found.notices, "a notice of it from Graph", found.notices)
        same("reads of changes", found.requests["GET delta"], 0)
    await _changes(counter, browser, wish, booked)


async def _checked(browser: Browser, name: str, email: str) -> Document:
    times = await browser.open(TIMES)
    details = await browser.choose(times, times.slots()[0])
    typed = {"name": name, "language": "fi", "email": email}
    return await browser.send(details, "/details", typed)


async def _changes(
    counter: _Counter, browser: Browser, wish: Wish, booked: Document
) -> None:
    stage, outlook = counter.stage, counter.stage.outlook(USER)
    reference = reference_on(booked)
    move = await browser.open(booked.link("/move"))
    slot = max(move.slots(), key=start_of)

    async def reschedule() -> None:
        await moved(browser, move, slot)

        async def there() -> bool:
            event = await outlook.ours(reference)
            return event is not None and event.start == start_of(slot)

        await until("the event at its new time", there)

    await counter.during("8.4", "reschedule", reschedule)
    sure = await browser.open((await browser.open(booked.url)).link("/cancel"))

    async def cancel() -> None:
        await browser.send(sure, "/cancel")

        async def gone() -> bool:
            return await outlook.ours(reference) is None

        await until("the event gone", gone)

    await counter.during("8.5", "cancel", cancel)
    await becomes_free(stage, wish, slot)

    async def change() -> None:
        await outlook.put(start_of(slot), start_of(slot) + timedelta(hours=1))
        await becomes_taken(stage, wish, slot)

    await counter.during("8.6", "change", change)
