"""Asking outside, then writing: the live look, and many hands at one slot."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from booking.appointments import Actor, HoldLapsed, Outdated, Past, Taken
from booking.calendar import ShowAs
from booking.model import Appointment, Modality, Offer, OfferStatus, Slot, Status
from booking.spans import Span
from graph_sync.graph import Throttled, Unavailable
from teams_app import errands
from teams_app.actions import booking
from teams_app.actions.booking import Closed, Found
from teams_app.errands import looking
from teams_app.store import appointments, jobs, offers, people
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

BOX = make.a_professional().mailbox
AT_ONCE = 8


async def confirm(small: SmallWorld, held: Appointment, details=MAIJA):
    return await errands.confirm(small.world, held.id, details, Actor.CLIENT)


async def held(small: SmallWorld, hours: float = 24) -> Appointment:
    found = await errands.hold(small.world, small.wanted(hours))
    assert isinstance(found, Appointment), found
    return found


async def book_now(small: SmallWorld, hours: float = 24, request: str = "r1"):
    wanted = small.wanted(hours, by=Actor.PROFESSIONAL)
    return await errands.book_now(small.world, wanted, MAIJA, request)


async def move(small: SmallWorld, before: Appointment, hours: float):
    return await errands.move(
        small.world,
        before,
        Slot(before.professional, make.at(hours)),
        version=before.version,
        by=Actor.CLIENT,
    )


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits two seconds in a test that is not about them."""
    monkeypatch.setattr(looking, "LOOK_SECONDS", 0.1)


# Confirming.


async def test_a_time_that_outlook_shows_free_is_booked(small: SmallWorld):
    booked = await confirm(small, await held(small))

    assert booked.status is Status.BOOKED
    assert small.gate.calls == ["graph.view"]


async def test_a_time_that_outlook_has_taken_meanwhile_is_not(small: SmallWorld):
    mine = await held(small)
    small.graph.add(BOX, make.span(24))

    assert await confirm(small, mine) == Taken()
    assert small.appointment(mine.id) is None


@pytest.mark.parametrize("shown", [ShowAs.FREE, ShowAs.WORKING_ELSEWHERE])
async def test_what_does_not_block_by_the_tenants_rules_does_not(
    small: SmallWorld, shown: ShowAs
):
    small.graph.add(BOX, make.span(24), show_as=shown)

    booked = await confirm(small, await held(small))

    assert booked.status is Status.BOOKED


async def test_a_time_found_taken_is_offered_to_nobody_any_more(small: SmallWorld):
    booked = small.book(28)
    await small.settle_down()
    small.graph.add(BOX, make.span(24))

    assert await confirm(small, await held(small)) == Taken()
    await small.settle_down()

    assert await errands.hold(small.world, small.wanted(24)) == Taken()
    small.graph.add(BOX, make.span(26))
    assert await move(small, booked, 26) == Taken()
    assert [each.kind for each in small.owed("pull") if each.open] == ["pull"]


async def test_a_time_found_free_is_looked_at_once(small: SmallWorld):
    await confirm(small, await held(small))

    assert small.owed("pull") == []


async def test_what_only_touches_the_time_does_not_take_it(small: SmallWorld):
    small.graph.add(BOX, make.span(24.75, 15))

    booked = await confirm(small, await held(small))

    assert booked.status is Status.BOOKED


async def test_what_lies_in_the_buffer_takes_the_time(small: SmallWorld):
    buffered = replace(small.service, buffers={Modality.REMOTE: (0, 15)})
    small.write(people.save_service, buffered)
    small.graph.add(BOX, make.span(24.75, 15))

    assert await confirm(small, await held(small)) == Taken()


@pytest.mark.parametrize("error", [Unavailable("503"), Throttled("429")])
async def test_an_outlook_that_cannot_be_read_books_nothing_blind(
    small: SmallWorld, error: Exception
):
    mine = await held(small)
    small.gate.arm(1, error=error)

    waiting = await confirm(small, mine)

    assert waiting.status is Status.HELD
    assert waiting.confirming
    assert small.owed("tell") == []


@pytest.mark.usefixtures("hurried")
async def test_an_outlook_that_never_answers_books_nothing_blind(small: SmallWorld):
    mine = await held(small)
    small.graph.silent = True

    waiting = await confirm(small, mine)

    assert waiting.confirming
    borrowed = small.write(jobs.borrow, f"live:{make.AINO}", 1.0)
    assert borrowed is not None, "the place in the lane was given back"


