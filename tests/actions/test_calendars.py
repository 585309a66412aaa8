"""A professional's time looked at with fresh rows, and Outlook as just read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.appointments import Taken
from booking.availability import Rules
from booking.calendar import AllDay, Event, Mailbox, ShowAs
from booking.model import Appointment
from booking.spans import span
from teams_app.actions import calendars, conflicts
from teams_app.store import people
from tests import make
from tests.support.small_world import SmallWorld

#: Five hours behind Greenwich in November.
FAR = Mailbox(zone="America/New_York")
TUESDAY = AllDay(date(2026, 11, 24), date(2026, 11, 25))


@pytest.mark.parametrize(
    ("hours_from_midnight", "taken"), [(4, False), (5, True), (28, True), (29, False)]
)
def test_an_all_day_event_as_just_read_covers_days_of_her_own_zone(
    small: SmallWorld, hours_from_midnight, taken
):
    """Hours are counted from midnight in Greenwich."""
    small.write(people.save_mailbox, make.AINO, FAR)
    event = Event("E1", TUESDAY, show_as=ShowAs.OOF)
    start = make.at(16 + hours_from_midnight)
    wanted = span(start, timedelta(minutes=45))

    clashes = small.read(calendars.clashing, make.AINO, wanted, (event,), small.policy)

    assert clashes is taken


def test_what_stands_beside_a_write_covers_days_of_her_own_zone(small: SmallWorld):
    """On the Line Islands Tuesday ends when it is ten o'clock in Greenwich."""
    early, late = small.book(24), small.book(27)
    small.write(people.save_mailbox, make.AINO, Mailbox(zone="Pacific/Kiritimati"))
    event = Event("E1", TUESDAY, show_as=ShowAs.OOF)

    asked = [
        small.write(
            conflicts.seen_around,
            booked.id,
            make.AINO,
            (event,),
            small.policy,
            small.now,
        )
        for booked in (early, late)
    ]

    assert [conflict is not None for conflict in asked] == [True, False]


def test_a_client_reaches_no_further_than_the_tenant_looks(small: SmallWorld):
    small.policy = replace(small.policy, rules=Rules(horizon_days=3))

    assert isinstance(small.hold(24 * 3), Appointment)
    assert small.hold(24 * 4) == Taken()
