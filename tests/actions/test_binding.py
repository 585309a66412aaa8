"""Binding appointments: laid down once, moved within a window, obstacles reported."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor
from booking.arrivals import Came
from booking.availability import Search
from booking.messages import Kind
from booking.model import Appointment, BookedBy, Modality, Slot, Status
from booking.spans import HELSINKI
from graph_sync.graph import Member
from teams_app.actions import (
    arrivals,
    booking,
    client_limits,
    facts,
    handovers,
    leaving,
    obstacles,
    outcomes,
)
from teams_app.actions.booking import Closed
from teams_app.actions.handovers import Order
from teams_app.actions.records import whole
from teams_app.outside import ChatError
from teams_app.store import arrivals as rows
from teams_app.store import (
    bindings,
    decisions,
    forgetting,
    log,
    people,
    purging,
)
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from tests import make
from tests.actions.test_at_once import at_once
from tests.booking.test_binding import BINDING
from tests.bot.talk import said, texts, title
from tests.support.handing import asked_anew
from tests.support.small_world import MAIJA, SUPERVISOR, SmallWorld

GROUP = "00000000-0000-4000-8000-0000000000c0"


@pytest.fixture
def bound(small: SmallWorld) -> SmallWorld:
    """Let the service be binding, and only the invited book it."""
    made = replace(small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    small.write(people.save_service, made)
    assert small.service == made
    return small


def agreed(small: SmallWorld, hours: float = 24):
    return small.book(hours, by=Actor.PROFESSIONAL)


def test_it_is_laid_down_once_and_stays_when_the_service_changes(bound: SmallWorld):
    booked = agreed(bound)
    kept = bound.read(bindings.find, booked.id)
    softer = replace(BINDING, duty=make.words("May come"), deadline_days=2, move_days=0)
    bound.write(people.save_service, replace(bound.service, binding=softer))
    bound.clock.set(make.at(1))

    bound.move(booked, 48)

    assert (kept.agreed, kept.first_start) == (make.NOW, make.at(24))
    assert kept.terms == BINDING
    assert bound.read(bindings.find, booked.id) == kept


def test_what_was_booked_before_the_service_was_binding_binds_nobody(
    small: SmallWorld,
):
    booked = small.book()
    small.write(people.save_service, replace(small.service, binding=BINDING))

    small.move(booked, 28)

    assert small.read(bindings.find, booked.id) is None


def test_a_hold_lays_nothing_down(bound: SmallWorld):
    held = bound.hold(by=Actor.PROFESSIONAL)

    assert bound.read(bindings.find, held.id) is None


def test_its_client_moves_it_within_the_window_and_staff_anywhere(bound: SmallWorld):
    booked = agreed(bound)

    def move(days: int, by: Actor):
        return bound.write(
            booking.move,
            booked.id,
            Slot(make.AINO, make.at(days=days)),
            version=bound.appointment(booked.id).version,
            by=by,
            policy=bound.policy,
            now=bound.now,
        )

    assert move(7, Actor.CLIENT) is Closed.TOO_FAR
    assert move(4, Actor.CLIENT).span.start == make.at(days=4)
    assert move(7, Actor.PROFESSIONAL).span.start == make.at(days=7)


def test_its_link_cancels_nothing_and_messages_do_not_say_it_does(bound: SmallWorld):
    booked = agreed(bound)

    barred = bound.read(client_limits.to_cancel, booked, bound.policy, bound.now)

    assert barred == "bound"
    about = (booked, Kind.BOOKED, bound.policy, bound.now)
    assert bound.read(facts.closed, *about)


def test_a_client_who_was_offered_any_time_is_shown_none_past_the_deadline(
    bound: SmallWorld,
):
    search = Search(bound.service, Modality.REMOTE, bound.now)
    free = {slot.start for slot in bound.world.index().free(search, 999)}
    end = make.NOW.astimezone(HELSINKI).date() + timedelta(days=14)

    assert max(free).astimezone(HELSINKI).date() <= end
    assert any(start > make.at(days=10) for start in free)


async def test_an_obstacle_is_kept_and_the_professional_gets_a_card(
    bound: SmallWorld,
):
    booked = agreed(bound)
    await bound.settle_down()
    before = len(bound.chat.posted)

    assert bound.write(obstacles.report, booked.id, "Juna ei kulje.", bound.now)
    assert bound.write(obstacles.report, booked.id, "Juna ei kulje.", bound.now)
    await bound.settle_down()

    kept = bound.read(bindings.find, booked.id)
    assert (kept.obstacle, kept.explanation) == (bound.now, "Juna ei kulje.")
    assert bound.appointment(booked.id) == booked
    stands = bound.read(whole, booked).came(bound.now)
    assert stands.how is Came.OBSTACLE
    assert len(bound.chat.posted) == before + 1
    assert not any("Juna" in str(each.activity) for each in bound.chat.posted)
    lines = bound.read(log.entries, f"appointment:{booked.id}", 9)
    assert [each.what for each in lines].count("obstacle") == 1


@pytest.mark.parametrize("first", ["", "Juna ei kulje."])
@pytest.mark.parametrize("hours", [(48,), (48, 24)])
async def test_reported_again_after_staff_has_moved_it_she_is_heard_again(
    bound: SmallWorld, first: str, hours: tuple[int, ...]
):
    booked = agreed(bound)
    lines = []
    for each in (24, *hours):
        if bound.appointment(booked.id).span.start != make.at(each):
            moved_by_staff(bound, booked, each)
        await bound.settle_down()
        before = len(bound.chat.posted)
        assert bound.write(obstacles.report, booked.id, first, bound.now)
        await bound.settle_down()
        lines.append(len(bound.chat.posted) - before)
        bound.clock.advance(hours=1)

    assert lines == [1] * (1 + len(hours))
    logged = bound.read(log.entries, f"appointment:{booked.id}", 99)
    assert [each.what for each in logged].count("obstacle") == len(lines)


def kept(bound: SmallWorld, booked: Appointment, when=None):
    at = when or bound.read(bindings.find, booked.id).obstacle
    return bound.write(obstacles.keep, booked.id, seconds(at), "staff:x", bound.now)


def told_to_stand(bound: SmallWorld) -> int:
    sent = [*bound.graph.mails, *bound.sms.sent]
    return sum(each.key.startswith("time_stands:") for each in sent)


async def test_a_report_is_answered_once_and_the_client_told_that_the_time_stands(
    bound: SmallWorld,
):
    booked = agreed(bound)
    await reported(bound, booked, "Juna ei kulje.")
    bound.clock.advance(minutes=1)

    answers = [kept(bound, booked) for _ in range(2)]
    await bound.settle_down()

    assert answers == [booked, booked]
    assert bound.read(whole, booked).came(bound.now) is None
    assert told_to_stand(bound) == 1
    assert "Juna" not in str(bound.graph.mails[-1])
    lines = bound.read(log.entries, f"appointment:{booked.id}", 9)
    assert [each.what for each in lines].count("obstacle_answered") == 1


async def test_a_later_report_opens_it_anew_and_an_old_answer_does_nothing(
    bound: SmallWorld,
):
    booked = agreed(bound)
    await reported(bound, booked, "Juna ei kulje.")
    old = bound.now
    bound.clock.advance(minutes=1)
    kept(bound, booked)
    await bound.settle_down()
    before = len(bound.chat.posted)

    await reported(bound, booked)

    stands = bound.read(whole, booked).came(bound.now)
    assert stands.how is Came.OBSTACLE
    assert len(bound.chat.posted) == before + 1
    assert bound.read(bindings.find, booked.id).explanation == "Juna ei kulje."
    assert isinstance(kept(bound, booked, old), obstacles.Outdated)
    assert kept(bound, booked) == booked


async def test_what_is_moved_or_over_is_not_answered(bound: SmallWorld):
    booked = agreed(bound)
    await reported(bound, booked)
    moved_by_staff(bound, booked, 48)
    assert isinstance(kept(bound, booked), obstacles.Outdated)

    await reported(bound, booked)
    bound.clock.advance(hours=60)
    assert isinstance(kept(bound, booked), obstacles.Outdated)


@pytest.mark.parametrize("answered", [False, True])
async def test_while_she_chooses_another_time_it_is_not_answered_that_hers_stands(
    bound: SmallWorld, *, answered: bool
):
    booked = agreed(bound)
    await reported(bound, booked)
    if answered:
        kept(bound, booked)
    before = bound.read(rows.of_appointment, booked.id)
    asked_anew(bound, booked)

    assert isinstance(kept(bound, booked), obstacles.Outdated)
    assert bound.read(rows.of_appointment, booked.id) == before


async def test_answered_again_a_time_that_is_called_off_does_not_stand(
    bound: SmallWorld,
):
    booked = agreed(bound)
    await reported(bound, booked)
    assert kept(bound, booked) == booked

    bound.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=bound.now)

    assert isinstance(kept(bound, booked), obstacles.Outdated)


async def test_handed_over_meanwhile_it_is_read_under_its_lock_by_now(
    bound: SmallWorld,
):
    booked = agreed(bound)
    await reported(bound, booked)
    at, held = seconds(bound.now), []

    def answer(tx: Tx) -> None:
        obstacles.keep(tx, booked.id, at, "staff:x", bound.now)
        held.append(tx.locked)

    def more(tx: Tx) -> None:
        obstacles.report(tx, booked.id, "Juna ei kulje.", bound.now)
        held.append(tx.locked)

    for act, to in ((answer, make.BO), (more, make.AINO)):
        now = bound.appointment(booked.id)
        order = Order(now, to, booked.span, Actor.SUPERVISOR, "staff:s")
        at_once(bound, lambda tx, o=order: handovers.carry_out(tx, o, bound.now), act)
        assert bound.appointment(booked.id).professional == to
        assert to in held[-1]


async def test_an_empty_report_keeps_what_she_wrote_before(bound: SmallWorld):
    booked = agreed(bound)

    for each in ("Juna ei kulje.", ""):
        assert bound.write(obstacles.report, booked.id, each, bound.now)

    assert bound.read(bindings.find, booked.id).explanation == "Juna ei kulje."


async def test_what_she_wrote_of_another_time_is_not_said_of_this_one(
    bound: SmallWorld,
):
    booked = agreed(bound)
    assert bound.write(obstacles.report, booked.id, "Juna ei kulje.", bound.now)
    moved_by_staff(bound, booked, 28)

    assert bound.write(obstacles.report, booked.id, "", bound.now)

    assert bound.read(bindings.find, booked.id).explanation == ""


def moved_by_staff(bound: SmallWorld, booked: Appointment, hours: float) -> None:
    """Let staff move it."""
    bound.move(bound.appointment(booked.id), hours, Actor.PROFESSIONAL)


async def test_an_obstacle_at_the_open_door_has_a_card_of_its_own(bound: SmallWorld):
    booked = await over(bound, hours=23.9)
    assert bound.write(arrivals.note, booked.id, Came.WAITING, bound.now)
    await bound.settle_down()
    bound.clock.advance(minutes=1)
    before = len(bound.chat.posted)

    await reported(bound, booked, "Juna ei kulje.")

    assert len(bound.chat.posted) == before + 1
    assert title(bound.chat.card()) == said("cards.appointment.obstacle")


def words(bound: SmallWorld, key: str) -> list[str]:
    """Give what posted cards of this title say, and whose chats they stand in."""
    wanted = said(f"cards.notice.{key}.title")
    every = [bound.chat.card(each) for each in range(len(bound.chat.posted))]
    return [texts(each)[1] for each in every if title(each) == wanted]


async def over(bound: SmallWorld, *, left: bool = False, hours: float = 48):
    """Book one, and let it be over, or its professional have left."""
    booked = agreed(bound)
    await bound.settle_down()
    if left:
        aino = Member(make.a_professional().object_id, "Aino", enabled=True)
        others = [replace(aino, id=each) for each in (make.bo().object_id, SUPERVISOR)]
        bound.policy = replace(bound.policy, professionals_group=GROUP)
        bound.write(leaving.learn, GROUP, [aino, *others], bound.now)
        bound.write(leaving.learn, GROUP, others, bound.now)
        bound.write(leaving.conclude, bound.policy, bound.now)
    bound.clock.advance(hours=hours)
    await bound.settle_down()
    return booked


async def reported(bound: SmallWorld, booked: Appointment, why: str = "") -> None:
    assert bound.write(obstacles.report, booked.id, why, bound.now)
    await bound.settle_down()


async def test_an_explanation_afterwards_reaches_her_professional_once(
    bound: SmallWorld,
):
    booked = await over(bound)
    recorded = bound.write(
        outcomes.record,
        booked.id,
        Status.NO_SHOW,
        version=booked.version,
        by=Actor.PROFESSIONAL,
        who="staff:x",
        now=bound.now,
    )
    await bound.settle_down()

    for why in ("", "Juna ei kulje.", "Juna ei kulje."):
        await reported(bound, booked, why)

    assert recorded.status is Status.NO_SHOW
    (told,) = words(bound, "explained")
    assert booked.reference in told
    assert MAIJA.name not in told
    assert "Juna" not in told
    assert bound.appointment(booked.id).status is Status.NO_SHOW


@pytest.mark.parametrize("hours", [1, 48])
async def test_where_her_professional_has_left_it_reaches_who_supervises(
    bound: SmallWorld, hours: float
):
    booked = await over(bound, left=True, hours=hours)
    key = "explained" if hours > 24 else "obstacle"

    for why in ("", "Juna ei kulje."):
        await reported(bound, booked, why)

    assert len(words(bound, key)) == 1
    assert bound.chat.posted[-1].to.conversation_id == f"a:{SUPERVISOR}"


async def test_a_card_that_comes_too_late_says_it_afterwards(bound: SmallWorld):
    booked = await over(bound, hours=1)
    assert bound.write(obstacles.report, booked.id, "", bound.now)
    bound.clock.advance(hours=48)
    await bound.settle_down()

    assert len(words(bound, "explained")) == 1


async def test_who_had_the_card_before_the_end_is_told_nothing_more(bound: SmallWorld):
    booked = await over(bound, hours=1)
    await reported(bound, booked)
    bound.clock.advance(hours=48)
    await reported(bound, booked)

    assert words(bound, "explained") == []


@pytest.mark.parametrize("hours", [1, 48])
async def test_whose_chat_is_closed_is_told_otherwise_once(
    bound: SmallWorld, hours: float
):
    booked = await over(bound, hours=hours)
    bound.chat.refusal = ChatError(403, code="ConversationBlockedByUser")
    assert bound.write(obstacles.report, booked.id, "", bound.now)
    for _ in range(3):
        await bound.rest(rounds=8)
        bound.clock.advance(hours=25)

    about = {said(f"cards.summary.{each}") for each in ("obstacle", "notice")}
    ((who, told),) = [each for each in bound.teams.feed if each[1].preview in about]
    assert who == make.a_professional().object_id
    assert told.link == bound.policy.staff_url(booked.reference)
    bound.chat.refusal = None
    await bound.rest(rounds=8)
    assert len(words(bound, "explained")) == (hours > 24)


def test_what_is_not_binding_or_is_called_off_has_no_obstacle(bound: SmallWorld):
    booked = agreed(bound)
    bound.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=bound.now)
    free = replace(bound.service, binding=None)
    bound.write(people.save_service, free)
    other = agreed(bound, 48)

    for each in (booked, other):
        assert not bound.write(obstacles.report, each.id, "x", bound.now)


def test_only_the_first_opening_is_noted(bound: SmallWorld):
    booked = agreed(bound)

    for hours in (1, 2):
        bound.write(bindings.opened, booked.id, make.at(hours))

    assert bound.read(bindings.find, booked.id).opened == make.at(1)


def test_an_explanation_is_forgotten_with_the_answers(bound: SmallWorld):
    booked = agreed(bound)
    bound.write(obstacles.report, booked.id, "Juna ei kulje.", bound.now)
    later = make.at(days=400)
    a_month = {"kept": {"answers": 30}, "before": {"answers": 30}, "since": None}
    bound.write(decisions.put, forgetting.AREA, a_month, "staff:x", bound.now)

    forgotten = bound.write(purging.old_answers, later)

    assert forgotten == 1
    kept = bound.read(bindings.find, booked.id)
    assert (kept.obstacle, kept.explanation) == (bound.now, "")
    assert bound.write(purging.old_answers, later) == 0
