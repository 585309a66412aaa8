"""What is past its use is forgotten, a little at a time; what is of use stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from booking.alarms import What
from booking.differences import Difference, Kind
from booking.model import ClientId, Language
from booking.retention import Class
from teams_app.actions import drafts
from teams_app.store import (
    absences,
    alarms,
    appointments,
    chats,
    clock,
    decisions,
    deliveries,
    differences,
    engines,
    forgetting,
    jobs,
    log,
    notes,
    offers,
    people,
    purging,
    reach,
    schema,
    tables,
)
from teams_app.store.database import Database
from teams_app.store.deliveries import Delivery
from tests import make
from tests.store.conftest import furnish
from tests.store.owing import claim, owe

DAY = 24 * 3600
LATER = make.at(days=400)


def forget(database, what, now=make.NOW):
    return database.write_here(what, now)


def count(database, table):
    chosen = sa.select(sa.func.count()).select_from(table)
    return database.read_here(lambda tx: tx.execute(chosen).scalar())


def ages(database, column, days):
    """Move all of a column's real moments into the past."""
    older = sa.update(column.table).values({column.name: column - days * DAY})
    database.write_here(lambda tx: tx.execute(older))


def ended(database, *, kind="do"):
    for key in ("done", "dead", "open"):
        owe(database, key, kind=kind)
    by_key = {job.key: job for job in claim(database)}
    database.write_here(jobs.finish, by_key["done"], "sent")
    database.write_here(jobs.dead, by_key["dead"], "refused")


def left(database):
    known = database.read_here(jobs.outcomes, ["done", "dead", "open"])
    return set(known)


def test_a_kept_promise_is_remembered_for_ninety_days(database):
    ended(database)

    ages(database, tables.jobs.c.done_at, 89)
    assert forget(database, purging.finished_jobs) == 0
    ages(database, tables.jobs.c.done_at, 2)
    assert forget(database, purging.finished_jobs) == 1
    assert left(database) == {"dead", "open"}


def test_the_dead_are_remembered_for_a_year_and_the_open_for_ever(database):
    ended(database)

    ages(database, tables.jobs.c.done_at, 364)
    forget(database, purging.finished_jobs)
    assert left(database) == {"dead", "open"}
    ages(database, tables.jobs.c.done_at, 2)
    forget(database, purging.finished_jobs)

    assert left(database) == {"open"}


def test_what_passes_is_forgotten_the_next_day(database):
    ended(database, kind="notice")

    ages(database, tables.jobs.c.done_at, 1.1)
    forget(database, purging.finished_jobs)

    assert left(database) == {"open"}


def test_a_jump_of_business_time_makes_no_promise_forgotten(database):
    """Or a demo that looks a year ahead would send everything anew."""
    ended(database)
    database.write_here(appointments.remember_request, "r", "appointment:1")

    assert forget(database, purging.finished_jobs, LATER) == 0
    assert forget(database, purging.old_requests, LATER) == 0


def test_a_request_is_remembered_for_thirty_days(database):
    database.write_here(appointments.remember_request, "r", "appointment:1")

    ages(database, tables.requests.c.made_at, 29)
    assert forget(database, purging.old_requests) == 0
    ages(database, tables.requests.c.made_at, 2)

    assert forget(database, purging.old_requests) == 1
    assert database.read_here(appointments.remembered, "r") is None


def test_a_form_begun_in_the_chat_is_forgotten_after_a_day(database):
    database.write_here(drafts.keep, make.AINO, "r1", {"client_name": "Maija Meri"})
    assert forget(database, purging.old_requests) == 0
    ages(database, tables.requests.c.made_at, 2)

    assert forget(database, purging.old_requests) == 1
    assert database.read_here(drafts.of, make.AINO, "r1") == {}


def test_a_lane_is_forgotten_once_it_is_open(database):
    database.write_here(jobs.block_lane, "mailbox:1", 60)
    assert forget(database, purging.open_lanes) == 0
    ages(database, tables.lanes.c.blocked_until, 1)

    assert forget(database, purging.open_lanes) == 1


