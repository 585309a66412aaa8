"""The kept index: after any sequence of changes it is as if built anew."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from booking.availability import Calendar, Guarded, Index, Rules, Search
from booking.calendar import Busy, ShowAs
from booking.model import AppointmentId, Modality, ProfessionalId, ServiceId, Slot
from booking.spans import HELSINKI, Span, day_span, span
from tests.booking import strategies
from tests.make import AINO, BO, NOW, a_service, at, held

CARITA = ProfessionalId(65)  #: Far from the others.
PEOPLE = [AINO, BO, CARITA]
SERVICES = [
    a_service(id=ServiceId(1), lead_minutes=0),
    a_service(
        id=ServiceId(2),
        minutes=30,
        modalities=(Modality.REMOTE, Modality.PHONE),
        buffers={Modality.REMOTE: (7, 12)},
    ),
]
DAYS = 2


def same(one: Index, other: Index) -> None:
    """Assert that two indexes answer alike, in every way they can be asked."""
    now = day_span(one.grid.first, HELSINKI).start
    for service in SERVICES:
        for modality in Modality:
            search = Search(service, modality, now)
            assert one.free(search) == other.free(search)
            assert one.any_start(search) == other.any_start(search)
            assert one.days(search) == other.days(search)
            assert one.epochs(search).tolist() == other.epochs(search).tolist()


def some_calendar(first: date) -> st.SearchStrategy[Calendar]:
    return strategies.open_calendars(first) | strategies.calendars(first)


class Changing(RuleBasedStateMachine):
    """Calendars come, change and go, and days pass."""

    @initialize(first=strategies.days)
    def begin(self, first):
        self.first = first
        self.kept: dict[ProfessionalId, tuple[Calendar, list]] = {}
        self.index = Index.empty(self.now, HELSINKI, DAYS)
        self.older: list[tuple[Index, bytes]] = []

    @property
    def now(self) -> datetime:
        return day_span(self.first, HELSINKI).start

    @rule(
        of=st.sampled_from(PEOPLE),
        services=st.lists(st.sampled_from(SERVICES), unique_by=id),
        data=st.data(),
    )
    def put(self, of, services, data):
        calendar = data.draw(some_calendar(self.first))
        self.kept[of] = calendar, services
        self.index = self.index.with_professional(of, calendar, services)

    @rule(of=st.sampled_from(PEOPLE))
    def remove(self, of):
        self.kept.pop(of, None)
        self.index = self.index.without_professional(of)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def free(self, data):
        of = data.draw(st.sampled_from(sorted(self.kept)))
        calendar, services = self.kept[of]
        which = AppointmentId(data.draw(st.integers(0, 2)))
        self.kept[of] = calendar.without(which), services
        self.index = self.index.freed(of, which)

    @rule(days=st.integers(0, 2), minutes=st.integers(0, 23 * 60))
    def pass_time(self, days, minutes):
        self.first += timedelta(days=days)
        now = self.now + timedelta(minutes=minutes)
        self.index = self.index.rolled(now)
        self.kept = {
            of: (kept.at(now), gives) for of, (kept, gives) in self.kept.items()
        }

    @rule()
    def remember(self):
        self.older.append((self.index, said(self.index)))

    @invariant()
    def is_as_if_built_anew(self):
        built = Index.empty(self.now, HELSINKI, DAYS)
        for of, (calendar, services) in sorted(self.kept.items(), reverse=True):
            built = built.with_professional(of, calendar, services)
        same(self.index, built)
        assert self.index.professionals == sorted(self.kept)

    @invariant()
    def older_ones_have_not_changed(self):
        for index, was in self.older:
            assert said(index) == was


def said(index: Index) -> bytes:
    counts = sorted((key, row.tobytes()) for key, row in index._counts.items())
    return repr(counts).encode()


TestChanging = Changing.TestCase
TestChanging.settings = strategies.steps(12)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Index, Search]:
    """Give an index of up to three professionals and a search in it."""
    first = draw(strategies.days)
    now = day_span(first, HELSINKI).start
    service = draw(strategies.services)
    index = Index.empty(now, HELSINKI, DAYS)
    for of in draw(st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1)):
        calendar = draw(some_calendar(first))
        index = index.with_professional(of, calendar, [service])
    return index, Search(service, Modality.REMOTE, now)


@given(crowds(), st.integers(0, 10))
def test_every_question_is_answered_from_the_same_slots(asked, limit):
    index, search = asked

    slots = index.free(search)

    by_start: dict[datetime, set[ProfessionalId]] = {}
    for slot in slots:
        by_start.setdefault(slot.start, set()).add(slot.professional)
    shown = {start: set(who) for start, who in index.any_start(search)}
    assert shown == by_start
    counted = [(int(start.timestamp()), len(who)) for start, who in by_start.items()]
    for same_search in (search, replace(search, professionals=PEOPLE)):
        assert index.counted(same_search) == counted
        assert index.counted(same_search, limit) == counted[:limit]
    assert index.free(search, limit) == slots[:limit]
    days = Counter(start.astimezone(HELSINKI).date() for start in by_start)
    assert index.days(search) == days
    assert all(index.is_free(search, slot) for slot in slots)


@given(crowds(), st.data())
def test_a_search_among_some_finds_their_part_of_the_whole(asked, data):
    index, search = asked
    some = data.draw(st.lists(st.sampled_from(PEOPLE), unique=True))
    around = data.draw(strategies.spans(index.grid.first))

    narrow = replace(search, professionals=some, within=around)

    assert index.free(narrow) == [
        slot
        for slot in index.free(search)
        if slot.professional in some and around.start <= slot.start < around.end
    ]


@given(crowds(), st.data())
def test_what_is_not_found_is_not_free(asked, data):
    index, search = asked
    slot = Slot(
        data.draw(st.sampled_from(PEOPLE)),
        data.draw(strategies.moments(index.grid.first)),
    )

    assert index.is_free(search, slot) == (slot in index.free(search))


@given(crowds(), st.data())
def test_the_nearest_are_nearest(asked, data):
    index, search = asked
    wanted = data.draw(strategies.moments(index.grid.first))

    found = index.nearest(search, wanted)

    starts = {slot.start for slot in index.free(search)}
    assert found == sorted(found, key=lambda slot: slot.start)
    assert len(found) == min(3, len(starts))
    assert set(found) <= set(index.free(search))
    furthest = max((abs(slot.start - wanted) for slot in found), default=None)
    rest = starts - {slot.start for slot in found}
    assert all(abs(start - wanted) >= furthest for start in rest)


@given(crowds())
def test_whatever_staff_are_shown_they_may_take(asked):
    index, search = asked
    search = replace(search, staff=True)

    assert all(index.is_free(search, slot) for slot in index.free(search)[::7])


@given(crowds(), st.data())
def test_staff_are_shown_at_least_what_clients_are(asked, data):
    index, search = asked
    now = search.now + timedelta(minutes=data.draw(st.integers(0, 24 * 60)))
    search = replace(search, now=now)

    assert set(index.free(search)) <= set(index.free(replace(search, staff=True)))


def plain(**changes) -> Index:
    """Give an index of Aino, Monday morning at ten, with nothing in her calendar."""
    calendar = Calendar(**changes)
    return Index.empty(NOW).with_professional(AINO, calendar, SERVICES)


def search(**changes) -> Search:
    return Search(SERVICES[0], Modality.REMOTE, NOW, **changes)


def clock(slots) -> list[str]:
    return [f"{slot.start.astimezone(HELSINKI):%d. %H.%M}" for slot in slots]


def test_the_first_time_is_after_now_and_after_the_lead_time():
    index = plain()
    later = replace(search(), service=replace(SERVICES[0], lead_minutes=125))

    assert clock(index.free(search(), 2)) == ["23. 10.15", "23. 10.30"]
    assert clock(index.free(later, 1)) == ["23. 12.15"]
    assert clock(index.free(replace(later, staff=True), 1)) == ["23. 10.15"]


def test_the_last_day_offered_is_the_horizon():
    near = replace(search(), service=replace(SERVICES[0], horizon_days=1))
    index = plain()

    assert clock(index.free(near))[-1] == "24. 15.15"
    assert clock(plain(rules=Rules(horizon_days=0)).free(search()))[-1] == "23. 15.15"
    assert len(index.days(replace(near, staff=True))) > 40


def test_a_modality_the_service_does_not_have_finds_nothing():
    phone = Search(SERVICES[1], Modality.IN_PERSON, NOW)
    index = plain()

    assert index.free(phone) == []
    assert index.days(phone) == {}
    assert index.nearest(phone, NOW) == []
    assert not index.is_free(phone, Slot(AINO, at(2)))


def test_a_service_nobody_gives_finds_nothing():
    other = replace(search(), service=a_service(id=ServiceId(99)))

    assert plain().free(other) == []
    assert not plain().is_free(other, Slot(AINO, at(2)))
    assert Index.empty(NOW).free(search()) == []


def test_a_lapsed_hold_is_free_again_without_anybody_doing_anything():
    hold = replace(held(1, span=span(at(2), timedelta(minutes=45))), hold_ends=at(0.5))
    waiting = replace(held(2, span=span(at(3), timedelta(minutes=45))), confirming=True)
    index = plain(appointments=(Guarded.of(hold), Guarded.of(waiting)))
    before, then = at(0.5) - timedelta(seconds=1), at(0.5)

    assert index.rolled(before) is index
    assert not index.is_free(search(), Slot(AINO, at(2)))
    rolled = index.rolled(then)
    assert rolled.is_free(search(), Slot(AINO, at(2)))
    assert not rolled.is_free(search(), Slot(AINO, at(3)))
    assert rolled.rolled(at(3)) is rolled
    assert index.without_professional(AINO).rolled(then).professionals == []


def test_a_new_day_frees_what_lapsed_on_the_old_one():
    hold = replace(held(1, span=span(at(24), timedelta(minutes=45))), hold_ends=at(0.5))
    index = plain(appointments=(Guarded.of(hold),))
    midnight = day_span(at(24).date(), HELSINKI).start

    assert not index.is_free(search(), Slot(AINO, at(24)))
    assert index.rolled(midnight).is_free(search(), Slot(AINO, at(24)))


def test_an_appointment_does_not_stand_in_the_way_of_its_own_move():
    mine = Guarded(AppointmentId(4), span(at(2), timedelta(minutes=45)))
    index = plain(appointments=(mine,))
    later = Slot(AINO, at(2.25))

    assert not index.is_free(search(), later)
    assert index.is_free(search(), later, ignoring=AppointmentId(4))
    assert index.is_free(search(staff=True), later, ignoring=AppointmentId(4))
    assert not index.is_free(search(), later, ignoring=AppointmentId(5))
    assert later in index.freed(AINO, AppointmentId(4)).free(search())


def test_who_moves_it_is_shown_every_time_but_the_one_it_has():
    buffer = timedelta(minutes=15)
    mine = Guarded(AppointmentId(4), span(at(2), timedelta(minutes=45)), buffer, buffer)
    others = Guarded(AppointmentId(5), span(at(4), timedelta(minutes=45)))
    index = plain(appointments=(mine, others))
    empty = plain(appointments=(others,))

    moving = index.moving(AINO, AppointmentId(4))

    left = set(empty.free(search())) - {Slot(AINO, at(2))}
    assert set(moving.free(search())) == left > set(index.free(search()))
    assert sum(moving.days(search()).values()) == len(left)
    assert index.moving(AINO, AppointmentId(6)) is index
    assert index.moving(BO, AppointmentId(4)) is index


@given(crowds(), st.data())
def test_what_overlaps_the_time_to_be_given_up_is_proposed_last(asked, data):
    index, search = asked
    begins = data.draw(strategies.moments(index.grid.first))
    own = span(begins, data.draw(st.sampled_from((30, 45, 180))) * timedelta(minutes=1))
    instead = replace(search, instead_of=own)

    proposed = [start for start, _ in index.any_start(instead, proposing=True)]

    plain = [start for start, _ in index.any_start(search)]
    length = search.service.length
    assert proposed == sorted(plain, key=lambda s: (own.overlaps(span(s, length)), s))
    assert [start for start, _ in index.any_start(instead)] == plain
    assert [start for start, _ in index.any_start(search, proposing=True)] == plain


def test_a_move_within_a_full_day_is_no_further_appointment():
    mine = Guarded(AppointmentId(4), span(at(2), timedelta(minutes=45)))
    index = plain(appointments=(mine,), rules=Rules(daily_limit=1))
    later = Slot(AINO, at(4))

    assert not index.is_free(search(), later)
    assert index.is_free(search(), later, ignoring=AppointmentId(4))


def test_staff_may_go_beyond_step_lead_horizon_and_limit_but_not_over_an_event():
    taken = Busy("e", Span(at(3), at(4)), ShowAs.BUSY)
    index = plain(busy=(taken,), rules=Rules(daily_limit=0))
    mine = search(staff=True)

    assert index.is_free(mine, Slot(AINO, at(1) + timedelta(minutes=1)))
    assert not index.is_free(mine, Slot(AINO, at(2.5)))
    assert not index.is_free(mine, Slot(AINO, NOW))
    assert not index.is_free(mine, Slot(AINO, at(10)))


def test_the_least_booked_of_the_day_comes_first():
    noon = Guarded(AppointmentId(4), span(at(2), timedelta(minutes=45)))
    index = plain(appointments=(noon,)).with_professional(BO, Calendar(), SERVICES)

    [(_, today)] = index.any_start(search(), 1)
    [(_, tomorrow)] = index.any_start(
        search(within=day_span(at(24).date(), HELSINKI)), 1
    )

    assert today == (BO, AINO)
    assert tomorrow == (AINO, BO)
    assert index.nearest(search(), NOW)[0].professional == BO


def test_what_is_worked_out_once_is_forgotten_with_the_index():
    index = plain()
    made = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [index.once("key", make), index.once("key", make)] == [1, 1]
    assert index.with_professional(BO, Calendar(), SERVICES).once("key", make) == 2


def test_an_answer_is_kept_until_a_start_falls_out_of_reach():
    index, asked = plain(), []

    def answer(minutes: int, **changes) -> list[str]:
        now = NOW + timedelta(minutes=minutes)
        wanted = replace(search(), now=now, **changes)

        def made() -> list[str]:
            asked.append(minutes)
            return clock(index.free(wanted, 1))

        return index.answer(wanted, "first", made)

    assert [answer(1), answer(4), answer(5)] == [["23. 10.15"]] * 3
    assert answer(16) == ["23. 10.30"]
    assert answer(16, modality=Modality.IN_PERSON) == ["23. 10.30"]
    assert answer(16, professionals=(BO,)) == []
    assert answer(16, within=day_span(at(24).date(), HELSINKI)) == ["24. 08.00"]
    # Minute 5 reaches one cell less than minute 4: a start at 10.05 would be too late.
    assert asked == [1, 5, 16, 16, 16, 16]


def test_the_answers_kept_have_a_limit():
    index = plain()

    for number in range(3000):
        index.once(number, lambda: number)  # noqa: B023

    assert len(index._known) <= 1000


def test_the_same_day_keeps_the_index_and_the_next_rolls_it():
    index = plain()
    midnight = day_span(at(24).date(), HELSINKI).start

    assert index.rolled(midnight - timedelta(seconds=1)) is index
    rolled = index.rolled(midnight)
    assert rolled.grid.first == at(24).date()
    assert clock(rolled.free(replace(search(), now=midnight), 1)) == ["24. 08.00"]


def test_a_change_takes_away_and_gives_back_and_leaves_the_old_index_alone():
    index = plain()
    before, found = said(index), index.epochs(search()).tolist()
    day = Calendar(busy=(Busy("e", Span(at(0), at(12)), ShowAs.BUSY),))

    taken = index.with_professional(AINO, day, SERVICES)
    back = taken.with_professional(AINO, Calendar(), SERVICES)

    left = taken.epochs(search()).tolist()
    assert left == [epoch for epoch in found if epoch >= at(12).timestamp()]
    assert 0 < len(left) < len(found)
    assert said(index) == said(back) == before


@pytest.mark.parametrize("clicks", [1, 7])
def test_counts_stay_true_when_the_same_calendar_is_put_again(clicks):
    index = plain()
    for _ in range(clicks):
        again = index.with_professional(AINO, Calendar(), SERVICES)

    for key, row in again._counts.items():
        assert np.array_equal(row, index._counts[key])
