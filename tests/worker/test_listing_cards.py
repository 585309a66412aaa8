"""Cards that list appointments: the day's, an absence's and the desk's follow them."""

from datetime import timedelta
from typing import Any

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Language
from booking.spans import Span
from booking.wording import plural, text
from booking.wording.dates import clock
from cards import verbs
from teams_app.actions import absences, booking, desk_postings, mornings, postings
from teams_app.actions.absences import By
from teams_app.store import absences as rows
from tests import make
from tests.actions.test_handing import hand, wish
from tests.bot.at_the_desk import made, person, shown, take
from tests.bot.talk import AINO, Talk, said, texts
from tests.support.outside import Posted
from tests.support.small_world import SUPERVISOR, SmallWorld

FI = Language.FI


def card(posted: Posted) -> dict[str, Any]:
    found: dict[str, Any] = posted.activity["attachments"][0]["content"]
    return found


def of(small: SmallWorld, who: str, wording: str) -> list[str]:
    """Give what cards say in one's chat that have some words on them."""
    every = [each for each in small.chat.posted if who in str(each.to)]
    told = ["\n".join(texts(card(each))) for each in every]
    return [each for each in told if wording in each]


def cancelled(small: SmallWorld, own: Appointment) -> None:
    small.write(booking.cancel, own.id, by=Actor.CLIENT, now=small.now)


async def gone(small: SmallWorld, own: Appointment, how: str) -> None:
    """Let an appointment leave her day."""
    if how == "cancelled":
        cancelled(small, own)
    elif how == "moved":
        small.move(own, 72)
    else:
        await hand(small, wish(own))
    await small.settle_down()


# The list of the day.


async def listed(small: SmallWorld) -> list[Appointment]:
    """Let it be eight in the morning of a day with two appointments on the list."""
    own = [small.book(each) for each in (24, 26)]
    await small.settle_down()
    small.clock.set(make.at(20))
    small.write(mornings.promise_mornings, small.policy, small.now)
    small.clock.set(make.at(22))
    await small.settle_down()
    assert of(small, AINO, plural(FI, "cards.morning.count", 2))
    return own


@pytest.mark.parametrize("how", ["cancelled", "moved", "handed"])
async def test_the_list_of_the_day_follows_while_the_day_lasts(
    small: SmallWorld, how: str
):
    first, second = await listed(small)

    await gone(small, first, how)

    (left,) = of(small, AINO, plural(FI, "cards.morning.count", 1))
    assert second.reference in left
    assert first.reference not in left
    await gone(small, small.appointment(second.id), "cancelled")
    assert of(small, AINO, said("cards.morning.none"))


async def test_what_is_booked_for_today_comes_onto_the_list(small: SmallWorld):
    await listed(small)

    new = small.book(29)
    await small.settle_down()

    (left,) = of(small, AINO, plural(FI, "cards.morning.count", 3))
    assert new.reference in left


async def test_the_list_of_yesterday_stays_as_it_was(small: SmallWorld):
    first, _ = await listed(small)
    small.clock.set(make.at(48))

    cancelled(small, first)
    await small.settle_down()

    assert of(small, AINO, plural(FI, "cards.morning.count", 2))


# An absence.


async def away(small: SmallWorld) -> list[Appointment]:
    """Let Aino be away over two appointments; she and her supervisor have a card."""
    own = [small.book(each) for each in (24, 26)]
    await small.settle_down()
    by = By(person(small), small.now, "tab")
    found = small.write(
        absences.record, by, make.AINO, Span(make.at(20), make.at(30)), "r1"
    )
    sent = await small.chat.send(
        await small.chat.create("t", AINO), {"attachments": [{"content": {}}]}
    )
    small.write(postings.answered, AINO, sent, f"absence:{found.id}", small.now)
    small.clock.advance(minutes=1)
    await small.settle_down()
    assert of(small, AINO, plural(FI, "absence.touched", 2))
    assert of(small, SUPERVISOR, plural(FI, "absence.news.touched", 2))
    return own


@pytest.mark.parametrize("how", ["cancelled", "moved", "handed"])
async def test_the_cards_of_an_absence_follow_what_it_touches(
    small: SmallWorld, how: str
):
    first, second = await away(small)

    await gone(small, first, how)

    (own,) = of(small, AINO, plural(FI, "absence.touched", 1))
    assert clock(FI, first.span.start) not in own
    assert clock(FI, second.span.start) in own
    (news,) = of(small, SUPERVISOR, plural(FI, "absence.news.touched", 1))
    assert plural(FI, "absence.left", 1) in own
    assert plural(FI, "absence.news.left", 1) in news


# The desk's day.


async def waiting(small: SmallWorld) -> tuple[Appointment, int]:
    """Let the day's card stand in the channel while a line looks for a taker."""
    await made(small)
    own = small.book(24 + 2)
    await small.settle_down()
    found = small.write(rows.add, make.AINO, Span(make.at(25), make.at(30)))
    small.clock.set(make.at(22))
    small.write(desk_postings.owe_days, small.policy, small.now)
    await small.settle_down()
    assert said("desk.day.waiting.none") in day(small)
    data = {"absence": f"{found.id}"}
    await Talk(small).card(verbs.AWAY_DESK, data, on="A1")
    await small.settle_down()
    assert plural(FI, "desk.day.waiting", 1) in day(small), "as soon as it is asked"
    return own, found.id


def day(small: SmallWorld) -> str:
    return "\n".join(texts(shown(small, 0)))


@pytest.mark.parametrize("how", ["taken", "called off", "cancelled", "begun"])
async def test_the_days_card_counts_what_looks_for_a_taker_as_it_is(
    small: SmallWorld, how: str
):
    own, absence = await waiting(small)

    if how == "taken":
        await take(small, own)
    elif how == "called off":
        found = small.read(rows.find, absence)
        by = By(person(small), small.now, "bot")
        small.write(absences.finish, by, absence, found.version)
    elif how == "cancelled":
        cancelled(small, own)
    else:
        small.clock.set(own.span.start + timedelta(seconds=1))
    await small.settle_down()

    assert said("desk.day.waiting.none") in day(small)


async def test_what_goes_to_another_day_is_counted_no_more(small: SmallWorld):
    await made(small)
    own = small.book(24 + 2)
    small.clock.set(make.at(22))
    small.write(desk_postings.owe_days, small.policy, small.now)
    await small.settle_down()
    assert plural(FI, "desk.day.count", 1) in day(small)

    small.move(own, 72)
    await small.settle_down()

    assert plural(FI, "desk.day.count", 1) not in day(small)
    assert text("fi", "desk.day.waiting.none") in day(small)


@pytest.mark.parametrize("language", Language)
def test_one_is_told_of_as_one_and_a_day_is_counted_as_today_is(language: Language):
    for key in ("absence.left", "absence.news.left"):
        assert plural(language, key, 1) != plural(language, key, 2)
    for count in (1, 2):
        today = plural(language, "cards.morning.count", count)
        assert today.startswith(plural(language, "cards.day.count", count))