def test_a_place_nobody_gave_back_is_forgotten(database):
    database.write_here(jobs.borrow, "live:1", 10)
    owe(database)
    claim(database)
    assert forget(database, purging.places_never_given_back) == 0
    ages(database, tables.jobs.c.lease_until, 1)

    assert forget(database, purging.places_never_given_back) == 1
    assert database.read_here(jobs.known, "a"), "a job's lease is another matter"


def test_a_hold_nobody_renewed_goes_with_all_that_hangs_on_it(database):
    hold = make.held(1)
    waiting = make.held(2, span=make.span(26), confirming=True)
    for each in (hold, waiting, make.booked(3, span=make.span(28))):
        database.write_here(appointments.save, each)
    owe(database, "cards:1", appointment=hold.id)
    ends = hold.hold_ends

    assert forget(database, purging.lapsed_holds, ends + timedelta(hours=23)) == 0
    before = database.read_here(_version)
    assert forget(database, purging.lapsed_holds, ends + timedelta(hours=25)) == 1

    assert database.read_here(appointments.find, hold.id) is None
    assert not database.read_here(jobs.known, "cards:1")
    assert count(database, tables.appointments) == 2
    assert database.read_here(_version) == before + 1, "the search hears of it"


def _version(tx):
    table = tables.calendar_versions
    chosen = sa.select(table.c.version).where(table.c.professional_id == make.AINO)
    return tx.execute(chosen).scalar()


def test_a_client_of_whom_nothing_is_left_is_forgotten(database):
    database.write_here(stranger, 4)
    week = make.at(days=7)

    assert forget(database, purging.strangers, week) == 0
    gone = forget(database, purging.strangers, week + timedelta(seconds=1))

    assert gone == 5, "nobody has booked yet"


def stranger(tx, some=1):
    for number in range(some):
        mail = f"s{number}@client.example"
        people.add_client(tx, "Someone", Language.FI, mail, None, make.NOW)


def _booked(tx):
    appointments.save(tx, make.booked(1))


def _offered(tx):
    offers.save(tx, make.an_offer(1))


def _told(tx):
    deliveries.intend(
        tx,
        Delivery(
            key="k",
            channel="mail",
            client=ClientId(1),
            to="m@client.example",
            news="booked",
            version=1,
            language="fi",
            intended_at=make.NOW,
        ),
    )


@pytest.mark.parametrize("tie", [_booked, _offered, _told])
def test_a_client_on_whom_something_hangs_stays(database, tie):
    database.write_here(tie)

    assert forget(database, purging.strangers, LATER) == 0
    assert count(database, tables.clients) == 1


def test_a_card_is_forgotten_after_half_a_year(database):
    database.write_here(chats.intend_card, "old", "p", "morning:1", make.NOW)
    half_a_year = make.at(days=180)

    assert forget(database, purging.old_cards, half_a_year) == 0
    assert forget(database, purging.old_cards, half_a_year + timedelta(days=1)) == 1


def test_an_absence_is_forgotten_a_year_after_its_end(database):
    database.write_here(furnish)
    database.write_here(absences.add, make.AINO, make.span(-24 * 366))
    database.write_here(absences.add, make.AINO, make.span(-24 * 364))

    assert forget(database, purging.old_absences) == 1
    assert count(database, tables.absences) == 1


def keeps(database, **days):
    kept = {"kept": days, "before": days, "since": None}
    database.write_here(decisions.put, forgetting.AREA, kept, "staff:x", make.NOW)


def a_past_one(tx, number, days_ago, **changes):
    past = make.booked(number, span=make.span(-24 * days_ago), **changes)
    appointments.save(tx, past)
    return past


def test_appointments_are_kept_for_good_where_nobody_has_decided(database):
    database.write_here(a_past_one, 1, 4000)

    assert forget(database, purging.old_appointments) == 0
    assert count(database, tables.appointments) == 1


