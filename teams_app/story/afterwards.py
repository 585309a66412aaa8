"""4: the client's page, what she can do there, and the reminders of both."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from icalendar import Calendar

from booking.model import Status
from booking.spans import HELSINKI, instant, wall
from booking.wording import text
from booking.wording.dates import when_long, when_short
from cards import verbs
from teams_app.story.browser import ANY
from teams_app.story.scenes import (
    Booked,
    Wish,
    becomes_taken,
    booked,
    confirmed,
    free,
    moved,
    offered,
    start_of,
)
from teams_app.story.script import Page, Story, absent, expect, same, until, within
from teams_app.story.stage import Stage
from teams_app.story.teams import Card
from teams_app.story.tenant import Message

USER, SERVICE = "pirkko.tervonen", "tyokyvyn-tuki"
NAME = "Pirkko Tervonen"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def stories(stage: Stage) -> list[Story]:
    """Give stories that move the clock: nothing else may be played beside them."""
    return [
        Story("4  The client's page", lambda p: _page(p, stage)),
        Story("4  A hold lapses, a form grows old", lambda p: _lapses(p, stage)),
        Story("4  Reminders, and the morning's list", lambda p: _reminders(p, stage)),
    ]


async def _page(page: Page, stage: Stage) -> None:
    browser = stage.browser()
    await stage.teams(USER).install()
    made = await booked(stage, Wish(USER, stage.client("Alma Sundell", "sv"), SERVICE))
    await stage.idle()  # Outlook has the event a moment before its answer is recorded.
    with page.step("4.1", "the page says when, with whom and how, in her language"):
        shown = await browser.open(made.link)
        within("the page", shown.text, when_long("sv", made.start, HELSINKI), NAME)
        within("the page", shown.text, text("sv", "modality.remote"), made.reference)
        absent("the page", shown.text, "arbetsförm", made.client.email, "Alma")
        for part in ("/j/", "calendar.ics", "/move", "/cancel"):
            expect(shown.has_link(part), f"a link to {part}", shown.links)
    with page.step("4.2", "her short link leads to the meeting, and joins nothing yet"):
        joining = await browser.open(shown.link("/j/"))
        same("where it leads", joining.link("meetup-join"), made.event.join)
    with page.step("4.3", "add to calendar: a valid file that says nothing"):
        first = await _file(stage, shown.link("calendar.ics"))
        same("the start", first.start, made.start)
        same("the end", first.end, made.event.end)
        absent("the file", first.source, "arbetsförm", "Alma", "Pirkko", "Lumivaara")
    with page.step("4.4", "moved, the next file replaces the first one"):
        move = await browser.open(shown.link("/move"))
        slot = max(move.slots(), key=start_of)
        there = await moved(browser, move, slot)
        second = await _file(stage, there.link("calendar.ics"))
        same("its name", second.uid, first.uid)
        expect(second.sequence > first.sequence, "a higher number", second.sequence)
        same("the start", second.start, start_of(slot))


@dataclass(frozen=True, slots=True)
class _File:
    source: str
    uid: str
    sequence: int
    start: datetime
    end: datetime


async def _file(stage: Stage, address: str) -> _File:
    file = await stage.browser().open(address)
    same("the kind", file.kind, "text/calendar")
    calendar: Any = Calendar.from_ical(file.source)
    same("the version", calendar["VERSION"], "2.0")
    (event,) = calendar.walk("VEVENT")
    for name in ("DTSTAMP", "SUMMARY", "URL"):
        expect(event.get(name), f"{name} in the file", file.source)
    return _File(
        file.source,
        str(event["UID"]),
        int(event["SEQUENCE"]),
        event["DTSTART"].dt,
        event["DTEND"].dt,
    )


async def _lapses(page: Page, stage: Stage) -> None:
    browser = stage.browser()
    first, second = [stage.client(name) for name in ("Tyyne Aalto", "Reino Moilanen")]
    wish = Wish(USER, first, SERVICE)
    offer, other = [
        await offered(stage, Wish(USER, each, SERVICE)) for each in (first, second)
    ]
    slot = offer.slots[0]
    check = await browser.choose(await browser.open(offer.link), slot)
    with page.step("4.5", "ten minutes later the time is nobody's again"):
        await becomes_taken(stage, wish, slot)  # what is free is heard a moment later
        await stage.tenant.move_to(await stage.tenant.now() + 10 * MINUTE)

        async def is_free() -> bool:
            return await free(stage, wish, slot)

        await until("the time free again", is_free)
    with page.step("4.6", "another client takes it"):
        await confirmed(browser, other.link, slot)
    with page.step("4.7", "the first one, too late, is told so and shown other times"):
        lost = await browser.send(check, "/confirm", status=409)
        within("the page", lost.text, text("fi", "page.offer.taken.title"))
        expect(lost.slots() and slot not in lost.slots(), "others", lost.slots())
    with page.step("4.8", "a page left open overnight: its form is too old, all kept"):
        shown = await browser.open(offer.link)
        await stage.advance(14 * HOUR)

        async def refused() -> bool:
            answer = await browser.choose(shown, shown.slots()[0], status=ANY)
            return answer.status == 403  # noqa: PLR2004

        await until("the form refused", refused)
        same("messages", len(await stage.tenant.messages(first.to)), 1)


@dataclass(slots=True)
class _Group:
    """Appointments of one professional: one kept, one cancelled, one moved."""

    stage: Stage
    kept: Booked
    cancelled: Booked
    moved: Booked
    by_phone: Booked

    @property
    def start(self) -> datetime:
        return self.kept.start

    async def had(self, made: Booked) -> list[Message]:
        """Give the reminders a client has had."""
        language = made.client.language
        if made.client.email:
            subject = text(language, "messages.reminder.subject")
            all_ = await self.stage.tenant.messages(made.client.to)
            return [each for each in all_ if each.subject == subject]
        said = text(language, "messages.reminder.said", when="").split(":")[0]
        all_ = await self.stage.tenant.messages(made.client.to)
        return [each for each in all_ if each.text.startswith(said)]

    async def reminded(self, made: Booked, times: int) -> Message:
        async def look() -> list[Message]:
            had = await self.had(made)
            return had if len(had) >= times else []

        found = await until(f"reminder {times} to {made.client.to}", look)
        same("reminders", len(found), times)
        return found[-1]


async def _same_day(stage: Stage, wish: Wish, soonest: datetime) -> tuple[str, str]:
    """Find two free times of one day, when nobody is asleep two hours before."""
    tab = await stage.tab(wish.user)
    for days in range(14):
        day = wall(soonest, HELSINKI).date() + days * DAY
        path = f"/teams/book?service={wish.service}&modality={wish.modality}&day={day}"
        slots = (await tab.open(path)).slots()
        good = [each for each in slots if 10 <= _hour(each) < 15]  # noqa: PLR2004
        late = [s for s in good if start_of(s) - start_of(good[0]) >= 90 * MINUTE]
        if late:
            return good[0], late[0]
    raise AssertionError("two weeks without two free times in a day")


def _hour(slot: str) -> int:
    return wall(start_of(slot), HELSINKI).hour


async def _morning(stage: Stage) -> None:
    """Go on at nine: at night nobody is told anything."""
    now = wall(await stage.tenant.now(), HELSINKI)
    day = now.date() + (DAY if now.hour >= 9 else 0 * DAY)  # noqa: PLR2004
    await stage.move_to(instant(day, time(9), HELSINKI))


async def _group(stage: Stage) -> _Group:
    kept, phone, cancelled, moved = (
        Wish(USER, client, SERVICE)
        for client in (
            stage.client("Sulo Peltonen"),
            stage.client("Ethel Stone", "en", "+358405556677"),
            stage.client("Aili Kurki"),
            stage.client("Urho Lampi"),
        )
    )
    soonest = await stage.tenant.now() + 2 * DAY
    first, second = await _same_day(stage, kept, soonest)
    return _Group(
        stage,
        kept=await booked(stage, kept, at=first),
        by_phone=await booked(stage, phone, at=second),
        cancelled=await booked(
            stage, cancelled, after=start_of(second) - soonest + DAY
        ),
        moved=await booked(stage, moved, after=start_of(second) - soonest + DAY),
    )


async def _reminders(page: Page, stage: Stage) -> None:
    teams, browser = stage.teams(USER), stage.browser()
    await teams.install()
    await _morning(stage)
    group = await _group(stage)
    shown = await browser.open(group.cancelled.link)
    await browser.send(await browser.open(shown.link("/cancel")), "/cancel")
    await _put_off(stage, group.moved)
    await stage.idle()
    with page.step("4.9", "a minute before the day before: nobody hears anything"):
        await stage.move_to(group.start - DAY - MINUTE)
        await stage.idle()
        same("reminders", await group.had(group.kept), [])
    await _first(page, group)
    await _on_the_day(page, group)
    await _late(page, group)
    await _comes(page, group)
    await _started(page, group)
    await _ended(page, group)
    await _moved(page, group)


async def _put_off(stage: Stage, made: Booked) -> None:
    """Move an appointment by its link, to a day at least two days later."""
    browser = stage.browser()
    address = (await browser.open(made.link)).link("/move")
    for days in range(2, 12):
        day = (made.start + days * DAY).date()
        move = await browser.open(f"{address}&day={day}")
        later = [s for s in move.slots() if start_of(s) > made.start + DAY]
        if later:
            await moved(browser, move, max(later, key=start_of))
            return
    raise AssertionError("no later time")


async def _first(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    with page.step("4.10", "24 hours before: one neutral mail, one neutral SMS"):
        await stage.move_to(group.start - DAY + timedelta(seconds=5))
        mail = await group.reminded(kept, 1)
        within("the mail", mail.text, when_short("fi", kept.start, HELSINKI))
        absent("the mail", mail.said, "työky", "Pirkko", "Tervonen", "Sulo", "Kauppa")
        same("its link", mail.link, kept.link)
        await stage.move_to(group.by_phone.start - DAY + MINUTE)
        sms = await group.reminded(group.by_phone, 1)
        absent("the SMS", sms.said, "work ability", "Pirkko", "Ethel")
    with page.step("4.11", "none for what was cancelled or moved away"):
        await stage.idle()
        same("of the cancelled", await group.had(group.cancelled), [])
        same("of the moved", await group.had(group.moved), [])
    with page.step("4.12", "none twice, however often the clock is looked at"):
        await stage.advance(timedelta(minutes=20))
        await stage.idle()
        same("reminders", len(await group.had(kept)), 1)


async def _on_the_day(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    teams, newest = stage.teams(USER), await stage.teams(USER).newest()
    day = wall(kept.start, HELSINKI).date()
    with page.step("4.13", "the morning's list: the day's appointments in one card"):
        await stage.move_to(instant(day, time(7, 31), HELSINKI))
        card = await teams.card(
            "the morning's list", lambda c: kept.reference in c.text, after=newest
        )
        within("the list", card.text, kept.client.name, group.by_phone.reference)
        absent("the list", card.text, group.cancelled.reference)
        same("the summary", card.summary, text("fi", "cards.summary.morning"))
    with page.step("4.14", "two hours before: the second reminder, and no third"):
        await stage.move_to(kept.start - 2 * HOUR + timedelta(seconds=5))
        await group.reminded(kept, 2)
        await stage.move_to(kept.start - HOUR)
        await stage.idle()
        same("reminders", len(await group.had(kept)), 2)
    with page.step("4.15", "a quarter of an hour before: the professional's own card"):
        newest = await teams.newest()
        await stage.move_to(kept.start - 15 * MINUTE + timedelta(seconds=5))
        title = text("fi", "cards.appointment.reminder")
        card = await teams.card(
            title,
            lambda c: c.title == title and kept.reference in c.text,
            after=newest,
        )
        expect(kept.event.join in card.links(), "a button to join", card.links())
        same("the summary", card.summary, text("fi", "cards.summary.reminder"))


async def _started(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    browser = stage.browser()
    with page.step("4.17", "begun, it can neither be moved nor cancelled by link"):
        shown = await browser.open(kept.link)
        sure = await browser.open(shown.link("/cancel"))
        await stage.move_to(kept.start + MINUTE)

        async def begun() -> bool:
            return not (await browser.open(kept.link)).has_link("/cancel")

        await until("no link to cancel", begun)
        await browser.send(sure, "/cancel", status=409)
        expect(await stage.outlook(USER).ours(kept.reference), "the event", "none")
    with page.step("4.18", "over: the page and the short link say so"):
        await stage.move_to(kept.event.end + MINUTE)

        async def over() -> bool:
            page = await browser.open(kept.link)
            return text("fi", "page.appointment.past.title") in page.text

        await until("the page says that it is over", over)
        joining = await browser.open(shown.link("/j/"))
        within("the page", joining.text, text("fi", "page.join.over"))


async def _late(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    teams, browser, to = stage.teams(USER), stage.browser(), kept.client.to
    with page.step("4.16", "running late: in one press the next client is told, once"):
        had = len(await stage.tenant.messages(to))
        asked = await teams.ask(
            "myöhästyn 10 min", lambda card: card.offers(verbs.LATE_TELL)
        )
        within("the card", asked.text, kept.client.name, "10")
        absent("the card", asked.text, group.by_phone.client.name)
        await teams.press(asked, verbs.LATE_TELL)
        mail = await stage.tenant.message("the delay", to, after=had)
        when = when_short("fi", kept.start, HELSINKI)
        said = text("fi", "messages.running_late.said", when=when, minutes=10)
        within("the mail", mail.text, said)
        absent("the mail", mail.said, "työky", "Pirkko", "Tervonen", "Sulo", "Kauppa")
        await teams.press(asked, verbs.LATE_TELL, copy=0)
        await stage.idle()
        same("messages", len(await stage.tenant.messages(to)), had + 1)
        shown = await browser.open(kept.link)
        within("the page", shown.text, text("fi", "lateness.page", minutes=10))
        event = await stage.outlook(USER).has(kept.reference)
        same("the event", event.start, kept.start)


async def _comes(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    browser, teams = stage.browser(), stage.teams(USER)
    shown = await browser.open(kept.link)

    async def told(how: str) -> Card:
        title = text("fi", f"cards.appointment.{how}")
        card = await teams.card(
            title, lambda c: c.title == title and kept.reference in c.text
        )
        same("the summary", card.summary, text("fi", f"cards.summary.{how}"))
        return card

    with page.step("4.21", "she opens her link near the start: a card says she waits"):
        joining = await browser.open(shown.link("/j/"))
        card = await told("waiting")
        expect(kept.event.join in card.links(), "a button to join", card.links())
    with page.step(
        "4.22", "she cannot get in: she says so, and her professional hears"
    ):
        page_ = await browser.send(joining, "/j/")
        within("the page", page_.text, text("fi", "page.join.stuck.said"))
        await told("could_not_join")


async def _ended(page: Page, group: _Group) -> None:
    stage, kept = group.stage, group.kept
    teams, to = stage.teams(USER), kept.client.to
    with page.step(
        "4.19", "at its end a card asks how it went; pressed twice it is once"
    ):
        had = len(await stage.tenant.messages(to))
        asks = text("fi", "outcomes.lead")
        # The card that told of her coming asks too, with another button first.
        card = await teams.card(
            asks,
            lambda c: (
                asks in c.text and kept.reference in c.text and _asks_if_it_was(c)
            ),
        )
        went = text("fi", "cards.appointment.completed")
        first = await teams.press(card, verbs.OUTCOME_RECORD)
        same("the card", first.title, went)
        again = await teams.press(card, verbs.OUTCOME_RECORD, copy=card.versions)
        same("the card of an old copy", again.title, went)
        absent("the card", again.text, text("fi", "cards.problem.outdated"))
        await stage.idle()
        same("messages", len(await stage.tenant.messages(to)), had)
        expect(await stage.outlook(USER).ours(kept.reference), "the event", "none")


def _asks_if_it_was(card: Card) -> bool:
    asked: str = card.data(verbs.OUTCOME_RECORD)["outcome"]
    return asked == Status.COMPLETED.value


async def _moved(page: Page, group: _Group) -> None:
    stage = group.stage
    with page.step("4.20", "what was moved is reminded of at its new time only"):
        await stage.move_to(group.moved.start - DAY + MINUTE)
        await stage.idle()
        same("before the old time", await group.had(group.moved), [])
        start = (await stage.outlook(USER).has(group.moved.reference)).start
        await stage.move_to(start - DAY + timedelta(seconds=5))
        mail = await group.reminded(group.moved, 1)
        within("the mail", mail.text, when_short("fi", start, HELSINKI))
        same("of the cancelled", await group.had(group.cancelled), [])
