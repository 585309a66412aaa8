"""3: what stands in Outlook, how the Teams link gets there, what the card becomes."""

import html
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from booking.model import Modality
from booking.wording import text
from cards import verbs
from teams_app.story.scenes import (
    Offered,
    Wish,
    booked,
    confirmed,
    offered,
    reference_on,
)
from teams_app.story.script import Page, Story, absent, expect, same, until, within
from teams_app.story.stage import Stage
from teams_app.story.teams import Card
from teams_app.story.tenant import Event, Json

SERVICE = "tyokyvyn-tuki"
_BAD_DAY = "a bad day"  #: Whose faults these are.
#: The service in every language: none of it may stand in a calendar.
MATTER = ("työky", "tyoky", "arbetsförm", "work ability")


def stories(stage: Stage) -> list[Story]:
    return [
        Story("3  The event and the card", lambda p: _event(p, stage)),
        Story("3  The Teams link comes late", lambda p: _comes_late(p, stage)),
        Story("3  By phone and face to face", lambda p: _other_ways(p, stage)),
        Story("3  Graph has a bad day", lambda p: _bad_day(p, stage)),
    ]


@dataclass(slots=True)
class _Made:
    """An appointment made from an offer, and everything that shows it."""

    stage: Stage
    wish: Wish
    offer: Offered
    event: Event
    reference: str


async def _event(page: Page, stage: Stage) -> None:
    user = "pirkko.tervonen"
    wish = Wish(user, stage.client("Aatos Karjalainen"), SERVICE)
    outlook = stage.outlook(user)
    with page.step("3.1", "the event's subject is neutral, with our reference"):
        await stage.teams(user).install()
        offer = await offered(stage, wish)
        shown = await confirmed(stage.browser(), offer.link, offer.slots[0])
        reference = reference_on(shown)
        event = await outlook.has(reference)
        same("the subject", event.subject, f"Varattu aika · {reference}")
        same("events", len(await outlook.all_ours(reference)), 1)
    with page.step("3.2", "no client, service or contact stands anywhere in it"):
        whole = json.dumps(event.json, ensure_ascii=False)
        names = wish.client.name.split()
        absent("the event", whole, *names, wish.client.email, *MATTER)
        token = urlsplit(offer.link).path.rpartition("/")[2]
        absent("the event", whole, token, "/a/", "/j/", "/o/")
        same("attendees", event.json["attendees"], [])
        same("the sensitivity", event.json["sensitivity"], "normal")
    made = _Made(stage, wish, offer, event, reference)
    await _meeting(page, made)
    await _staff_link(page, made)
    await _card(page, made)


async def _meeting(page: Page, made: _Made) -> None:
    stage, event = made.stage, made.event
    with page.step("3.3", "it was asked for as a real Teams meeting, and verified"):
        posted = await _posted(stage, made.reference)
        same("isOnlineMeeting", posted["isOnlineMeeting"], True)  # noqa: FBT003
        same("provider", posted["onlineMeetingProvider"], "teamsForBusiness")
        expect(posted.get("transactionId"), "a transaction id", posted)
    with page.step("3.4", "the join address leads to a meeting that stands"):
        thread = urlsplit(event.join).path.split("/")[3]
        meeting = await stage.tenant.get(f"/_tenant/meetings/{thread}")
        same("the meeting stands", meeting["stands"], True)  # noqa: FBT003
        opened = await stage.browser().open(event.join)
        absent("the lobby", opened.text, *made.wish.client.name.split(), *MATTER)


async def _posted(stage: Stage, reference: str) -> Json:
    """Find what was sent to Graph to make an event: written down once it is answered."""

    async def look() -> Json | None:
        for entry in await stage.tenant.traffic():
            sent = entry["request"].get("postData", {}).get("text", "")
            if "/v1.0/" not in entry["request"]["url"] or reference not in sent:
                continue
            for part in json.loads(sent).get("requests", []):
                if part["method"] == "POST" and reference in json.dumps(part["body"]):
                    found: Json = part["body"]
                    return found
        return None

    return await until(f"an event posted with {reference}", look)


