"""Running late, said to the bot: who is told what, once, and how it is taken back."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Language, Modality
from booking.reminders import QuietHours
from booking.spans import HELSINKI
from booking.wording import plural, text
from booking.wording.dates import when_short
from cards import verbs
from graph_sync.graph import Refused
from teams_app.actions import booking
from teams_app.actions.handovers import Order, carry_out
from teams_app.store import delays, log
from teams_app.store.database import Tx
from tests import make
from tests.bot.talk import AINO, BO, Talk, pressable, said, speaks, texts, title
from tests.support.small_world import MAIJA, SmallWorld

LATE = {
    Language.FI: ("myöhässä", "myöhästyn 10 min", "ajoissa sittenkin"),
    Language.SV: ("sen", "10 min sen", "i tid ändå"),
    Language.EN: ("late", "running late 10", "on time after all"),
}
KALLE = replace(MAIJA, name="Kalle", email="kalle@client.example")
LIISA = replace(MAIJA, name="Liisa", email=None, phone="+358400000009")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give SQLite alone: what the database decides is tested beside the store."""
    return sqlite_url


@pytest.fixture
async def aino(small: SmallWorld) -> Talk:
    """Let it be ten minutes to the first of three who come one after the other."""
    for hours, who in ((3, MAIJA), (3.75, KALLE), (5, LIISA)):
        small.book(hours, details=who)
    small.clock.advance(hours=2, minutes=50)
    await small.settle_down()
    return Talk(small)


def told(small: SmallWorld) -> list[str]:
    """Give what clients heard of lateness, as `who: text`."""
    mails = [(each.to, each.text) for each in small.graph.mails if "late:" in each.key]
    texts_ = [(each.to, each.text) for each in small.sms.sent if "late:" in each.key]
    return [f"{to}: {text}" for to, text in (*mails, *texts_)]


def heard_by(small: SmallWorld, who: str) -> list[str]:
    return [each for each in told(small) if each.startswith(who)]


def minutes(card: dict[str, Any], wanted: int) -> dict[str, Any]:
    found = [each["data"] for each in pressable(card, verbs.LATE_TELL)]
    return next(each for each in found if each[verbs.MINUTES] == wanted)


def appointment(small: SmallWorld, number: int = 1) -> Appointment:
    return small.appointment(number)


def whats(small: SmallWorld, number: int = 1) -> list[tuple[str, str]]:
    found = small.read(log.entries, f"appointment:{number}", 50)
    return [(each.who, each.what) for each in found if each.what != "view"]


@pytest.mark.parametrize("language", Language)
async def test_the_word_alone_asks_how_late_and_tells_nobody(
    aino: Talk, language: Language
):
    speaks(aino.small, language)

    card = await aino.ask(LATE[language][0])
    await aino.small.settle_down()

    assert title(card) == said("lateness.title.asks", language)
    offered = [each["data"][verbs.MINUTES] for each in pressable(card, verbs.LATE_TELL)]
    assert offered == [5, 10, 15, 20, 30]
    assert minutes(card, 5)[verbs.WHOM] == "1,2"
    shown = texts(card)
    assert {"Maija Meri", "Kalle"} <= set(shown)
    assert "Liisa" not in shown  # A pause of half an hour lies before her.
    assert told(aino.small) == []


@pytest.mark.parametrize("language", Language)
async def test_with_minutes_one_press_tells_the_next_clients_once(
    aino: Talk, language: Language
):
    small = aino.small
    speaks(small, language)

    card = await aino.ask(LATE[language][1])
    assert title(card) == said("lateness.title.asked", language, minutes=10)
    press = minutes(card, 10)
    first = await aino.card(verbs.LATE_TELL, press)
    await small.settle_down()
    again = await aino.card(verbs.LATE_TELL, press)
    await small.settle_down()

    assert (
        title(first)
        == title(again)
        == said("lateness.title.said", language, minutes=10)
    )
    two, one = sorted(told(small))
    start = appointment(small).span.start
    when = when_short("fi", start, HELSINKI)
    assert said("messages.running_late.said", "fi", when=when, minutes=10) in one
    assert one.startswith("maija@client.example")
    assert two.startswith("kalle@client.example")
    for each in (one, two):
        for private in ("Guidance", "Aino", "Maija Meri", "Kalle", "Itakatu"):
            assert private not in each.partition(": ")[2]
    assert whats(small)[0] == (f"staff:{AINO}", "running_late")
    assert [what for _, what in whats(small)].count("running_late") == 1


