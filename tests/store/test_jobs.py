"""Jobs: promised once, claimed by one, ended by whoever still holds them."""

from datetime import timedelta

import pytest

from teams_app.store import appointments, jobs
from teams_app.store.jobs import ATTEMPTS_MAX, Promise
from tests import make
from tests.store.owing import LEASE, claim, keys, one, owe, real_time_passes


def test_a_job_is_claimed_with_all_that_was_promised(database):
    database.write_here(appointments.save, make.booked(3))
    owe(
        database,
        "tell:3:1",
        kind="tell",
        due=make.NOW + timedelta(milliseconds=-250),
        lane="sender:client",
        payload={"news": "booked", "n": 1},
        appointment=make.booked(3).id,
        expires=make.at(3),
    )

    job = one(database)

    assert (job.kind, job.key, job.lane) == ("tell", "tell:3:1", "sender:client")
    assert job.payload == {"news": "booked", "n": 1}
    assert job.appointment == make.booked(3).id
    assert job.due == make.NOW + timedelta(milliseconds=-250)
    assert job.expires == make.at(3)
    assert (job.attempt, job.rev) == (1, 1)


def test_no_job_is_claimed_before_it_is_due(database):
    owe(database, due=make.at(1))

    assert claim(database, make.at(1) - timedelta(milliseconds=1)) == []
    assert keys(claim(database, make.at(1))) == ["a"]


def test_what_is_claimed_is_nobody_elses(database):
    owe(database)

    assert keys(claim(database)) == ["a"]
    assert claim(database) == []


def test_claims_come_soonest_first_and_no_more_than_asked(database):
    for key, hours in (("c", -1), ("a", -3), ("b", -2), ("d", 1)):
        owe(database, key, due=make.at(hours))

    assert keys(claim(database, limit=2)) == ["a", "b"]
    assert keys(claim(database, limit=2)) == ["c"]


def test_only_the_kinds_asked_for_are_claimed(database):
    owe(database, "a", kind="tell")
    owe(database, "b", kind="pull")

    assert keys(claim(database, kinds=["pull"])) == ["b"]


def test_what_is_promised_once_is_done_once(database):
    owe(database)
    owe(database)
    assert database.write_here(jobs.finish, one(database), "done")
    owe(database)

    assert claim(database) == []
    assert database.read_here(jobs.known, "a")
    assert not database.read_here(jobs.known, "b")


def test_an_open_job_promised_again_is_due_at_the_sooner_time(database):
    owe(database, due=make.at(2), again=True)
    owe(database, due=make.at(1), again=True, payload={"n": 2})
    owe(database, due=make.at(3), again=True, payload={"n": 3})

    job = one(database, make.at(1))

    assert (job.due, job.rev, job.payload) == (make.at(1), 3, {"n": 3})


def test_a_job_promised_again_while_it_runs_runs_once_more(database):
    owe(database, again=True)
    running = one(database)
    owe(database, again=True, payload={"n": 2})
    owe(database, again=True, payload={"n": 3})

    assert claim(database) == []
    assert database.write_here(jobs.finish, running, "done")
    again = one(database)
    assert (again.payload, again.attempt, again.rev) == ({"n": 3}, 1, 3)
    assert database.write_here(jobs.finish, again, "done")
    assert claim(database) == []


def test_a_job_that_promises_itself_for_later_rests_until_then(database):
    owe(database, again=True)
    running = one(database)
    owe(database, due=make.at(1), again=True)
    database.write_here(jobs.finish, running, "done")

    assert claim(database) == []
    assert keys(claim(database, make.at(1))) == ["a"]


def test_what_was_promised_for_later_outlives_the_worker(database):
    owe(database, again=True)
    claim(database)
    owe(database, due=make.at(1), again=True)
    real_time_passes(database, LEASE + 1)

    assert database.write_here(jobs.finish, one(database), "done")
    assert claim(database) == []
    assert keys(claim(database, make.at(1))) == ["a"]


def test_a_finished_job_promised_again_is_open_again(database):
    owe(database, again=True)
    first = one(database)
    database.write_here(jobs.finish, first, "done")
    owe(database, due=make.at(1), again=True)

    again = one(database, make.at(1))
    assert (again.attempt, again.rev) == (1, 2)
    assert not database.write_here(jobs.finish, first, "done")


