"""What one client is told of one appointment reaches her in the order it happened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor, Change
from booking.model import Appointment, Channel, ProfessionalId, Slot
from booking.spans import Span
from booking.wording import text
from teams_app.actions import booking, handovers
from teams_app.actions.handovers import Order
from teams_app.actions.settle import settle
from teams_app.outside import SmsError
from teams_app.store import deliveries, jobs, people
from teams_app.store.jobs import Job
from teams_app.worker import UNANSWERED, Again, Done
from teams_app.worker.messages import IN_TURN_SECONDS
from tests import make
from tests.support.small_world import MAIJA, SmallWorld, nobody_waits


def claimed(small: SmallWorld, kind: str = "tell") -> list[Job]:
    found: list[Job] = small.write(
        jobs.claim, small.now, limit=5, lease_seconds=60, kinds=[kind]
    )
    return found


@pytest.mark.parametrize("earlier", ["is on its way", "may have gone"])
async def test_news_wait_for_what_was_said_before(small: SmallWorld, earlier: str):
    booked = small.book()
    (first,) = claimed(small)
    if earlier == "may have gone":
        small.write(jobs.retry, first, after_seconds=120, error=UNANSWERED)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)

    outcome = await small.worker()._outcome(second)

    assert isinstance(outcome, Again)
    assert (outcome.why, outcome.counts) == ("in_turn", False)
    waits = IN_TURN_SECONDS if earlier == "is on its way" else 120
    assert waits - 2 <= outcome.seconds <= waits
    assert small.graph.mails == []


async def test_and_go_once_it_is_known_what_came_of_that(small: SmallWorld):
    booked = small.book()
    (first,) = claimed(small)
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)
    small.write(jobs.finish, first, "sent")

    assert await small.worker()._outcome(second) == Done("sent")


async def test_what_failed_for_another_reason_holds_up_nothing(small: SmallWorld):
    booked = small.book()
    (first,) = claimed(small)
    small.write(jobs.retry, first, after_seconds=600, error="throttled")
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    (second,) = claimed(small)

    assert await small.worker()._outcome(second) == Done("sent")


async def test_another_clients_news_are_another_matter(small: SmallWorld):
    small.book()
    claimed(small)
    small.book(28)
    (other,) = claimed(small)

    assert await small.worker()._outcome(other) == Done("sent")


# An SMS that arrived, or did not, and nobody answered.


ONLY_PHONE = replace(MAIJA, email=None, phone="+358401112201")


def handed_over(
    small: SmallWorld,
    booked: Appointment,
    to: ProfessionalId = make.BO,
    undoes: int | None = None,
) -> None:
    now = small.appointment(booked.id)
    order = Order(now, to, now.span, Actor.PROFESSIONAL, "staff:x", undoes=undoes)
    small.write(handovers.carry_out, order, small.now)


def undone(small: SmallWorld, booked: Appointment) -> None:
    version = small.appointment(booked.id).version
    handed_over(small, booked, make.AINO, undoes=version)
    jobs_of_it = small.read(jobs.payload, f"tell:{booked.id}:{version + 1}")
    assert (jobs_of_it or {})["undoes"] == version


def handed_back(small: SmallWorld, booked: Appointment) -> None:
    handed_over(small, booked, make.AINO)


def shortened(small: SmallWorld, booked: Appointment) -> None:
    before = small.appointment(booked.id)
    span = Span(before.span.start, before.span.start + timedelta(minutes=30))
    after = replace(before, version=before.version + 1, span=span)
    change = Change(before, after, Actor.PROFESSIONAL, small.now, "adopt")
    small.write(settle, change)


@pytest.mark.parametrize("came", ["arrived", "never arrived"])
@pytest.mark.parametrize(
    ("change", "then"), [(handed_over, "handed_over"), (shortened, "moved")]
)
async def test_an_sms_that_may_have_gone_is_sent_again_before_more_is_said(
    small: SmallWorld,
    change: Callable[[SmallWorld, Appointment], None],
    then: str,
    came: str,
):
    booked = small.book(24, details=ONLY_PHONE)
    lost = SmsError(0, final=False)
    small.gate.arm(1, after=came == "arrived", error=lost, only="sms.send")
    worker = small.worker()
    (first,) = claimed(small)
    outcome = await worker._outcome(first)
    small.gate.arm(1, error=SmsError(503, final=False), only="sms.send")
    assert await worker._outcome(first) == outcome, "whatever is said of a second try"
    await worker._record(first, outcome)
    small.gate.disarm()
    assert len(small.sms.sent) == (came == "arrived")

    change(small, booked)
    (second,) = claimed(small)
    waits = await worker._outcome(second)
    assert waits == Again(IN_TURN_SECONDS, why="in_turn", counts=False)
    await worker._record(second, waits)
    small.clock.advance(minutes=5)
    await small.settle_down()

    told = small.read(deliveries.of_appointment, booked.id)
    assert [(each.news, each.state) for each in told] == [
        ("booked", "accepted"),
        (then, "accepted"),
    ]
    assert len({each.text for each in small.sms.sent}) == len(small.sms.sent) == 2


async def first_fails(small: SmallWorld, call: str, *, after: bool = False) -> Job:
    """Try the first message in vain. `after`: it went, and its answer was lost."""
    (first,) = claimed(small)
    small.gate.arm(1, after=after, only=call)
    worker = small.worker()
    await worker._record(first, await worker._outcome(first))
    small.gate.disarm()
    return first


async def told(small: SmallWorld, booked: Appointment) -> list[tuple[str, str]]:
    """Let all be sent that is owed; give what she was told."""
    small.clock.advance(minutes=5)
    await small.settle_down()
    every = small.read(deliveries.of_appointment, booked.id)
    assert len({each.text for each in small.sms.sent}) == len(small.sms.sent)
    return [(each.news, each.state) for each in every]


async def by_phone(small: SmallWorld) -> Appointment:
    """Give an appointment whose client has heard of it, and can be sent an SMS alone."""
    booked = small.book(24, details=ONLY_PHONE)
    await small.settle_down()
    assert len(small.sms.sent) == 1
    return booked


@pytest.mark.parametrize(
    ("change", "then"), [(undone, ("handed_back", "accepted")), (handed_back, None)]
)
async def test_a_hand_over_that_was_taken_back_is_not_told_once_more(
    small: SmallWorld,
    change: Callable[[SmallWorld, Appointment], None],
    then: tuple[str, str] | None,
):
    booked = await by_phone(small)
    handed_over(small, booked)
    small.clock.advance(minutes=5)
    await first_fails(small, "sms.send")

    change(small, booked)

    last = [then] if then else []
    assert await told(small, booked) == [
        ("booked", "accepted"),
        ("handed_over", "intended"),
        *last,
    ]
    assert len(small.sms.sent) == 1 + len(last)


async def test_a_hand_over_to_a_third_is_told_by_the_first_message_of_it(
    small: SmallWorld,
):
    booked = await by_phone(small)
    handed_over(small, booked)
    small.clock.advance(minutes=5)
    await first_fails(small, "sms.send", after=True)

    carl = make.bo(
        id=make.CARL,
        object_id="00000000-0000-4000-8000-000000000003",
        mailbox="carl@vuoro.example",
    )
    small.write(people.save_professional, carl)
    handed_over(small, booked, make.CARL)

    heard = [("booked", "accepted"), ("handed_over", "accepted")]
    assert await told(small, booked) == heard
    assert len(small.sms.sent) == 2


async def test_a_new_time_whose_end_has_changed_since_is_told_once(small: SmallWorld):
    booked = await by_phone(small)
    moved(small, booked)
    await first_fails(small, "sms.send")

    shortened(small, booked)

    assert await told(small, booked) == [
        ("booked", "accepted"),
        ("moved", "intended"),
        ("moved", "accepted"),
    ]
    assert len(small.sms.sent) == 2


async def test_a_receipt_is_handed_over_again_as_that(small: SmallWorld):
    booked = await by_phone(small)
    moved(small, booked, Actor.CLIENT)
    await first_fails(small, "sms.send")

    handed_over(small, booked)

    assert await told(small, booked) == [
        ("booked", "accepted"),
        ("moved_by_client", "accepted"),
        ("handed_over", "accepted"),
    ]
    receipt = text("fi", "messages.moved_by_client.said", when="").split(":")[0]
    assert receipt in small.sms.sent[1].text


async def tried_for_long(small: SmallWorld) -> Job:
    """Try a first SMS in vain until its next try is an hour away."""
    worker = small.worker()
    (first,) = claimed(small)
    small.gate.arm(1, error=SmsError(503, final=False), only="sms.send")
    outcome = await worker._outcome(replace(first, attempt=13))
    small.gate.disarm()
    assert outcome == Again(3600, why=UNANSWERED)
    await worker._record(first, outcome)
    return first


async def test_what_an_earlier_sms_says_no_more_waits_for_none(small: SmallWorld):
    booked = small.book(24, details=ONLY_PHONE)
    await tried_for_long(small)

    cancelled(small, booked)
    (second,) = claimed(small)

    assert await small.worker()._outcome(second) == Done("sent")


async def test_an_earlier_sms_is_tried_soon_where_later_news_wait_for_it(
    small: SmallWorld,
):
    booked = small.book(24, details=ONLY_PHONE)
    first = await tried_for_long(small)

    handed_over(small, booked)
    small.clock.advance(seconds=20)
    (second,) = claimed(small)
    waits = await small.worker()._outcome(second)

    assert isinstance(waits, Again)
    assert 110 <= waits.seconds <= 120
    assert not waits.counts
    small.write(nobody_waits)
    (again,) = claimed(small)
    assert again.key == first.key
    assert again.attempt == first.attempt + 1, "some time it is given up"


async def test_for_what_is_never_answered_nothing_waits_longer_than_ten_minutes(
    small: SmallWorld,
):
    booked = small.book(24, details=ONLY_PHONE)
    await tried_for_long(small)
    handed_over(small, booked)
    small.clock.advance(seconds=20)
    (second,) = claimed(small)

    small.clock.set(second.due + timedelta(minutes=10, seconds=1))

    assert await small.worker()._outcome(second) == Done("sent")


@pytest.mark.parametrize("mail", ["never on", "on since"])
async def test_an_sms_is_handed_over_again_as_an_sms(small: SmallWorld, mail: str):
    booked = small.book(24, details=replace(MAIJA, phone="+358401112201"))
    plain = small.policy
    small.policy = replace(plain, channels_off=frozenset({Channel.MAIL}))
    await first_fails(small, "sms.send", after=True)
    if mail == "on since":
        small.policy = plain

    handed_over(small, booked)
    news = await told(small, booked)

    keys = {each.key for each in small.read(deliveries.of_appointment, booked.id)}
    assert len(keys) == len(news) == 2, "no second one under the key of the first"


async def test_a_reminder_that_was_not_answered_is_not_overtaken(small: SmallWorld):
    booked = small.book(24, details=ONLY_PHONE)
    await small.settle_down()
    small.clock.set(booked.span.start - timedelta(hours=2))
    small.gate.arm(1, error=SmsError(503, final=False), only="sms.send")
    worker = small.worker()
    (first,) = claimed(small, "remind")
    outcome = await worker._outcome(first)
    small.gate.disarm()
    await worker._record(first, outcome)

    handed_over(small, booked)
    small.clock.advance(seconds=20)
    (second,) = claimed(small)

    waits = await worker._outcome(second)
    assert isinstance(waits, Again)
    assert waits.why == "in_turn"


async def test_of_a_time_that_was_moved_an_sms_is_not_sent_again(small: SmallWorld):
    booked = small.book(24, details=ONLY_PHONE)
    await first_fails(small, "sms.send")

    moved(small, booked)
    small.clock.advance(minutes=5)
    await small.settle_down()

    (sent,) = small.sms.sent
    assert sent.key.startswith(f"tell:{booked.id}:{booked.version + 1}:sms")


# A mail that arrived though nobody answered.


def moved(
    small: SmallWorld, booked: Appointment, by: Actor = Actor.PROFESSIONAL
) -> None:
    slot = Slot(make.AINO, make.at(28))
    small.write(
        booking.move,
        booked.id,
        slot,
        version=small.appointment(booked.id).version,
        by=by,
        policy=small.policy,
        now=small.now,
    )


def cancelled(small: SmallWorld, booked: Appointment) -> None:
    small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)


@pytest.mark.parametrize("looks", ["its own", "a later one's"])
@pytest.mark.parametrize(
    ("change", "then"),
    [(handed_over, "handed_over"), (moved, "moved"), (cancelled, "cancelled_by_us")],
)
async def test_what_has_gone_out_unanswered_is_known_before_more_is_said(
    small: SmallWorld,
    change: Callable[[SmallWorld, Appointment], None],
    then: str,
    looks: str,
):
    booked = small.book(24)
    first = await first_fails(small, "graph.send", after=True)
    assert len(small.graph.mails) == 1
    change(small, booked)

    if looks == "its own":
        assert await small.worker()._outcome(first) == Done("sent")
    await small.settle_down()
    small.clock.advance(minutes=5)
    await small.settle_down()

    told = small.read(deliveries.of_appointment, booked.id)
    assert [(each.news, each.state) for each in told] == [
        ("booked", "accepted"),
        (then, "accepted"),
    ]
    assert len(small.graph.mails) == 2
