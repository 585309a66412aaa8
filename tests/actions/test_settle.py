"""What each change promises, as rows of jobs: every flow ends at this door."""

from dataclasses import replace
from datetime import timedelta

from booking.appointments import Actor, Change, Tell
from booking.model import Appointment, Slot
from booking.spans import Span
from booking.views.cards import Truth
from teams_app.actions import booking, records
from teams_app.actions.settle import settle
from teams_app.store import jobs, log, people
from tests import make
from tests.support.small_world import SmallWorld

DAY, HOUR = 24 * 3600, 3600


def kinds(small: SmallWorld) -> list[str]:
    return sorted(each.kind for each in small.owed() if each.open)


def move(small: SmallWorld, before: Appointment, hours: float, by: Actor) -> None:
    moved = small.write(
        booking.move,
        before.id,
        Slot(before.professional, make.at(hours)),
        version=before.version,
        by=by,
        policy=small.policy,
        now=small.now,
    )
    assert isinstance(moved, Appointment), moved


def test_a_hold_owes_nobody_anything_but_its_cards(small: SmallWorld):
    small.hold()

    assert kinds(small) == ["cards"]


def test_a_client_who_books_is_told_and_reminded_and_the_professional_too(
    small: SmallWorld,
):
    small.book(48)

    assert kinds(small) == [
        *("announce", "calendar", "cards", "ended", "over"),
        *("remind", "remind", "remind_professional", "tell"),
    ]


def test_a_professional_who_books_gets_no_card_about_it(small: SmallWorld):
    small.book(48, by=Actor.PROFESSIONAL)

    assert "announce" not in kinds(small)
    assert "tell" in kinds(small)


def test_reminders_are_due_a_day_and_two_hours_before_the_start(small: SmallWorld):
    booked = small.book(48)
    start = booked.span.start.timestamp()

    due = sorted(start - each.due for each in small.owed("remind"))
    (own,) = small.owed("remind_professional")

    assert due == [2 * HOUR, DAY]
    assert start - own.due == 15 * 60


def test_reminders_that_come_too_late_are_better_not_sent(small: SmallWorld):
    booked = small.book(48)
    start = booked.span.start.timestamp()
    by_hours = {each.payload["hours"]: each for each in small.owed("remind")}
    (own,) = small.owed("remind_professional")

    assert start - by_hours[24].expires == 3 * HOUR
    assert start - by_hours[2].expires == 20 * 60
    assert own.expires == start


async def test_after_an_outage_one_reminder_is_sent_and_not_two(small: SmallWorld):
    small.write(people.save_service, replace(small.service, reminder_hours=(48, 24, 2)))
    booked = small.book(72)
    await small.settle_down()
    before = len(small.graph.mails)

    small.clock.set(booked.span.start - timedelta(hours=22))
    await small.settle_down()

    assert len(small.graph.mails) - before == 1


async def test_cancelled_by_staff_once_it_has_begun_nothing_is_left_undone(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    small.clock.set(booked.span.start + timedelta(minutes=10))
    await small.settle_down()
    mails = len(small.graph.mails)

    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()

    assert small.read(jobs.dead_jobs) == []
    assert len(small.graph.mails) == mails
    ended = small.appointment(booked.id)
    assert small.read(records.truths, ended).told is Truth.NOT_OWED


def test_a_reminder_whose_hour_is_past_is_not_promised(small: SmallWorld):
    small.book(24)

    assert [each.payload["hours"] for each in small.owed("remind")] == [2]


def test_a_moved_appointment_owes_reminders_of_the_new_start_only(small: SmallWorld):
    booked = small.book(48)

    move(small, booked, 72, Actor.CLIENT)

    starts = {each.payload["start"] for each in small.owed("remind") if each.open}
    assert starts == {int(make.at(72).timestamp())}
    assert [each.payload["start"] for each in small.owed("remind_professional")] == [
        int(make.at(72).timestamp())
    ]


def test_a_moved_appointment_owes_one_calendar_job_not_two(small: SmallWorld):
    booked = small.book(48)

    move(small, booked, 72, Actor.CLIENT)

    assert len(small.owed("calendar")) == 1
    assert [each.payload["news"] for each in small.owed("tell")] == ["booked", "moved"]


def test_moving_there_and_back_reminds_once(small: SmallWorld):
    booked = small.book(48)
    move(small, booked, 72, Actor.CLIENT)
    move(small, small.appointment(booked.id), 48, Actor.CLIENT)

    hours = [each.payload["hours"] for each in small.owed("remind") if each.open]

    assert sorted(hours) == [2, 24]


def test_a_cancelled_appointment_reminds_nobody(small: SmallWorld):
    booked = small.book(48)

    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    assert small.owed("remind") == []
    assert small.owed("remind_professional") == []
    assert [each.payload["news"] for each in small.owed("announce")] == [
        "booked",
        "cancelled",
    ]
    assert len(small.owed("calendar")) == 1


def test_who_is_not_to_be_told_is_not(small: SmallWorld):
    booked = small.book(48)

    small.write(
        booking.cancel,
        booked.id,
        by=Actor.PROFESSIONAL,
        now=small.now,
        tell=Tell.NO,
    )

    assert [each.payload["news"] for each in small.owed("tell")] == ["booked"]


def test_a_hand_over_owes_both_mailboxes_and_both_professionals(small: SmallWorld):
    booked = small.book(48)
    after = make.replace(booked, professional=make.BO, version=booked.version + 1)

    small.write(settle, Change(booked, after, Actor.SUPERVISOR, small.now, "hand_over"))

    mailboxes = {each.payload["professional"] for each in small.owed("calendar")}
    heard = [
        each.payload["professional"]
        for each in small.owed("announce")
        if each.payload["news"] == "handed_over"
    ]
    assert mailboxes == {make.AINO, make.BO}
    assert sorted(heard) == [make.AINO, make.BO]


def test_a_longer_appointment_keeps_its_reminders(small: SmallWorld):
    booked = small.book(48)
    before = [each.key for each in small.owed("remind")]
    longer = Span(booked.span.start, booked.span.end + timedelta(minutes=15))
    after = make.replace(booked, span=longer, version=booked.version + 1)

    small.write(settle, Change(booked, after, Actor.PROFESSIONAL, small.now, "adopt"))

    assert [each.key for each in small.owed("remind") if each.open] == before


def test_what_waits_for_outlook_owes_another_look_in_two_seconds(small: SmallWorld):
    small.confirming(48)

    (look,) = small.owed("confirm")
    assert look.due - small.now.timestamp() == 2
    assert look.lane == f"mailbox:{make.AINO}"
    assert small.owed("tell") == []


def test_every_change_leaves_a_line_in_the_log(small: SmallWorld):
    booked = small.book(48)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)

    lines = small.read(log.entries, f"appointment:{booked.id}", 10)

    assert sorted((each.who, each.what, each.source) for each in lines) == [
        ("client", "book", "v2"),
        ("client", "cancel", "v3"),
        ("client", "hold", "v1"),
    ]


def test_the_log_names_nobody_whose_matter_it_is(small: SmallWorld):
    small.book(48)

    said = str(small.read(log.entries, None, 100))

    assert "Maija" not in said
    assert "client.example" not in said