def test_a_dead_job_promised_again_gets_new_tries(database):
    owe(database, again=True)
    database.write_here(jobs.dead, one(database), "refused")
    owe(database, again=True)

    assert one(database).attempt == 1


def test_one_that_fails_after_being_promised_again_is_promised_still(database):
    owe(database, again=True)
    running = one(database)
    owe(database, due=make.at(1), again=True)

    assert not database.write_here(jobs.dead, running, "refused"), "it goes on"
    assert claim(database) == []
    assert keys(claim(database, make.at(1))) == ["a"]
    assert database.read_here(jobs.dead_jobs) == []


def test_a_promise_rolled_back_was_never_made(database):
    def fail(tx):
        jobs.promise(tx, Promise("do", "a", make.NOW))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_here(fail)

    assert claim(database) == []


def test_an_expired_lease_is_a_due_job(database):
    owe(database)
    first = one(database)
    real_time_passes(database, LEASE + 1)

    second = one(database)

    assert (second.id, second.attempt) == (first.id, 2)
    assert not database.write_here(jobs.finish, first, "done")
    assert not database.write_here(jobs.dead, first, "x")
    assert not database.write_here(
        lambda tx: jobs.retry(tx, first, after_seconds=0, error="x")
    )
    assert database.write_here(jobs.finish, second, "done")


def test_a_late_worker_may_finish_what_nobody_has_taken(database):
    owe(database)
    late = one(database)
    real_time_passes(database, LEASE + 1)

    assert database.write_here(jobs.finish, late, "done")
    assert claim(database) == []


def test_a_job_is_ended_once(database):
    owe(database)
    job = one(database)
    database.write_here(lambda tx: jobs.retry(tx, job, after_seconds=0, error="x"))

    assert not database.write_here(jobs.finish, job, "done")
    assert one(database).attempt == 2


def test_a_jump_of_business_time_expires_no_lease(database):
    owe(database)
    running = one(database)

    assert claim(database, make.at(days=400)) == []
    assert database.write_here(jobs.renew, [running], LEASE) == {running.id}


def test_a_renewed_lease_lasts_longer(database):
    owe(database, "a")
    owe(database, "b")
    first, second = claim(database)
    real_time_passes(database, LEASE - 10)

    assert database.write_here(jobs.renew, [first], LEASE) == {first.id}
    real_time_passes(database, 20)

    assert keys(claim(database)) == [second.key]
    assert database.write_here(jobs.renew, [first, second], LEASE) == {first.id}


def test_a_lease_that_ran_out_is_not_revived(database):
    owe(database, lane="mailbox:1")
    late = one(database)
    real_time_passes(database, LEASE + 1)

    assert database.write_here(jobs.renew, [late], LEASE) == set()
    assert database.write_here(jobs.renew, [], LEASE) == set()


def test_a_failed_job_waits_in_real_time_and_is_tried_again(database):
    owe(database)
    job = one(database)
    assert database.write_here(
        lambda tx: jobs.retry(tx, job, after_seconds=30, error="no answer")
    )

    assert claim(database, make.at(days=400)) == []
    real_time_passes(database, 31)
    assert one(database).attempt == 2


def test_a_try_that_does_not_count_is_taken_off(database):
    owe(database)
    for _ in range(ATTEMPTS_MAX + 3):
        job = one(database)
        assert job.attempt == 1
        assert database.write_here(
            lambda tx, job=job: jobs.retry(
                tx, job, after_seconds=0, error="throttled", counts=False
            )
        )


def test_a_job_can_be_put_off_until_a_business_moment(database):
    owe(database)
    job = one(database)
    database.write_here(
        lambda tx: jobs.retry(
            tx, job, after_seconds=0, error="quiet", counts=False, due=make.at(8)
        )
    )

    assert claim(database, make.at(7)) == []
    assert keys(claim(database, make.at(8))) == ["a"]


def test_what_is_promised_again_does_not_wait_as_long_as_what_was_put_off(database):
    owe(database, again=True)
    job = one(database)
    owe(database, due=make.at(1), again=True)
    database.write_here(
        lambda tx: jobs.retry(tx, job, after_seconds=0, error="x", due=make.at(8))
    )

    assert keys(claim(database, make.at(1))) == ["a"]


