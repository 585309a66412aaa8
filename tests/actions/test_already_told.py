"""What staff read of a hand-over whose client is sent nothing: she has heard before."""

import json

import pytest

from booking.model import Appointment
from booking.views import questions
from booking.views.cards import ConflictKind, Known
from booking.wording import text
from teams_app.actions import already_told, handovers, staff_views
from teams_app.store import appointments, chats, conflicts, copies, jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from tests import make
from tests.actions.test_handing import hand, undo, wish
from tests.support.handing import (
    BO,
    HERS,
    HIS,
    copied,
    deleted,
    heard,
    reply,
    standing,
    told,
)
from tests.support.small_world import SUPERVISOR, SmallWorld

CARL = {"object_id": "00000000-0000-4000-8000-000000000003", "mailbox": "carl@a.fi"}
HANDED = "Tapaat toisen asiantuntijan"


async def handed(small: SmallWorld, found: Appointment, to: int, seconds: float = 60):
    done = await hand(small, wish(found, to=to))
    small.clock.advance(seconds=seconds)
    await small.settle_down()
    return small.appointment(done.id)


def known(small: SmallWorld, found: Appointment) -> Known | None:
    return small.read(already_told.known, found, small.now)


def ahead(small: SmallWorld, found: Appointment, to: int) -> Known | None:
    return small.read(already_told.if_handed, found, to, found.span, small.now)


async def test_before_and_after_staff_read_that_she_is_sent_nothing_more(
    small: SmallWorld,
):
    booked = await standing(small)
    assert ahead(small, booked, make.BO) is None
    once = await handed(small, booked, make.BO)
    assert known(small, once) is None
    assert ahead(small, once, make.AINO) is Known.OTHER

    back = await hand(small, wish(once, to=make.AINO))
    assert known(small, back) is Known.OTHER
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert known(small, back) is Known.OTHER
    assert told(small)[1:] == [HANDED]


async def test_while_its_own_message_has_just_gone_it_is_not_said_that_none_does(
    small: SmallWorld,
):
    """That it went is written down before its job is done, and cards are drawn then."""
    booked = await standing(small)
    drawn: list[Known | None] = []
    plain = jobs.finish

    def finished(tx: Tx, job: Job, outcome: str) -> bool:
        if job.kind == "tell":
            found = appointments.load(tx, booked.id)
            drawn.append(already_told.known(tx, found, small.now))
        return plain(tx, job, outcome)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "finish", finished)
        await handed(small, booked, make.BO)

    assert told(small)[1:] == [HANDED]
    assert drawn == [None]


async def test_given_back_before_she_heard_of_it_it_is_as_she_was_told(
    small: SmallWorld,
):
    booked = await standing(small)
    once = await handed(small, booked, make.BO, seconds=5)

    assert ahead(small, once, make.AINO) is Known.SAME
    back = await handed(small, once, make.AINO)

    assert known(small, back) is Known.SAME
    assert len(told(small)) == 1


async def test_the_card_that_lets_hand_it_on_promises_no_message_then(
    small: SmallWorld,
):
    booked = await standing(small)
    once = await handed(small, booked, make.BO)
    back = await handed(small, once, make.AINO)

    small.graph.add(HERS, subject="Muuta", when=back.span)
    await heard(small, make.AINO)

    (asked,) = small.read(conflicts.of_appointment, back.id)
    assert asked.kind is ConflictKind.OVERLAPPED
    view = small.read(staff_views.conflict_card, asked, small.policy, small.now)
    said = {each.name: each.lead for each in questions.conflict(view).answers}
    told_before = text("fi", "handovers.known.other")
    assert said["hand"] == f"{text('fi', 'handovers.hand.known')} {told_before}"


