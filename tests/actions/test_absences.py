"""Absences: recorded once, joined, ended; times gone at once; who is told, and how."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.absence import Absence
from booking.appointments import Actor, Taken
from booking.availability import Search
from booking.model import Language, Modality
from booking.spans import Span
from booking.wording import plural, text
from teams_app.actions import absences, booking
from teams_app.actions.absences import By, NotYours, Outdated
from teams_app.actions.access import Claims, Person, person
from teams_app.actions.booking import Found
from teams_app.store import absences as rows
from teams_app.store import log, people
from tests import make
from tests.support.outside import Posted
from tests.support.small_world import MAIJA, SUPERVISOR, TENANT, SmallWorld

AINO, BO = make.a_professional().object_id, make.bo().object_id
TUESDAY = Span(make.at(14), make.at(38))  #: All of it.


def who(small: SmallWorld, object_id: str = AINO) -> Person:
    found = small.read(person, Claims(TENANT, object_id))
    assert found is not None
    return found


def by(small: SmallWorld, object_id: str = AINO) -> By:
    return By(who(small, object_id), small.now, "bot")


def record(
    small: SmallWorld, span: Span = TUESDAY, request: str = "r1", of: str = AINO
) -> Any:
    return small.write(absences.record, by(small, of), make.AINO, span, request)


def stands(small: SmallWorld) -> list[Span]:
    return [each.span for each in small.read(rows.of, make.AINO)]


def free(small: SmallWorld) -> int:
    """Count Aino's free starts within Tuesday."""
    search = Search(small.service, Modality.REMOTE, small.now, [make.AINO], TUESDAY)
    return len(small.world.index().free(search))


def in_chat(small: SmallWorld, of: str) -> list[Posted]:
    return [one for one in small.chat.posted if one.to.conversation_id.endswith(of)]


def logged(small: SmallWorld, number: int = 1) -> list[str]:
    found = small.read(log.entries, f"absence:{number}", 20)
    return [each.what for each in reversed(found)]