def test_a_try_beyond_the_last_is_a_mistake(database):
    owe(database)
    for _ in range(1, ATTEMPTS_MAX):
        job = one(database)
        database.write_here(
            lambda tx, job=job: jobs.retry(tx, job, after_seconds=0, error="no answer")
        )
    last = one(database)

    with pytest.raises(AssertionError):
        database.write_here(
            lambda tx: jobs.retry(tx, last, after_seconds=0, error="no answer")
        )


def test_a_job_that_always_kills_its_worker_is_claimed_to_be_given_up(database):
    owe(database)
    for _ in range(ATTEMPTS_MAX):
        assert not one(database).spent
        real_time_passes(database, LEASE + 1)

    spent = one(database)

    assert spent.spent
    assert database.write_here(jobs.dead, spent, "never_ended")
    assert claim(database) == []
    (dead,) = database.read_here(jobs.dead_jobs)
    assert dead.error == "never_ended"


def test_a_job_says_why_it_was_put_off_until_it_is_owed_anew(database):
    owe(database)
    job = one(database)
    database.write_here(
        lambda tx: jobs.retry(tx, job, after_seconds=0, error="no answer")
    )
    again = one(database)
    database.write_here(jobs.dead, again, "refused")
    database.write_here(jobs.promise_again, again, make.at(1))

    anew = one(database, make.at(1))

    assert again.error == "no answer"
    assert (anew.error, anew.attempt, anew.key) == (None, 1, "a")


def test_what_became_of_promises_is_told_by_their_keys(database):
    for key in ("done", "dead", "open"):
        owe(database, key)
    by_key = {job.key: job for job in claim(database)}
    database.write_here(jobs.finish, by_key["done"], "sent")
    database.write_here(jobs.dead, by_key["dead"], "refused")

    found = database.read_here(jobs.outcomes, ["done", "dead", "open", "never"])

    assert found == {"done": "sent", "dead": jobs.DEAD, "open": None}


def test_withdrawing_leaves_what_is_kept_running_done_or_anothers(database):
    for number in (1, 2):
        database.write_here(
            appointments.save, make.booked(number, span=make.span(24 * number))
        )
    first, second = make.booked(1).id, make.booked(2).id
    for key, kind, appointment in (
        ("done", "remind", first),
        ("running", "remind", first),
        ("gone", "remind", first),
        ("kept", "remind", first),
        ("tell", "tell", first),
        ("other", "remind", second),
    ):
        due = make.at(0 if key in {"done", "running"} else 1)
        owe(database, key, kind=kind, appointment=appointment, due=due)
    done, _ = claim(database)
    database.write_here(jobs.finish, done, "sent")

    database.write_here(
        lambda tx: jobs.withdraw(tx, first, kinds=("remind",), keep=["kept"])
    )

    known = {
        key
        for key in ("done", "running", "gone", "kept", "tell", "other")
        if database.read_here(jobs.known, key)
    }
    assert known == {"done", "running", "kept", "tell", "other"}


def test_a_dropped_hold_takes_its_jobs_along(database):
    hold = make.held(1)
    database.write_here(appointments.save, hold)
    owe(database, appointment=hold.id)
    running = one(database)
    database.write_here(appointments.delete_hold, hold.id)

    assert not database.read_here(jobs.known, "a")
    assert not database.write_here(jobs.finish, running, "done")


def test_figures_count_what_is_owed_and_what_became_of_it(database):
    for key in ("done", "dead", "leased", "put off", "open"):
        owe(database, key, due=make.at(0 if key != "open" else 1))
    by_key = {job.key: job for job in claim(database)}
    database.write_here(jobs.finish, by_key["done"], "sent")
    database.write_here(jobs.dead, by_key["dead"], "refused")

    database.write_here(jobs.retry, by_key["put off"], after_seconds=9, error="busy")

    assert database.read_here(jobs.figures) == {
        "open": 3,
        "leased": 1,
        "put_off": 1,
        "done": 1,
        "dead": 1,
    }


def test_an_error_is_kept_short(database):
    owe(database)
    database.write_here(jobs.dead, one(database), "x" * 9000)

    (dead,) = database.read_here(jobs.dead_jobs)
    assert dead.error == "x" * 500