@pytest.mark.parametrize("unheard", [True, False])
async def test_of_colleagues_who_are_not_all_one_to_her_the_card_promises_neither(
    small: SmallWorld, *, unheard: bool
):
    """Handed over at night she has been told nothing: back with Aino nothing is new."""
    small.write(people.save_professional, make.bo(id=make.CARL, **CARL))
    everybody = [make.AINO, make.BO, make.CARL]
    small.write(people.set_service_professionals, small.service.id, everybody)
    small.pull(make.CARL)
    booked = await standing(small, hours=48)
    if unheard:
        small.clock.set(make.at(11.5))
    once = await handed(small, booked, make.BO)
    assert (len(told(small)) == 1) is unheard

    small.graph.add(HIS, subject="Muuta", when=once.span)
    await heard(small, make.BO)

    (asked,) = small.read(conflicts.of_appointment, once.id)
    view = small.read(staff_views.conflict_card, asked, small.policy, small.now)
    ids = [int(each.value) for each in view.colleagues]
    assert ids == [make.AINO, make.CARL]
    foretold = [ahead(small, once, each) for each in ids]
    assert foretold == ([Known.SAME, None] if unheard else [Known.OTHER] * 2)
    assert view.known is (Known.DEPENDS if unheard else Known.OTHER)
    lead = next(e.lead for e in questions.conflict(view).answers if e.name == "hand")
    assert text(view.language, f"handovers.known.{view.known}") in lead
    # Not one rule for all: whom the card names first decides nothing.
    turned = tuple(reversed(view.colleagues))
    known_then = small.read(already_told.if_taken, once, turned, small.now)
    assert known_then is view.known


async def test_near_the_start_nothing_is_sent_of_what_is_as_she_last_heard(
    small: SmallWorld,
):
    """Handed over just before, with a meeting that is kept when it comes back."""
    booked = await standing(small)
    small.clock.set(booked.span.start - make.timedelta(minutes=20))
    once = await handed(small, booked, make.BO, seconds=5)

    foretold = ahead(small, once, make.AINO)
    back = await handed(small, once, make.AINO)

    assert foretold is known(small, back) is Known.SAME
    assert len(told(small)) == 1


async def test_of_a_meeting_that_is_only_then_kept_it_is_said_as_well(
    small: SmallWorld,
):
    """She may be on her way since a moment: it went over before that, unheard."""
    booked = await standing(small)
    begins = booked.span.start - make.timedelta(minutes=30)
    small.clock.set(begins - make.timedelta(seconds=10))
    once = await handed(small, booked, make.BO, seconds=10)
    assert small.read(copies.kept_meeting, once.id) is None

    foretold = ahead(small, once, make.AINO)
    back = await handed(small, once, make.AINO)

    assert small.read(copies.kept_meeting, back.id) is not None
    assert foretold is known(small, back) is Known.SAME
    assert HANDED not in told(small)


@pytest.mark.parametrize("late", [False, True])
async def test_near_the_start_it_follows_whether_the_meeting_is_kept(
    small: SmallWorld, *, late: bool
):
    booked = await standing(small)
    once = await handed(small, booked, make.BO)
    if late:
        small.clock.set(once.span.start - make.timedelta(minutes=20))

    foretold = ahead(small, once, make.AINO)
    await handed(small, once, make.AINO)

    assert (foretold is Known.OTHER) is (len(told(small)) == len(["booked", HANDED]))


async def test_undone_after_she_heard_nothing_it_is_not_said_to_be_told(
    small: SmallWorld,
):
    booked = await standing(small)
    once = await handed(small, booked, make.BO)
    back = await handed(small, once, make.AINO)

    undone = await undo(small, back)
    await small.settle_down()

    assert known(small, undone.appointment) is Known.OTHER
    assert told(small)[1:] == [HANDED]


async def test_the_card_of_a_drag_says_that_she_knew(small: SmallWorld):
    booked = await standing(small)
    once = await handed(small, booked, make.BO)
    back = await handed(small, once, make.AINO)
    await copied(small, back)
    await deleted(small, back)
    answer = reply(small, back, BO)

    small.write(handovers.take, answer, small.now)
    await small.settle_down()

    about = small.read(chats.cards_of, f"conflict:{answer.conflict}")
    asked = {each.activity_id for each in about}
    said = {
        each.to.conversation_id.removeprefix("a:"): json.dumps(
            small.chat.card(at), ensure_ascii=False
        )
        for at, each in enumerate(small.chat.posted)
        if each.id in asked
    }
    assert said.keys() == {BO, SUPERVISOR}
    for who, tongue in ((BO, "sv"), (SUPERVISOR, "fi")):
        assert text(tongue, "handovers.known.other") in said[who]
        assert text(tongue, "handovers.settled.told.done") not in said[who]
