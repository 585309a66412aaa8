"""A card takes its time to arrive, and what it shows may change meanwhile."""

from dataclasses import replace

import pytest

from booking.appointments import Actor
from booking.model import Language
from booking.wording import text
from teams_app.actions import booking, list_postings, postings, standing_cards
from teams_app.actions.settle import keep_cards
from teams_app.outside import Activity, Conversation
from teams_app.store import chats, jobs, people
from teams_app.store.jobs import Job
from teams_app.worker import cards
from tests import make
from tests.support.small_world import SmallWorld


async def test_what_changed_while_its_card_was_on_its_way_is_shown(small: SmallWorld):
    """Nobody can bring a card up to date before it is known where it stands."""
    plain = small.chat.send
    booked = small.book()

    async def slow(to: Conversation, activity: Activity) -> str:
        small.chat.send = plain
        id_ = await plain(to, activity)
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
        await small.rest(rounds=80)  # the cards are looked at in vain: none stands yet
        return id_

    small.chat.send = slow
    await small.settle_down()

    assert "appointment.cancel" not in str(small.chat.card(0))


async def test_once_it_has_begun_the_card_says_that_the_client_will_not_be_told(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    card = small.chat.posted[0]
    before = card.activity

    small.clock.set(booked.span.start)
    await small.settle_down()

    late = text(Language.FI, "cards.appointment.cancel_begun_lead")
    assert late not in str(before)
    assert late in str(card.activity)


async def test_an_update_nobody_answered_is_not_taken_for_what_stood_before(
    small: SmallWorld,
):
    """The drawing arrived, its answer did not; by then all was as it had been."""
    booked = small.book()
    await small.settle_down()
    hers = make.a_professional()
    before = str(small.chat.card())

    async def speaking(language: Language) -> bool:
        small.write(people.save_professional, replace(hers, language=language))
        small.write(jobs.promise, keep_cards(booked.id, small.now))
        return await small.rest(rounds=3)

    small.gate.arm(1, after=True, lasting=True, only="chat.update")
    await speaking(Language.SV)
    assert small.gate.failed
    assert str(small.chat.card()) != before
    small.gate.disarm()
    await speaking(Language.FI)
    await small.settle_down()

    assert str(small.chat.card()) == before


async def test_of_two_drawings_on_their_way_the_newer_one_stands_in_the_end(
    small: SmallWorld,
):
    booked = small.book()
    await small.settle_down()
    hers, plain = make.a_professional(), small.chat.update
    look = Job(0, "cards", "", None, {}, booked.id, 1, 1, 1, small.now, None)

    def speaks(language: Language) -> None:
        small.write(people.save_professional, replace(hers, language=language))

    async def overtaken(to: Conversation, id_: str, activity: Activity) -> None:
        small.chat.update = plain
        speaks(Language.EN)
        await cards.keep_cards(small.world, look)
        await plain(to, id_, activity)  # the older one, in Swedish, arrives last

    speaks(Language.SV)
    small.chat.update = overtaken
    await cards.keep_cards(small.world, look)
    assert small.chat.card()["lang"] == "sv"
    await small.settle_down()

    assert small.chat.card()["lang"] == "en"


async def test_of_three_on_their_way_whichever_answers_last_is_not_taken_to_stand(
    small: SmallWorld,
):
    """Teams may have taken the second after the third, and answer the third last."""
    booked = small.book()
    await small.settle_down()
    about, drawings = f"appointment:{booked.id}", (1, 2, 3)
    (card,) = small.read(chats.cards_of, about)

    for each in drawings:
        assert small.write(standing_cards.sets_out, card, each, small.now)
    for each in drawings:
        small.write(standing_cards.updated, card, each, small.now)

    (card,) = small.read(chats.cards_of, about)
    assert card.shown_version == chats.ON_ITS_WAY
    owed = [each.key for each in small.owed("cards") if each.open]
    assert owed == [f"cards:{booked.id}"]


async def test_a_drawing_of_what_was_before_does_not_set_out_after_the_newer_one(
    small: SmallWorld,
):
    """It was read early, and comes to be sent only once the other has arrived."""
    booked = small.book()
    await small.settle_down()
    hers = make.a_professional()
    look = Job(0, "cards", "", None, {}, booked.id, 1, 1, 1, small.now, None)

    def speaks(language: Language) -> None:
        small.write(people.save_professional, replace(hers, language=language))

    speaks(Language.SV)
    (early,) = small.read(
        postings.of_appointment, booked.id, small.world.policy, small.now
    )
    speaks(Language.EN)
    await cards.keep_cards(small.world, look)
    await cards.update(small.world, early)

    assert small.chat.card()["lang"] == "en"
    owed = [each.key for each in small.owed("cards") if each.open]
    assert owed == [f"cards:{booked.id}"]


@pytest.mark.parametrize("key", ["given_up:1:2", "announce:1:2:1"])
async def test_a_card_is_looked_at_once_it_stands(small: SmallWorld, key: str):
    """What happened while it was on its way could not be shown on it."""
    booked = small.book(by=Actor.PROFESSIONAL)
    await small.settle_down()
    about = f"appointment:{booked.id}"
    owner = make.a_professional().object_id
    card = small.write(chats.intend_card, key, owner, about, small.now)

    small.write(standing_cards.posted, card, "activity", 1, small.now)

    assert [
        each.key for each in small.owed() if each.open and each.kind == "cards"
    ] == [f"cards:{booked.id}"]


async def test_a_message_that_came_to_nothing_leaves_no_card_waiting_for_it(
    small: SmallWorld,
):
    booked = small.book(24)
    await small.settle_down()
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    small.clock.advance(hours=25)  # it has begun: of her own cancelling nothing is said
    await small.settle_down()

    owed = [each.outcome for each in small.owed("tell")]
    assert owed == ["sent", "skipped:ended"]
    cards = [str(small.chat.card(at)) for at in range(len(small.chat.posted))]
    assert cards
    waiting = text("fi", "cards.truth.told.waiting")
    assert [each for each in cards if waiting in each] == []


@pytest.mark.parametrize("meanwhile", ["nothing", "a drawing"])
async def test_what_is_drawn_while_a_refusal_is_on_its_way_is_lost_under_it(
    small: SmallWorld, meanwhile: str
):
    """Teams puts the answer to a press over it. A refusal alone stays to be read."""
    booked = small.book()
    await small.settle_down()
    (card,) = small.read(chats.cards_of, f"appointment:{booked.id}")
    where = card.object_id, card.activity_id, card.subject
    small.write(postings.answered, *where, small.now, refused=True)
    if meanwhile == "a drawing":
        small.write(chats.card_sets_out, card.key, 0, 5)
        small.write(chats.card_arrived, card.key, 5)
    before = small.chat.posted[0].updates

    small.clock.advance(seconds=postings.ANSWER_TIME.total_seconds())
    await small.settle_down()

    assert small.chat.posted[0].updates - before == (meanwhile == "a drawing")


async def test_a_refusal_stays_on_a_card_of_being_late_as_on_any(small: SmallWorld):
    booked = small.book()
    subject = list_postings.late_of(booked.id)
    owner = make.a_professional().object_id
    small.write(postings.answered, owner, "M1", subject, small.now, refused=True)
    (owed,) = small.owed("answered")

    look = list_postings.after_answer, owed.payload, small.policy, small.now
    assert small.write(*look) == []
    (card,) = small.read(chats.cards_of, subject)
    small.write(chats.card_shown, card.key, 5)

    assert [each.card.activity_id for each in small.write(*look)] == ["M1"]
