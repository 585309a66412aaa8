"""Our event in Outlook: one intent, stored first, repeated with the same words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Modality
from graph_sync.graph import Drop, Put
from teams_app.actions import booking, events
from teams_app.actions.events import (
    CHOOSING,
    DELETED,
    GIVEN_UP,
    JOIN_WAITS,
    MOVED,
    NO_JOIN_LINK,
    Look,
    Nothing,
    Plan,
)
from teams_app.store import calendars, jobs
from teams_app.store.columns import moment
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox


def plan(small: SmallWorld, booked: Appointment, who: int = make.AINO) -> Plan:
    made: Plan = small.write(events.plan, booked.id, who, small.policy, small.now)
    return made


def carry_out(small: SmallWorld, made: Plan) -> None:
    """Do a put outside and write down what came of it."""
    assert isinstance(made.step, Put), made.step
    answer = small.graph._put(made.step)
    small.write(events.written, made, answer.event, small.now)


def stands(small: SmallWorld, hours: float = 24, **changes) -> Appointment:
    booked = small.book(hours, **changes)
    carry_out(small, plan(small, booked))
    return booked


def cancel(small: SmallWorld, booked: Appointment) -> None:
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)


def mark(small: SmallWorld, booked: Appointment, **changes) -> None:
    link = small.link(booked)
    small.write(calendars.save_link, replace(link, **changes))


def test_the_intent_to_create_is_stored_before_anything_is_asked(small: SmallWorld):
    booked = small.book()

    made = plan(small, booked)

    link = small.link(booked)
    assert isinstance(made.step, Put)
    assert (link.event_id, link.transaction_id) == (None, made.step.transaction_id)
    assert link.known == made.step.draft


def test_the_event_names_no_client_and_no_matter(small: SmallWorld):
    booked = small.book()

    drawn = str(plan(small, booked).step)

    assert booked.reference in drawn
    for secret in ("Maija", "client.example", "Guidance", booked.link):
        assert secret not in drawn


def test_a_repeated_create_has_the_same_transaction_and_the_same_body(
    small: SmallWorld,
):
    booked = small.book()
    first = plan(small, booked)

    assert plan(small, booked).step == first.step


def test_a_repeat_keeps_its_first_body_though_the_appointment_has_moved(
    small: SmallWorld,
):
    """Graph refuses a transaction id it knows with other content."""
    booked = small.book()
    first = plan(small, booked)
    small.move(booked, 26)

    again = plan(small, booked)
    carry_out(small, again)
    then = plan(small, booked)

    assert again.step == first.step
    assert isinstance(then.step, Put)
    assert then.step.changed == ("span",)


def test_an_unanswered_create_is_looked_up_after_a_while(small: SmallWorld):
    booked = small.book()
    plan(small, booked)
    small.clock.advance(minutes=6)

    assert plan(small, booked).step == Look(BOX, None, booked.reference)


def test_what_was_not_there_is_created_under_another_transaction(small: SmallWorld):
    booked = small.book()
    first = plan(small, booked)
    assert isinstance(first.step, Put)

    small.write(events.not_there, first, small.now)
    second = plan(small, booked)

    assert isinstance(second.step, Put)
    assert second.step.transaction_id != first.step.transaction_id


def test_what_stands_as_it_should_is_left_alone(small: SmallWorld):
    booked = stands(small)

    assert plan(small, booked).step == Nothing()


def test_a_change_sends_only_what_differs(small: SmallWorld):
    booked = stands(small)
    small.move(booked, 26)

    step = plan(small, booked).step

    assert isinstance(step, Put)
    assert (step.changed, step.verify) == (("span",), False)
    assert step.event_id == small.link(booked).event_id


def test_moved_there_and_back_before_it_was_written_nothing_is_sent(
    small: SmallWorld,
):
    booked = stands(small)
    small.move(small.move(booked, 26), 24)

    assert plan(small, booked).step == Nothing()


def test_a_cancelled_appointment_drops_its_event_once(small: SmallWorld):
    booked = stands(small)
    event_id = small.link(booked).event_id
    cancel(small, booked)

    made = plan(small, booked)
    small.write(events.dropped, made, small.now)

    assert made.step == Drop(BOX, event_id)
    assert plan(small, booked).step == Nothing()
    assert small.read(calendars.busy, make.AINO, None) == []
    assert small.read(events.was_removed, make.AINO, event_id)


def test_cancelled_before_the_create_was_answered_it_is_looked_for(
    small: SmallWorld,
):
    """It may stand there: a create that nobody answered may have happened."""
    booked = small.book()
    plan(small, booked)
    cancel(small, booked)

    made = plan(small, booked)
    small.write(jobs.withdraw, booked.id, kinds=("cards",))
    small.write(events.not_there, made, small.now)

    assert made.step == Look(BOX, None, booked.reference)
    assert small.read(calendars.links_of, booked.id) == []
    assert [each.kind for each in small.owed("cards") if each.open] == ["cards"]


def test_cancelled_before_anything_was_asked_nothing_is(small: SmallWorld):
    booked = small.book()
    cancel(small, booked)

    assert plan(small, booked).step == Nothing()


def test_another_professionals_mailbox_should_hold_nothing(small: SmallWorld):
    booked = stands(small)

    assert plan(small, booked, make.BO).step == Nothing()


@pytest.mark.parametrize("problem", [DELETED, MOVED])
def test_while_a_question_is_open_nothing_is_written(small: SmallWorld, problem: str):
    booked = stands(small)
    mark(small, booked, problem=problem)
    small.move(booked, 26)

    assert plan(small, booked).step == Nothing()


def test_while_the_client_chooses_nothing_is_written_until_she_has(
    small: SmallWorld,
):
    booked = stands(small)
    known = replace(small.link(booked).known, span=make.span(28))
    mark(small, booked, problem=CHOOSING, known=known, wanted_version=booked.version)
    assert plan(small, booked).step == Nothing()

    small.move(booked, 26)

    assert isinstance(plan(small, booked).step, Put)


def test_after_being_given_up_a_new_promise_tries_again(small: SmallWorld):
    booked = stands(small)
    small.write(events.given_up, booked.id, make.AINO, small.now)
    assert small.link(booked).problem == GIVEN_UP
    small.move(booked, 26)

    carry_out(small, plan(small, booked))

    assert small.link(booked).problem is None


def test_of_an_event_that_stands_nothing_is_given_up_but_its_link(small: SmallWorld):
    booked = stands(small)
    mark(small, booked, problem=NO_JOIN_LINK)

    small.write(events.given_up, booked.id, make.AINO, small.now)
    assert small.link(booked).problem == NO_JOIN_LINK

    small.move(booked, 26)
    small.write(events.given_up, booked.id, make.AINO, small.now)
    assert small.link(booked).problem == GIVEN_UP


def test_our_own_event_is_in_the_mirror_at_once(small: SmallWorld):
    booked = stands(small)

    (row,) = small.read(calendars.busy, make.AINO, None)

    assert (row.ours, row.when) == (booked.reference, booked.span)


def test_a_join_address_that_is_missing_is_shown_as_such_and_looked_for_all_the_same(
    small: SmallWorld,
):
    small.graph.joins = False
    booked = stands(small)
    begun, missing, looked = small.now, [], []

    for each in (*JOIN_WAITS, JOIN_WAITS[-1]):
        small.clock.advance(seconds=each)
        looked.append(small.now - begun)
        made = plan(small, booked)
        assert made.step == Look(BOX, small.link(booked).event_id, booked.reference)
        small.write(events.written, made, small.graph.ours(BOX)[0], small.now)
        missing.append(small.link(booked).problem == NO_JOIN_LINK)

    soon = timedelta(minutes=10)
    assert looked[missing.index(True)] == timedelta(minutes=2)
    assert missing == sorted(missing)
    assert soon in looked
    assert max(JOIN_WAITS[: looked.index(soon) + 1]) <= 60, "a client waits for it"


async def test_after_a_day_a_join_address_is_still_looked_for_each_hour(
    small: SmallWorld,
):
    small.graph.joins = False
    booked = small.book(72)
    for _ in range(2 * len(JOIN_WAITS)):
        await small.settle_down()
        small.clock.advance(hours=1)
    await small.settle_down()

    assert small.link(booked).join_url is None
    (owed,) = small.owed("calendar")
    assert owed.outcome is None
    assert small.now < moment(owed.due) <= small.now + timedelta(hours=1)


@pytest.mark.parametrize(("minutes", "wait"), [(-180, 60), (-40, 20), (-1, 1), (10, 5)])
def test_about_the_start_a_join_address_is_looked_for_more_often(
    small: SmallWorld, minutes: int, wait: int
):
    small.graph.joins = False
    booked = stands(small)
    mark(small, booked, checks=len(JOIN_WAITS))
    made = plan(small, booked)
    small.clock.set(booked.span.start + timedelta(minutes=minutes))
    (done,) = small.write(
        jobs.claim, small.now, limit=9, lease_seconds=60, kinds=["calendar"]
    )
    small.write(jobs.finish, done, "written")

    small.write(events.written, made, small.graph.ours(BOX)[0], small.now)

    (owed,) = small.owed("calendar")
    assert moment(owed.due) == small.now + timedelta(minutes=wait)


def test_of_what_is_over_no_join_address_is_looked_for(small: SmallWorld):
    small.graph.joins = False
    booked = stands(small)
    small.clock.set(booked.span.end)

    made = plan(small, booked)
    before = small.owed("calendar")
    small.write(events.written, made, small.graph.ours(BOX)[0], small.now)

    assert small.owed("calendar") == before


def test_a_look_that_graph_did_not_answer_is_none(small: SmallWorld):
    """While Graph is busy for an hour the looks are not used up."""
    small.graph.joins = False
    booked = stands(small)

    for _ in range(2 * len(JOIN_WAITS)):
        made = plan(small, booked)

    assert made.step == Look(BOX, small.link(booked).event_id, booked.reference)


def test_a_join_address_that_comes_late_is_kept(small: SmallWorld):
    small.graph.joins = False
    booked = stands(small)
    (event,) = small.graph.ours(BOX)
    late = small.graph.change(BOX, event.id, join_url="https://teams.example/meet/x")

    small.write(events.written, plan(small, booked), late, small.now)

    assert small.link(booked).join_url == late.join_url
    assert plan(small, booked).step == Nothing()


async def test_of_an_event_that_lost_its_meeting_the_old_address_is_forgotten(
    small: SmallWorld,
):
    """It leads nowhere any more, and of the new meeting the address may come late."""
    booked = small.book()
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    old = small.link(booked).join_url
    small.graph.joins = False
    small.graph.change(BOX, event.id, online=False, join_url=None)

    small.pull()
    await small.settle_down()
    between = small.link(booked)
    new = small.graph.change(BOX, event.id, join_url="https://teams.example/meet/new")
    small.clock.advance(minutes=6)
    await small.settle_down()

    assert old is not None
    assert between.join_url is None
    assert small.graph.box(BOX)[event.id].online
    assert small.link(booked).join_url == new.join_url


def test_nobody_waits_for_a_join_address_where_people_meet_in_a_room(
    small: SmallWorld,
):
    booked = stands(small, modality=Modality.IN_PERSON)

    assert plan(small, booked).step == Nothing()
    assert small.link(booked).problem is None


def test_a_change_that_came_while_the_answer_was_on_its_way_is_looked_at(
    small: SmallWorld,
):
    booked = small.book()
    made = plan(small, booked)
    small.move(booked, 26)
    before = small.read(calendars.link, booked.id, make.AINO)
    assert isinstance(made.step, Put)

    carry_out(small, made)

    assert before is not None
    assert small.owed("calendar")[0].due <= small.now.timestamp()
    assert isinstance(plan(small, booked).step, Put)


def test_an_answer_that_comes_after_the_link_is_gone_changes_nothing(
    small: SmallWorld,
):
    booked = small.book()
    made = plan(small, booked)
    small.write(calendars.drop_link, booked.id, make.AINO)

    carry_out(small, made)

    assert small.link(booked) is None