async def test_recorded_her_times_are_gone_and_her_supervisor_has_one_card(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    mails, events = len(small.graph.mails), len(small.graph.puts)
    assert free(small)

    found = record(small)
    await small.settle_down()

    assert isinstance(found, Absence)
    assert free(small) == 0
    assert small.hold(26) == Taken()
    assert small.appointment(booked.id) == booked
    (card,) = in_chat(small, SUPERVISOR)
    said = str(card.activity)
    assert text("fi", "absence.news.coming", name="Aino Aalto") in said
    assert plural("fi", "absence.news.touched", 1) in said
    assert "team%3A2026-11-24" in said
    assert "Maija" not in said
    assert card.activity["summary"] == text("fi", "cards.summary.absence")
    assert logged(small) == ["away"]
    # Neither clients nor Outlook are told.
    assert (len(small.graph.mails), len(small.graph.puts)) == (mails, events)


@pytest.mark.parametrize("found", [Found.FREE, Found.UNKNOWN])
def test_a_client_who_holds_a_time_in_it_does_not_get_it(
    small: SmallWorld, found: Found
):
    held = small.hold(26)
    record(small)

    booked = small.write(
        booking.book,
        held.id,
        found,
        details=MAIJA,
        by=Actor.CLIENT,
        now=small.now,
    )

    assert booked == Taken()
    assert small.appointment(held.id) is None


@pytest.mark.parametrize(
    ("span", "whole"),
    [
        (Span(make.at(30), make.at(62)), Span(make.at(14), make.at(62))),
        (Span(make.at(38), make.at(62)), Span(make.at(14), make.at(62))),
        (Span(make.at(8), make.at(20)), Span(make.at(8), make.at(38))),
        (Span(make.at(8), make.at(62)), Span(make.at(8), make.at(62))),
        (Span(make.at(20), make.at(26)), TUESDAY),
    ],
)
def test_those_that_touch_become_one(small: SmallWorld, span: Span, whole: Span):
    first = record(small)

    second = record(small, span, "r2")

    assert second.id == first.id
    assert stands(small) == [whole]


def test_what_lies_between_two_makes_one_of_three(small: SmallWorld):
    record(small)
    other = record(small, Span(make.at(62), make.at(86)), "r2")
    assert len(stands(small)) == 2

    record(small, Span(make.at(38), make.at(62)), "r3")

    assert stands(small) == [Span(make.at(14), make.at(86))]
    assert small.read(rows.find, other.id).id == 1
    assert logged(small) == ["away", "away_changed"]


def test_pressed_again_after_it_was_ended_it_makes_nothing(small: SmallWorld):
    made = record(small)
    small.write(absences.finish, by(small), made.id, made.version)

    again = record(small)

    assert again.withdrawn
    assert stands(small) == []
    assert logged(small) == ["away", "away_withdrawn"]


async def test_two_at_once_make_one(small: SmallWorld):
    later = Span(make.at(20), make.at(62))
    given = by(small)

    await asyncio.gather(
        small.database.write(absences.record, given, make.AINO, TUESDAY, "r1"),
        small.database.write(absences.record, given, make.AINO, later, "r2"),
        small.database.write(absences.record, given, make.AINO, TUESDAY, "r1"),
    )

    assert stands(small) == [Span(make.at(14), make.at(62))]


async def test_ended_early_her_times_are_free_and_the_card_says_so(small: SmallWorld):
    all_week = Span(make.at(0), make.at(110))
    found = record(small, all_week)
    await small.settle_down()
    before = len(small.chat.posted)
    small.clock.advance(timedelta(hours=3))

    ended = small.write(absences.finish, by(small), found.id, found.version)
    await small.settle_down()

    assert ended.span == Span(make.at(0), make.at(3))
    assert free(small)
    assert len(small.chat.posted) == before
    (card,) = in_chat(small, SUPERVISOR)
    assert text("fi", "absence.news.over", name="Aino Aalto") in str(card.activity)
    assert logged(small)[-1] == "away_ended"


async def test_changed_the_card_follows_in_place(small: SmallWorld):
    found = record(small)
    await small.settle_down()

    longer = Span(make.at(14), make.at(62))
    changed = small.write(absences.change, by(small), found.id, 1, longer)
    await small.settle_down()

    assert changed.version == 2
    (card,) = in_chat(small, SUPERVISOR)
    assert "ti 24.11. – ke 25.11." in str(card.activity)


def test_an_old_copy_changes_and_ends_nothing(small: SmallWorld):
    found = record(small)
    longer = Span(make.at(14), make.at(62))
    small.write(absences.change, by(small), found.id, 1, longer)

    ended = small.write(absences.finish, by(small), found.id, 1)
    changed = small.write(absences.change, by(small), found.id, 1, TUESDAY)

    assert isinstance(ended, Outdated)
    assert isinstance(changed, Outdated)
    assert stands(small) == [longer]


def test_what_has_been_of_it_stays_when_it_is_changed(small: SmallWorld):
    found = record(small, Span(make.at(0), make.at(38)))
    small.clock.advance(timedelta(hours=5))

    wanted = Span(make.at(20), make.at(62))
    small.write(absences.change, by(small), found.id, 1, wanted)

    assert stands(small) == [Span(make.at(0), make.at(62))]


def test_it_is_nobody_elses(small: SmallWorld):
    found = record(small)

    for act in (
        small.write(absences.record, by(small, BO), make.AINO, TUESDAY, "r9"),
        small.write(absences.finish, by(small, BO), found.id, 1),
        small.write(absences.change, by(small, BO), found.id, 1, TUESDAY),
        small.write(absences.finish, by(small), 99, 1),
    ):
        assert isinstance(act, NotYours)
    assert stands(small) == [TUESDAY]


async def test_what_is_withdrawn_before_it_is_told_is_told_to_nobody(
    small: SmallWorld,
):
    found = record(small)
    small.write(absences.finish, by(small), found.id, 1)

    await small.settle_down()

    assert small.chat.posted == []


async def test_her_cards_follow_when_it_begins_and_when_it_is_over(small: SmallWorld):
    record(small, of=SUPERVISOR)
    await small.settle_down()
    (card,) = in_chat(small, AINO)
    assert text("fi", "absence.title.coming") in str(card.activity)

    for hours, state in ((15, "now"), (24, "over")):
        small.clock.advance(timedelta(hours=hours))
        await small.settle_down()
        (card,) = in_chat(small, AINO)
        assert text("fi", f"absence.title.{state}") in str(card.activity)
    assert in_chat(small, SUPERVISOR) == []


async def test_a_supervisor_reads_it_in_her_own_language(small: SmallWorld):
    small.write(people.set_supervisors, make.a_unit().id, [BO])
    small.write(people.save_professional, replace(make.bo(), language=Language.EN))

    record(small)
    await small.settle_down()

    (card,) = in_chat(small, BO)
    said = text("en", "absence.news.coming", name="Aino Aalto")
    assert said in str(card.activity)


async def test_who_supervises_herself_gets_no_card_of_her_own_absence(
    small: SmallWorld,
):
    small.write(people.set_supervisors, make.a_unit().id, [AINO])

    record(small)
    await small.settle_down()

    assert small.chat.posted == []
