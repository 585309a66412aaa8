"""A time is given once; a row changes by one version at a time."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.model import ClientId, OfferId, Status
from teams_app.store import appointments, log, offers
from teams_app.store.appointments import Overlap, Stale
from teams_app.store.database import Database
from tests import make


def save(database, *given):
    for each in given:
        database.write_here(appointments.save, each)


def test_an_appointment_comes_back_whole(database):
    database.write_here(offers.save, make.an_offer(5))
    full = make.booked(
        7,
        before=timedelta(minutes=10),
        after=timedelta(minutes=15),
        generation=3,
        offer=OfferId(5),
        answers={"goal": ["work"], "när": "måndag", "n": 3},
    )
    save(database, full)

    assert database.read_here(appointments.load, full.id) == full
    assert database.read_here(appointments.by_link, full.link) == full
    assert database.read_here(appointments.by_reference, full.reference) == full
    assert database.read_here(appointments.of_client, ClientId(1)) == [full]


def test_a_hold_comes_back_whole(database):
    hold = make.held(confirming=True)
    save(database, hold)

    assert database.read_here(appointments.find, hold.id) == hold


def test_what_is_not_there_is_none_or_a_key_error(database):
    nothing = make.held(9)

    assert database.read_here(appointments.find, nothing.id) is None
    assert database.read_here(appointments.by_link, "nothing") is None
    assert database.read_here(appointments.by_reference, "NOTHING") is None
    with pytest.raises(KeyError):
        database.read_here(appointments.load, nothing.id)


def test_keys_drawn_are_never_the_same(database):
    drawn = [database.write_here(appointments.next_id) for _ in range(3)]
    drawn += database.write_here(
        lambda tx: [appointments.next_id(tx), offers.next_id(tx)]
    )

    assert len(set(drawn)) == 5
    assert drawn == sorted(drawn)


def test_a_reference_in_use_is_not_free(database):
    save(database, make.booked())

    assert not database.read_here(appointments.reference_free, "REF001")
    assert database.read_here(appointments.reference_free, "REF002")


@pytest.mark.parametrize("status", [Status.HELD, Status.BOOKED, Status.ARRIVED])
def test_what_occupies_refuses_an_overlap(database, status):
    hold_ends = make.at(1) if status is Status.HELD else None
    save(database, make.booked(1, status=status, hold_ends=hold_ends))

    with pytest.raises(Overlap):
        save(database, make.held(2, span=make.span(24.5)))
    assert database.read_here(appointments.find, make.held(2).id) is None


def test_buffers_are_refused_like_the_appointment_itself(database):
    save(database, make.booked(1, after=timedelta(minutes=15)))

    with pytest.raises(Overlap):
        save(database, make.held(2, span=make.span(24 + 59 / 60)))
    with pytest.raises(Overlap):
        save(
            database,
            make.held(2, span=make.span(25 + 4 / 60), before=timedelta(minutes=5)),
        )
    save(database, make.held(2, span=make.span(25)))


def test_another_professional_may_have_the_same_time(database):
    save(database, make.booked(1), make.booked(2, professional=make.BO))


@pytest.mark.parametrize(
    "status", sorted(set(Status) - {Status.HELD, Status.BOOKED, Status.ARRIVED})
)
def test_what_is_over_takes_no_time(database, status):
    save(database, make.booked(1), make.booked(1, status=status, version=2))

    save(database, make.booked(2))


def test_an_update_into_an_overlap_is_refused(database):
    save(database, make.booked(1), make.booked(2, span=make.span(48)))

    with pytest.raises(Overlap):
        save(database, make.booked(2, version=2))
    with pytest.raises(Overlap):
        save(
            database,
            make.booked(3, professional=make.BO),
            make.booked(3, professional=make.AINO, version=2),
        )
    assert database.read_here(appointments.load, make.booked(2).id).version == 1


def test_a_cancelled_appointment_cannot_come_back_over_another(database):
    cancelled = make.booked(1, status=Status.CANCELLED_BY_US, version=2)
    save(database, make.booked(1), cancelled, make.booked(2))

    with pytest.raises(Overlap):
        save(database, make.booked(1, version=3))


def test_a_transaction_goes_on_after_an_overlap(database):
    save(database, make.booked(1))

    def try_two(tx):
        try:
            appointments.save(tx, make.held(2))
        except Overlap:
            appointments.save(tx, make.held(3, span=make.span(30)))
        return appointments.between(tx, [make.AINO], make.span(24, 24 * 60))

    found = database.write_here(try_two)

    assert [each.id for each in found] == [1, 3]


def test_the_version_before_is_required(database):
    save(database, make.booked(1))

    for wrong in (1, 3, 7):
        with pytest.raises(Stale):
            save(database, make.booked(1, version=wrong))
    with pytest.raises(Stale):
        save(database, make.booked(2, version=2))
    save(database, make.booked(1, version=2))


def test_a_longer_appointment_than_the_guard_can_see_is_refused(database):
    with pytest.raises(sa.exc.IntegrityError):
        save(database, make.booked(1, span=make.span(24, minutes=24 * 60 + 1)))
    save(database, make.booked(1, span=make.span(24, minutes=24 * 60)))
    with pytest.raises(Overlap):
        save(database, make.booked(2, span=make.span(47.9)))


def test_two_appointments_never_share_a_reference_or_a_link(database):
    save(database, make.booked(1))

    for same in ({"reference": "REF001"}, {"link": "link0001"}):
        with pytest.raises(sa.exc.IntegrityError):
            save(database, make.booked(2, span=make.span(72), **same))


def test_lapsed_holds_give_way(database):
    waiting = make.held(2, span=make.span(30), confirming=True)
    other = make.held(3, professional=make.BO)
    lasting = make.held(4, span=make.span(40), hold_ends=make.at(1))
    save(database, make.held(1), waiting, other, lasting)

    database.write_here(
        appointments.drop_lapsed, make.AINO, make.at() + timedelta(minutes=9)
    )
    assert database.read_here(appointments.find, make.held(1).id) is not None
    database.write_here(
        appointments.drop_lapsed, make.AINO, make.at() + timedelta(minutes=10)
    )

    assert database.read_here(appointments.find, make.held(1).id) is None
    for kept in (waiting, other, lasting):
        assert database.read_here(appointments.find, kept.id) == kept
    (line,) = database.read_here(log.entries, None, 5)
    assert (line.who, line.what) == ("system", "lapsed")
    assert line.subject == f"appointments:{make.held(1).id}"


def test_a_lapsed_hold_in_nobodys_way_stays_for_an_hour(database):
    near, far = make.held(1), make.held(2, span=make.span(40))
    save(database, near, far)
    late = make.at() + timedelta(minutes=15)

    database.write_here(appointments.drop_lapsed, make.AINO, late, near.guarded)
    assert database.read_here(appointments.find, near.id) is None
    assert database.read_here(appointments.find, far.id) == far
    later = late + timedelta(minutes=55)
    database.write_here(appointments.drop_lapsed, make.AINO, later, near.guarded)

    assert database.read_here(appointments.find, far.id) is None


def test_only_a_hold_can_be_deleted(database):
    save(database, make.held(1), make.booked(2, span=make.span(30)))

    for number in (1, 2, 3):
        database.write_here(appointments.delete_hold, make.held(number).id)

    found = database.read_here(
        lambda tx: [appointments.find(tx, make.held(n).id) for n in (1, 2)]
    )
    assert found == [None, make.booked(2, span=make.span(30))]


def test_between_sees_buffers_and_by_choice_what_is_over(database):
    over = make.booked(3, span=make.span(26), status=Status.COMPLETED)
    first = make.booked(1, after=timedelta(minutes=15))
    save(database, first, make.booked(2, span=make.span(30)), over)
    after_the_first = make.span(24 + 50 / 60, minutes=5)

    def between(span, **how):
        return database.read_here(
            lambda tx: appointments.between(tx, [make.AINO, make.BO], span, **how)
        )

    assert between(after_the_first) == [first]
    assert between(make.span(25, minutes=120)) == []
    assert between(make.span(25, minutes=120), occupying_only=False) == [over]


def test_a_repeated_request_hears_what_the_first_one_made(database):
    def remember(made):
        return database.write_here(appointments.remember_request, "click-1", made)

    assert remember("appointment:1") is None
    assert remember("appointment:2") == "appointment:1"
    assert remember("appointment:3") == "appointment:1"


def test_a_request_that_failed_is_not_remembered(database):
    def fail(tx):
        appointments.remember_request(tx, "click-1", "appointment:1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_here(fail)

    assert database.write_here(appointments.remember_request, "click-1", "x") is None


def race(database: Database, runners: int = 8) -> list[str]:
    """Let so many threads save overlapping holds at one moment; tell what each got."""
    start = threading.Barrier(runners)
    got: list[str] = []

    def run(number: int) -> None:
        wanted = make.held(number, span=make.span(24 + number / 60))
        start.wait()
        try:
            database.write_here(appointments.save, wanted)
        except Overlap:
            got.append("overlap")
        except sa.exc.DBAPIError as error:
            got.append(f"error: {error}")
        else:
            got.append("won")

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, runners + 1)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(got)


def test_of_eight_who_want_one_time_exactly_one_gets_it(database):
    for _ in range(5):
        assert race(database) == ["overlap"] * 7 + ["won"]
        database.write_here(lambda tx: tx.execute(sa.text("DELETE FROM appointments")))


def test_the_race_finds_out_a_missing_guard(database):
    def unguard(tx):
        if tx.sqlite:
            for name in ("insert", "update"):
                tx.execute(sa.text(f"DROP TRIGGER appointments_no_overlap_{name}"))
        else:
            tx.execute(
                sa.text(
                    "ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap"
                )
            )

    database.write_here(unguard)

    assert race(database) == ["won"] * 8


def test_who_wants_a_time_waits_for_whoever_is_deciding_on_it(database):
    order = []

    def decide(tx):
        appointments.lock(tx, make.BO, make.AINO)
        second.start()
        second.join(0.3)
        order.append("first")
        appointments.save(tx, make.held(1))

    def want():
        with pytest.raises(Overlap):
            database.write_here(appointments.save, make.held(2))
        order.append("second")

    second = threading.Thread(target=want)
    database.write_here(decide)
    second.join()

    assert order == ["first", "second"]


def test_without_the_lock_the_guard_alone_still_lets_one_through(database, monkeypatch):
    monkeypatch.setattr(appointments, "lock", lambda *_: None)

    # Without the lock PostgreSQL may find a deadlock; the transaction runs again.
    assert race(database) == ["overlap"] * 7 + ["won"]


minutes = st.integers(0, 200)
lengths = st.integers(5, 60)
buffers = st.sampled_from([0, 5, 15])
wishes = st.lists(
    st.tuples(
        st.sampled_from([make.AINO, make.BO]), minutes, lengths, buffers, buffers
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes)
def test_the_guard_refuses_exactly_what_overlaps(database, wishes):
    database.write_here(lambda tx: tx.execute(sa.text("DELETE FROM appointments")))
    taken = []
    for number, (who, start, length, before, after) in enumerate(wishes, 1):
        wanted = make.booked(
            number,
            professional=who,
            span=make.span(24 + start / 60, length),
            before=timedelta(minutes=before),
            after=timedelta(minutes=after),
        )
        overlaps = any(
            each.professional == who and each.guarded.overlaps(wanted.guarded)
            for each in taken
        )
        try:
            save(database, wanted)
        except Overlap:
            assert overlaps
        else:
            assert not overlaps
            taken.append(wanted)


def test_moving_an_appointment_touches_both_professionals(database_url):
    heard = []
    database = Database.open(database_url, on_commit=heard.append)
    from tests.store.conftest import furnish

    database.write_here(furnish)
    save(database, make.booked(1))
    heard.clear()

    save(database, replace(make.booked(1), professional=make.BO, version=2))

    database.close()
    assert [each.touched for each in heard] == [{make.AINO, make.BO}]