async def test_more_tells_again_less_corrects_and_on_time_takes_it_back(aino: Talk):
    small = aino.small
    for late in (10, 20, 5):
        card = await aino.ask(f"myöhästyn {late} min")
        await aino.card(verbs.LATE_TELL, minutes(card, late))
        await small.settle_down()
    heard = heard_by(small, "maija")
    assert ["noin 10 " in heard[0], "noin 20 " in heard[1], "noin 5 " in heard[2]] == [
        True
    ] * 3

    card = await aino.ask("ajoissa sittenkin")
    await small.settle_down()
    await aino.ask("ajoissa sittenkin")
    await small.settle_down()

    assert title(card) == said("lateness.title.taken_back")
    heard = heard_by(small, "maija")
    assert len(heard) == 4
    assert "sittenkin ajallaan" in heard[-1]
    assert whats(small)[0] == (f"staff:{AINO}", "on_time")


async def test_whom_less_does_not_reach_hears_that_it_begins_on_time(aino: Talk):
    small = aino.small
    card = await aino.ask("myöhästyn 40 min")
    assert minutes(card, 40)[verbs.WHOM] == "1,2,3"
    await aino.card(verbs.LATE_TELL, minutes(card, 40))
    await small.settle_down()

    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    await small.settle_down()

    first, then = heard_by(small, LIISA.phone or "")
    assert "noin 10 " in first
    assert "sittenkin ajallaan" in then


async def test_what_was_said_of_those_long_past_is_not_read_again(aino: Talk):
    small = aino.small
    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    assert small.read(delays.standing, make.AINO, small.now)

    small.clock.advance(minutes=19)
    assert small.read(delays.standing, make.AINO, small.now)

    small.clock.advance(days=3)
    assert small.read(delays.standing, make.AINO, small.now) == []


async def test_one_without_mail_gets_a_short_text_message(aino: Talk):
    small = aino.small
    card = await aino.ask("myöhästyn 40 min")

    await aino.card(verbs.LATE_TELL, minutes(card, 40))
    await small.settle_down()

    (sms,) = small.sms.sent[-1:]
    assert sms.to == LIISA.phone
    assert "noin 10 minuuttia myöhässä" in sms.text
    sms.text.encode("latin-1")


async def test_who_is_called_is_told_that_the_call_comes_later(small: SmallWorld):
    small.book(3, modality=Modality.PHONE, details=LIISA)
    small.clock.advance(hours=2, minutes=50)
    aino = Talk(small)

    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    await small.settle_down()

    assert "Soitamme sinulle noin 10 minuuttia" in small.sms.sent[-1].text
    assert "Soitamme sinulle" in " ".join(texts(card))


# Decided when it is sent.


@pytest.mark.parametrize("happens", ["cancelled", "moved", "over", "taken_back"])
async def test_nothing_is_said_that_is_no_longer_so(aino: Talk, happens: str):
    small, booked = aino.small, appointment(aino.small)
    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    if happens == "cancelled":
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    elif happens == "moved":
        small.move(booked, 50)
    elif happens == "over":
        small.clock.advance(minutes=21)
    else:
        await aino.ask("ajoissa sittenkin")
    await small.settle_down()

    assert not heard_by(small, "maija")


@pytest.mark.parametrize("hours", [1.9, 2.2])
async def test_quiet_hours_hold_back_only_what_is_not_about_to_begin(
    small: SmallWorld, hours: float
):
    small.book(4, details=KALLE)
    await small.settle_down()
    small.clock.advance(hours=4 - hours)
    small.policy = replace(small.policy, quiet=QuietHours(time(9), time(17)))
    aino = Talk(small)

    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    await small.settle_down()

    assert len(told(small)) == (1 if hours < 2 else 0)


