"""2: the client is asked, looks, chooses and confirms; one of two gets the time."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from booking.wording import text
from booking.wording.dates import clock
from teams_app.story.browser import ANY, Browser, Document
from teams_app.story.scenes import (
    Offered,
    Wish,
    becomes_free,
    becomes_taken,
    free,
    offered,
    reference_on,
    start_of,
    unreadable,
    week_of,
)
from teams_app.story.script import Page, Story, absent, expect, same, within
from teams_app.story.stage import Stage
from teams_app.story.tenant import Message

#: What none outside may read in a message: matters, names, even whose client one is.
SECRETS = (
    *("työnhaku", "jobbsök", "job search", "keskustelu", "samtal", "kartläggning"),
    *("työllisyys", "sysselsättning", "employment", "lumivaara"),
    *("noora", "kivisaari", "kauppakatu"),
)
_NEAREST = 3


def stories(stage: Stage) -> list[Story]:
    return [
        Story("2  The client's message", lambda p: _messages(p, stage)),
        Story("2  She looks, chooses, confirms", lambda p: _chooses(p, stage)),
        Story("2  Two clients after one time", lambda p: _two(p, stage)),
        Story("2  Outlook does not answer in time", lambda p: _slow(p, stage)),
        Story("2  It turns out to be taken", lambda p: _taken(p, stage)),
        Story("2  Links and forms that are wrong", lambda p: _wrong(p, stage)),
    ]


def _neutral(message: Message, client: str) -> None:
    absent("a message", message.said, *SECRETS, *client.split())


async def _messages(page: Page, stage: Stage) -> None:
    await stage.teams("noora.kivisaari").install()
    with page.step("2.1", "mail in the client's language, Swedish, saying nothing"):
        siv = stage.client("Gun Lindroos", "sv")
        mail = (await offered(stage, Wish("noora.kivisaari", siv))).message
        same("the subject", mail.subject, text("sv", "messages.offer.subject"))
        said = (text("sv", f"messages.{each}") for each in ("offer.said", "automatic"))
        within("the mail", mail.text, *said, "029 123 4500")
        _neutral(mail, siv.name)
        ours = [each for each in mail.links if each.startswith(stage.demo.base_url)]
        same("links to us", len(ours), 1)
    with page.step("2.2", "a client with only a phone gets one short SMS, in English"):
        sam = stage.client("Samuel Brooks", "en", "+358401112233")
        offer = await offered(stage, Wish("noora.kivisaari", sam))
        same("the kind", offer.message.kind, "sms")
        said_en = text("en", "messages.offer.sms_link", link=offer.link)
        within("the SMS", offer.message.text, said_en)
        _neutral(offer.message, sam.name)
        same("messages", len(await stage.tenant.messages(sam.to)), 1)
    with page.step("2.3", "the page is in her language, and in another when asked"):
        shown = await stage.browser("fi").open(offer.link)
        within("the page", shown.text, text("en", "page.offer.title"))
        swedish = await stage.browser().open(shown.link("lang=sv"))
        within("the page", swedish.text, text("sv", "page.offer.title"))


@dataclass(slots=True)
class _Pair:
    """Two clients who were offered the same times."""

    stage: Stage
    wish: Wish
    first: Offered
    second: Offered

    @property
    def browser(self) -> Browser:
        return self.stage.browser()


async def _pair(stage: Stage, user: str, names: tuple[str, str]) -> _Pair:
    """Offer the same to both: three times, which nobody has yet."""
    wishes = [Wish(user, stage.client(name)) for name in names]
    first, second = [await offered(stage, wish) for wish in wishes]
    same("the times of both", second.slots, first.slots)
    return _Pair(stage, wishes[0], first, second)


async def _chooses(page: Page, stage: Stage) -> None:
    pair = await _pair(stage, "noora.kivisaari", ("Liisa Koskela", "Otto Saarinen"))
    browser, first = pair.browser, pair.first
    slot, other, _ = first.slots
    seen = await browser.open(pair.second.link)
    with page.step("2.4", "opening the link three times holds nothing"):
        opened = [await browser.open(first.link) for _ in range(3)]
        shown = opened[-1]
        same("times on the page", shown.slots(), first.slots)
        for each in first.slots:
            expect(await free(stage, pair.wish, each), f"{each} free", "taken")
    with page.step("2.5", "choosing holds the time for ten minutes, and says so"):
        check = await browser.choose(shown, slot)
        ends = await stage.tenant.now() + timedelta(minutes=10)
        # The application's clock may be a moment ahead of the tenant's.
        about = [clock("fi", ends + timedelta(minutes=n)) for n in (-1, 0, 1)]
        said = [text("fi", "page.held", clock=each) for each in about]
        expect(any(each in check.text for each in said), f"{said}", check.text)
        await becomes_taken(stage, pair.wish, slot)
    with page.step("2.6", "meanwhile another client cannot have it: 409, the others"):
        lost = await browser.choose(seen, slot, status=409)
        within("the page", lost.text, text("fi", "page.offer.taken.title"))
        same("times shown", lost.slots(), first.slots[1:])
    with page.step("2.7", "choosing another time lets the first one go"):
        check = await browser.choose(await browser.open(first.link), other)
        await becomes_free(stage, pair.wish, slot)
    await _confirms(page, pair, check)


async def _confirms(page: Page, pair: _Pair, check: Document) -> None:
    stage, browser, client = pair.stage, pair.browser, pair.wish.client
    with page.step("2.8", "she confirms: booked, in Outlook, and told"):
        booked = await browser.send(check, "/confirm")
        within("the page", booked.text, text("fi", "page.appointment.done.booked"))
        await stage.outlook(pair.wish.user).has(reference_on(booked))
        told = await stage.tenant.message("a confirmation", client.to, after=1)
        same("the subject", told.subject, text("fi", "messages.booked.subject"))
        _neutral(told, client.name)
    with page.step("2.9", "the offer's link now leads to the appointment"):
        again = await browser.open(pair.first.link)
        same("where it leads", again.path, booked.path)
    with page.step("2.10", "confirmed twice at once: one event, one message"):
        offer = await browser.open(pair.second.link)
        check = await browser.choose(offer, offer.slots()[0])
        both = await asyncio.gather(
            browser.send(check, "/confirm"), browser.send(check, "/confirm")
        )
        same("where both lead", len({reference_on(each) for each in both}), 1)
        reference, outlook = reference_on(both[0]), stage.outlook(pair.wish.user)
        await outlook.has(reference)
        await stage.idle()
        same("events", len(await outlook.all_ours(reference)), 1)
        had = await stage.tenant.messages(stage.client("Otto Saarinen").to)
        same("messages: the offer, the confirmation", len(had), 2)


async def _two(page: Page, stage: Stage) -> None:
    browser, user = stage.browser(), "tuomas.rautalampi"
    await stage.teams(user).install()
    clients = [stage.client(name) for name in ("Kaisa Laine", "Veikko Harju")]
    with page.step("2.11", "two choose one time at once: one holds it, one gets 409"):
        offers = [
            await offered(stage, Wish(user, each), freely=True) for each in clients
        ]
        pages = [await browser.open(each.link) for each in offers]
        slot = pages[0].slots()[0]
        answers = await asyncio.gather(
            *(browser.choose(each, slot, status=ANY) for each in pages)
        )
        same("statuses", sorted(each.status for each in answers), [200, 409])
    with page.step("2.12", "the other is told kindly and shown the nearest three"):
        won, lost = sorted(answers, key=lambda each: each.status)
        within("the page", lost.text, text("fi", "page.offer.taken.others"))
        # What is free is heard a moment later; to the winner her own time hides nothing,
        # so it is the loser's times that count.
        await becomes_taken(stage, Wish(user, clients[answers.index(lost)]), slot)
        shown = await browser.open(offers[answers.index(lost)].link)
        left = await week_of(browser, shown)
        start = start_of(slot)
        left.sort(key=lambda each: abs(start_of(each) - start))
        same("times shown", lost.slots(), sorted(left[:_NEAREST], key=start_of))
    with page.step("2.13", "both confirm: two appointments at two times"):
        winner = await browser.send(won, "/confirm")
        check = await browser.choose(lost, lost.slots()[0])
        second = await browser.send(check, "/confirm")
        references = {reference_on(winner), reference_on(second)}
        same("appointments", len(references), 2)
        events = [await stage.outlook(user).has(each) for each in references]
        expect(events[0].start != events[1].start, "two times", events)


async def _slow(page: Page, stage: Stage) -> None:
    browser, user = stage.browser(), "leyla.haddad"
    await stage.teams(user).install()
    client = stage.client("Hilkka Aro")
    wish = Wish(user, client)
    offer = await offered(stage, wish)
    slot = offer.slots[0]
    with page.step("2.14", "Outlook is slow: after two seconds, we are confirming"):
        check = await browser.choose(await browser.open(offer.link), slot)
        await unreadable(stage, user, 1)
        waiting = await browser.send(check, "/confirm")
        within("the page", waiting.text, text("fi", "page.confirming.title"))
        within("the page", waiting.text, text("fi", "page.confirming.text"))
        same("messages", len(await stage.tenant.messages(client.to)), 1)
        expect(not await free(stage, wish, slot), "the time kept", "it is free")
    with page.step("2.15", "soon she hears that it is booked; the event is made"):
        told = await stage.tenant.message("a confirmation", client.to, after=1)
        same("the subject", told.subject, text("fi", "messages.booked.subject"))
        shown = await browser.open(told.link)
        within("the page", shown.text, text("fi", "page.appointment.booked.title"))
        await stage.outlook(user).has(reference_on(shown))


async def _taken(page: Page, stage: Stage) -> None:
    browser, user = stage.browser(), "leyla.haddad"
    client = stage.client("Arvo Niemi", "sv")
    wish = Wish(user, client)
    offer = await offered(stage, wish)
    slot = offer.slots[1]
    outlook = stage.outlook(user)
    with page.step("2.16", "slow again, and meanwhile something else is put there"):
        check = await browser.choose(await browser.open(offer.link), slot)
        await unreadable(stage, user, 2)
        waiting = await browser.send(check, "/confirm")
        within("the page", waiting.text, text("sv", "page.confirming.title"))
        await outlook.put(start_of(slot), start_of(slot) + timedelta(hours=1))
    with page.step("2.17", "she is told that it did not work out; nothing is written"):
        told = await stage.tenant.message("bad news", client.to, after=1)
        same("the subject", told.subject, text("sv", "messages.taken_back.subject"))
        _neutral(told, client.name)
        shown = await browser.open(told.link)
        title = text("sv", "page.appointment.cancelled_by_us.title")
        within("the page", shown.text, title)
        same("events", await outlook.all_ours(reference_on(shown)), [])


async def _wrong(page: Page, stage: Stage) -> None:
    browser, user = stage.browser("en"), "tuomas.rautalampi"
    client = stage.client("Emily Ward", "en")
    offer = await offered(stage, Wish(user, client))
    shown = await browser.open(offer.link)
    token = shown.form("slot").sent("form_token")[0]
    with page.step("2.18", "a forged link opens nothing and gives nothing away"):
        forged = offer.link[:-1] + ("A" if offer.link[-1] != "A" else "B")
        for link in (forged, forged.replace("/o/", "/a/"), f"{stage.base}/j/x"):
            gone = await browser.open(link, status=404)
            within("the page", gone.text, text("en", "page.link_gone.title"))
    with page.step("2.19", "a form without its token, or with another's, does nothing"):
        other = await offered(stage, Wish(user, stage.client("Jon Hart", "en")))
        theirs = (await browser.open(other.link)).form("slot").sent("form_token")[0]
        for sent in ("", "zz.zz", theirs):
            pairs = [["form_token", sent], ["slot", offer.slots[0]]]
            refused = await browser.post(offer.link, pairs, status=403)
            within("the page", refused.text, text("en", "page.error.form_old.title"))
    with page.step("2.20", "a time that was not offered cannot be had"):
        who, when = offer.slots[0].split("@")
        for slot in (f"{who}@{int(when) + 300}", f"{int(who) + 1}@{when}"):
            pairs = [["form_token", token], ["slot", slot]]
            refused = await browser.post(offer.link, pairs, status=409)
            same("times shown", refused.slots(), offer.slots)
    with page.step("2.21", "what is no time at all leads back to the offer"):
        for slot in ("", "x@y", "1@99999999999999999999", "' or 1=1"):
            pairs = [["form_token", token], ["slot", slot]]
            back = await browser.post(offer.link, pairs, status=422)
            same("times shown", back.slots(), offer.slots)