async def test_whoever_waits_for_outlook_waits_two_seconds_at_most(
    small: SmallWorld,
):
    mine = await held(small)
    small.graph.silent = True
    clock = asyncio.get_running_loop().time
    began = clock()

    await confirm(small, mine)

    assert 1.5 < clock() - began < 4


@pytest.mark.usefixtures("hurried")
async def test_what_was_being_confirmed_is_booked_when_outlook_answers_again(
    small: SmallWorld,
):
    small.graph.silent = True
    waiting = await confirm(small, await held(small))
    small.graph.silent = False
    small.clock.advance(seconds=2)

    await small.settle_down()

    assert small.appointment(waiting.id).status is Status.BOOKED
    assert len(small.graph.ours(BOX)) == 1
    assert len(small.graph.mails) == 1


async def test_what_was_being_confirmed_is_taken_back_when_it_was_taken(
    small: SmallWorld,
):
    mine = await held(small)
    small.gate.arm(1)
    await confirm(small, mine)
    small.graph.add(BOX, make.span(24))
    small.clock.advance(seconds=2)

    await small.settle_down()

    ended = small.appointment(mine.id)
    assert ended.status is Status.CANCELLED_BY_US
    (mail,) = small.graph.mails
    assert mail.to == MAIJA.email
    assert small.graph.ours(BOX) == []


async def test_a_repeated_confirmation_gives_the_first_answer_and_asks_nobody(
    small: SmallWorld,
):
    mine = await held(small)
    first = await confirm(small, mine)
    calls = list(small.gate.calls)

    assert await confirm(small, mine) == first
    assert small.gate.calls == calls


async def test_a_lapsed_hold_is_booked_when_its_time_is_still_free(
    small: SmallWorld,
):
    mine = await held(small)
    small.clock.advance(minutes=30)

    booked = await confirm(small, mine)

    assert (booked.id, booked.status) == (mine.id, Status.BOOKED)


async def test_a_lapsed_hold_is_lost_when_somebody_else_has_its_time(
    small: SmallWorld,
):
    mine = await held(small)
    small.clock.advance(minutes=30)
    await held(small)

    assert await confirm(small, mine) == HoldLapsed(small.now)


# Many hands.


async def test_of_eight_who_want_one_slot_one_has_it(small: SmallWorld):
    world = small.world
    wanted = [small.wanted() for _ in range(AT_ONCE)]

    found = await asyncio.gather(*(errands.hold(world, each) for each in wanted))

    assert sum(isinstance(each, Appointment) for each in found) == 1
    assert found.count(Taken()) == AT_ONCE - 1


async def test_of_eight_who_want_times_that_overlap_one_has_hers(small: SmallWorld):
    world = small.world
    wanted = [small.wanted(24 + 0.25 * (number % 3)) for number in range(AT_ONCE)]

    found = await asyncio.gather(*(errands.hold(world, each) for each in wanted))

    assert sum(isinstance(each, Appointment) for each in found) == 1
    assert found.count(Taken()) == AT_ONCE - 1


async def test_of_eight_at_two_professionals_each_gives_one(small: SmallWorld):
    world = small.world
    wanted = [
        small.wanted(slot=Slot(make.AINO if number % 2 else make.BO, make.at(24)))
        for number in range(AT_ONCE)
    ]

    found = await asyncio.gather(*(errands.hold(world, each) for each in wanted))

    assert sum(isinstance(each, Appointment) for each in found) == 2


async def test_eight_confirmations_of_one_hold_book_it_once(small: SmallWorld):
    world, mine = small.world, await held(small)

    found = await asyncio.gather(
        *(errands.confirm(world, mine.id, MAIJA, Actor.CLIENT) for _ in range(AT_ONCE))
    )
    await small.settle_down()

    assert all(isinstance(each, Appointment) for each in found), found
    assert small.appointment(mine.id).status is Status.BOOKED
    assert len(small.graph.ours(BOX)) == 1
    assert len(small.graph.mails) == 1


async def test_eight_cancellations_and_moves_at_once_leave_one_truth(
    small: SmallWorld,
):
    world, booked = small.world, small.book(24)
    await small.settle_down()
    cancelling = [
        world.database.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
        for _ in range(4)
    ]
    moving = [move(small, booked, 26 + number) for number in range(4)]

    await asyncio.gather(*cancelling, *moving)
    await small.settle_down()

    ended = small.appointment(booked.id)
    assert ended.status is Status.CANCELLED_BY_CLIENT
    assert small.graph.ours(BOX) == []
    assert len(small.owed("tell")) <= 3  # booked, perhaps moved, cancelled


