"""An appointment moved in the bot: times proposed, one pressed, nothing done twice."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from booking.appointments import Actor
from booking.model import Appointment, BookedBy, Language, Slot
from booking.spans import Span
from cards import verbs
from teams_app import errands
from teams_app.actions import booking
from teams_app.store import people
from tests import make
from tests.booking.test_binding import BINDING
from tests.bot.talk import (
    BO,
    Talk,
    button,
    nodes,
    pressable,
    said,
    speaks,
    texts,
    title,
)
from tests.support.handing import HERS
from tests.support.outside import Posted
from tests.support.small_world import SmallWorld

TIMES, MOVE, SHOW = (
    verbs.APPOINTMENT_TIMES,
    verbs.APPOINTMENT_MOVE,
    verbs.APPOINTMENT_SHOW,
)


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


def of(booked: Appointment, **more: str) -> dict[str, Any]:
    return {"appointment": booked.id, "version": booked.version} | more


def at(hours: float) -> str:
    return f"{make.AINO}@{int(make.at(hours).timestamp())}"


def proposed(card: dict[str, Any]) -> list[str]:
    return [each["data"][verbs.SLOT] for each in pressable(card, MOVE)]


def cancelled(small: SmallWorld, booked: Appointment) -> Appointment:
    ended = small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    assert isinstance(ended, Appointment)
    return ended


def messages(small: SmallWorld) -> list[str]:
    return [each.key for each in small.owed("tell")]


async def booked_card(aino: Talk) -> tuple[Appointment, Posted]:
    """Give an appointment, and the card in her chat that tells of it."""
    booked = aino.small.book()
    await aino.small.settle_down()
    return booked, aino.posted[-1]


def shows(card: Posted) -> dict[str, Any]:
    shown: dict[str, Any] = card.activity["attachments"][0]["content"]
    return shown


async def test_three_times_are_proposed_that_overlap_neither_it_nor_each_other(
    aino: Talk,
):
    booked, stands = await booked_card(aino)

    card = await aino.card(TIMES, button(shows(stands), TIMES), on=stands.id)

    starts = sorted(int(each.partition("@")[2]) for each in proposed(card))
    here, long = booked.span.start.timestamp(), booked.span.length.total_seconds()
    assert len(starts) == 3
    assert all(abs(each - here) >= long for each in starts)
    assert all(b - a >= long for a, b in pairwise(starts))
    links = [e["url"] for e in nodes(card) if e.get("type") == "Action.OpenUrl"]
    assert links == [aino.small.policy.view_url("move", booked.reference)]


async def test_a_time_that_overlaps_the_present_one_comes_last(aino: Talk):
    booked = aino.small.book()
    length, start = booked.span.length.seconds, int(booked.span.start.timestamp())
    half, hour = timedelta(minutes=30), timedelta(hours=1)
    begins, ends = booked.span.start - half, booked.span.end + hour
    day = timedelta(days=1)
    taken = [Span(ends + day * n, ends + day * (n + 1)) for n in range(60)]
    for each in (Span(begins - 2 * day, begins), *taken):
        aino.small.graph.add(HERS, each)  # As far as she is looked.
    aino.small.pull()
    await aino.small.settle_down()

    times = proposed(await aino.card(TIMES, of(booked)))

    from_now = [int(each.partition("@")[2]) - start for each in times]
    assert [abs(each) < length for each in from_now] == [False, True]


async def test_the_one_pressed_is_moved_to_and_its_client_told_once(aino: Talk):
    booked, stands = await booked_card(aino)
    times = await aino.card(TIMES, of(booked), on=stands.id)
    before = len(messages(aino.small))
    sent = button(times, MOVE)

    shown = [await aino.card(MOVE, sent, on=stands.id) for _ in range(2)]

    now = aino.small.appointment(booked.id)
    assert sent[verbs.SLOT] == f"{make.AINO}@{int(now.span.start.timestamp())}"
    assert now.version == booked.version + 1
    assert [title(each) for each in shown] == [said("cards.appointment.standing")] * 2
    assert len(messages(aino.small)) == before + 1
    await aino.small.settle_down()
    assert [each.when for each in aino.small.graph.ours(HERS)] == [now.span]
    assert title(shows(stands)) == said("cards.appointment.standing")
    assert proposed(shows(stands)) == []


async def test_an_old_copy_moves_nothing_and_shows_how_it_stands(aino: Talk):
    booked = aino.small.book()
    moved = aino.small.move(booked, 26)

    card = await aino.card(MOVE, of(booked, slot=at(48)))

    assert said("cards.problem.outdated") in str(card)
    assert aino.small.appointment(booked.id) == moved
    assert button(card, TIMES)["version"] == moved.version


async def test_a_time_taken_meanwhile_gives_others_and_says_so(aino: Talk):
    booked, stands = await booked_card(aino)
    aino.small.graph.add(HERS, make.span(48))

    card = await aino.card(MOVE, of(booked, slot=at(48)), on=stands.id)

    assert said("cards.move.wrong.taken") in str(card)
    assert len(proposed(card)) == 3
    assert at(48) not in proposed(card)
    assert aino.small.appointment(booked.id) == booked


@pytest.mark.parametrize(
    ("slot", "why"),
    [
        (at(-1), "past"),
        (f"{make.AINO}@99999999999", "closed"),
        (f"{make.BO}@{int(make.at(48).timestamp())}", None),
        ("odd", None),
        ("", None),
    ],
)
async def test_what_is_no_time_of_hers_moves_nothing(
    aino: Talk, slot: str, why: str | None
):
    booked = aino.small.book()

    card = await aino.card(MOVE, of(booked, slot=slot))

    assert aino.small.appointment(booked.id) == booked
    assert len(proposed(card)) == 3
    assert why is None or said(f"cards.move.wrong.{why}") in str(card)


@pytest.mark.parametrize("verb", [TIMES, MOVE])
async def test_what_is_over_or_cancelled_is_not_moved(aino: Talk, verb: str):
    booked = aino.small.book()
    gone = aino.small.book(26)
    ended = cancelled(aino.small, gone)
    aino.small.clock.set(booked.span.end)

    for each in (booked, ended):
        card = await aino.card(verb, of(each, slot=at(48)))
        assert said("cards.problem.not_moved") in str(card)
        assert aino.small.appointment(each.id) == each


async def test_who_keeps_the_time_has_its_card_again(aino: Talk):
    booked, stands = await booked_card(aino)
    times = await aino.card(TIMES, of(booked), on=stands.id)

    card = await aino.card(SHOW, button(times, SHOW), on=stands.id)

    assert title(card) == said("cards.appointment.standing")
    assert aino.small.appointment(booked.id) == booked


async def test_times_stay_proposed_until_something_happens_to_it(aino: Talk):
    booked, stands = await booked_card(aino)
    times = await aino.card(TIMES, of(booked), on=stands.id)
    assert len(proposed(times)) == 3
    before = stands.updates
    aino.small.clock.advance(minutes=1)
    await aino.small.settle_down()
    assert stands.updates == before

    cancelled(aino.small, booked)
    await aino.small.settle_down()

    assert stands.updates > before
    assert proposed(shows(stands)) == []


async def test_times_that_were_written_for_stay_too(aino: Talk):
    booked = aino.small.book(26)
    await aino.ask(f"siirrä {booked.reference}")
    asked = aino.posted[-1]

    await aino.small.settle_down()
    aino.small.clock.advance(minutes=1)
    await aino.small.settle_down()

    assert len(proposed(shows(asked))) == 3


async def test_what_was_handed_over_while_outlook_was_asked_is_not_shown_any_more(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    booked = aino.small.book()
    moved = errands.move

    async def late(*asked: Any, **more: Any) -> errands.Moved:
        to = Slot(make.BO, booked.span.start)
        change = {"version": booked.version, "by": Actor.SUPERVISOR}
        change |= {"policy": aino.small.policy, "now": aino.small.now}
        aino.small.write(booking.move, booked.id, to, **change)
        return await moved(*asked, **more)

    monkeypatch.setattr(errands, "move", late)
    card = await aino.card(MOVE, of(booked, slot=at(48)))

    assert title(card) == said("cards.notice.gone.title")


async def test_a_colleague_moves_nothing(small: SmallWorld):
    booked = small.book()

    for verb in (TIMES, MOVE, SHOW):
        card = await Talk(small, BO).card(verb, of(booked, slot=at(48)))
        assert title(card) == said("cards.notice.gone.title", "sv")
    assert small.appointment(booked.id) == booked


# As a command.


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.FI, "siirrä {} ylihuomenna klo 10"),
        (Language.SV, "flytta {} till i övermorgon kl. 10"),
        (Language.EN, "move {} to the day after tomorrow at 10"),
    ],
)
async def test_the_time_that_was_written_stands_first_and_moves_nothing_yet(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)
    booked = aino.small.book()

    card = await aino.ask(sentence.format(booked.reference))

    first, *others = pressable(card, MOVE)
    assert first["data"][verbs.SLOT] == at(48)
    assert first["style"] == "positive"
    assert len(others) == 2
    assert said("cards.move.missed", language) not in texts(card)
    assert aino.small.appointment(booked.id) == booked


async def test_a_time_that_is_not_free_gives_the_nearest_and_says_so(aino: Talk):
    booked = aino.small.book()
    aino.small.book(48)

    card = await aino.ask(f"siirrä {booked.reference} ylihuomenna klo 10")

    assert any(said("cards.move.missed") in each for each in texts(card))
    assert at(48) not in proposed(card)
    assert len(proposed(card)) == 3


async def test_of_a_day_alone_times_near_the_hour_it_has_are_proposed(aino: Talk):
    booked = aino.small.book()

    card = await aino.ask(f"siirrä {booked.reference} ylihuomenna")

    assert at(48) in proposed(card)


async def test_what_was_wished_for_stands_first_though_there_is_an_earlier_time(
    aino: Talk,
):
    booked = aino.small.book()
    aino.small.graph.add(HERS, Span(make.at(44), make.at(52.5)))
    aino.small.pull()
    await aino.small.settle_down()

    card = await aino.ask(f"siirrä {booked.reference} ylihuomenna")

    first, *others = pressable(card, MOVE)
    assert first["data"][verbs.SLOT] == at(52.5)
    assert first["style"] == "positive"
    assert min(each["data"][verbs.SLOT] for each in others) < at(44)


async def test_of_a_week_of_which_only_the_end_is_free_that_is_proposed(aino: Talk):
    booked = aino.small.book()
    monday = make.at(7 * 24)
    aino.small.graph.add(HERS, Span(monday - timedelta(hours=3), make.at(7 * 24 + 90)))
    aino.small.pull()
    await aino.small.settle_down()

    card = await aino.ask(f"siirrä {booked.reference} ensi viikolle")

    starts = [int(each.partition("@")[2]) for each in proposed(card)]
    assert said("cards.move.missed") not in texts(card)
    assert all(each > make.at(7 * 24 + 90).timestamp() for each in starts)


async def test_an_hour_alone_is_one_of_the_day_it_has(aino: Talk):
    booked = aino.small.book(48)

    card = await aino.ask(f"siirrä {booked.reference} klo 13")

    assert proposed(card)[0] == at(51)
    assert pressable(card, MOVE)[0]["style"] == "positive"


async def test_of_several_the_hour_alone_is_one_of_the_day_that_each_has(aino: Talk):
    aino.small.book()
    aino.small.book(48)

    card = await aino.ask("siirrä Maija klo 13")

    first, second = (each["data"] for each in pressable(card, verbs.SAY))
    for data, slot in ((first, at(27)), (second, at(51))):
        assert proposed(await aino.card(verbs.SAY, data))[0] == slot


async def test_of_an_hour_that_may_be_one_of_two_it_is_asked_which(aino: Talk):
    booked = aino.small.book()

    card = await aino.ask(f"siirrä {booked.reference} klo 2")

    data = pressable(card, verbs.SAY)[0]["data"]
    assert "14.00" in str(card)
    assert proposed(await aino.card(verbs.SAY, data))[0] == at(28)


async def test_what_is_moved_to_the_time_it_has_is_shown_as_it_stands(aino: Talk):
    booked = aino.small.book()

    card = await aino.ask(f"siirrä {booked.reference} huomenna klo 10")

    assert title(card) == said("cards.appointment.standing")
    assert proposed(card) == []


async def test_the_service_that_is_named_is_no_part_of_the_name(aino: Talk):
    aino.small.book()
    name = aino.small.service.name.in_(Language.FI)

    card = await aino.ask(f"siirrä Maijan {name} ylihuomenna klo 10")

    assert proposed(card)[0] == at(48)


async def test_of_several_by_one_name_it_is_asked_which(aino: Talk):
    booked = [aino.small.book(), aino.small.book(50)]

    card = await aino.ask("siirrä Maija ylihuomenna klo 10")

    which = [each["data"] for each in pressable(card, verbs.SAY)]
    assert [each["whom"] for each in which] == [each.reference for each in booked]
    times = await aino.card(verbs.SAY, which[1])
    assert title(times) == said("cards.do.move")
    assert proposed(times)[0] == at(48)


async def test_what_was_not_found_and_what_has_been_is_not_moved(aino: Talk):
    booked = aino.small.book()
    nobody = await aino.ask("siirrä Tuntematon huomenna")
    assert title(nobody) == said("cards.notice.not_found.title")

    aino.small.clock.set(booked.span.end)
    card = await aino.ask(f"siirrä {booked.reference}")
    assert booked.reference in str(card)
    assert pressable(card, verbs.SAY) == []


async def test_what_is_not_said_is_asked(aino: Talk):
    aino.small.book()

    card = await aino.ask("siirrä huomenna klo 10")

    assert title(card) == said("cards.ask.title_move")
    assert [each["data"]["say"] for each in pressable(card, verbs.SAY)] == ["day"]


# Binding.


@pytest.fixture
def bound(aino: Talk) -> Appointment:
    """Give a binding one, whose window ends in six days."""
    made = replace(aino.small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    aino.small.write(people.save_service, made)
    return aino.small.book(by=Actor.PROFESSIONAL)


async def test_a_binding_one_keeps_to_its_window(aino: Talk, bound: Appointment):
    card = await aino.card(TIMES, of(bound))
    assert said("cards.move.bound") in texts(card)
    assert len(proposed(card)) == 3

    late = at(7 * 24)
    card = await aino.card(MOVE, of(bound, slot=late))
    assert said("cards.move.wrong.bound") in str(card)
    assert late not in proposed(card)
    assert aino.small.appointment(bound.id) == bound

    await aino.card(MOVE, of(bound, slot=at(48)))
    assert aino.small.appointment(bound.id).span.start == make.at(48)


async def test_of_a_binding_one_a_later_day_is_said_to_be_too_late(
    aino: Talk, bound: Appointment
):
    card = await aino.ask(f"siirrä {bound.reference} 30.11. klo 10")

    assert said("cards.move.wrong.bound") in str(card)
    assert at(7 * 24) not in proposed(card)


async def test_of_a_binding_one_whose_window_is_over_nothing_is_proposed(
    aino: Talk, bound: Appointment
):
    small = aino.small
    moved = small.move(bound, 24 * 7, by=Actor.PROFESSIONAL)
    small.clock.set(make.at(days=6, hours=14))

    card = await aino.card(TIMES, of(moved))

    assert proposed(card) == []
    assert said("cards.move.none") in texts(card)


@pytest.mark.parametrize(
    "said", ["move the next to tomorrow", "move the 12:00 appointment to tomorrow"]
)
async def test_the_next_and_the_one_of_an_hour_today_are_moved_without_a_name(
    aino: Talk, said: str
):
    booked = aino.small.book(2)

    await aino.say(said)
    card = shows(aino.posted[-1])

    assert booked.reference in str(card)
    assert len(proposed(card)) == 3


async def test_where_none_begins_then_that_is_said(aino: Talk):
    aino.small.book(2)

    await aino.say("move the 14:00 appointment to tomorrow")
    card = shows(aino.posted[-1])

    assert "14.00" in str(card)
    assert not proposed(card)
