"""Graph carries out a create so late that nobody waits for it any more: it is removed.

Only Graph's word that the event was made by a create of ours, its transaction id, lets us
remove it, and only once; what a person has made of one of our events has none.
"""

from dataclasses import replace

from booking.appointments import Actor
from booking.calendar import Event
from booking.model import Appointment
from booking.views.cards import ConflictKind
from teams_app.actions import booking, conflicts, copying
from teams_app.errands import take_over
from teams_app.store import jobs
from teams_app.store.calendars import busy
from tests import make
from tests.support.handing import (
    HERS,
    HIS,
    copied,
    deleted,
    dragged,
    heard,
    original,
    questions,
    reply,
    standing,
)
from tests.support.small_world import SmallWorld


async def cancelled(small: SmallWorld, booked):
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()


def back(small: SmallWorld, event: Event, **changes: str) -> None:
    """Let somebody put an event back that was deleted, as it was."""
    small.graph._keep(HERS, replace(event, change_key="back", **changes))


async def test_an_event_of_a_cancelled_appointment(small: SmallWorld):
    booked = await standing(small)
    (write,) = small.graph.puts
    await cancelled(small, booked)
    assert small.graph.ours(HERS) == []

    small.graph.carry_out_again(write)
    await heard(small, make.AINO)

    assert small.graph.ours(HERS) == []
    assert questions(small, booked) == []


async def test_a_second_event_of_one_that_stands(small: SmallWorld):
    booked = await standing(small)
    (write,) = small.graph.puts
    first = original(small, booked)

    small.graph.carry_out_again(write)
    await heard(small, make.AINO)

    assert small.graph.ours(HERS) == [first]
    assert questions(small, booked) == []


async def test_an_event_in_a_calendar_that_it_was_taken_from(small: SmallWorld):
    booked = await standing(small)
    (write,) = small.graph.puts
    await copied(small, booked)
    await take_over(small.world, reply(small, booked))
    await small.settle_down()
    assert small.graph.ours(HERS) == []

    small.graph.carry_out_again(write)
    await heard(small, make.AINO)

    assert small.graph.ours(HERS) == []
    assert len(small.graph.ours(HIS)) == 1


async def test_what_a_person_made_of_it_is_left_alone(small: SmallWorld):
    booked = await standing(small)
    event = original(small, booked)
    await cancelled(small, booked)

    small.graph.add(HERS, event.when, subject=event.subject, key=event.key)
    await heard(small, make.AINO)

    assert [each.subject for each in small.graph.ours(HERS)] == [event.subject]


async def test_one_that_is_still_waited_for_is_taken_up(small: SmallWorld):
    small.gate.arm(1, only="graph.put", after=True)
    booked = small.book(24)
    small.pull(make.AINO)
    await small.settle_down()

    (event,) = small.graph.ours(HERS)
    assert event.key == booked.reference


async def test_what_a_person_puts_back_that_we_removed_is_left_alone(
    small: SmallWorld,
):
    """Her notes may be in it."""
    booked = await standing(small)
    event = original(small, booked)
    await cancelled(small, booked)

    back(small, event)
    await heard(small, make.AINO)

    assert [each.id for each in small.graph.ours(HERS)] == [event.id]


async def test_one_heard_of_while_its_repeat_is_unanswered_goes_once_it_is(
    small: SmallWorld,
):
    booked = await standing(small)
    (write,) = small.graph.puts
    await deleted(small, booked)
    small.write(conflicts.restore, small.question(ConflictKind.DELETED), small.now)
    small.gate.arm(1, only="graph.put", after=True, lasting=True)
    await small.rest(rounds=3)
    small.graph.carry_out_again(write)
    small.pull()
    await small.rest(rounds=3)
    assert small.link(booked).event_id is None

    small.gate.disarm()
    await small.settle_down()

    (event,) = small.graph.ours(HERS)
    assert small.link(booked).event_id == event.id


async def test_a_copy_not_heard_of_yet_is_not_taken_for_one_unanswered(
    small: SmallWorld,
):
    """Our property survives on a copy; the id of our create does not."""
    small.gate.arm(1, only="graph.put")
    booked = small.book(24)
    await small.rest(rounds=1)
    small.gate.disarm()
    copy = small.graph.add(
        HERS,
        make.span(48),
        subject=f"Kopio: Varattu aika · {booked.reference}",
        key=booked.reference,
    )
    small.clock.advance(minutes=6)

    await small.settle_down()

    link = small.link(booked)
    assert link.event_id not in {None, copy.id}
    made = {each.id: each.when for each in small.graph.ours(HERS)}
    assert made == {link.event_id: booked.span, copy.id: make.span(48)}


async def test_one_of_a_create_that_is_not_remembered_here_is_taken_up(
    small: SmallWorld,
):
    """The database was brought back to before it: there is to be no second event."""
    small.gate.arm(1, only="graph.put", lasting=True, after=True)
    booked = small.book(24)
    await small.rest(rounds=2)
    (event,) = small.graph.ours(HERS)
    small.graph.box(HERS)[event.id] = replace(event, transaction="of a later version")
    small.clock.advance(minutes=6)

    small.gate.disarm()
    await small.settle_down()

    assert [each.id for each in small.graph.ours(HERS)] == [event.id]
    assert small.link(booked).event_id == event.id


async def test_what_was_taken_for_one_unanswered_takes_its_own_time_afterwards(
    small: SmallWorld,
):
    """A copy at another time, heard of before the answer to the create came."""
    small.gate.arm(1, only="graph.put", after=True, lasting=True)
    booked = small.book(24)
    await small.rest(rounds=3)
    subject = f"Kopio: Varattu aika · {booked.reference}"
    copy = small.graph.add(HERS, make.span(48), subject=subject)
    small.pull(make.AINO)
    await small.rest(rounds=3)
    assert small.link(booked).event_id is None

    small.gate.disarm()
    await small.settle_down()

    kept = {row.event_id: row.ours for row in small.read(busy, make.AINO, None)}
    assert kept == {small.link(booked).event_id: booked.reference, copy.id: None}
    assert not isinstance(small.hold(48), Appointment)


async def test_deleted_and_back_again_the_question_answers_itself(small: SmallWorld):
    booked = await standing(small)
    event = original(small, booked)
    await deleted(small, booked)
    assert small.question(ConflictKind.DELETED)

    back(small, event, id="again")
    await heard(small, make.AINO)

    assert questions(small, booked) == [("deleted", "put_back")]
    assert small.link(booked).event_id == "again"
    assert [each.id for each in small.graph.ours(HERS)] == ["again"]


async def test_what_leads_into_the_deleted_items_is_not_back(small: SmallWorld):
    small.graph.keeps_deleted = True
    booked = await standing(small)
    event = original(small, booked)
    await deleted(small, booked)

    back(small, event, id="again")
    small.graph.remove(HERS, "again")
    small.write(jobs.promise, copying.look(make.AINO, "again", small.now))
    await small.settle_down()

    assert questions(small, booked) == [("deleted", None)]
    assert small.link(booked).event_id is None


async def test_back_again_while_a_colleague_is_asked_it_is_hers(small: SmallWorld):
    booked = await standing(small)
    event = await dragged(small, booked)
    assert ("deleted", "asked_colleague") in questions(small, booked)

    back(small, event, id="again")
    await heard(small, make.AINO)

    assert questions(small, booked) == [("deleted", "put_back"), ("copied", None)]
    assert small.link(booked).event_id == "again"
