"""What a professional sets herself acts in the search, in booking, in why, on cards."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from booking.appointments import Taken
from booking.availability import Mode, Search
from booking.availability.why import Rule
from booking.calendar import Busy, ShowAs
from booking.handover import Doubt
from booking.model import Appointment, Language, Modality, Slot
from booking.own_settings import Opens, Own, Section
from booking.own_settings import Wanted as Card
from booking.spans import Span
from teams_app.actions import calendars, giving, postings, setup, takers, whys
from teams_app.actions.booking import Closed
from teams_app.actions.calendars import Ask
from teams_app.actions.setup import OwnRules
from teams_app.actions.takers import Wanted
from teams_app.store import calendars as calendar_rows
from teams_app.store import people
from tests import make
from tests.support.small_world import SmallWorld

#: Hours of the small world's clock after its Monday, ten o'clock: Tuesday ten is 24.
TEN, ELEVEN, NOON = 24, 25, 26
NONE = (time(0), time(0))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is set is one column of text: one engine tells of both."""
    return sqlite_url


def sets(small: SmallWorld, **values: Any) -> None:
    """Let Aino set this; the names of her sections are those of what is set."""
    of = {"modalities": "ways", "buffers": "ways", "off": "cards", "language": "cards"}
    names = {Section(of.get(name, name)) for name in values}
    own = Own(set_=frozenset(names), **values)
    small.write(people.save_own_settings, make.AINO, own.written)


def starts(small: SmallWorld, modality: Modality = Modality.REMOTE) -> list[float]:
    """Give Aino's free starts of Tuesday, in hours of the small world's clock."""
    search = Search(small.service, modality, small.now, [make.AINO])
    found = small.world.index().free(search)
    hours = [(each.start - make.NOW) / timedelta(hours=1) for each in found]
    return [each for each in hours if 12 < each < 36]


def why(small: SmallWorld, hours: float, modality: Modality = Modality.REMOTE) -> Any:
    service = small.read(giving.service_of, small.service.id, make.AINO)
    start = make.at(hours)
    args = (make.AINO, service, modality, start, small.policy, small.now)
    return [each.rule for each in small.read(whys.why, *args)]


def test_what_is_kept_is_read_back():
    own = Own(
        frozenset(Section),
        (None, (time(9), time(15)), NONE, None, None, None, None),
        (Modality.PHONE,),
        {Modality.PHONE: (5, 10)},
        (Language.SV,),
        4,
        Opens(Mode.OPENED_BLOCKS, "A", "B"),
        Language.EN,
        frozenset({Card.MORNING}),
    )

    assert Own.read(own.written) == own
    assert Own.read(None) == Own()


def test_her_hours_act_in_search_booking_and_why(small: SmallWorld):
    assert NOON in starts(small)
    assert why(small, NOON) == []

    sets(small, hours=(None, (time(9), time(12)), NONE, None, None, None, None))

    assert TEN in starts(small)
    assert NOON not in starts(small)
    assert why(small, NOON) == [Rule.OWN_HOURS]
    assert why(small, NOON + 24) == [Rule.OWN_HOURS]
    assert why(small, 12) == [Rule.HOURS]
    assert small.hold(NOON) == Taken()
    assert isinstance(small.hold(TEN), Appointment)


def test_a_way_that_she_does_not_offer_is_in_no_search_and_cannot_be_booked(
    small: SmallWorld,
):
    sets(small, modalities=(Modality.PHONE,), buffers={})

    assert starts(small, Modality.REMOTE) == []
    assert starts(small, Modality.PHONE)
    assert why(small, TEN) == [Rule.MODALITY]
    assert small.hold(TEN) is Closed.NOT_GIVEN
    assert isinstance(small.hold(TEN, modality=Modality.PHONE), Appointment)


def test_what_she_has_already_stays_in_its_way(small: SmallWorld):
    booked = small.book(TEN)

    sets(small, modalities=(Modality.PHONE,), buffers={})

    assert small.move(booked, NOON).modality is Modality.REMOTE


