"""What Outlook says has changed: echoes, collisions, moves, deletions, and lies."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from booking.appointments import Actor
from booking.calendar import Busy, Page, ShowAs
from booking.model import Appointment
from booking.views.cards import ConflictKind
from graph_sync.reconcile import SoFar
from teams_app.actions import booking, events, polling, pulls
from teams_app.actions import conflicts as actions
from teams_app.store import calendars, conflicts
from tests import make
from tests.support.small_world import SmallWorld, dump

BOX = make.a_professional().mailbox


async def standing(small: SmallWorld, hours: float = 24) -> Appointment:
    booked = small.book(hours)
    await small.settle_down()
    return booked


async def heard(small: SmallWorld, *, anew: bool = False) -> None:
    small.pull(anew=anew)
    await small.settle_down()


def mirror(small: SmallWorld) -> list[Busy]:
    rows: list[Busy] = small.read(calendars.busy, make.AINO, None)
    return rows


def questions(small: SmallWorld) -> list[conflicts.Conflict]:
    found: list[conflicts.Conflict] = small.read(conflicts.open_for, make.AINO)
    return found


async def test_our_own_write_comes_back_as_no_news(small: SmallWorld):
    booked = await standing(small)
    rows, link = mirror(small), small.link(booked)

    await heard(small)

    assert mirror(small) == rows
    assert small.link(booked) == link
    assert questions(small) == []


async def test_a_copy_of_an_event_that_is_gone_is_not_taken_for_ours(small: SmallWorld):
    """Our write was answered long ago; this one somebody else has made."""
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    await heard(small)
    copy = small.graph.add(BOX, event.when, subject=event.subject, body=event.body)

    await heard(small)

    (row,) = mirror(small)
    assert (row.event_id, row.ours) == (copy.id, None)
    assert small.link(booked).event_id is None


async def test_a_write_recorded_while_a_page_is_laid_is_no_strangers(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    """Another transaction may commit between two reads of this one."""
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    monkeypatch.setattr(pulls.calendars, "links_in", lambda *_: [])
    pull = small.read(pulls.plan, make.AINO, small.now)
    page = Page((event,), (), "delta:9")
    small.write(pulls.apply, pull, page, SoFar(full=False), small.policy, small.now)

    assert questions(small) == []
    assert [each.ours for each in mirror(small)] == [booked.reference]


async def test_what_she_puts_there_takes_its_time(small: SmallWorld):
    small.graph.add(BOX, make.span(24))
    await heard(small)

    assert not isinstance(small.hold(24), Appointment)
    assert isinstance(small.hold(26), Appointment)


async def test_what_she_removes_gives_its_time_back(small: SmallWorld):
    event = small.graph.add(BOX, make.span(24))
    await heard(small)
    small.graph.remove(BOX, event.id)
    await heard(small)

    assert isinstance(small.hold(24), Appointment)


async def test_the_mirror_keeps_no_text_of_what_is_not_ours(small: SmallWorld):
    small.graph.add(BOX, make.span(24), subject="Lääkäri", body="salaisuus")
    await heard(small)

    assert "Lääkäri" not in str(small.read(dump))
    assert "salaisuus" not in str(small.read(dump))


async def test_a_meeting_over_an_appointment_is_asked_about_once(small: SmallWorld):
    booked = await standing(small)
    event = small.graph.add(BOX, make.span(24))

    await heard(small)
    await heard(small, anew=True)

    (asked,) = questions(small)
    assert (asked.kind, asked.event_id) == (ConflictKind.OVERLAPPED, event.id)
    assert asked.appointment == booked.id


async def test_a_meeting_that_goes_away_again_answers_its_question(
    small: SmallWorld,
):
    booked = await standing(small)
    event = small.graph.add(BOX, make.span(24))
    await heard(small)

    small.graph.change(BOX, event.id, when=make.span(26))
    await heard(small)

    (settled,) = small.read(conflicts.of_appointment, booked.id)
    assert settled.settled == "overtaken"


async def test_of_two_meetings_over_an_appointment_the_other_one_is_asked_about(
    small: SmallWorld,
):
    """One question is open about an appointment; when its meeting goes, one is left."""
    booked = await standing(small)
    first = small.graph.add(BOX, make.span(24))
    await heard(small)
    second = small.graph.add(BOX, make.span(24))
    await heard(small)

    small.graph.remove(BOX, second.id)
    await heard(small)

    (asked,) = questions(small)
    assert (asked.appointment, asked.event_id) == (booked.id, first.id)


async def test_a_meeting_that_was_answered_about_is_not_asked_about_again(
    small: SmallWorld,
):
    await standing(small)
    small.graph.add(BOX, make.span(24))
    await heard(small)
    small.write(actions.keep, questions(small)[0], small.now)
    second = small.graph.add(BOX, make.span(24))
    await heard(small)

    small.graph.remove(BOX, second.id)
    await heard(small)

    assert questions(small) == []


def both_stay(small: SmallWorld) -> None:
    (asked,) = questions(small)
    small.write(actions.keep, asked, small.now)


def holds_after_all(small: SmallWorld) -> None:
    (asked,) = questions(small)
    proposed = small.write(actions.propose, asked, small.now)
    small.write(actions.hold, proposed, small.now)


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("answer", [both_stay, holds_after_all])
async def test_what_was_left_so_is_asked_about_again_only_once_it_takes_other_time(
    small: SmallWorld, answer: Callable[[SmallWorld], None], *, anew: bool
):
    await standing(small)
    event = small.graph.add(BOX, make.span(24))
    await heard(small)
    answer(small)

    # Somebody accepts the invitation, say: nothing but the change key is another.
    small.graph.change(BOX, event.id)
    await heard(small, anew=anew)
    assert questions(small) == []

    small.graph.change(BOX, event.id, when=make.span(24, minutes=5))
    await heard(small, anew=anew)
    assert [each.event_id for each in questions(small)] == [event.id]


async def test_what_was_left_so_is_asked_about_again_at_another_time(
    small: SmallWorld,
):
    booked = await standing(small)
    event = small.graph.add(BOX, make.span(24))
    await heard(small)
    both_stay(small)
    moved = small.move(booked, 26)
    await small.settle_down()
    small.graph.change(BOX, event.id, when=make.span(26))
    await heard(small)

    (asked,) = questions(small)
    assert (asked.appointment, asked.event_id) == (moved.id, event.id)


async def test_a_meeting_that_is_deleted_answers_its_question(small: SmallWorld):
    booked = await standing(small)
    event = small.graph.add(BOX, make.span(24))
    await heard(small)

    small.graph.remove(BOX, event.id)
    await heard(small)

    (settled,) = small.read(conflicts.of_appointment, booked.id)
    assert settled.settled == "overtaken"


async def test_an_event_moved_and_moved_back_answers_its_question(
    small: SmallWorld,
):
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    await heard(small)
    assert [each.kind for each in questions(small)] == [ConflictKind.MOVED]

    small.graph.change(BOX, event.id, when=booked.span)
    await heard(small)

    (settled,) = small.read(conflicts.of_appointment, booked.id)
    assert settled.settled == "put_back"
    assert small.link(booked).problem is None


async def test_a_moved_event_keeps_its_time_and_the_agreed_one(small: SmallWorld):
    """Until she has answered, nobody else may have either."""
    await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    await heard(small)

    assert not isinstance(small.hold(24), Appointment)


async def test_a_changed_subject_is_put_right_and_nobody_is_asked(
    small: SmallWorld,
):
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, subject="Maija Meri, cv")

    await heard(small)

    (event,) = small.graph.ours(BOX)
    assert booked.reference in (event.subject or "")
    assert "Maija" not in (event.subject or "")
    assert questions(small) == []


async def test_a_deletion_is_believed_only_when_the_event_is_gone_by_its_id(
    small: SmallWorld,
):
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.gate.arm(0)

    await _said_to_be_removed(small, event.id)

    assert small.gate.calls.count("graph.event") == 1
    assert questions(small) == []
    assert small.link(booked).event_id == event.id


async def _said_to_be_removed(small: SmallWorld, event_id: str) -> None:
    """Let one round say that an event is removed which still stands."""
    plain = small.graph.changes

    async def lying(mailbox, window, link):
        async for page in plain(mailbox, window, link):
            kept = tuple(each for each in page.events if each.id != event_id)
            yield replace(page, events=kept, removed=(event_id,))

    small.graph.changes = lying
    await heard(small)


async def test_a_deleted_event_is_asked_about(small: SmallWorld):
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)

    await heard(small)

    (asked,) = questions(small)
    assert asked.kind is ConflictKind.DELETED
    assert small.appointment(booked.id) == booked


async def test_an_emptied_calendar_deletes_nothing_by_itself(small: SmallWorld):
    """A full read that names nothing, while each event is still there by its id."""
    booked = [await standing(small, hours) for hours in (24, 26, 28)]

    async def empty(_mailbox, _window, _link):
        yield Page((), (), "delta:999")

    small.graph.changes = empty
    await heard(small, anew=True)

    assert questions(small) == []
    assert [small.appointment(each.id) for each in booked] == booked
    assert len(mirror(small)) == 3


async def test_a_calendar_really_emptied_asks_about_each_and_cancels_none(
    small: SmallWorld,
):
    booked = [await standing(small, hours) for hours in (24, 26, 28)]
    for event in small.graph.ours(BOX):
        small.graph.remove(BOX, event.id)

    await heard(small, anew=True)

    assert {each.appointment for each in questions(small)} == {
        each.id for each in booked
    }
    assert [small.appointment(each.id) for each in booked] == booked
    assert len(small.graph.mails) == 3, "nobody was told anything new"


async def test_what_we_removed_ourselves_is_not_asked_about(small: SmallWorld):
    booked = await standing(small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    await heard(small)

    assert small.read(conflicts.of_appointment, booked.id) == []


async def test_the_event_of_an_unanswered_create_lies_over_nothing(
    small: SmallWorld,
):
    """Its write took effect, nobody heard; then a round tells of it."""
    booked = small.book()
    plan = small.write(events.plan, booked.id, make.AINO, small.policy, small.now)
    answer = small.graph._put(plan.step)

    page = Page((answer.event,), (), "delta:1")
    pull = small.read(pulls.plan, make.AINO, small.now)
    small.write(pulls.apply, pull, page, SoFar(full=False), small.policy, small.now)

    assert questions(small) == []
    (row,) = mirror(small)
    assert row.ours == booked.reference


async def test_a_copy_of_our_event_is_a_foreign_one(small: SmallWorld):
    booked = await standing(small)
    (event,) = small.graph.ours(BOX)
    small.graph.add(BOX, make.span(26), subject=event.subject)

    await heard(small)

    assert small.link(booked).event_id == event.id
    assert not isinstance(small.hold(26), Appointment)


async def test_a_link_too_old_is_followed_by_a_full_read(small: SmallWorld):
    small.graph.add(BOX, make.span(24))
    small.graph.old_links.add("delta:0")

    await heard(small)

    assert len(mirror(small)) == 1
    assert small.gate.calls.count("graph.mailbox") == 1


async def test_a_round_cut_off_is_begun_again_from_its_old_link(small: SmallWorld):
    small.graph.add(BOX, make.span(24))
    small.gate.arm(1, after=True)

    await heard(small)

    assert len(mirror(small)) == 1
    assert small.gate.failed == ["graph.changes"]


@pytest.mark.parametrize("notices", [1, 5])
async def test_however_many_notices_one_pull_is_owed(small: SmallWorld, notices: int):
    for _ in range(notices):
        small.pull()

    assert len(small.owed("pull")) == 1


async def test_a_calendar_not_heard_of_is_read_all_the_same(small: SmallWorld):
    assert small.write(polling.owe_stale, small.policy, small.now) == 0
    small.clock.advance(minutes=5)
    assert small.write(polling.owe_stale, small.policy, small.now) == 2


async def test_what_lies_over_a_hold_is_nobodys_question(small: SmallWorld):
    small.hold(24)
    small.graph.add(BOX, make.span(24))

    await heard(small)

    assert questions(small) == []


async def test_tentative_counts_as_the_tenant_says(small: SmallWorld):
    rules = replace(small.policy.rules, blocking=frozenset({ShowAs.BUSY}))
    small.policy = replace(small.policy, rules=rules)
    small.graph.add(BOX, make.span(24), show_as=ShowAs.TENTATIVE)

    await heard(small)

    assert isinstance(small.hold(24), Appointment)
