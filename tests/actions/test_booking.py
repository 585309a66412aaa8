"""Holding, booking, moving, cancelling: each with its bad versions, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import (
    Actor,
    HoldLapsed,
    NotOpen,
    Outdated,
    Past,
    Taken,
    Tell,
)
from booking.calendar import Busy, ShowAs
from booking.model import (
    Appointment,
    BookedBy,
    Language,
    Modality,
    ProfessionalId,
    Slot,
    Status,
)
from teams_app.actions import booking
from teams_app.actions.booking import Closed, Details, Found
from teams_app.store import calendars, people
from tests import make
from tests.support.small_world import MAIJA, SmallWorld

BY_CLIENT, BY_STAFF = Actor.CLIENT, Actor.PROFESSIONAL


def confirm(small: SmallWorld, id_: int, found: Found = Found.FREE, **more):
    values = {"details": MAIJA, "by": BY_CLIENT, "now": small.now} | more
    return small.write(booking.book, id_, found, **values)


def move(small: SmallWorld, before: Appointment, hours: float, **more):
    values = {
        "version": before.version,
        "by": BY_CLIENT,
        "policy": small.policy,
        "now": small.now,
    } | more
    slot = Slot(before.professional, make.at(hours))
    return small.write(booking.move, before.id, slot, **values)


def cancel(
    small: SmallWorld,
    id_: int,
    by: Actor = BY_CLIENT,
    tell: Tell = Tell.YES,
    version: int | None = None,
):
    return small.write(
        booking.cancel, id_, by=by, now=small.now, tell=tell, version=version
    )


# Holding.


def test_a_hold_keeps_the_time_for_ten_minutes(small: SmallWorld):
    held = small.hold()

    assert held.status is Status.HELD
    assert held.hold_ends == small.now + timedelta(minutes=10)
    assert small.hold() == Taken()


def test_a_lapsed_hold_gives_its_time_to_the_next(small: SmallWorld):
    first = small.hold()
    small.clock.advance(minutes=10)

    second = small.hold()

    assert isinstance(second, Appointment)
    assert small.appointment(first.id) is None


def test_a_slow_clients_hold_outlives_anothers_choice_of_another_time(
    small: SmallWorld,
):
    slow = small.hold(24)
    small.clock.advance(minutes=11)

    small.hold(26)

    assert small.appointment(slow.id) == slow


def test_a_time_that_has_begun_is_past(small: SmallWorld):
    assert small.hold(-1) == Past(make.at(-1))
    assert small.hold(0) == Past(make.at(0))


def test_a_client_keeps_to_the_lead_time_and_staff_need_not(small: SmallWorld):
    assert small.hold(1) == Taken()
    assert isinstance(small.hold(1, by=BY_STAFF), Appointment)


def test_an_offered_time_is_held_within_the_lead_time_too(small: SmallWorld):
    assert isinstance(small.hold(1, offered=True), Appointment)


def test_a_client_reaches_no_further_than_the_horizon(small: SmallWorld):
    last = small.service.horizon_days

    assert isinstance(small.hold(24 * last), Appointment)
    assert small.hold(24 * (last + 1)) == Taken()


@pytest.mark.parametrize("minutes", [1, 5, 7])
def test_a_client_gets_only_starts_that_are_offered(small: SmallWorld, minutes: int):
    assert small.hold(24 + minutes / 60) == Taken()


def test_a_start_with_seconds_is_none_that_is_offered(small: SmallWorld):
    slot = Slot(make.AINO, make.at(24) + timedelta(seconds=1))

    assert small.hold(slot=slot) == Taken()


@pytest.mark.parametrize("by", [BY_CLIENT, BY_STAFF])
def test_nothing_is_held_where_nobody_reads_the_calendar(small: SmallWorld, by: Actor):
    """The mirror ends 93 days ahead, at ten; until then staff book as they like."""
    days = small.read(calendars.state, make.AINO).window.end - small.now
    last = days.total_seconds() / 3600 - 0.75
    beyond = Closed.TOO_FAR if by is BY_STAFF else Taken()

    assert small.hold(last + 5 / 60, by=by) == beyond
    assert small.hold(24 * 365 * 3112, by=by) == beyond
    assert isinstance(small.hold(last, by=BY_STAFF), Appointment)


def test_staff_too_begin_at_whole_five_minutes(small: SmallWorld):
    for seconds in (1, 60, 299):
        slot = Slot(make.AINO, make.at(24) + timedelta(seconds=seconds))
        assert small.hold(slot=slot, by=BY_STAFF) is Closed.OFF_GRID

    assert isinstance(small.hold(24 + 5 / 60, by=BY_STAFF), Appointment)


def test_outside_working_hours_nobody_holds(small: SmallWorld):
    assert small.hold(24 + 12) == Taken()
    assert small.hold(24 + 12, by=BY_STAFF) == Taken()


def test_a_modality_the_service_lacks_is_not_given(small: SmallWorld):
    service = replace(small.service, modalities=(Modality.REMOTE,))
    small.write(people.save_service, service)

    assert small.hold(modality=Modality.PHONE) is Closed.NOT_GIVEN


def test_a_professional_who_does_not_give_the_service_is_not_given(small: SmallWorld):
    small.write(people.set_service_professionals, small.service.id, [make.BO])

    assert small.hold() is Closed.NOT_GIVEN


@pytest.mark.parametrize("number", [3, 99_999_999_999_999])
def test_a_professional_who_does_not_exist_is_not_given(small: SmallWorld, number: int):
    slot = Slot(ProfessionalId(number), make.at(24))

    assert small.hold(slot=slot) is Closed.NOT_GIVEN


def test_a_closed_service_is_not_given(small: SmallWorld):
    small.write(people.save_service, replace(small.service, open=False))

    assert small.hold() is Closed.NOT_GIVEN


def test_outlook_in_the_mirror_takes_the_time(small: SmallWorld):
    row = Busy("E1", make.span(24, 60), ShowAs.BUSY)
    small.write(calendars.put_busy, make.AINO, row)

    assert small.hold() == Taken()


def test_buffers_are_guarded_like_the_appointment(small: SmallWorld):
    buffered = replace(small.service, buffers={Modality.REMOTE: (15, 15)})
    small.write(people.save_service, buffered)
    small.hold(24)

    assert small.hold(24 + 1) == Taken()
    assert isinstance(small.hold(24 + 1.25), Appointment)


# Releasing.


def test_a_released_hold_is_gone_and_its_time_free(small: SmallWorld):
    held = small.hold()

    small.write(booking.release, held.id, Actor.CLIENT, small.now)
    small.write(booking.release, held.id, Actor.CLIENT, small.now)

    assert small.appointment(held.id) is None
    assert isinstance(small.hold(), Appointment)


def test_what_is_booked_or_being_confirmed_is_not_released(small: SmallWorld):
    booked = small.book(24)
    waiting = confirm(small, small.hold(26).id, Found.UNKNOWN)

    small.write(booking.release, booked.id, Actor.CLIENT, small.now)
    small.write(booking.release, waiting.id, Actor.CLIENT, small.now)

    assert small.appointment(booked.id) == booked
    assert small.appointment(waiting.id) == waiting


# Details.


def test_details_are_kept_with_the_hold(small: SmallWorld):
    held = small.hold()
    details = replace(MAIJA, language=Language.SV, answers={"matter": "cv"})

    filled = small.write(booking.fill_in, held.id, details, small.now)

    assert small.read(booking.details_of, filled) == details
    assert filled.language is Language.SV


def test_an_offers_client_stays_who_she_is(small: SmallWorld):
    offer = small.offer(24)
    held = small.hold(24, client=offer.client, offer=offer.id)
    stranger = Details("Joku Muu", Language.EN, "joku@muu.example", None, {"a": "b"})

    filled = small.write(booking.fill_in, held.id, stranger, small.now)

    assert filled.client == offer.client
    assert filled.answers == {"a": "b"}


def test_details_of_what_is_booked_are_not_changed(small: SmallWorld):
    booked = small.book()

    refused = small.write(booking.fill_in, booked.id, MAIJA, small.now)

    assert refused == NotOpen(Status.BOOKED)
    assert small.appointment(booked.id) == booked


# Booking.


def test_a_free_time_is_booked(small: SmallWorld):
    booked = confirm(small, small.hold().id)

    assert booked.status is Status.BOOKED
    assert booked.hold_ends is None
    assert small.read(people.client, booked.client).email == MAIJA.email


def test_a_repeat_of_a_confirmation_gives_what_the_first_one_made(small: SmallWorld):
    held = small.hold()

    first = confirm(small, held.id)
    owed = small.owed()

    assert confirm(small, held.id) == first
    assert confirm(small, held.id, Found.BUSY) == first
    assert confirm(small, held.id, Found.UNKNOWN) == first
    assert small.owed() == owed


def test_a_busy_time_lets_the_hold_go(small: SmallWorld):
    held = small.hold()

    assert confirm(small, held.id, Found.BUSY) == Taken()
    assert small.appointment(held.id) is None
    assert small.owed() == []


def test_an_unread_outlook_books_nothing_and_owes_another_look(small: SmallWorld):
    waiting = confirm(small, small.hold().id, Found.UNKNOWN)

    assert waiting.status is Status.HELD
    assert waiting.confirming
    assert {each.kind for each in small.owed()} == {"confirm", "cards"}


def test_another_look_that_finds_it_free_books(small: SmallWorld):
    waiting = confirm(small, small.hold().id, Found.UNKNOWN)

    booked = confirm(small, waiting.id)

    assert booked.status is Status.BOOKED
    assert not booked.confirming
    assert [each.payload["news"] for each in small.owed("tell")] == ["booked"]


def test_another_look_that_finds_it_busy_takes_the_promise_back(small: SmallWorld):
    waiting = confirm(small, small.hold().id, Found.UNKNOWN)

    assert confirm(small, waiting.id, Found.BUSY) == Taken()

    ended = small.appointment(waiting.id)
    assert ended.status is Status.CANCELLED_BY_US
    assert [each.payload["news"] for each in small.owed("tell")] == ["taken_back"]
    assert isinstance(small.hold(), Appointment)


def test_while_it_is_confirmed_nobody_else_gets_the_time(small: SmallWorld):
    confirm(small, small.hold().id, Found.UNKNOWN)
    small.clock.advance(minutes=11)

    assert small.hold() == Taken()


def test_a_lapsed_hold_is_not_booked(small: SmallWorld):
    held = small.hold()
    small.clock.advance(minutes=10)

    assert confirm(small, held.id) == HoldLapsed(make.at(1 / 6))
    assert confirm(small, held.id, Found.UNKNOWN) == HoldLapsed(make.at(1 / 6))


def test_a_hold_that_is_gone_is_lapsed(small: SmallWorld):
    assert confirm(small, 4711) == HoldLapsed(small.now)


def test_what_was_cancelled_is_not_booked(small: SmallWorld):
    booked = small.book()
    cancel(small, booked.id)

    assert confirm(small, booked.id) == NotOpen(Status.CANCELLED_BY_CLIENT)


# Moving.


def test_a_moved_appointment_frees_the_old_time_at_once(small: SmallWorld):
    booked = small.book(24)

    moved = move(small, booked, 26)

    assert moved.span.start == make.at(26)
    assert moved.version == booked.version + 1
    assert isinstance(small.hold(24), Appointment)
    assert small.hold(26) == Taken()


def test_a_repeat_of_a_move_gives_the_moved_appointment(small: SmallWorld):
    booked = small.book(24)
    moved = move(small, booked, 26)
    owed = small.owed()

    assert move(small, booked, 26) == moved
    assert small.owed() == owed


def test_a_move_from_an_old_page_is_outdated(small: SmallWorld):
    booked = small.book(24)
    moved = move(small, booked, 26)

    assert move(small, booked, 28) == Outdated(moved.version)
    assert small.appointment(booked.id) == moved


def test_a_move_onto_another_appointment_changes_nothing(small: SmallWorld):
    booked = small.book(24)
    small.book(26)

    assert move(small, booked, 26) == Taken()
    assert small.appointment(booked.id) == booked


def test_a_move_may_overlap_the_time_it_leaves(small: SmallWorld):
    booked = small.book(24)

    moved = move(small, booked, 24.25)

    assert moved.span.start == make.at(24.25)


def test_a_move_into_the_past_is_refused(small: SmallWorld):
    booked = small.book(24)

    assert move(small, booked, -1) == Past(make.at(-1))


def test_once_it_has_begun_a_client_moves_nothing(small: SmallWorld):
    booked = small.book(24)
    small.clock.advance(hours=24, minutes=5)

    assert move(small, booked, 48) == Past(make.at(24))
    assert isinstance(move(small, booked, 48, by=BY_STAFF), Appointment)


@pytest.mark.parametrize("hours", [24, 26])
def test_what_is_cancelled_is_not_moved_not_even_to_where_it_was(
    small: SmallWorld, hours: float
):
    booked = small.book(24)
    ended = cancel(small, booked.id)

    refused = move(small, ended, hours)

    assert refused == NotOpen(Status.CANCELLED_BY_CLIENT)


# Cancelling.


def test_a_cancelled_appointment_frees_its_time(small: SmallWorld):
    booked = small.book()

    ended = cancel(small, booked.id)

    assert ended.status is Status.CANCELLED_BY_CLIENT
    assert isinstance(small.hold(), Appointment)


def test_a_repeat_of_a_cancellation_does_nothing_more(small: SmallWorld):
    booked = small.book()
    ended = cancel(small, booked.id)
    owed = small.owed()

    assert cancel(small, booked.id) == ended
    assert cancel(small, booked.id, BY_STAFF) == ended
    assert small.owed() == owed


def test_what_has_changed_since_it_was_seen_is_not_cancelled(small: SmallWorld):
    """Not even where it changes between the look and the press being carried out."""
    booked = small.book(24)
    moved = move(small, booked, 26)

    assert cancel(small, booked.id, BY_STAFF, version=booked.version) == Outdated(
        moved.version
    )
    assert small.appointment(booked.id) == moved
    ended = cancel(small, booked.id, BY_STAFF, version=moved.version)
    assert ended.status is Status.CANCELLED_BY_US
    assert cancel(small, booked.id, BY_STAFF, version=moved.version) == ended


def test_once_it_has_begun_a_client_cancels_nothing(small: SmallWorld):
    booked = small.book(24)
    small.clock.advance(hours=24)

    assert cancel(small, booked.id) == Past(make.at(24))
    assert cancel(small, booked.id, BY_STAFF).status is Status.CANCELLED_BY_US


def test_who_is_known_exactly_is_not_made_anew(small: SmallWorld):
    first = small.book(24)
    second = small.book(26)
    other = small.book(28, details=replace(MAIJA, email="toinen@client.example"))

    assert first.client == second.client
    assert other.client != first.client


def test_an_invited_service_is_held_by_offer_or_by_staff_only(small: SmallWorld):
    invited = replace(small.service, booked_by=BookedBy.INVITED)
    small.write(people.save_service, invited)

    assert small.hold(24) is Closed.NOT_GIVEN
    assert isinstance(small.hold(24, by=Actor.PROFESSIONAL), Appointment)
    offer = small.offer(26)
    assert isinstance(small.hold(26, offer=offer.id, offered=True), Appointment)
