"""Deciding when sending: nothing untrue, nothing twice, nothing at night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking.appointments import Actor, Tell
from booking.links import LinkKind
from booking.messages import Kind
from booking.model import Appointment, Channel, Language, Slot
from booking.reminders import QuietHours
from teams_app.actions import booking, messages, offers, unanswered
from teams_app.actions.booking import Found
from teams_app.actions.prepared import Later, Never, Ready, Skip
from teams_app.actions.unanswered import Doubtful
from teams_app.store import deliveries, jobs, people
from teams_app.store.conflicts import Conflict
from tests import make
from tests.support.handing import asked_anew
from tests.support.small_world import MAIJA, SmallWorld

BOTH_WAYS = replace(MAIJA, phone="+358400000001")
ONLY_PHONE = replace(BOTH_WAYS, email=None)


def news_of(small: SmallWorld, at: int = -1):
    """Prepare what the `at`-th promise to tell owes."""
    job = small.owed("tell")[at]
    number = int(job.key.split(":")[1])
    return small.write(
        messages.prepare_news,
        number,
        job.payload,
        links=small.links,
        policy=small.policy,
        now=small.now,
    )


def reminder_of(small: SmallWorld, hours: int = 2):
    job = next(each for each in small.owed("remind") if each.payload["hours"] == hours)
    return prepare_reminder(small, int(job.key.split(":")[1]), job.payload)


def prepare_reminder(small: SmallWorld, number: int, payload: dict[str, object]):
    return small.write(
        messages.prepare_reminder,
        number,
        payload,
        links=small.links,
        policy=small.policy,
        now=small.now,
    )


def offer_message(small: SmallWorld, number: int):
    return small.write(
        messages.prepare_offer,
        number,
        links=small.links,
        policy=small.policy,
        now=small.now,
    )


def new_time(small: SmallWorld, asked: Conflict):
    return small.write(
        messages.prepare_new_time,
        asked.appointment,
        {"conflict": asked.id},
        links=small.links,
        policy=small.policy,
        now=small.now,
    )


def send(small: SmallWorld, ready: Ready) -> None:
    small.write(messages.accepted, ready.key, "ref", small.now)


def move(
    small: SmallWorld, before: Appointment, hours: float, by=Actor.CLIENT, to=make.AINO
):
    return small.write(
        booking.move,
        before.id,
        Slot(to, make.at(hours)),
        version=before.version,
        by=by,
        policy=small.policy,
        now=small.now,
    )


def cancel(small: SmallWorld, number: int, by=Actor.CLIENT, tell=Tell.YES):
    return small.write(booking.cancel, number, by=by, now=small.now, tell=tell)


# What is said.


def test_a_booking_is_told_by_mail_with_the_clients_own_link(small: SmallWorld):
    booked = small.book()

    ready = news_of(small)

    assert isinstance(ready, Ready)
    assert ready.to == MAIJA.email
    assert small.links.url(LinkKind.APPOINTMENT, booked.link, 0) in ready.message.text


def test_a_message_names_neither_the_matter_nor_the_client_nor_the_office(
    small: SmallWorld,
):
    small.book()

    said = str(news_of(small).message)

    for secret in ("Guidance", "Maija", "Itakatu", "Aino"):
        assert secret not in said


@pytest.mark.parametrize("language", list(Language))
def test_a_message_is_in_the_clients_language(small: SmallWorld, language: Language):
    small.book(details=replace(MAIJA, language=language))

    ready = news_of(small)

    assert ready.client.language is language
    words = {"fi": "varattu", "sv": "bokad", "en": "booked"}
    assert words[language.value] in ready.message.subject.casefold()


def test_an_overtaken_change_is_not_told_and_the_later_one_tells_what_holds(
    small: SmallWorld,
):
    booked = small.book(48)
    move(small, booked, 72)

    assert news_of(small, 0) == Skip("superseded")
    assert kind(small, news_of(small, 1)) == "booked"


def kind(small: SmallWorld, ready: Ready) -> str:
    found = small.read(deliveries.find, ready.key)
    return found.news


def test_what_was_cancelled_meanwhile_is_told_as_cancelled_only(small: SmallWorld):
    booked = small.book(48)
    cancel(small, booked.id, Actor.PROFESSIONAL)

    assert news_of(small, 0) == Skip("superseded")
    assert kind(small, news_of(small, 1)) == Kind.CANCELLED_BY_US


def test_cancelled_in_silence_nothing_old_is_told_either(small: SmallWorld):
    """Otherwise the message of the booking would say: cancelled."""
    booked = small.book(48)
    cancel(small, booked.id, Actor.PROFESSIONAL, Tell.NO)

    assert news_of(small) == Skip("nothing_to_say")


def test_a_client_gets_a_receipt_for_her_own_cancellation(small: SmallWorld):
    booked = small.book(48)
    cancel(small, booked.id)

    assert kind(small, news_of(small)) == Kind.CANCELLED_BY_CLIENT


def test_a_promise_taken_back_is_said_so(small: SmallWorld):
    held = small.hold()
    for found in (Found.UNKNOWN, Found.BUSY):
        small.write(
            booking.book,
            held.id,
            found,
            details=MAIJA,
            by=Actor.CLIENT,
            now=small.now,
        )

    assert kind(small, news_of(small)) == Kind.TAKEN_BACK


def test_nothing_is_told_after_the_start(small: SmallWorld):
    small.book(24)
    small.clock.set(make.at(24))

    assert news_of(small) == Never("started")


def test_who_cancelled_herself_knows_it_after_the_start_too(small: SmallWorld):
    booked = small.book(24)
    cancel(small, booked.id)
    small.clock.set(make.at(24))

    assert news_of(small) == Skip("ended")


def test_news_of_an_appointment_that_is_gone_are_none(small: SmallWorld):
    small.book()
    gone = small.write(
        messages.prepare_news,
        4711,
        {"version": 2, "news": "booked", "by": "client"},
        links=small.links,
        policy=small.policy,
        now=small.now,
    )

    assert gone == Skip("gone")


# Once.


def test_the_intent_is_stored_before_anything_is_sent(small: SmallWorld):
    small.book()

    ready = news_of(small)

    stored = small.read(deliveries.find, ready.key)
    assert (stored.state, stored.to) == ("intended", MAIJA.email)


def test_what_was_intended_and_not_answered_is_looked_up_first(small: SmallWorld):
    small.book()
    (owed,) = small.write(
        jobs.claim, small.now, limit=5, lease_seconds=60, kinds=["tell"]
    )
    assert small.read(unanswered.doubtful, owed) == []
    first = news_of(small)

    assert small.read(unanswered.doubtful, owed) == [Doubtful(first.key, first.outward)]
    small.write(messages.accepted, first.key, "found", small.now)
    assert small.read(unanswered.doubtful, owed) == []
    assert news_of(small) == Skip("already_sent")


def test_what_was_sent_is_not_sent_again(small: SmallWorld):
    small.book()
    send(small, news_of(small))

    assert news_of(small) == Skip("already_sent")


def test_told_is_shown_on_the_cards(small: SmallWorld):
    booked = small.book()
    ready = news_of(small)
    before = len(small.owed("cards"))

    send(small, ready)

    assert [each.key for each in small.owed("cards")] == [f"cards:{booked.id}"]
    assert before == 1


# By which way.


def test_mail_goes_before_sms(small: SmallWorld):
    small.book(details=BOTH_WAYS)

    assert news_of(small).message.channel is Channel.MAIL


def test_who_has_no_mail_gets_an_sms(small: SmallWorld):
    small.book(details=ONLY_PHONE)

    ready = news_of(small)

    assert (ready.message.channel, ready.to) == (Channel.SMS, BOTH_WAYS.phone)


def test_a_way_that_refuses_is_followed_by_the_next(small: SmallWorld):
    small.book(details=BOTH_WAYS)
    small.write(messages.refused, news_of(small), "bad_address", small.now)

    assert news_of(small).message.channel is Channel.SMS


def test_when_every_way_refused_there_is_none_left(small: SmallWorld):
    small.book()
    small.write(messages.refused, news_of(small), "bad_address", small.now)

    assert news_of(small) == Never("no_channel")


def test_after_an_answer_by_sms_the_mail_is_not_tried_anew(small: SmallWorld):
    small.book(details=BOTH_WAYS)
    small.write(messages.refused, news_of(small), "bad_address", small.now)
    send(small, news_of(small))

    assert news_of(small) == Skip("already_sent")


# Reminders.


def test_a_reminder_is_of_the_start_it_was_promised_for(small: SmallWorld):
    small.book(48)
    small.clock.set(make.at(46))

    assert kind(small, reminder_of(small)) == Kind.REMINDER


def test_a_reminder_of_a_moved_start_is_none(small: SmallWorld):
    booked = small.book(48)
    payload = small.owed("remind")[0].payload
    move(small, booked, 72)

    assert prepare_reminder(small, booked.id, payload) == Skip("moved")


def test_a_reminder_of_what_was_cancelled_is_none(small: SmallWorld):
    booked = small.book(48)
    payload = small.owed("remind")[0].payload
    cancel(small, booked.id)

    assert prepare_reminder(small, booked.id, payload) == Skip("not_booked")


def test_a_reminder_after_the_start_is_none(small: SmallWorld):
    small.book(48)
    small.clock.set(make.at(48))

    assert reminder_of(small) == Skip("started")


def test_a_reminder_waits_for_the_morning(small: SmallWorld):
    small.book(48)
    small.clock.set(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))

    assert reminder_of(small, 24) == Later(datetime(2026, 11, 24, 5, 0, tzinfo=UTC))


def test_a_reminder_that_would_come_after_the_start_is_left_out(small: SmallWorld):
    small.policy = replace(
        small.policy, quiet=QuietHours(make.NOW.time(), make.at(4).time())
    )
    small.book(24)
    small.clock.set(make.at(22.5))

    assert reminder_of(small) == Skip("quiet_hours")


# Quiet hours.

NIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  #: Ten in the evening.
MORNING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_what_staff_did_at_night_is_told_in_the_morning(small: SmallWorld):
    small.clock.set(NIGHT)
    small.book(48, by=Actor.PROFESSIONAL)

    assert news_of(small) == Later(MORNING)


def test_what_the_client_did_herself_is_answered_at_night_too(small: SmallWorld):
    small.clock.set(NIGHT)
    small.book(48)

    assert isinstance(news_of(small), Ready)


def test_an_offer_made_at_night_goes_out_in_the_morning(small: SmallWorld):
    small.clock.set(NIGHT)
    offer = small.offer(48)

    assert offer_message(small, offer.id) == Later(MORNING)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # Summer time ends: the hour from 3 to 4 comes twice, the night is longer.
        ("2026-10-24T18:00", "2026-10-25T05:00"),
        ("2026-10-25T00:30", "2026-10-25T05:00"),
        ("2026-10-25T01:30", "2026-10-25T05:00"),
        # Summer time begins: from 3 to 4 there is nothing, the night is shorter.
        ("2027-03-27T19:00", "2027-03-28T04:00"),
        ("2027-03-28T00:30", "2027-03-28T04:00"),
        ("2027-03-28T03:59", "2027-03-28T04:00"),
    ],
)
def test_the_morning_is_seven_oclock_on_the_wall_when_clocks_change_too(
    small: SmallWorld, now: str, due: str
):
    small.clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    offer = small.offer()

    assert offer_message(small, offer.id) == Later(
        datetime.fromisoformat(due).replace(tzinfo=UTC)
    )


@pytest.mark.parametrize("now", ["2026-10-25T05:00", "2027-03-28T04:00"])
def test_at_seven_on_the_wall_it_may_go_out(small: SmallWorld, now: str):
    small.clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    offer = small.offer()

    assert isinstance(offer_message(small, offer.id), Ready)


# Offers, and the request to choose another time.


def test_an_offer_that_is_over_is_not_sent(small: SmallWorld):
    withdrawn, expired = small.offer(48), small.offer(24, request="r2")
    small.write(offers.call_off, withdrawn, small.now)
    small.clock.set(make.at(24))

    assert offer_message(small, withdrawn.id) == Skip("withdrawn")
    assert offer_message(small, expired.id) == Never("expired")


def test_an_offer_says_whether_times_are_suggested_or_free(small: SmallWorld):
    some, any_ = small.offer(48), small.offer(request="r2")

    assert kind(small, offer_message(small, some.id)) == Kind.OFFER
    assert kind(small, offer_message(small, any_.id)) == Kind.OFFER_FREE


def test_who_is_asked_to_choose_another_time_is_asked_once(small: SmallWorld):
    asked = asked_anew(small, small.book(48))
    send(small, new_time(small, asked))

    assert new_time(small, asked) == Skip("already_sent")


def test_who_has_chosen_another_time_meanwhile_is_not_asked_for_one(
    small: SmallWorld,
):
    booked = small.book(48)
    asked = asked_anew(small, booked)
    move(small, booked, 72)

    assert new_time(small, asked) == Skip("superseded")


def test_nobody_is_asked_to_move_what_has_begun_or_is_cancelled(small: SmallWorld):
    booked, other = small.book(24), small.book(48)
    asked, late = asked_anew(small, booked), asked_anew(small, other)
    cancel(small, other.id)
    small.clock.set(make.at(24))

    assert new_time(small, asked) == Never("started")
    assert new_time(small, late) == Skip("not_booked")


def test_the_unit_answers_the_phone_or_the_house_does(small: SmallWorld):
    small.book()
    assert make.a_unit().phone in news_of(small).message.text

    small.write(people.save_unit, make.a_unit(phone=""))
    assert small.policy.help_phone in news_of(small).message.text


def test_a_reminder_an_hour_late_is_the_same_reminder(small: SmallWorld):
    small.book(48)
    small.clock.set(make.at(24) + timedelta(hours=1))
    ready = reminder_of(small, 24)
    send(small, ready)

    small.clock.advance(minutes=5)

    assert reminder_of(small, 24) == Skip("already_sent")


def test_the_organisation_is_named_where_the_tenant_wants_it(small: SmallWorld):
    small.book()
    assert "Lumivaara" not in news_of(small).message.text

    small.policy = replace(small.policy, names_organisation=True)
    assert "Lumivaara" in news_of(small).message.text
