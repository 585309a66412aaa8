"""Killed at each outside call in turn, the application ends with one of everything.

The real application is killed (SIGKILL) at each call outside in turn: before the call
went out, and after it took effect but before its answer was heard. It is started again,
whoever was not answered presses again, and then there must be one appointment, one
event, one message of each news and no hold left. Only a card whose posting was cut off
may stand twice.

One tenant and one database live through it all: a calendar read for the first time,
appointments booked from the bot, and offered and confirmed by the client; moves,
cancellations, reminders.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio

from booking.model import Status
from booking.wording import text
from cards import verbs
from dev_tenant.connector import rates
from teams_app.actions import nights
from teams_app.story.browser import Document
from teams_app.story.scenes import REMOTE, TALK, start_of
from teams_app.story.script import expect
from teams_app.story.stage import Client
from teams_app.story.teams import Card
from teams_app.story.tenant import Message
from tests.support.nursery import Nursery
from tests.world.dying import NEW_CARD, NOW, Deed, Stage, staged
from tests.world.ledger import Person

#: So far ahead that nothing but what is asked for falls due meanwhile.
DAY = "26.11."

LOOK = r"GET .*/calendarView$"  # the live look before it is called booked
CREATE = r"/\$batch POST GET"  # the event, and the slot read back
MOVE, DROP = r"PATCH .*/events/", r"DELETE .*/events/"
MAIL, SMS = r"POST .*/sendMail$", r"POST /sms/send"
CARD = r"PUT /connector/"  # one that stands is brought up to date

#: The calls of the first round over a calendar, in their order.
FIRST = (
    r"POST /v1.0/subscriptions",
    r"/\$batch GET GET$",  # what the mailbox says of itself
    r"/calendarView/delta",
    r"/\$batch GET GET GET",  # events that a page named without their times
)

#: What a look of every hour does: none of it is done once only.
HOURLY = r"(PATCH|DELETE) /v1.0/subscriptions/"


@pytest.fixture(params=[False, True], ids=["before", "after"])
def after(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    app_nursery: Nursery,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: bool,  # noqa: FBT001  a fixture
) -> AsyncIterator[Stage]:
    # All of it goes through one chat, faster than anybody presses.
    monkeypatch.setattr(rates, "SEND", ((1000, 1.0),))
    async with staged(app_nursery, database_url, tmp_path, after=after) as made:
        yield made


@pytest.mark.timeout(400)
async def test_killed_at_each_outside_call_it_ends_with_one_of_everything(
    stage: Stage,
):
    await is_read(stage)
    offered = [someone(stage) for _ in range(4)]
    calls = ((MAIL, LOOK), (CARD, CREATE), (MAIL, MAIL), (CARD, CARD))
    for each, (asked, confirmed) in zip(offered, calls, strict=True):
        await stage.survives(asked, await is_offered(stage, each))
        await stage.survives(confirmed, await confirms(stage, each))
    by_bot = [someone(stage) for _ in range(4)]
    for each, call in zip(by_bot, (LOOK, CREATE, MAIL, CARD), strict=True):
        await stage.survives(call, await books(stage, each))
    by_sms = someone(stage, phone="+358401112201")
    await stage.survives(SMS, await books(stage, by_sms))
    for call in (LOOK, MOVE, MAIL, NEW_CARD, CARD):
        await stage.survives(call, await moves(stage, by_bot[0]))
    for each, call in zip(by_bot, (DROP, MAIL, NEW_CARD, CARD), strict=True):
        await stage.survives(call, await cancels(stage, each))
    await stage.survives(MAIL, await are_reminded(stage, [*offered, by_sms]))
    await is_alike(stage)
    assert not spared(stage)


def spared(stage: Stage) -> list[str]:
    """Give the calls that changed something outside, and at which nobody died."""
    calls = (CREATE, MOVE, DROP, MAIL, SMS, NEW_CARD, CARD, *FIRST, HOURLY)
    return [
        line
        for line in sorted(stage.relay.ever)
        if not re.search(r"^GET|batch( GET)+$", line)
        and not any(re.search(call, line) for call in calls)
    ]


def someone(stage: Stage, phone: str = "") -> Person:
    number = len(stage.ledger.people)
    mail = "" if phone else f"client{number}@posti.example"
    made = Person(Client(f"Asiakas {number}", "fi", mail, phone))
    stage.ledger.people.append(made)
    return made


async def is_read(stage: Stage) -> None:
    """Let the calendar be read for the first time, with a death at each of its calls."""
    for call in FIRST:
        await stage.dies(call, stage.app.begin)
    await stage.app.start()
    await stage.rested()
    await stage.teams.install()


async def _times(stage: Stage, person: Person) -> Card:
    """Write to the bot and fill its form in."""
    asked = {"service": TALK, "modality": REMOTE, **person.client.form}
    form = await stage.teams.form(f"varaa {DAY}")
    return await stage.teams.press(form, verbs.BOOK_TIMES, asked)


async def books(stage: Stage, person: Person) -> Deed:
    times = await _times(stage, person)
    person.status, person.slot = Status.BOOKED, times.slots()[0]
    person.told.append("booked")
    person.cards += 1
    data = {**times.data(verbs.BOOK_NOW), "slot": person.slot}

    async def press() -> None:
        card = await stage.teams.send(times, verbs.BOOK_NOW, data)
        expect(card.offers(verbs.APPOINTMENT_CANCEL), "it booked", card.text)

    return press


async def is_offered(stage: Stage, person: Person) -> Deed:
    times = await _times(stage, person)
    person.told.append("offer")
    slots = ",".join(times.slots("slots")[:3])
    data = {**times.data(verbs.BOOK_OFFER), "slots": slots}
    return lambda: stage.teams.send(times, verbs.BOOK_OFFER, data)


async def _her_page(stage: Stage, person: Person) -> Document:
    """Open the link in the newest message."""
    had = await stage.tenant.messages(person.client.to)
    return await stage.browser.open(had[-1].link)


async def confirms(stage: Stage, person: Person) -> Deed:
    """Choose a time, which is then held, and another, which lets the first one go."""
    page = await _her_page(stage, person)
    person.status, person.slot = Status.BOOKED, page.slots()[0]
    person.told.append("booked")
    person.cards += 1
    await stage.browser.choose(page, page.slots()[-1])
    check = await stage.browser.choose(await stage.browser.open(page.url), person.slot)
    return lambda: stage.browser.send(check, "/confirm")


async def moves(stage: Stage, person: Person) -> Deed:
    page = await _her_page(stage, person)
    times = await stage.browser.open(page.link("/move"))
    person.slot = max(set(times.slots()) - {person.slot}, key=start_of)
    person.told.append("moved_by_client")
    person.cards += 1
    check = await stage.browser.choose(times, person.slot)
    return lambda: stage.browser.send(check, "/move/check")


async def cancels(stage: Stage, person: Person) -> Deed:
    page = await _her_page(stage, person)
    sure = await stage.browser.open(page.link("/cancel"))
    person.status = Status.CANCELLED_BY_CLIENT
    person.told.append("cancelled_by_client")
    person.cards += 1
    return lambda: stage.browser.send(sure, "/cancel")


async def are_reminded(stage: Stage, people: Sequence[Person]) -> Deed:
    """Let time pass until those who come on the first day are to be reminded."""
    first = min(start_of(each.slot) for each in people).date()
    soon = [each for each in people if start_of(each.slot).date() == first]
    for each in soon:
        each.told.append("reminder")
    last = max(start_of(each.slot) for each in soon)
    return lambda: stage.pass_to(last - timedelta(hours=24) + timedelta(minutes=1))


async def is_alike(stage: Stage) -> None:
    """See that a whole comparison of Outlook, mirror and bookings finds nothing."""
    database = stage.ledger.database
    await database.write(nights.owe_now, await stage.tenant.now())
    await stage.rested()
    assert await stage.ledger.compared() == ["differences:0"]
    assert await stage.ledger.watched() == 1


HER = Client("Asiakas", "fi", "client@posti.example", "")
BOOKED = Message("mail", text("fi", "messages.booked.subject"), "", (), NOW)
CANCEL = Card({"verb": verbs.APPOINTMENT_CANCEL}, "1")


def test_a_message_too_many_and_one_too_few_are_found():
    person = Person(HER, told=["booked"])

    assert not person.heard([BOOKED])
    assert person.heard([])
    assert person.heard([BOOKED, BOOKED])


def test_a_second_appointment_a_lost_one_and_a_hold_left_are_found():
    person = Person(HER, status=Status.BOOKED, slot="1@1800000000")
    rows = [SimpleNamespace(status=s, starts_at=1800000000) for s in ("booked", "held")]

    assert not person.booked(rows[:1])
    assert person.booked([])
    assert person.booked(rows[1:])
    assert person.booked(rows)


def test_a_card_too_many_is_found_unless_its_posting_was_cut_off():
    person = Person(HER, status=Status.BOOKED, cards=1)

    assert not person.shown([CANCEL], 0)
    assert person.shown([CANCEL, CANCEL], 0)
    assert person.shown([Card({}, "1")], 0)
    assert not person.shown([CANCEL, CANCEL], 1)
    assert person.shown([CANCEL], 0)