async def test_eight_choices_from_one_offer_leave_one_hold(small: SmallWorld):
    world, offer = small.world, small.offer(24, 26, 28, 48)
    slots = [*offer.slots, *offer.slots]

    await asyncio.gather(*(errands.hold_offered(world, offer, slot) for slot in slots))

    kept = small.read(
        appointments.between,
        [make.AINO],
        Span(make.at(0), make.at(72)),
    )
    assert [each.offer for each in kept] == [offer.id]


# Booking at once, as a professional does.


async def test_a_repeated_request_books_once(small: SmallWorld):
    first = await book_now(small)
    again = await book_now(small)
    elsewhere = await book_now(small, 26)

    assert first.status is Status.BOOKED
    assert again == elsewhere == first
    assert (await book_now(small, 26, request="r2")).id != first.id


async def test_eight_of_the_same_request_at_once_book_once(small: SmallWorld):
    found = await asyncio.gather(*(book_now(small) for _ in range(AT_ONCE)))
    await small.settle_down()

    ids = {each.id for each in found if isinstance(each, Appointment)}
    assert len(ids) == 1
    assert len(small.graph.ours(BOX)) == 1


async def test_a_request_whose_first_time_was_taken_books_another_time_once(
    small: SmallWorld,
):
    """The form keeps its request while another time is chosen."""
    busy = small.graph.add(BOX, make.span(24))
    assert await book_now(small, 24) == Taken()
    small.graph.remove(BOX, busy.id)

    second = await book_now(small, 26)

    assert second.status is Status.BOOKED
    assert await book_now(small, 26) == second
    assert await book_now(small, 24) == second


async def test_booking_at_once_is_refused_like_anything_else(small: SmallWorld):
    small.write(people.set_service_professionals, small.service.id, [make.BO])

    assert await book_now(small) is Closed.NOT_GIVEN
    assert await book_now(small, -1, "r2") is Closed.NOT_GIVEN


async def test_a_time_in_the_past_is_not_booked_at_once(small: SmallWorld):
    assert await book_now(small, -1) == Past(make.at(-1))


async def test_booking_at_once_without_outlook_waits(small: SmallWorld):
    small.gate.arm(1)

    waiting = await book_now(small)

    assert waiting.confirming
    assert await book_now(small) == waiting


async def test_a_request_that_made_an_offer_books_nothing(small: SmallWorld):
    offer = small.offer(26, request="r1")

    assert await book_now(small) == offer
    assert small.read(offers.load, offer.id) == offer
    assert small.read(appointments.of_client, offer.client) == []


async def test_an_offer_made_during_the_look_is_what_the_request_makes(
    small: SmallWorld,
):
    """Both buttons of a form were pressed, and Outlook takes its time."""
    view = small.graph.view

    async def slow(*asked: Any) -> Any:
        small.offer(24, request="r1")
        return await view(*asked)

    small.graph.view = slow  # type: ignore[method-assign]
    made = await book_now(small)

    assert isinstance(made, Offer)
    assert made.status is OfferStatus.OPEN
    assert small.read(appointments.of_client, made.client) == []
    assert small.owed("tell") == []
    assert await book_now(small) == made


# Moving.


async def test_a_move_looks_at_the_new_time_first(small: SmallWorld):
    booked = small.book(24)
    small.graph.add(BOX, make.span(26))

    assert await move(small, booked, 26) == Taken()
    assert small.appointment(booked.id) == booked


async def test_a_move_without_outlook_changes_nothing(small: SmallWorld):
    booked = small.book(24)
    small.gate.arm(1)

    assert await move(small, booked, 26) is Found.UNKNOWN
    assert small.appointment(booked.id) == booked


async def test_its_own_event_does_not_stand_in_the_way_of_a_move(small: SmallWorld):
    booked = small.book(24)
    await small.settle_down()

    moved = await move(small, booked, 24.25)

    assert moved.span.start == make.at(24.25)


async def test_two_moves_from_one_page_move_once(small: SmallWorld):
    booked = small.book(24)

    found = await asyncio.gather(move(small, booked, 26), move(small, booked, 28))

    moved = [each for each in found if isinstance(each, Appointment)]
    assert len(moved) == 1
    assert Outdated(booked.version + 1) in found
    assert small.appointment(booked.id) == moved[0]
