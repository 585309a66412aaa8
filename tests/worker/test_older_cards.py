"""Several cards about one appointment: the newest speaks, the older say so."""

from typing import Any

from booking.appointments import Actor
from booking.model import Appointment
from booking.wording import text
from booking.wording.dates import when_range
from cards import verbs
from cards.parts import when
from teams_app.actions import booking, postings
from teams_app.store import conflicts
from tests import make
from tests.bot.talk import Talk, nodes, title
from tests.support.handing import HERS
from tests.support.small_world import SmallWorld
from tests.worker.test_offer_cards import choose

AINO = make.a_professional().object_id
NEWER = text("fi", "cards.older.newer")


def said(*keys: str) -> list[str]:
    return [text("fi", f"cards.appointment.{key}") for key in keys]


def drawn(small: SmallWorld) -> list[dict[str, Any]]:
    return [small.chat.card(at) for at in range(len(small.chat.posted))]


def titles(small: SmallWorld) -> list[str]:
    return [title(card) for card in drawn(small)]


def speaking(small: SmallWorld) -> list[bool]:
    """Say of each card whether there is anything to press."""
    return [
        any(each.get("type") == "ActionSet" for each in nodes(card))
        for card in drawn(small)
    ]


def shown(span: Any) -> str:
    return when_range("fi", span.start, span.end)


async def booked(small: SmallWorld) -> Appointment:
    made = small.book(24)
    await small.settle_down()
    return made


async def moved(small: SmallWorld, before: Appointment, hours: float) -> Appointment:
    small.clock.advance(minutes=1)
    made = small.move(before, hours)
    await small.settle_down()
    return made


async def cancelled(small: SmallWorld, before: Appointment) -> None:
    small.clock.advance(minutes=1)
    small.write(booking.cancel, before.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()


async def test_moved_and_then_cancelled_each_card_says_its_own_news(small: SmallWorld):
    await cancelled(small, await moved(small, await booked(small), 26))

    came = said("booked_by_client", "moved_by_client", "cancelled_by_client")
    assert titles(small) == came
    assert speaking(small) == [False, False, True]
    for older in drawn(small)[:2]:
        assert NEWER in str(older)
        assert came[-1] in str(older)
    assert NEWER not in str(drawn(small)[-1])


async def test_the_card_of_a_move_says_from_when_to_when(small: SmallWorld):
    first = await booked(small)
    then = await moved(small, first, 26)

    texts = [each.get("text") for each in nodes(small.chat.card())]

    assert text("fi", "cards.appointment.moved_from", when=shown(first.span)) in texts
    assert when("fi", then.span.start, then.span.end) in texts
    assert shown(then.span) in str(small.chat.card(0))


async def test_a_move_never_announced_is_skipped(small: SmallWorld):
    """Two moves before the worker came to it: she hears of the first and the last."""
    first = await booked(small)
    small.move(small.move(first, 25), 26)
    await small.settle_down()

    assert titles(small) == said("booked_by_client", "moved_by_client")
    before = text("fi", "cards.appointment.moved_from", when=shown(first.span))
    assert before in str(small.chat.card())


async def test_confirmed_late_the_card_it_was_booked_on_offers_nothing_more(
    small: SmallWorld,
):
    waiting = small.confirming(24, by=Actor.PROFESSIONAL)
    sent = await small.chat.send(
        await small.chat.create("t", AINO), {"attachments": [{"content": {}}]}
    )
    subject = postings.subject_of(waiting.id)
    small.write(postings.answered, AINO, sent, subject, small.now)
    small.clock.advance(minutes=1)
    await small.settle_down()

    assert titles(small) == said("standing", "booked")
    assert speaking(small) == [False, True]


async def test_an_offers_card_ends_where_a_newer_one_begins(small: SmallWorld):
    offer = small.offer(24, 26, wants_card=True)
    await small.settle_down()
    made = choose(small, offer, 24)
    await small.settle_down()
    assert speaking(small) == [True]

    await cancelled(small, made)

    assert titles(small) == said("booked", "cancelled_by_client")
    assert speaking(small) == [False, True]


async def test_when_the_newest_becomes_a_form_the_one_before_speaks_again(
    small: SmallWorld,
):
    await cancelled(small, await booked(small))
    newest = small.chat.posted[-1].id

    small.clock.advance(minutes=1)
    small.write(postings.answered, AINO, newest, "", small.now)
    await small.settle_down()

    assert speaking(small)[0]
    assert titles(small)[0] == said("cancelled_by_client")[0]


async def test_when_the_newest_is_gone_from_the_chat_the_one_before_speaks_again(
    small: SmallWorld,
):
    first = await booked(small)
    then = await moved(small, first, 26)
    small.chat.posted.pop()

    small.clock.advance(minutes=1)
    small.write(booking.cancel, then.id, by=Actor.PROFESSIONAL, now=small.now)
    await small.settle_down()

    assert titles(small) == said("cancelled_by_us")
    assert speaking(small) == [True]


# A question that was answered so that the appointment stands.


async def restored(small: SmallWorld) -> tuple[Appointment, dict[str, Any]]:
    """Book, let the event be deleted in Outlook, and restore it on the question's card."""
    made = await booked(small)
    small.clock.advance(minutes=1)
    (event,) = small.graph.ours(HERS)
    small.graph.remove(HERS, event.id)
    small.pull()
    await small.settle_down()
    (question,) = small.read(conflicts.open_of, made.id)
    data = {"conflict": question.id, "version": question.version}
    at = small.chat.posted[-1].id
    card = await Talk(small).card(verbs.CONFLICT_RESTORE, data, on=at)
    small.clock.advance(minutes=1)
    await small.settle_down()
    return made, card


async def test_a_restored_card_is_the_appointments_own_again(small: SmallWorld):
    made, answer = await restored(small)

    for card in (answer, drawn(small)[-1]):
        assert title(card) == text("fi", "cards.settled.put_back")
        pressed = {each.get("verb") for each in nodes(card)}
        assert verbs.APPOINTMENT_CANCEL in pressed
    joins = [
        each for each in nodes(drawn(small)[-1]) if each.get("url") == made_url(small)
    ]
    assert joins, "the meeting that was made anew is joined from it"
    assert speaking(small) == [False, True], "the card it was booked with has ended"

    data = {"appointment": made.id, "version": small.appointment(made.id).version}
    at = small.chat.posted[-1].id
    gone = await Talk(small).card(verbs.APPOINTMENT_CANCEL, data, on=at)
    assert title(gone) == text("fi", "cards.appointment.cancelled_by_us")


async def test_what_comes_after_a_restored_card_is_the_newest(small: SmallWorld):
    made, _ = await restored(small)

    await moved(small, made, 26)

    assert speaking(small)[-1]
    question = next(
        card
        for card in drawn(small)
        if title(card) == text("fi", "cards.settled.put_back")
    )
    pressed = {each.get("verb") for each in nodes(question)}
    assert verbs.APPOINTMENT_CANCEL not in pressed


def made_url(small: SmallWorld) -> str:
    (event,) = small.graph.ours(HERS)
    return event.join_url or ""
