"""From *suggest other times* until the client has chosen, everybody is told the same."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
import pytest_asyncio

from booking.appointments import Actor, NotOpen
from booking.model import Appointment, AppointmentId, Slot
from booking.views import questions
from booking.views.cards import Truth
from cards import verbs
from teams_app.actions import booking, conflicts, records, staff_views
from teams_app.actions import questions as asked_of
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.questions import choosing
from teams_app.store import conflicts as rows
from teams_app.store.conflicts import Conflict
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox
OLD = "Aikasi on varattu"
ASKED = "Valitse uusi aika"
REMINDED = "Muistutus: valitse uusi aika"
HOLDS = "Aikasi pitää sittenkin"
MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def booked(small: SmallWorld) -> Appointment:
    made = small.book(48)
    await small.settle_down()
    return made


async def question(small: SmallWorld, kind: str = "moved") -> Conflict:
    """Do something in Outlook that raises a question."""
    (event,) = small.graph.ours(BOX)
    if kind == "moved":
        small.graph.change(BOX, event.id, when=make.span(50))
    elif kind == "deleted":
        small.graph.remove(BOX, event.id)
    else:
        small.graph.add(BOX, make.span(48))
    small.pull()
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.AINO)
    found: Conflict = open_
    return found


async def proposed(small: SmallWorld, kind: str = "moved") -> Conflict:
    small.clock.advance(minutes=1)
    asked = small.write(conflicts.propose, await question(small, kind), small.now)
    assert isinstance(asked, Conflict)
    await small.settle_down()
    return asked


async def held(small: SmallWorld, asked: Conflict) -> conflicts.Answer:
    kept: conflicts.Answer = small.write(conflicts.hold, asked, small.now)
    await small.settle_down()
    return kept


def subjects(small: SmallWorld) -> list[str]:
    return [mail.subject for mail in small.graph.mails]


def cards(small: SmallWorld) -> list[str]:
    """Give every card that stands, as text."""
    return [
        json.dumps(small.chat.card(at), ensure_ascii=False)
        for at in range(len(small.chat.posted))
    ]


def move(
    small: SmallWorld, before: Appointment, by: Actor = Actor.CLIENT, hours: float = 52
) -> None:
    moved = small.write(
        booking.move,
        before.id,
        Slot(make.AINO, make.at(hours)),
        version=before.version,
        by=by,
        policy=small.policy,
        now=small.now,
    )
    assert isinstance(moved, Appointment), moved


KINDS = pytest.mark.parametrize("kind", ["moved", "deleted", "overlapped"])


@KINDS
async def test_the_cards_say_that_the_client_chooses_and_offer_no_way_to_join(
    small: SmallWorld, booked: Appointment, kind: str
):
    await proposed(small, kind)

    for card in cards(small):
        assert "Asiakas valitsee uutta aikaa" in card
        assert "Liity" not in card
        assert "Kirjataan" not in card
    found = records.whole
    whole = small.read(found, small.appointment(booked.id))
    assert whole.choosing
    assert whole.truths.told is Truth.DONE


@pytest.mark.usefixtures("booked")
@KINDS
async def test_the_message_leads_to_the_times(small: SmallWorld, kind: str):
    await proposed(small, kind)

    assert subjects(small) == [OLD, ASKED]
    assert "/move" in small.graph.mails[-1].text
    assert "/move" not in small.graph.mails[0].text


async def test_told_is_claimed_only_of_what_was_sent(
    small: SmallWorld, booked: Appointment
):
    """That she heard of the booking does not mean that she knows it cannot be kept."""
    small.write(conflicts.propose, await question(small), small.now)

    assert small.read(records.whole, booked).truths.told is Truth.WAITING


@pytest.mark.usefixtures("booked")
async def test_who_is_to_choose_is_reminded_once_of_that_and_not_of_the_time(
    small: SmallWorld,
):
    await proposed(small)

    for hours in (24.1, 46.1):
        small.clock.set(make.at(hours))
        await small.settle_down()

    assert subjects(small) == [OLD, ASKED, REMINDED]
    assert "/move" in small.graph.mails[-1].text


@pytest.mark.usefixtures("booked")
async def test_the_reminder_says_the_time_when_it_holds_again(small: SmallWorld):
    await held(small, await proposed(small))
    small.clock.set(make.at(46.1))
    await small.settle_down()

    assert subjects(small)[:3] == [OLD, ASKED, HOLDS]
    assert set(subjects(small)[3:]) == {"Muistutus ajastasi"}


async def test_when_the_client_has_chosen_everything_follows(
    small: SmallWorld, booked: Appointment
):
    asked = await proposed(small)

    move(small, booked)
    await small.settle_down()

    now = small.appointment(booked.id)
    (event,) = small.graph.ours(BOX)
    assert event.when == make.span(52)
    assert small.read(choosing, booked.id) is None
    assert small.read(rows.find, asked.id).settled == "chosen"
    assert small.read(records.whole, now).truths.in_outlook is Truth.DONE
    assert subjects(small)[-1] == "Vaihdoit aikasi"
    assert not any("valitsee uutta aikaa" in card for card in cards(small))


async def test_she_may_choose_the_very_time_it_was_moved_to(
    small: SmallWorld, booked: Appointment
):
    await proposed(small)
    moved = small.write(
        booking.move,
        booked.id,
        Slot(make.AINO, make.at(50)),
        version=booked.version,
        by=Actor.CLIENT,
        policy=small.policy,
        now=small.now,
    )
    await small.settle_down()

    assert isinstance(moved, Appointment), moved
    assert small.read(records.whole, moved).truths.in_outlook is Truth.DONE


async def test_cancelled_nobody_chooses_any_more(
    small: SmallWorld, booked: Appointment
):
    asked = await proposed(small)

    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    assert small.graph.ours(BOX) == []
    assert small.read(rows.find, asked.id).settled == "cancelled"
    assert small.read(choosing, booked.id) is None


@KINDS
async def test_a_time_kept_after_all_is_told_once_and_stands_in_outlook(
    small: SmallWorld, booked: Appointment, kind: str
):
    asked = await proposed(small, kind)

    first = await held(small, asked)
    second = await held(small, small.read(rows.find, asked.id))

    (event,) = small.graph.ours(BOX)
    assert isinstance(first, Conflict)
    assert second == first
    assert event.when == make.span(48)
    assert subjects(small) == [OLD, ASKED, HOLDS]
    assert "/move" not in small.graph.mails[-1].text
    whole = small.read(records.whole, booked)
    assert not whole.choosing
    assert (whole.truths.in_outlook, whole.truths.told) == (Truth.DONE, Truth.DONE)
    assert not any("valitsee uutta aikaa" in card for card in cards(small))


async def test_her_truth_is_since_when_she_knows_that_it_holds(
    small: SmallWorld, booked: Appointment
):
    asked = await proposed(small)
    small.clock.advance(minutes=1)
    small.write(conflicts.hold, asked, small.now)
    await small.settle_down()
    truths = small.read(records.whole, booked).truths
    small.clock.advance(minutes=1)
    after = small.read(records.whole, small.move(booked, 52, Actor.PROFESSIONAL))

    assert (truths.told, truths.told_at) == (Truth.DONE, small.now - MINUTE)
    assert after.truths.told is Truth.WAITING


@pytest.mark.parametrize("heard", [True, False])
async def test_the_card_says_that_she_knows_once_she_does(
    small: SmallWorld, booked: Appointment, *, heard: bool
):
    """Also where she heard nothing else, for it was answered otherwise at once."""
    asked = await question(small)
    proposing = small.write(conflicts.propose, asked, small.now)
    if heard:
        await small.settle_down()
    held_ = small.write(conflicts.hold, proposing, small.now)
    unsaid = small.read(staff_views.conflict_card, held_, small.policy, small.now)
    await small.settle_down()

    knows = "Asiakas tietää, että aika pitää."
    assert (knows in questions.conflict(unsaid).lead) is not heard
    assert any(knows in each for each in cards(small))
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()
    assert not any(knows in each for each in cards(small))


async def test_put_back_by_hand_the_time_holds_and_the_client_is_told(
    small: SmallWorld, booked: Appointment
):
    asked = await proposed(small)
    (event,) = small.graph.ours(BOX)

    small.graph.change(BOX, event.id, when=make.span(48))
    small.pull()
    await small.settle_down()

    assert small.read(rows.find, asked.id).settled == "holds"
    assert subjects(small) == [OLD, ASKED, HOLDS]
    assert small.read(records.whole, booked).truths.in_outlook is Truth.DONE


async def test_another_edit_of_the_event_keeps_nothing(
    small: SmallWorld, booked: Appointment
):
    """She names it otherwise where it stands: the client is still to choose."""
    asked = await proposed(small)
    (event,) = small.graph.ours(BOX)

    small.graph.change(BOX, event.id, subject="Soita ensin")
    small.pull()
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert small.read(choosing, booked.id) == asked
    assert event.when == make.span(50)


@pytest.mark.usefixtures("booked")
async def test_kept_before_the_message_went_out_nothing_is_said(small: SmallWorld):
    asked = small.write(conflicts.propose, await question(small), small.now)

    await held(small, asked)

    assert subjects(small) == [OLD]


async def test_moved_on_and_asked_again_the_client_is_not_asked_twice(
    small: SmallWorld, booked: Appointment
):
    first = await proposed(small)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(54))
    small.pull()
    await small.settle_down()
    (again,) = small.read(rows.open_for, make.AINO)
    second = small.write(conflicts.propose, again, small.now)
    await small.settle_down()

    assert subjects(small) == [OLD, ASKED]
    assert small.read(choosing, booked.id) == second
    assert small.read(rows.find, first.id).settled == "overtaken"


@pytest.mark.usefixtures("booked")
async def test_asked_kept_and_asked_again_she_hears_all_three(small: SmallWorld):
    await held(small, await proposed(small))
    await proposed(small)

    assert subjects(small) == [OLD, ASKED, HOLDS, ASKED]


@pytest.mark.usefixtures("booked")
async def test_moved_on_while_she_chooses_and_put_back_the_time_holds(
    small: SmallWorld,
):
    await proposed(small)
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(54))
    small.pull()
    await small.settle_down()
    (again,) = small.read(rows.open_for, make.AINO)

    small.write(conflicts.put_back, again, small.now)
    await small.settle_down()

    (event,) = small.graph.ours(BOX)
    assert event.when == make.span(48)
    assert subjects(small) == [OLD, ASKED, HOLDS]


@pytest.mark.usefixtures("booked")
async def test_begun_it_cannot_be_kept_any_more(small: SmallWorld):
    asked = await proposed(small)
    small.clock.set(make.at(48.1))

    assert small.write(conflicts.hold, asked, small.now) == Unanswerable("over")


async def test_the_professional_herself_may_move_it_meanwhile(
    small: SmallWorld, booked: Appointment
):
    asked = await proposed(small)
    move(small, booked, Actor.PROFESSIONAL)
    await small.settle_down()

    assert small.read(rows.find, asked.id).settled == "overtaken"
    assert subjects(small)[-1] == "Aikasi on muuttunut"


@pytest.mark.usefixtures("booked")
async def test_kept_beside_a_meeting_a_new_write_asks_no_second_time(small: SmallWorld):
    """The event is written anew, and the meeting she kept still lies over it."""
    small.write(conflicts.keep, await question(small, "overlapped"), small.now)
    (event,) = small.graph.ours(BOX)
    small.graph.remove(BOX, event.id)
    small.pull()
    await small.settle_down()
    (deleted,) = small.read(rows.open_for, make.AINO)

    small.write(conflicts.restore, deleted, small.now)
    await small.settle_down()

    assert small.read(rows.open_for, make.AINO) == []


@pytest.mark.usefixtures("booked")
@KINDS
async def test_a_question_nobody_answered_closes_when_the_time_has_been(
    small: SmallWorld, kind: str
):
    await question(small, kind)
    small.clock.set(make.at(51))
    await small.settle_down()

    for card in cards(small):
        if verbs.OUTCOME_RECORD not in card:  # How it went is asked all the same.
            assert "Action.Execute" not in card
        assert "Liity" not in card
    assert any("Tämä aika on jo ollut" in card for card in cards(small))


@pytest.mark.parametrize("limits", [{"client_notice_hours": 168}, {"client_moves": 0}])
async def test_no_limit_of_the_tenants_holds_for_who_was_asked_to_choose(
    small: SmallWorld, booked: Appointment, limits: dict[str, int]
):
    small.policy = make.replace(small.policy, **limits)

    def moved() -> object:
        return small.write(
            booking.move,
            booked.id,
            Slot(booked.professional, make.at(52)),
            version=small.appointment(booked.id).version,
            by=Actor.CLIENT,
            policy=small.policy,
            now=small.now,
        )

    assert isinstance(moved(), NotOpen)
    await proposed(small)
    assert isinstance(moved(), Appointment)


async def test_what_she_was_asked_to_choose_is_no_move_of_her_own(
    small: SmallWorld, booked: Appointment
):
    small.policy = make.replace(small.policy, client_moves=1)
    await proposed(small)

    def moved(hours: float) -> object:
        return small.write(
            booking.move,
            booked.id,
            Slot(booked.professional, make.at(hours)),
            version=small.appointment(booked.id).version,
            by=Actor.CLIENT,
            policy=small.policy,
            now=small.now,
        )

    assert isinstance(moved(52), Appointment)
    assert isinstance(moved(48), Appointment)
    assert isinstance(moved(52), NotOpen)


@pytest.mark.usefixtures("booked")
async def test_the_times_proposed_to_her_do_not_overlap(small: SmallWorld):
    """Who is offered 12.00, 12.15 and 12.30 of an hour each has been offered one."""
    await proposed(small, "overlapped")

    starts = small.read(asked_of.proposed, AppointmentId(1))

    assert len(starts) == 3
    length = small.service.length
    assert all(b - a >= length for a, b in pairwise(starts)), starts
