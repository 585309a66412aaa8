"""The life of an appointment: what each step gives or refuses, and all in any order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from booking import appointments as life
from booking import handover
from booking.appointments import (
    Actor,
    Announce,
    AskOutcome,
    Change,
    CheckAgain,
    HoldLapsed,
    KeepCalendar,
    KeepCards,
    Making,
    NotOpen,
    Past,
    RemindClient,
    RemindProfessional,
    Tell,
    TellClient,
    TooLong,
    consequences,
)
from booking.model import (
    AGREED,
    CANCELLED,
    Appointment,
    AppointmentId,
    ClientId,
    Language,
    Modality,
    Slot,
    Status,
)
from booking.spans import Span
from tests.booking import strategies
from tests.make import AINO, BO, NOW, a_client, a_service, at, booked, held, span

SERVICE = a_service(buffers={Modality.REMOTE: (5, 10)})
CLIENT = a_client(language=Language.SV)
SOMEBODY = [Actor.CLIENT, Actor.PROFESSIONAL, Actor.SUPERVISOR]


def making(**changes) -> Making:
    made = Making(
        id=AppointmentId(1),
        reference="K7Q2FM",
        link="abcdefgh",
        service=SERVICE,
        modality=Modality.REMOTE,
        language=Language.FI,
    )
    return replace(made, **changes)


def change(before, after, by=Actor.CLIENT, tell=Tell.YES, now=NOW):
    return Change(before, after, by, now, "test", tell)


# Holding and confirming.


def test_a_hold_keeps_the_time_with_its_buffers_for_ten_minutes():
    hold = life.hold(making(), Slot(AINO, at(24)), NOW)

    assert isinstance(hold, Appointment)
    assert (hold.status, hold.version, hold.client) == (Status.HELD, 1, None)
    assert hold.span == span(24)
    assert hold.guarded.start == at(24) - timedelta(minutes=5)
    assert hold.guarded.end == at(24) + timedelta(minutes=55)
    assert hold.hold_ends == NOW + timedelta(minutes=10)
    assert hold.occupies
    assert not hold.in_calendar


@pytest.mark.parametrize("hours", [0, -1])
def test_a_time_that_has_begun_cannot_be_held(hours):
    assert life.hold(making(), Slot(AINO, at(hours)), NOW) == Past(at(hours))


def test_a_hold_can_be_confirmed_until_it_ends():
    hold = held(hold_ends=at(1))

    almost = life.confirm(hold, CLIENT, at(1) - timedelta(seconds=1))

    assert isinstance(almost, Appointment)
    assert (almost.status, almost.client) == (Status.BOOKED, CLIENT.id)
    assert (almost.language, almost.hold_ends) == (CLIENT.language, None)
    assert almost.version == hold.version + 1
    assert life.confirm(hold, CLIENT, at(1)) == HoldLapsed(at(1))


def test_a_hold_is_not_confirmed_after_its_time_has_begun():
    hold = held(span=span(0.1), hold_ends=at(1))

    assert life.confirm(hold, CLIENT, at(0.1)) == Past(at(0.1))


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.HELD}))
def test_only_a_hold_can_be_confirmed_or_wait(status):
    other = booked(status=status)

    assert life.confirm(other, CLIENT, NOW) == NotOpen(status)
    assert life.wait_for_calendar(other, CLIENT, NOW) == NotOpen(status)


def test_a_hold_that_waits_for_outlook_outlives_its_ten_minutes():
    hold = held(hold_ends=at(0.1))

    waiting = life.wait_for_calendar(hold, CLIENT, NOW)

    assert isinstance(waiting, Appointment)
    assert waiting.status is Status.HELD
    assert waiting.confirming
    assert waiting.client == CLIENT.id
    confirmed = life.confirm(waiting, CLIENT, at(2))
    assert isinstance(confirmed, Appointment)
    assert not confirmed.confirming
    assert life.wait_for_calendar(hold, CLIENT, at(0.1)) == HoldLapsed(at(0.1))


def test_a_hold_is_renewed_for_ten_minutes_more_before_its_time_begins():
    hold = held(hold_ends=at(0.1))

    renewed = life.renew_hold(hold, at(1))

    assert isinstance(renewed, Appointment)
    assert renewed.hold_ends == at(1) + timedelta(minutes=10)
    assert renewed.version == hold.version + 1
    assert isinstance(life.confirm(renewed, CLIENT, at(1)), Appointment)
    assert life.renew_hold(hold, at(24)) == Past(at(24))


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.HELD}))
def test_only_a_hold_is_renewed(status):
    assert life.renew_hold(booked(status=status), NOW) == NotOpen(status)


# Moving, adopting, cancelling.


@pytest.mark.parametrize("status", sorted(set(Status) - AGREED))
def test_only_what_is_agreed_can_be_moved(status):
    other = booked(status=status)

    assert life.move(other, Slot(BO, at(30)), NOW, Actor.CLIENT) == NotOpen(status)
    assert life.adopt(other, span(30), NOW) == NotOpen(status)


def test_a_move_keeps_the_length_and_the_link():
    before = booked()

    after = life.move(before, Slot(BO, at(30)), NOW, Actor.CLIENT)

    assert after == replace(
        before, professional=BO, span=span(30), version=before.version + 1
    )


def test_nothing_is_moved_into_the_past():
    assert life.move(booked(), Slot(AINO, NOW), NOW, Actor.PROFESSIONAL) == Past(NOW)
    assert life.adopt(booked(), Span(at(-1), at(1)), NOW) == Past(at(-1))


def test_a_client_cannot_move_or_cancel_what_has_begun_but_staff_can():
    begun = booked(span=span(-0.5))
    later = Slot(AINO, at(30))

    assert life.move(begun, later, NOW, Actor.CLIENT) == Past(at(-0.5))
    assert isinstance(life.move(begun, later, NOW, Actor.PROFESSIONAL), Appointment)
    assert life.cancel(begun, Actor.CLIENT, NOW) == Past(at(-0.5))
    assert isinstance(life.cancel(begun, Actor.PROFESSIONAL, NOW), Appointment)


def test_outlooks_time_is_taken_over_longer_or_shorter():
    after = life.adopt(booked(), span(30, minutes=20), NOW)

    assert isinstance(after, Appointment)
    assert after.span == span(30, minutes=20)


@example(minutes=1380, before=0, after=0)
@example(minutes=1379, before=0, after=0)
@example(minutes=1379, before=0, after=1)
@given(
    minutes=st.integers(1, 3000), before=st.integers(0, 60), after=st.integers(0, 60)
)
def test_what_takes_a_whole_day_is_no_time_to_promise(minutes, before, after):
    """An all-day event lasts 23 hours on the shortest day, and the database a day."""
    buffers = timedelta(minutes=before), timedelta(minutes=after)
    one = booked(before=buffers[0], after=buffers[1])
    time, whole = span(30, minutes), timedelta(minutes=before + minutes + after)

    adopted = life.adopt(one, time, NOW)
    handed = handover.hand_over(one, BO, time, NOW)

    if whole >= timedelta(hours=23):
        assert adopted == handed == TooLong(whole)
    else:
        assert isinstance(adopted, Appointment)
        assert isinstance(handed, Appointment)
        assert adopted.span == handed.span == time


def test_what_has_its_length_from_the_service_changes_hands_however_long_it_is():
    long = booked(span=span(24, minutes=1400))

    assert isinstance(handover.hand_over(long, BO, long.span, NOW), Appointment)


@pytest.mark.parametrize(
    ("by", "status"),
    [
        (Actor.CLIENT, Status.CANCELLED_BY_CLIENT),
        (Actor.PROFESSIONAL, Status.CANCELLED_BY_US),
        (Actor.SUPERVISOR, Status.CANCELLED_BY_US),
        (Actor.OUTLOOK, Status.CANCELLED_BY_US),
        (Actor.SYSTEM, Status.CANCELLED_BY_US),
    ],
)
def test_it_is_kept_who_cancelled_and_a_second_time_is_refused(by, status):
    ended = life.cancel(booked(), by, NOW)

    assert isinstance(ended, Appointment)
    assert ended.status is status
    assert not ended.occupies
    for again in Actor:
        assert life.cancel(ended, again, NOW) == NotOpen(status)


class Living(RuleBasedStateMachine):
    """Anybody does anything at any time; a small world does what it is owed."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.one: Appointment | None = None
        self.calendars: dict = {AINO: None, BO: None}
        self.told: list[TellClient] = []
        self.said: object = None  #: What the client last heard.

    def settle(self, after: object, by: Actor) -> bool:
        """Take a step if it was not refused, and do what it owes."""
        if not isinstance(after, Appointment):
            return False
        found = consequences(change(self.one, after, by, now=self.now), SERVICE)
        before, self.one = self.one, after
        assert found.count(KeepCards(after.id)) == 1
        assert len(found) == len(set(found))
        for one in found:
            self.do(one, before)
        if self.is_told_by_hand(before):
            self.said = state(self.one)
        return True

    def is_told_by_hand(self, before: Appointment | None) -> bool:
        """Whoever cancels what has begun tells the client herself."""
        assert self.one is not None
        ended = self.one.status in CANCELLED and before is not None
        return ended and before.in_calendar and self.one.span.start <= self.now

    def do(self, one: object, before: Appointment | None) -> None:
        assert self.one is not None
        match one:
            case KeepCalendar(professional=whose):
                self.calendars[whose] = should_be(self.one, whose)
            case TellClient():
                self.told.append(one)
                self.said = state(self.one)
            case (
                RemindClient(due=due, start=start)
                | RemindProfessional(due=due, start=start)
            ):
                assert self.now < due < start == self.one.span.start
            case CheckAgain():
                assert self.one.confirming
                assert not (before and before.confirming)
            case Announce(version=version):
                assert version == self.one.version
            case _:
                assert one in {KeepCards(self.one.id), asked(self.one)}

    @precondition(lambda self: self.one is None)
    @rule(hours=st.integers(1, 48), of=st.sampled_from([AINO, BO]))
    def hold(self, hours, of):
        slot = Slot(of, self.now + timedelta(hours=hours))
        assert self.settle(life.hold(making(), slot, self.now), Actor.CLIENT)

    @precondition(lambda self: self.one)
    @rule(by=st.sampled_from(SOMEBODY))
    def confirm(self, by):
        was = self.one
        done = self.settle(life.confirm(was, CLIENT, self.now), by)
        assert not (done and was.status is not Status.HELD)

    @precondition(lambda self: self.one)
    @rule()
    def renew(self):
        self.settle(life.renew_hold(self.one, self.now), Actor.SYSTEM)

    @precondition(lambda self: self.one)
    @rule()
    def wait(self):
        self.settle(life.wait_for_calendar(self.one, CLIENT, self.now), Actor.CLIENT)

    @precondition(lambda self: self.one)
    @rule(
        hours=st.integers(-1, 48),
        of=st.sampled_from([AINO, BO]),
        by=st.sampled_from(SOMEBODY),
    )
    def move(self, hours, of, by):
        slot = Slot(of, self.now + timedelta(hours=hours))
        self.settle(life.move(self.one, slot, self.now, by), by)

    @precondition(lambda self: self.one)
    @rule(hours=st.integers(-1, 48), minutes=st.integers(5, 90))
    def adopt(self, hours, minutes):
        start = self.now + timedelta(hours=hours)
        time = Span(start, start + timedelta(minutes=minutes))
        self.settle(life.adopt(self.one, time, self.now), Actor.OUTLOOK)

    @precondition(lambda self: self.one)
    @rule(by=st.sampled_from(Actor))
    def cancel(self, by):
        was = self.one
        done = self.settle(life.cancel(was, by, self.now), by)
        assert not (done and was.status in CANCELLED)

    @precondition(lambda self: self.one and self.one.status is Status.BOOKED)
    @rule(status=st.sampled_from([Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW]))
    def mark(self, status):
        after = replace(self.one, status=status, version=self.one.version + 1)
        assert self.settle(after, Actor.PROFESSIONAL)

    @rule(hours=st.sampled_from([0.1, 1, 20]))
    def pass_time(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def every_calendar_holds_what_it_should(self):
        if self.one is not None:
            for whose, entry in self.calendars.items():
                assert entry == should_be(self.one, whose)

    @invariant()
    def nobody_is_told_twice(self):
        versions = [one.version for one in self.told]
        assert versions == sorted(set(versions))

    @invariant()
    def the_client_knows_the_present_time(self):
        if self.one is not None and self.one.status is Status.BOOKED:
            assert self.said == state(self.one)
        if self.one is not None and self.one.status in CANCELLED and self.said:
            assert self.said == state(self.one)

    @invariant()
    def a_booked_appointment_has_a_client_and_no_hold(self):
        if self.one is not None and self.one.in_calendar:
            assert self.one.client == ClientId(CLIENT.id)
            assert self.one.hold_ends is None
            assert not self.one.confirming


def asked(one: Appointment) -> AskOutcome:
    return AskOutcome(one.id, one.span.end)


def should_be(one: Appointment, whose) -> object:
    there = one.in_calendar and one.professional == whose
    return (one.id, one.span, one.modality) if there else None


def state(one: Appointment) -> object:
    """What a client needs to know: that it is off, or when it is."""
    return None if one.status in CANCELLED else (one.professional, one.span)


TestLiving = Living.TestCase
TestLiving.settings = strategies.steps(20)