async def test_a_message_that_no_channel_takes_is_shown_with_what_to_do(aino: Talk):
    small = aino.small
    small.graph.refusals["maija@client.example"] = Refused("nobody")
    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    await small.settle_down()

    shown = await aino.ask(appointment(small).reference)

    assert said("lateness.told.failed") in " ".join(texts(shown))


async def test_the_message_is_quoted_in_the_clients_language(small: SmallWorld):
    speaks(small, Language.SV)
    small.book(3, details=replace(MAIJA, language=Language.EN))
    small.clock.advance(hours=2, minutes=50)
    await small.settle_down()

    card = await Talk(small).ask(LATE[Language.SV][1])

    when = when_short("en", make.at(3))
    quoted = text("en", "messages.running_late.said", when=when, minutes=10)
    assert text("sv", "lateness.preview", said=quoted) in texts(card)


# Cards.


async def test_the_reminder_has_the_button_and_then_says_so(aino: Talk):
    small = aino.small
    reminder = small.chat.card()
    assert title(reminder) == said("cards.appointment.reminder")
    data = minutes(reminder, 15)
    assert data["appointment"] == 1

    pressed = await aino.card(verbs.LATE_TELL, data, on=small.chat.posted[-1].id)
    await small.settle_down()
    small.clock.advance(seconds=2)
    await small.settle_down()

    assert said("lateness.about", minutes=15) in " ".join(texts(pressed))
    stands = " ".join(texts(small.chat.card()))
    assert said("lateness.told.done") in stands
    back = pressable(small.chat.card(), verbs.LATE_ON_TIME)
    await aino.card(verbs.LATE_ON_TIME, back[0]["data"])
    await small.settle_down()
    assert small.read(delays.find, 1).minutes == 0


async def test_an_old_copy_names_others_and_tells_nobody(aino: Talk):
    small = aino.small
    old = minutes(await aino.ask("myöhästyn 10 min"), 10)
    small.write(booking.cancel, 2, by=Actor.CLIENT, now=small.now)

    card = await aino.card(verbs.LATE_TELL, old)
    await small.settle_down()

    assert said("lateness.others") in " ".join(texts(card))
    assert told(small) == []
    small.clock.advance(days=1)
    later = await aino.card(verbs.LATE_TELL, old)
    assert title(later) == said("lateness.title.nobody")
    assert told(small) == []


@pytest.mark.parametrize("given", [0, -5, 2, 61, 10**9, "", "odd", None])
async def test_forged_minutes_tell_nobody(aino: Talk, given: Any):
    data = {"appointment": 1, verbs.MINUTES: given}

    card = await aino.card(verbs.LATE_TELL, data)
    await aino.small.settle_down()

    assert title(card) == said("cards.notice.bad_press.title")
    assert told(aino.small) == []


async def test_a_colleague_cannot_say_it(aino: Talk):
    bo = Talk(aino.small, BO)

    card = await bo.card(verbs.LATE_TELL, {"appointment": 1, verbs.MINUTES: 10})
    back = await bo.card(verbs.LATE_ON_TIME, {"appointment": 1})
    await aino.small.settle_down()

    assert title(card) == title(back) == said("cards.notice.gone.title", "sv")
    assert told(aino.small) == []


async def test_nothing_moves_in_outlook(aino: Talk):
    small, box = aino.small, make.a_professional().mailbox
    before = [(each.id, each.when) for each in small.graph.ours(box)]
    puts = len(small.graph.puts)

    card = await aino.ask("myöhästyn 10 min")
    await aino.card(verbs.LATE_TELL, minutes(card, 10))
    await small.settle_down()

    assert [(each.id, each.when) for each in small.graph.ours(box)] == before
    assert len(small.graph.puts) == puts
    assert appointment(small).version == 2


async def test_the_button_says_how_many_are_told(aino: Talk):
    card = await aino.ask("myöhästyn 10 min")

    (first, *_) = pressable(card, verbs.LATE_TELL)
    assert first["title"] == plural("fi", "lateness.do.tell", 2)


# The card that says who is told.