async def _staff_link(page: Page, made: _Made) -> None:
    with page.step("3.5", "its link is for staff: the tab, which asks who one is"):
        body = str(made.event.json["body"])
        links = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', body)]
        staff = [each for each in links if made.reference in each]
        same("links to the appointment", len(staff), 1)
        expect("/l/entity/" in staff[0], "a deep link into Teams", staff)
        address = f"/teams/appointment/{made.reference}"
        await made.stage.browser().open(address, status=401)
        tab = await made.stage.tab(made.wish.user)
        opened = await tab.open(address)
        within("the tab", opened.text, made.wish.client.name)


async def _card(page: Page, made: _Made) -> None:
    teams, message = made.stage.teams(made.wish.user), made.offer.card.message
    with page.step("3.6", "the offer's card in Teams has become booked"):
        card = await teams.shown(
            "booked", message, lambda c: c.title == _booked_title() and _all_done(c)
        )
        same("the reference", card.reference, made.reference)
        expect(made.event.join in card.links(), "a button to join", card.links())
        within("the card", card.text, made.wish.client.name)
        absent("the summary", card.summary, *made.wish.client.name.split(), *MATTER)
    with page.step("3.7", "an old copy pressed later shows the present state"):
        copy = await teams.copy_with(message, verbs.OFFER_WITHDRAW)
        shown = await teams.press(card, verbs.OFFER_WITHDRAW, copy=copy)
        same("the card", shown.title, _booked_title())
        same("the reference", shown.reference, made.reference)
        event = await made.stage.outlook(made.wish.user).ours(made.reference)
        expect(event, "the event still in Outlook", event)
    with page.step("3.8", "a copy of the form pressed again offers nothing twice"):
        had = await made.stage.tenant.messages(made.wish.client.to)
        copy = await teams.copy_with(message, verbs.BOOK_OFFER)
        shown = await teams.press(
            card, verbs.BOOK_OFFER, {"slots": ",".join(made.offer.slots)}, copy=copy
        )
        same("the reference", shown.reference, made.reference)
        await made.stage.idle()
        same(
            "messages",
            len(await made.stage.tenant.messages(made.wish.client.to)),
            len(had),
        )


def _booked_title() -> str:
    return text("fi", "cards.appointment.booked")


def _all_done(card: Card) -> bool:
    return all(
        text("fi", f"cards.truth.{each}.done") in card.text
        for each in ("booked", "in_outlook", "told")
    )


async def _comes_late(page: Page, stage: Stage) -> None:
    try:
        await _late(page, stage)
    finally:  # A story beside this one waits for its links too.
        await stage.tenant.switch(late_join_url=0)


async def _late(page: Page, stage: Stage) -> None:
    user, browser = "ronja.makitalo", stage.browser()
    teams = stage.teams(user)
    await teams.install()
    client = stage.client("Inkeri Salo")
    offer = await offered(stage, Wish(user, client, SERVICE))
    with page.step("3.9", "the link is not there yet: the card says it is waiting"):
        await stage.tenant.switch(late_join_url=3600)
        shown = await confirmed(browser, offer.link, offer.slots[0])
        waiting = text("fi", "cards.truth.in_outlook.waiting")
        await teams.shown(
            waiting,
            offer.card.message,
            lambda c: c.title == _booked_title() and waiting in c.text,
        )
    with page.step("3.10", "the client's link says so too, and where to call"):
        joining = await browser.open(shown.link("/j/"))
        within("the page", joining.text, text("fi", "page.join.not_ready"))
        expect(joining.has_link("tel:"), "a number to call", joining.text)
    with page.step("3.11", "it is waited for and found: the card is done"):
        await stage.tenant.switch(late_join_url=0)  # Now it comes.
        card = await teams.shown("all done", offer.card.message, _all_done)
        event = await stage.outlook(user).has(reference_on(shown))
        expect(event.join in card.links(), f"a button to {event.join}", card.links())
    with page.step("3.12", "the client's link now leads to the meeting"):
        joining = await browser.open(shown.link("/j/"))
        same("where it leads", joining.link("meetup-join"), event.join)