def test_her_pauses_act_in_search_and_booking(small: SmallWorld):
    small.book(ELEVEN)
    before = starts(small)

    pair = (30, 60)
    sets(small, modalities=tuple(Modality), buffers={Modality.REMOTE: pair})

    left = starts(small)
    assert set(left) < set(before)
    # The service takes 45 minutes; she wants an hour after it, and had none.
    assert 23.5 in before
    assert 23.5 in starts(small, Modality.PHONE)
    assert 23.5 not in left
    assert small.hold(23.5) == Taken()
    plain = Ask(
        Slot(make.AINO, make.at(23.5)), small.service, Modality.REMOTE, staff=True
    )
    assert not small.read(calendars.has_room, plain, small.policy, small.now)
    held = small.hold(left[0])
    assert (held.before, held.after) == tuple(timedelta(minutes=each) for each in pair)


def test_her_limit_acts_for_clients_and_not_for_herself(small: SmallWorld):
    sets(small, daily_limit=1)
    small.book(TEN)

    assert starts(small) == []
    assert why(small, NOON) == [Rule.FULL]

    sets(small, daily_limit=None)
    assert NOON in starts(small)


def test_blocks_that_she_opens_act_and_her_calendar_is_read_anew(small: SmallWorld):
    sets(small, opens=Opens(Mode.OPENED_BLOCKS, "Asiakasajat", ""))
    assert starts(small) == []
    assert small.read(calendars.opening_of, make.AINO).category == "Asiakasajat"

    block = Busy("e", Span(make.at(TEN), make.at(NOON)), ShowAs.FREE, bookable=True)
    small.write(calendar_rows.put_busy, make.AINO, block)

    assert TEN in starts(small)
    assert NOON not in starts(small)
    assert Rule.BLOCKS in why(small, NOON)


def test_her_languages_are_hers_wherever_she_is_asked_for(small: SmallWorld):
    booked = small.book(TEN)

    sets(small, languages=(Language.SV,))

    assert small.aino.languages == (Language.SV,)
    assert small.aino.language is Language.FI
    handed = Wanted(booked, make.AINO, booked.span)
    doubts = small.read(takers.against, handed, small.policy, small.now)
    assert Doubt.LANGUAGE in doubts


def test_who_does_not_offer_the_way_is_doubted_as_a_taker(small: SmallWorld):
    booked = small.book(TEN)
    sets(small, modalities=(Modality.PHONE,), buffers={})

    handed = Wanted(booked, make.AINO, booked.span)
    doubts = small.read(takers.against, handed, small.policy, small.now)

    assert Doubt.MODALITY in doubts


def test_cards_that_she_does_not_want_do_not_come(small: SmallWorld):
    booked = small.book(TEN)
    start = int(booked.span.start.timestamp())

    def cards() -> list[object]:
        reminded = postings.reminder, f"remind_professional:{booked.id}:{start}"
        morning = small.write(
            postings.morning, make.AINO, date(2026, 11, 24), small.policy, small.now
        )
        remind = small.write(*reminded, booked.id, start, small.policy, small.now)
        return [morning, remind]

    assert None not in cards()
    sets(small, off=frozenset(Card), language=Language.SV)

    assert cards() == [None, None]
    assert not small.read(giving.wants, make.AINO, Card.OUTCOME)
    assert small.aino.language is Language.SV


def test_the_organisations_file_undoes_nothing_of_hers(small: SmallWorld):
    sets(small, daily_limit=3, languages=(Language.SV,))

    small.write(setup.put_professional, make.a_professional(), small.now)
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=9), small.now)

    rules = small.read(calendars.rules_of, make.AINO, small.policy)
    assert rules.daily_limit == 3
    assert small.aino.languages == (Language.SV,)
    sets(small, languages=(Language.SV,))
    rules = small.read(calendars.rules_of, make.AINO, small.policy)
    assert rules.daily_limit == 9


def test_what_a_unit_fixes_counts_in_place_of_hers_while_it_does(small: SmallWorld):
    unit = make.a_unit()
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=9), small.now)
    sets(small, daily_limit=3, opens=Opens(Mode.OPENED_BLOCKS, "A", ""))
    pulls = len(small.owed("pull_anew"))

    fixed = replace(unit, fixed=frozenset({"daily_limit", "opens"}))
    small.write(setup.put_unit, fixed, [], small.now)

    rules = small.read(calendars.rules_of, make.AINO, small.policy)
    assert (rules.daily_limit, rules.mode) == (9, Mode.WORKING_HOURS)
    assert len(small.owed("pull_anew")) > pulls
    small.write(setup.put_unit, unit, [], small.now)
    rules = small.read(calendars.rules_of, make.AINO, small.policy)
    assert (rules.daily_limit, rules.mode) == (3, Mode.OPENED_BLOCKS)
