"""What staff read of a hand-over whose client is sent nothing: she has heard before."""

import json

import pytest

from booking.model import Appointment
from booking.views import questions
from booking.views.cards import ConflictKind, Known
from booking.wording import text
from teams_app.actions import already_told, handovers, staff_views
from teams_app.store import appointments, conflicts, jobs
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from tests import make
from tests.actions.test_handing import hand, undo, wish
from tests.support.handing import (
    BO,
    HERS,
    copied,
    deleted,
    heard,
    reply,
    standing,
    told,
)
from tests.support.small_world import SmallWorld

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
    cards = len(small.chat.posted)

    small.write(handovers.take, reply(small, back, BO), small.now)
    await small.settle_down()

    said = text("fi", "handovers.known.other")
    shown = [small.chat.card(at) for at in range(len(small.chat.posted))]
    assert cards <= len(shown)
    assert said in json.dumps(shown, ensure_ascii=False)
    assert text("fi", "handovers.settled.told.done") not in json.dumps(
        shown, ensure_ascii=False
    )