async def is_late(aino: Talk) -> str:
    """Say ten minutes by a card of hers; gives the message it stands in."""
    await aino.ask("myöhästyn 10 min")
    asked = aino.small.chat.posted[-1].id
    data = minutes(aino.small.chat.card(), 10)
    # Teams puts the answer in place of the card.
    await aino.card(verbs.LATE_TELL, data, on=asked)
    await aino.small.settle_down()
    aino.small.clock.advance(seconds=2)
    await aino.small.settle_down()
    return asked


def stands(small: SmallWorld, message: str) -> dict[str, Any]:
    (found,) = [each for each in small.chat.posted if each.id == message]
    card: dict[str, Any] = found.activity["attachments"][0]["content"]
    return card


async def test_the_card_follows_until_it_is_over(aino: Talk):
    small = aino.small
    message = await is_late(aino)

    card = stands(small, message)
    assert title(card) == said("lateness.title.said", minutes=10)
    assert said("lateness.lead.told") in texts(card)
    small.clock.set(appointment(small, 2).span.end)
    await small.settle_down()
    card = stands(small, message)

    assert title(card) == said("lateness.title.over", minutes=10)
    assert pressable(card, verbs.LATE_ON_TIME) == []
    assert pressable(card, verbs.LATE_TELL) == []


async def test_pressed_too_late_on_time_promises_nobody_anything(aino: Talk):
    small = aino.small
    message = await is_late(aino)
    old = pressable(stands(small, message), verbs.LATE_ON_TIME)[0]["data"]
    before = told(small)
    small.clock.set(appointment(small, 2).span.end)

    card = await aino.card(verbs.LATE_ON_TIME, old, on=message)
    await small.settle_down()

    assert title(card) == said("lateness.title.over", minutes=10)
    assert told(small) == before


async def test_the_card_says_whom_the_message_did_not_reach(aino: Talk):
    small = aino.small
    small.graph.refusals["kalle@client.example"] = Refused("nobody")

    card = stands(small, await is_late(aino))

    assert said("lateness.lead.failed") in texts(card)
    assert texts(card).count(said("lateness.told.failed")) == 1


async def test_who_goes_elsewhere_is_no_longer_on_the_card(aino: Talk):
    small = aino.small
    message = await is_late(aino)

    for number in (2, 1):
        small.write(booking.cancel, number, by=Actor.CLIENT, now=small.now)
        await small.settle_down()
        left = texts(stands(small, message))
        assert ("Kalle" not in left, "Maija Meri" in left) == (True, number == 2)

    assert title(stands(small, message)) == said("lateness.title.none")


async def test_taken_back_in_words_the_card_says_so_too(aino: Talk):
    message = await is_late(aino)

    await aino.ask("ajoissa sittenkin")
    await aino.small.settle_down()

    card = stands(aino.small, message)
    assert title(card) == said("lateness.title.taken_back")
    assert pressable(card, verbs.LATE_ON_TIME) == []


@pytest.mark.parametrize("to", ["thursday", "colleague"])
async def test_when_the_first_goes_elsewhere_who_still_waits_stays_on_the_card(
    aino: Talk, to: str
):
    small, first = aino.small, appointment(aino.small)
    message = await is_late(aino)

    if to == "thursday":
        small.move(first, 72)
    else:
        small.write(hand_over, first, small.now)
    await small.settle_down()

    card = stands(small, message)
    assert title(card) == said("lateness.title.said", minutes=10)
    assert "Kalle" in texts(card)
    assert "Maija Meri" not in texts(card)
    assert minutes(card, 20)[verbs.WHOM] == "2"
    (back,) = pressable(card, verbs.LATE_ON_TIME)
    await aino.ask("ajoissa sittenkin")
    await small.settle_down()
    assert title(stands(small, message)) == said("lateness.title.taken_back")
    again = await aino.card(verbs.LATE_ON_TIME, back["data"], on=message)
    assert title(again) == said("lateness.title.taken_back")


def hand_over(tx: Tx, found: Appointment, now: datetime) -> None:
    order = Order(found, make.BO, found.span, Actor.PROFESSIONAL, f"staff:{AINO}")
    assert isinstance(carry_out(tx, order, now), Appointment)