async def _other_ways(page: Page, stage: Stage) -> None:
    user = "pirkko.tervonen"
    with page.step("3.13", "a phone appointment makes no meeting and needs no link"):
        client = stage.client("Eero Lahti", phone="+358405550118")
        wish = Wish(user, client, SERVICE, Modality.PHONE.value)
        call = await booked(stage, wish)
        same("online", call.event.json["online"], False)  # noqa: FBT003
        await stage.teams(user).shown("all done", call.card.message, _all_done)
        shown = await stage.browser().open(call.link)
        expect(not shown.has_link("/j/"), "no link to join", shown.links)
        within("the page", shown.text, text("fi", "page.appointment.call"))
    with page.step("3.14", "face to face: the page shows where, and how to come in"):
        wish = Wish(
            user, stage.client("Toini Mattila"), SERVICE, Modality.IN_PERSON.value
        )
        visit = await booked(stage, wish)
        same("online", visit.event.json["online"], False)  # noqa: FBT003
        shown = await stage.browser().open(visit.link)
        within("the page", shown.text, "Kauppakatu 12", "Ilmoittaudu neuvonnassa")
        absent("the mail", visit.message.said, "Kauppakatu", *MATTER)


async def _bad_day(page: Page, stage: Stage) -> None:
    user, tenant = "ronja.makitalo", stage.tenant
    mailbox = f"{user}@lumivaara.example"
    await stage.teams(user).install()
    with page.step("3.15", "429: the wait is kept, then the event is made, once"):
        offer = await offered(stage, Wish(user, stage.client("Saima Laakso"), SERVICE))
        writing: dict[str, Any] = {"path": "events$", "mailbox": mailbox}
        await _fault(stage, **writing, status=429, retry_after=2)
        began = time.perf_counter()
        shown = await confirmed(stage.browser(), offer.link, offer.slots[0])
        await _once(stage, user, reference_on(shown))
        took = time.perf_counter() - began
        expect(took >= 2, "two seconds waited", f"{took:.2f} s")  # noqa: PLR2004
        await stage.teams(user).shown("all done", offer.card.message, _all_done)
    with page.step("3.16", "the answer to the write is lost: still one event"):
        offer = await offered(
            stage, Wish(user, stage.client("Väinö Hiltunen"), SERVICE)
        )
        await _fault(stage, **writing, status=504, after_effect=True)
        shown = await confirmed(stage.browser(), offer.link, offer.slots[0])
        await stage.teams(user).shown("all done", offer.card.message, _all_done)
        await _once(stage, user, reference_on(shown))
    with page.step("3.17", "a mail goes out, its answer is 503: looked up, sent once"):
        client = stage.client("Lempi Nurminen")
        await _fault(stage, path="sendMail$", status=503, after_effect=True)
        offer = await offered(stage, Wish(user, client, SERVICE))
        sent = text("fi", "cards.offer.sent.done")
        card = offer.card.message
        await stage.teams(user).shown(sent, card, lambda c: sent in c.text)
        same("mails", len(await tenant.messages(client.to)), 1)
        same("faults that have bitten", await _bitten(stage), [1, 1, 1])


async def _fault(stage: Stage, **rule: Any) -> None:
    await stage.tenant.fault(name=_BAD_DAY, method="POST", **rule)


async def _bitten(stage: Stage) -> list[int]:
    """Say how often each did: those of stories played beside this one may not have yet."""
    faults = await stage.tenant.faults()
    return [each["bitten"] for each in faults if each["name"] == _BAD_DAY]


async def _once(stage: Stage, user: str, reference: str) -> None:
    outlook = stage.outlook(user)
    await outlook.has(reference)
    await stage.idle()
    same("events", len(await outlook.all_ours(reference)), 1)
