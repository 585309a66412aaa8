"""What is again as a client last heard it is no news to her."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.appointments import Actor
from booking.links import LinkKind
from booking.model import Appointment, Language
from booking.views.cards import Truth
from booking.wording import text
from booking.wording.dates import when_range
from teams_app.actions import records, sent, unheard
from teams_app.actions.prepared import Ready, Skip
from teams_app.store import deliveries, jobs
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.store.tables import deliveries as table
from teams_app.store.tables import jobs as job_table
from tests import make
from tests.actions.test_messages import (
    MORNING,
    NIGHT,
    kind,
    move,
    news_of,
    reminder_of,
    send,
)
from tests.support.small_world import SmallWorld

STAFF = Actor.PROFESSIONAL


def heard_at(small: SmallWorld, hours: float) -> Appointment:
    """Have a client told when her appointment is."""
    booked = small.book(24)
    send(small, news_of(small))
    if hours != 24:
        booked = move(small, booked, hours, STAFF)
        send(small, news_of(small))
    return booked


def claimed(small: SmallWorld) -> list[Job]:
    """Begin with everything that is to be told, as long as there is anything."""
    how = {"limit": 9, "lease_seconds": 60, "kinds": ["tell"]}
    found: list[Job] = small.write(jobs.claim, small.now, **how)
    return found


@pytest.mark.parametrize("first", [24, 72], ids=["booked", "moved"])
def test_what_is_again_as_she_heard_it_is_not_told_once_more(small: SmallWorld, first):
    told = heard_at(small, first)
    small.clock.set(NIGHT)
    move(small, move(small, told, 96, STAFF), first, STAFF)
    small.clock.set(MORNING)

    assert news_of(small) == Skip("heard_before")


async def test_and_her_truths_say_since_when_she_knows(small: SmallWorld):
    booked = small.book(24)
    await small.settle_down()
    since = small.read(records.truths, booked).told_at
    small.clock.set(NIGHT)
    back = move(small, move(small, booked, 96, STAFF), 24, STAFF)
    small.clock.set(MORNING)
    await small.settle_down()

    truths = small.read(records.truths, back)
    assert (truths.told, truths.told_at) == (Truth.DONE, since)
    assert [each.subject for each in small.graph.mails] == ["Aikasi on varattu"]


def test_a_reminder_of_the_time_she_knows_changes_nothing_of_that(small: SmallWorld):
    told = heard_at(small, 72)
    send(small, reminder_of(small))
    small.clock.set(NIGHT)
    move(small, move(small, told, 96, STAFF), 72, STAFF)
    small.clock.set(MORNING)

    assert news_of(small) == Skip("heard_before")


def test_of_the_same_time_with_another_she_hears_that_it_is_another(small: SmallWorld):
    told = heard_at(small, 72)
    small.clock.set(NIGHT)
    move(small, move(small, told, 96, STAFF), 72, STAFF, make.BO)
    small.clock.set(MORNING)

    assert kind(small, news_of(small)) == "handed_over"


def test_who_may_have_heard_another_time_meanwhile_hears_the_one_that_holds(
    small: SmallWorld,
):
    told = heard_at(small, 72)
    elsewhere = move(small, told, 96, STAFF)
    assert isinstance(news_of(small), Ready)  # whose answer is lost
    small.clock.set(NIGHT)
    move(small, elsewhere, 72, STAFF)
    small.clock.set(MORNING)

    assert kind(small, news_of(small)) == "moved"


def test_who_moved_it_back_herself_is_answered(small: SmallWorld):
    told = heard_at(small, 72)
    small.clock.set(NIGHT)
    move(small, move(small, told, 96, STAFF), 72, Actor.CLIENT)

    assert kind(small, news_of(small)) == "moved_by_client"


@pytest.mark.parametrize("between", [(), (100,)], ids=["at once", "by another time"])
def test_what_she_moved_herself_and_we_moved_back_is_told(small: SmallWorld, between):
    moved = move(
        small, heard_at(small, 72), 96, Actor.CLIENT
    )  # Nobody has told it yet.
    for hours in (*between, 72):
        moved = move(small, moved, hours, STAFF)

    assert kind(small, news_of(small)) == "moved"


def test_what_was_given_up_unanswered_may_have_told_her(small: SmallWorld):
    told = heard_at(small, 72)
    moved = move(small, told, 96, STAFF)
    sent = news_of(small)
    small.write(deliveries.failed, sent.key, "given_up", small.now)
    move(small, moved, 72, STAFF)

    assert kind(small, news_of(small)) == "moved"


def test_what_somebody_had_to_tell_her_by_word_of_mouth_she_may_know(
    small: SmallWorld,
):
    told = heard_at(small, 72)
    for each in claimed(small):
        small.write(jobs.finish, each, "sent")
    moved = move(small, told, 96, STAFF)
    (owed,) = claimed(small)
    small.write(jobs.dead, owed, "too_late")
    move(small, moved, 72, STAFF)

    assert kind(small, news_of(small)) == "moved"


def test_a_message_of_which_is_not_kept_what_it_said_leaves_the_question_open(
    small: SmallWorld,
):
    moved = move(small, heard_at(small, 72), 96, STAFF)
    send(small, news_of(small))

    def forget(tx: Tx) -> None:
        hers = sa.update(table).where(table.c.version == moved.version)
        tx.execute(hers.values(starts_at=None, ends_at=None, professional_id=None))

    small.write(forget)
    move(small, moved, 72, STAFF)

    assert kind(small, news_of(small)) == "moved"


def test_who_may_wait_in_a_meeting_that_went_there_and_back_hears_of_the_new_one(
    small: SmallWorld,
):
    told = heard_at(small, 24)
    small.clock.set(told.span.start - timedelta(minutes=20))
    there = move(small, told, 24, STAFF, make.BO)
    move(small, there, 24, STAFF)

    assert kind(small, news_of(small)) == "handed_new_meeting"


def earlier(hours: float) -> str:
    """Give how a mail in Finnish says when it was."""
    span = make.span(hours)
    return f"Aiempi aika: {when_range('fi', span.start, span.end)}."


def test_a_mail_of_a_change_says_which_time_it_was_that_she_knew(small: SmallWorld):
    moved = moved_on_by_night(small)

    told = news_of(small)
    send(small, told)

    assert earlier(24) in told.message.text
    assert shown(small, moved) == told.message.text


def moved_on_by_night(small: SmallWorld) -> Appointment:
    """Move a time of which she has heard twice, so that the morning tells the last."""
    told = heard_at(small, 24)
    small.clock.set(NIGHT)
    moved = move(small, move(small, told, 96, STAFF), 72, STAFF)
    small.clock.set(MORNING)
    return moved


def shown(small: SmallWorld, found: Appointment) -> str:
    """Give how staff read the one message of how it stands; they do not see her link."""
    every = small.read(sent.to_client, found, small.policy, Language.EN)
    (told,) = [each for each in every if each.text]
    link = text(Language.EN, "sent.link")
    own = small.links.url(LinkKind.APPOINTMENT, found.link, found.generation)
    return str(told.text.replace(link, own))


def test_of_several_times_the_one_is_named_that_she_heard_last(small: SmallWorld):
    told = heard_at(small, 48)
    move(small, told, 72, STAFF)

    assert earlier(48) in news_of(small).message.text


def test_staff_read_it_so_when_the_promises_are_long_forgotten(small: SmallWorld):
    moved = moved_on_by_night(small)
    said = news_of(small)
    send(small, said)

    small.write(lambda tx: tx.execute(sa.delete(job_table)))

    assert earlier(24) in said.message.text
    assert shown(small, moved) == said.message.text


def test_staff_read_none_of_a_mail_that_did_not_name_it(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    moved = move(small, heard_at(small, 24), 72, STAFF)
    with monkeypatch.context() as before:
        before.setattr(unheard, "was", lambda *_: None)
        said = news_of(small)
    send(small, said)

    assert "Aiempi aika" not in said.message.text
    assert shown(small, moved) == said.message.text


def test_what_is_answered_after_a_mail_takes_no_word_out_of_it(small: SmallWorld):
    booked = heard_at(small, 24)
    reminder = reminder_of(small)  # whose answer is slow
    moved = move(small, booked, 72, STAFF)
    said = news_of(small)
    send(small, said)
    small.clock.advance(minutes=1)
    send(small, reminder)

    assert earlier(24) in said.message.text
    assert shown(small, moved) == said.message.text


def test_a_mail_tried_again_says_what_it_said_first(small: SmallWorld):
    elsewhere = move(small, heard_at(small, 24), 48, STAFF)
    slow = news_of(small)
    moved = move(small, elsewhere, 72, STAFF)
    first = news_of(small)
    send(small, slow)

    again = news_of(small)
    send(small, again)

    assert again.message == first.message, "either may have gone out"
    assert shown(small, moved) == again.message.text


def test_none_is_said_where_she_had_moved_it_herself_since(small: SmallWorld):
    told = heard_at(small, 24)
    move(small, move(small, told, 48), 72, STAFF)

    said = news_of(small)

    assert isinstance(said, Ready)
    assert "Aiempi aika" not in said.message.text
