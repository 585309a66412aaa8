"""What many stories begin with: times proposed, offered to a client, booked."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from booking.model import Modality
from cards import verbs
from teams_app.story.browser import Browser, Document
from teams_app.story.script import Unmet, expect, until
from teams_app.story.stage import Client, Stage
from teams_app.story.teams import Card
from teams_app.story.tenant import Event, Message

TALK = "tyonhakukeskustelu"  #: 45 minutes; given in all three ways.
REMOTE = Modality.REMOTE.value


def start_of(slot: str) -> datetime:
    """Read when a slot begins: `<professional>@<epoch seconds>`."""
    return datetime.fromtimestamp(int(slot.partition("@")[2]), UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a professional wants to book for a client."""

    user: str
    client: Client
    service: str = TALK
    modality: str = REMOTE

    @property
    def form(self) -> dict[str, str]:
        return {
            "service": self.service,
            "modality": self.modality,
            **self.client.form,
        }


async def proposed(stage: Stage, wish: Wish) -> Card:
    """Write to the bot, fill in its form and get free times."""
    teams = stage.teams(wish.user)
    card = await teams.press(await teams.form(), verbs.BOOK_TIMES, wish.form)
    expect(card.slots(), "free times", card.text)
    return card


@dataclass(frozen=True, slots=True)
class Offered:
    """Times offered to a client: her message, the professional's card."""

    card: Card
    message: Message
    slots: list[str]

    @property
    def link(self) -> str:
        return self.message.link


async def offered(stage: Stage, wish: Wish, *, freely: bool = False) -> Offered:
    """Offer three times, or any, and wait for what the client gets."""
    teams = stage.teams(wish.user)
    had = len(await stage.tenant.messages(wish.client.to))
    times = await proposed(stage, wish)
    verb = verbs.BOOK_OPEN if freely else verbs.BOOK_OFFER
    slots = [] if freely else _apart(times.slots("slots"))
    card = await teams.press(times, verb, {"slots": ",".join(slots)} if slots else {})
    message = await stage.tenant.message("an offer", wish.client.to, after=had)
    return Offered(card, message, slots)


#: So far apart no two times stand in each other's way, whatever the service.
_CLEAR = timedelta(minutes=90)
_SUGGESTED = 3


def _apart(slots: list[str]) -> list[str]:
    """Give three of the times proposed, none close to another where that can be."""
    found: list[str] = []
    for slot in slots:
        if all(abs(start_of(slot) - start_of(each)) >= _CLEAR for each in found):
            found.append(slot)
    found += [slot for slot in slots if slot not in found]
    return sorted(found[:_SUGGESTED], key=start_of)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment: its card, its event, and the client's own link."""

    user: str
    client: Client
    slot: str
    card: Card
    event: Event
    message: Message

    @property
    def reference(self) -> str:
        return self.card.reference

    @property
    def start(self) -> datetime:
        return start_of(self.slot)

    @property
    def link(self) -> str:
        return self.message.link


async def booked(
    stage: Stage, wish: Wish, *, after: timedelta = timedelta(0), at: str = ""
) -> Booked:
    """Book at once: the first free time, one so much later, or this very one."""
    teams = stage.teams(wish.user)
    had = len(await stage.tenant.messages(wish.client.to))
    times = await proposed(stage, wish)
    slot = at or await _later(stage, wish, times, after)
    if slot in times.slots():
        card = await teams.press(times, verbs.BOOK_NOW, {"slot": slot})
    else:
        data = {**times.data(verbs.BOOK_NOW), "slot": slot}
        card = await teams.send(times, verbs.BOOK_NOW, data)
    event = await stage.outlook(wish.user).has(card.reference)
    message = await stage.tenant.message("a confirmation", wish.client.to, after=had)
    return Booked(wish.user, wish.client, slot, card, event, message)


async def _later(stage: Stage, wish: Wish, times: Card, after: timedelta) -> str:
    slots = times.slots()
    if not after:
        return slots[0]
    soonest = await stage.tenant.now() + after
    fitting = [slot for slot in slots if start_of(slot) > soonest]
    if fitting:
        return fitting[0]
    tab = await stage.tab(wish.user)
    return await first_after(tab, wish, soonest)


async def first_after(tab: Browser, wish: Wish, soonest: datetime) -> str:
    """Find her first free time after a moment, as the tab offers it."""
    asked = f"/teams/book?service={wish.service}&modality={wish.modality}"
    for days in range(14):
        day = (soonest + timedelta(days=days)).date()
        page = await tab.open(f"{asked}&day={day}")
        fitting = [slot for slot in page.slots() if start_of(slot) > soonest]
        if fitting:
            return min(fitting, key=start_of)
    raise AssertionError("two weeks without a free time")


async def confirmed(browser: Browser, link: str, slot: str) -> Document:
    """Choose a time by an offer's link and confirm it, as a client does."""
    check = await browser.choose(await browser.open(link), slot)
    return await browser.send(check, "/confirm")


async def moved(browser: Browser, times: Document, slot: str) -> Document:
    """Choose another time on the page of times, and confirm it, as a client does."""
    return await browser.send(await browser.choose(times, slot), "/move/check")


def reference_on(page: Document) -> str:
    """Read the reference on a client's page."""
    found = re.search(r'class="reference">([A-Z0-9]{6})<', page.source)
    if found is None:
        raise Unmet("a page with a reference", page.text)
    return found.group(1)


async def free(stage: Stage, wish: Wish, slot: str) -> bool:
    """Say whether the search would give this time away now."""
    tab = await stage.tab(wish.user)
    asked = f"/teams/book?service={wish.service}&modality={wish.modality}"
    page = await tab.open(f"{asked}&day={start_of(slot).date()}")
    return slot in page.slots()


async def becomes_free(stage: Stage, wish: Wish, slot: str) -> None:
    async def look() -> bool:
        return await free(stage, wish, slot)

    await until(f"{slot} to be free", look)


async def becomes_taken(stage: Stage, wish: Wish, slot: str) -> None:
    async def look() -> bool:
        return not await free(stage, wish, slot)

    await until(f"{slot} to be taken", look)


async def unreadable(stage: Stage, user: str, times: int) -> None:
    """Make live looks at somebody's calendar answer only after four seconds."""
    await stage.tenant.fault(
        method="GET",
        path="calendarView$",
        mailbox=f"{user}@lumivaara.example",
        delay=4,
        only_delay=True,
        count=times,
    )


async def week_of(browser: Browser, page: Document) -> list[str]:
    """Give the times of every day that a page of times leads to, each once."""
    days = list(dict.fromkeys(href for href, _ in page.links if "day=" in href))
    pages = [page, *[await browser.open(href) for href in days]]
    return list(dict.fromkeys(slot for each in pages for slot in each.slots()))