def test_an_appointment_past_its_time_goes_with_all_that_hangs_on_it(database):
    keeps(database, appointments=400)

    def some(tx):
        offer = make.an_offer(7)
        offers.save(tx, offer)
        old = a_past_one(tx, 1, 401, offer=offer.id)
        a_past_one(tx, 2, 399)
        notes.add(tx, old.id, "p", "A note", make.NOW)
        _told_of(tx, old.id, offer.id)

    database.write_here(some)

    assert forget(database, purging.old_appointments) == 1
    assert database.read_here(appointments.find, 1) is None
    assert database.read_here(appointments.find, 2) is not None
    for gone in (tables.notes, tables.offers, tables.deliveries):
        assert count(database, gone) == 0, gone.name


def _told_of(tx, appointment, offer):
    common = {
        "channel": "mail",
        "client": ClientId(1),
        "to": "m@client.example",
        "news": "booked",
        "version": 1,
        "language": "fi",
        "intended_at": make.NOW,
    }
    deliveries.intend(tx, Delivery(key="a", appointment=appointment, **common))
    deliveries.intend(tx, Delivery(key="o", offer=offer, **common))


def test_an_offer_stays_while_one_of_its_appointments_does(database):
    keeps(database, appointments=400, offers=30)

    def some(tx):
        offers.save(tx, make.an_offer(7))
        a_past_one(tx, 1, 401, offer=7)
        a_past_one(tx, 2, 399, offer=7)

    database.write_here(some)
    forget(database, purging.old_appointments)

    assert forget(database, purging.old_offers, LATER) == 0
    assert count(database, tables.offers) == 1


def test_answers_go_before_their_appointment_and_nothing_else_of_it(database):
    keeps(database, answers=30)
    answered = {"answers": {"q": "an answer"}}

    def some(tx):
        a_past_one(tx, 1, 31, **answered)
        a_past_one(tx, 2, 29, **answered)
        a_past_one(tx, 3, 33)

    database.write_here(some)

    end = make.at(days=-30)
    assert database.read_here(forgetting.count, Class.ANSWERS, end) == 1
    assert forget(database, purging.old_answers) == 1
    assert forget(database, purging.old_answers) == 0
    assert database.read_here(appointments.find, 1).answers == {}
    assert database.read_here(appointments.find, 2).answers == {"q": "an answer"}


def lines(database) -> list[tuple[str, str, str, str]]:
    found = database.read_here(log.entries, None, 10)
    return [(each.who, each.what, each.subject, each.source) for each in found]


def test_what_is_forgotten_leaves_a_line_that_names_nobody(database):
    keeps(database, answers=30)
    database.write_here(a_past_one, 1, 31, answers={"q": "an answer"})
    assert forget(database, purging.old_answers) == 1
    assert lines(database) == [
        ("system", "answers_forgotten", "appointments:1", "retention")
    ]

    keeps(database, appointments=365, answers=30, offers=30)
    database.write_here(a_past_one, 2, 400)
    database.write_here(offers.save, make.an_offer(7))
    assert forget(database, purging.old_appointments) == 1
    assert lines(database)[0] == ("system", "forgotten", "appointments:2", "retention")
    assert forget(database, purging.old_offers, LATER) == 1
    assert lines(database)[0] == ("system", "forgotten", "offer:7", "retention")
    known = len(lines(database))
    assert forget(database, purging.old_offers, LATER) == 0
    assert len(lines(database)) == known


def test_that_strangers_and_lapsed_holds_went_leaves_a_line(database):
    database.write_here(appointments.save, make.held(1))
    assert forget(database, purging.lapsed_holds, LATER) == 1
    assert lines(database) == [("system", "hold_forgotten", "appointments:1", "hold")]

    gone = forget(database, purging.strangers, LATER)
    assert lines(database)[0] == ("system", "forgotten", "clients", f"retention:{gone}")
    known = len(lines(database))
    assert forget(database, purging.strangers, LATER) == 0
    assert len(lines(database)) == known


