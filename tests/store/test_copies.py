"""What is kept of copies, of meetings left behind, and of opened join pages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from teams_app.store import appointments, copies, people
from teams_app.store.copies import Copy, KeptMeeting
from tests import make

ID = make.booked(1).id
COPY = Copy(make.BO, "EV9", ID, make.span(), invited=False, seen=make.NOW)


@pytest.fixture
def booked(database):
    database.write_here(appointments.save, make.booked(1))
    return make.booked(1)


def test_a_copy_comes_back_whole_and_is_saved_once(database, booked):
    later = replace(COPY, span=make.span(30), invited=True, settled="stays")
    database.write_here(copies.save, COPY)
    database.write_here(copies.save, later)

    assert database.read_here(copies.of_appointment, booked.id) == [later]
    assert database.read_here(copies.find, make.BO, "EV9") == later
    assert database.read_here(copies.find, make.AINO, "EV9") is None
    assert database.read_here(copies.known, make.BO, ["EV9", "EV1"]) == [later]

    database.write_here(copies.drop, make.BO, "EV9")
    assert database.read_here(copies.of_appointment, booked.id) == []


def test_a_kept_meeting_serves_its_appointment_until_that_moves(database, booked):
    kept = KeptMeeting(ID, make.AINO, "https://teams.example/a", booked.span)
    database.write_here(copies.keep_meeting, kept)
    assert database.read_here(copies.kept_meeting, ID) == kept

    moved = replace(booked, span=make.span(30), version=2)
    database.write_here(appointments.save, moved)
    assert database.read_here(copies.kept_meeting, ID) is None

    database.write_here(appointments.save, replace(booked, version=3))
    database.write_here(copies.drop_meeting, ID)
    assert database.read_here(copies.kept_meeting, ID) is None


@pytest.mark.usefixtures("booked")
def test_the_first_look_at_the_way_in_is_kept(database):
    assert not database.read_here(copies.join_was_opened, ID)
    for hours in (0, 1):
        database.write_here(copies.join_opened, ID, make.at(hours))
    assert database.read_here(copies.join_was_opened, ID)


def test_appointments_of_a_length_are_found_by_it(database, booked):
    def spans(minutes, after):
        lengths = [timedelta(minutes=minutes)]
        return database.read_here(copies.lasting, lengths, after)

    assert spans(45, make.NOW) == {booked.span}
    assert spans(60, make.NOW) == set()
    assert spans(45, booked.span.end) == set()


def test_a_unit_trusts_calendars_only_when_told(database):
    (unit,) = database.read_here(people.units)
    assert not unit.trusts_calendars

    database.write_here(people.save_unit, replace(unit, trusts_calendars=True))
    database.write_here(people.set_supervisors, unit.id, ["b", "a"])

    assert database.read_here(people.unit, unit.id).trusts_calendars
    assert database.read_here(people.supervisors, unit.id) == ["a", "b"]
