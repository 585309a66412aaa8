"""The mirror, its state, and what is known of our own events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.calendar import AllDay, Busy, EventDraft, ShowAs
from booking.spans import Span
from teams_app.store import appointments, calendars
from teams_app.store.calendars import CalendarState, Link
from teams_app.store.database import Database, Stale
from tests import make
from tests.store.conftest import furnish

MEETING = Busy("AAA", make.span(24), ShowAs.BUSY, change_key="ck1")
ALL_DAY = Busy(
    "BBB",
    AllDay(date(2026, 11, 25), date(2026, 11, 27)),
    ShowAs.OOF,
    series="SSS",
    bookable=True,
    ours="K7Q2FM",
)


def put(database, *events):
    for each in events:
        database.write_here(calendars.put_busy, make.AINO, each)


def mirror(database, span=None):
    return database.read_here(calendars.busy, make.AINO, span)


def test_events_come_back_whole_and_in_order(database):
    put(database, ALL_DAY, MEETING)

    assert mirror(database) == [MEETING, ALL_DAY]
    assert database.read_here(calendars.busy, make.BO, None) == []


def test_an_event_put_again_is_changed(database):
    put(database, MEETING, replace(MEETING, when=ALL_DAY.when, change_key="ck2"))

    assert mirror(database) == [replace(MEETING, when=ALL_DAY.when, change_key="ck2")]


def test_an_event_dropped_is_told(database):
    put(database, MEETING)

    assert database.write_here(calendars.drop_busy, make.AINO, "AAA") == MEETING
    assert database.write_here(calendars.drop_busy, make.AINO, "AAA") is None
    assert mirror(database) == []


def test_a_full_read_replaces_the_mirror_and_keeps_the_later_of_two(database):
    put(database, MEETING)
    moved = replace(ALL_DAY, change_key="later")

    database.write_here(calendars.replace_busy, make.AINO, [ALL_DAY, moved])

    assert mirror(database) == [moved]
    database.write_here(calendars.replace_busy, make.AINO, [])
    assert mirror(database) == []


def test_only_what_may_touch_a_span_is_given(database):
    put(database, MEETING)

    assert mirror(database, make.span(24.7)) == [MEETING]
    assert mirror(database, make.span(24.75)) == []
    assert mirror(database, make.span(23.25)) == []


zones = st.sampled_from(
    ["Europe/Helsinki", "UTC", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2026, 3, 1), date(2026, 12, 1)), st.integers(1, 9), zones)
def test_an_all_day_event_is_found_whatever_zone_its_days_are_read_in(
    database, first, days, zone
):
    event = Busy("X", AllDay(first, first + timedelta(days=days)), ShowAs.OOF)
    database.write_here(calendars.replace_busy, make.AINO, [event])
    covered = event.span(ZoneInfo(zone))
    minute = timedelta(minutes=1)

    for edge in (covered.start, covered.end - minute):
        assert mirror(database, Span(edge, edge + minute)) == [event]


def test_moments_finer_than_a_second_never_make_an_event_shorter(database):
    start = datetime(2026, 11, 23, 10, 0, 0, 700, tzinfo=UTC)
    put(database, replace(MEETING, when=Span(start, start + timedelta(microseconds=5))))

    (kept,) = mirror(database)
    assert kept.when == Span(
        start.replace(microsecond=0),
        start.replace(microsecond=0) + timedelta(seconds=1),
    )


FULL_STATE = CalendarState(
    make.AINO,
    delta_link="https://graph.example/delta?token=x",
    window=make.span(0, 60 * 24 * 60),
    synced=make.at(1),
    subscription_id="sub-1",
    subscription_expires=make.at(days=2),
    subscription_secret="s3",
    failing_since=make.at(2),
    last_error="throttled",
)


def test_the_state_of_a_calendar_comes_back_whole(database):
    assert database.read_here(calendars.state, make.AINO) == CalendarState(make.AINO)
    database.write_here(calendars.save_state, CalendarState(make.AINO))
    database.write_here(calendars.save_state, replace(FULL_STATE, rev=1))

    assert database.read_here(calendars.state, make.AINO) == FULL_STATE
    assert database.read_here(calendars.states) == [FULL_STATE]


def test_a_state_that_was_saved_since_it_was_read_is_not_written_over(database):
    for late in (CalendarState(make.AINO), replace(FULL_STATE, rev=1)):
        database.write_here(calendars.save_state, late)

        with pytest.raises(Stale):
            database.write_here(calendars.save_state, replace(late, last_error="x"))
    assert database.read_here(calendars.state, make.AINO) == FULL_STATE


DRAFT = EventDraft(
    subject="Varattu aika · K7Q2FM",
    span=make.span(24),
    body="<p>…</p>",
    location="Itakatu 1",
    sensitivity="normal",
    online=True,
    key="12",
    reminder_minutes=5,
    category="Vuoro",
)
WRITTEN = Link(
    appointment=make.booked(1).id,
    professional=make.AINO,
    event_id="EV1",
    change_key="ck",
    create_seq=2,
    transaction_id="t-1",
    known=DRAFT,
    join_url="https://teams.example/j/1",
    wanted_version=3,
    written_version=2,
    wrote_at=make.at(1),
    problem="join",
    checks=4,
)


@pytest.fixture
def with_appointment(database):
    database.write_here(appointments.save, make.booked(1))
    return database


def save_link(database, link):
    """Save a link in place of what stands there."""
    known = database.read_here(calendars.link, link.appointment, link.professional)
    rev = known.rev if known is not None else 0
    database.write_here(calendars.save_link, replace(link, rev=rev))


def test_a_link_comes_back_whole(with_appointment):
    database = with_appointment
    bare = Link(WRITTEN.appointment, make.BO)
    save_link(database, replace(WRITTEN, known=None, checks=0))
    save_link(database, WRITTEN)
    save_link(database, bare)
    id_ = WRITTEN.appointment

    assert database.read_here(calendars.link, id_, make.AINO) == WRITTEN
    assert database.read_here(calendars.link, id_, make.BO) == bare
    assert database.read_here(calendars.links_of, id_) == [WRITTEN, bare]
    assert database.read_here(calendars.link_by_event, make.AINO, "EV1") == WRITTEN
    assert database.read_here(calendars.link_by_event, make.BO, "EV1") is None
    database.write_here(calendars.drop_link, id_, make.AINO)
    assert database.read_here(calendars.links_of, id_) == [bare]


def test_a_link_that_was_saved_since_it_was_read_is_not_written_over(with_appointment):
    database = with_appointment
    for late in (WRITTEN, replace(WRITTEN, rev=1)):
        database.write_here(calendars.save_link, late)

        with pytest.raises(Stale):
            database.write_here(calendars.save_link, replace(late, problem=None))
    id_ = WRITTEN.appointment
    assert database.read_here(calendars.link, id_, make.AINO) == WRITTEN

    kept = database.read_here(calendars.link, id_, make.AINO)
    database.write_here(calendars.drop_link, id_, make.AINO)
    with pytest.raises(Stale):
        database.write_here(calendars.save_link, kept)


def test_links_are_searched_by_where_the_event_stands(with_appointment):
    database = with_appointment

    def links(hours):
        return database.read_here(calendars.links_in, make.AINO, make.span(hours))

    unwritten = replace(WRITTEN, known=None)
    save_link(database, unwritten)
    assert links(24) == [unwritten]
    elsewhere = replace(WRITTEN, known=replace(DRAFT, span=make.span(48)))
    save_link(database, elsewhere)
    assert links(24) == []
    assert links(48) == [elsewhere]


def test_versions_rise_with_what_changes_free_time(database_url):
    heard = []
    database = Database.open(database_url, on_commit=heard.append)
    database.write_here(furnish)
    before = database.read_here(calendars.versions)
    heard.clear()

    put(database, MEETING)
    database.write_here(appointments.save, make.booked(1, professional=make.BO))
    database.write_here(calendars.drop_busy, make.AINO, "nothing")
    database.write_here(calendars.save_state, FULL_STATE)
    later = replace(FULL_STATE, synced=make.at(9), rev=1)
    database.write_here(calendars.save_state, later)

    assert database.read_here(calendars.versions) == {
        make.AINO: before[make.AINO] + 2,
        make.BO: before[make.BO] + 1,
    }
    assert [each.touched for each in heard] == [{make.AINO}, {make.BO}, {make.AINO}]
    database.close()