def test_an_offer_of_which_nothing_came_goes_with_its_messages(database):
    keeps(database, offers=30)

    def some(tx):
        offers.save(tx, make.an_offer(7))
        _told_of(tx, None, 7)

    database.write_here(some)
    ends = make.an_offer(7).expires

    assert forget(database, purging.old_offers, ends + timedelta(days=29)) == 0
    assert forget(database, purging.old_offers, ends + timedelta(days=31)) == 1
    assert count(database, tables.deliveries) == 1


def test_no_more_is_forgotten_at_a_time_than_a_batch(database, monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 3)
    database.write_here(stranger, 4)
    gone = [forget(database, purging.strangers, LATER) for _ in range(3)]

    assert gone == [3, 2, 0]


def test_what_somebody_holds_is_left_for_the_next_time(postgres_url):
    from teams_app.store.database import Database

    database = Database.open(postgres_url)
    try:
        database.write_here(furnish)

        def while_held(tx):
            locked = sa.select(tables.clients.c.id).with_for_update()
            tx.execute(locked).all()
            return forget(database, purging.strangers, LATER)

        assert database.write_here(while_held) == 0
        assert forget(database, purging.strangers, LATER) == 1
    finally:
        database.close()


def test_what_was_told_by_feed_or_mail_is_kept_as_long_as_cards(database):
    database.write_here(reach.intend, "announce:1:1:1", "o1", make.NOW)
    half_a_year = make.NOW + timedelta(days=180)

    assert forget(database, purging.old_tellings, half_a_year) == 0
    assert forget(database, purging.old_tellings, half_a_year + timedelta(days=1)) == 1


def test_an_outage_that_is_over_is_forgotten_with_its_cards(database):
    for begun in (make.NOW, make.NOW + timedelta(hours=1)):
        database.write_here(alarms.begin, What.SHUT_OUT, begun)
    first, second = database.read_here(alarms.standing)
    database.write_here(alarms.end, first.id, make.NOW)
    half_a_year = make.NOW + timedelta(days=180)

    assert forget(database, purging.old_alarms, half_a_year) == 0
    assert forget(database, purging.old_alarms, half_a_year + timedelta(days=1)) == 1
    assert database.read_here(alarms.standing) == [second]


def test_what_a_comparison_found_is_forgotten_after_a_month(database):
    database.write_here(furnish)
    for days, reference in ((0, "AAAAAA"), (2, "BBBBBB")):
        row = Difference(Kind.DOUBLE, make.NOW, reference)
        now = make.NOW + timedelta(days=days)
        database.write_here(differences.compared, make.AINO, [row], now)
    month = make.NOW + timedelta(days=31)

    assert forget(database, purging.old_differences, month) == 1
    assert forget(database, purging.old_differences, month) == 0


def test_everything_that_forgets_is_asked(database):
    """An empty database, and one of each: nothing is left out of the list."""
    public = {
        name
        for name, value in vars(purging).items()
        if callable(value)
        and getattr(value, "__module__", "") == purging.__name__
        and not name.startswith("_")
    }

    assert {each.__name__ for each in purging.ALL} == public
    assert [database.write_here(each, make.NOW) for each in purging.ALL] == [0] * 16
    assert database.read_here(clock.read) > 0


def test_requests_known_before_they_had_an_age_are_new_and_stay(empty_database_url):
    with engines.migrating(empty_database_url) as connection:
        command.upgrade(schema._config(connection), "r0002")
        old = "INSERT INTO requests (key, made) VALUES ('r', 'appointment:1')"
        connection.exec_driver_sql(old)

    database = Database.open(empty_database_url)
    try:
        assert forget(database, purging.old_requests) == 0
        assert database.read_here(appointments.remembered, "r") == "appointment:1"
        ages(database, tables.requests.c.made_at, 31)
        assert forget(database, purging.old_requests) == 1
    finally:
        database.close()
