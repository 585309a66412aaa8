"""What a professional hears of a client's coming: one card each, true as it stands."""

import json
from datetime import timedelta
from typing import Any

import pytest

from booking.appointments import Actor, Outdated
from booking.arrivals import Came
from booking.lateness import CHOICES
from booking.model import Appointment, Language, Modality, Slot
from booking.own_settings import Own, Section, Wanted
from booking.views.cards import Truth
from booking.wording.dates import clock
from cards import verbs
from teams_app.actions import arrivals, booking, outcomes, records
from teams_app.actions.arrivals import By
from teams_app.store import log, people
from tests import make
from tests.bot.talk import AINO, Talk, pressable, said, speaks, texts, title
from tests.support.small_world import MAIJA, SmallWorld

RECEPTION = Actor.RECEPTION
PHONE = make.replace(MAIJA, phone="+358 40 123 4567")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Give SQLite; PostgreSQL too only where `BOTH_ENGINES` says it matters."""
    engine = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{engine}_url")
    return url


BOTH_ENGINES = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


def by(small: SmallWorld, actor: Actor = RECEPTION) -> By:
    return By(actor, "staff:x", small.now)


async def near(small: SmallWorld, minutes: float = 10, **changes: Any) -> Appointment:
    """Book an appointment, and let it be so many minutes before its start."""
    booked = small.book(2, **changes)
    await small.settle_down()
    small.clock.advance(hours=2, minutes=-minutes)
    await small.settle_down()
    return booked


async def here(small: SmallWorld, **changes: Any) -> Appointment:
    booked = await near(small, modality=Modality.IN_PERSON, **changes)
    came = small.write(arrivals.arrive, booked.id, by(small))
    await small.settle_down()
    assert isinstance(came, Appointment)
    return came


async def noted(small: SmallWorld, booked: Appointment, how: Came) -> bool:
    done: bool = small.write(arrivals.note, booked.id, how, small.now)
    await small.settle_down()
    return done


def about(small: SmallWorld, key: str) -> list[dict[str, Any]]:
    """Give the messages whose summary is this by now."""
    summary = said(f"cards.summary.{key}")
    return [
        each.activity
        for each in small.chat.posted
        if each.activity.get("summary") == summary
    ]


def cards_of(small: SmallWorld) -> list[dict[str, Any]]:
    return [small.chat.card(number) for number in range(len(small.chat.posted))]


def shown(small: SmallWorld) -> list[str]:
    """Give the titles of what stands in her chat, the oldest first."""
    return [title(each) for each in cards_of(small)]


def done(small: SmallWorld, booked: Appointment) -> list[str]:
    found = small.read(log.entries, f"appointment:{booked.id}", 50)
    return [each.what for each in found]


# There in person.


@BOTH_ENGINES
async def test_that_she_has_come_is_one_card_that_says_nothing_on_a_lock_screen(
    small: SmallWorld,
):
    came = await here(small)
    again = small.write(arrivals.arrive, came.id, by(small))
    await small.settle_down()

    (told,) = about(small, "arrived")
    assert again == came
    assert title(told["attachments"][0]["content"]) == said("cards.appointment.arrived")
    assert MAIJA.name not in told["summary"]
    assert shown(small)[-1] == said("cards.appointment.arrived")
    assert shown(small).count(said("cards.appointment.arrived")) == 1
    assert done(small, came).count("arrived") == 1


async def test_taken_back_the_card_says_so_and_said_again_it_is_the_same_card(
    small: SmallWorld,
):
    came = await here(small)
    small.write(arrivals.take_back, came.id, by(small), came.version)
    await small.settle_down()
    assert said("cards.appointment.arrived") not in shown(small)

    small.write(arrivals.arrive, came.id, by(small))
    await small.settle_down()

    assert shown(small)[-1] == said("cards.appointment.arrived")
    assert len(about(small, "arrived")) == 1


async def test_taken_back_before_the_card_was_posted_there_is_none(small: SmallWorld):
    booked = await near(small, modality=Modality.IN_PERSON)
    small.write(arrivals.arrive, booked.id, by(small))
    small.write(arrivals.take_back, booked.id, by(small))
    await small.settle_down()
    assert about(small, "arrived") == []

    small.write(arrivals.arrive, booked.id, by(small))
    await small.settle_down()

    assert len(about(small, "arrived")) == 1


async def test_a_page_that_shows_an_older_state_changes_nothing(small: SmallWorld):
    came = await here(small)

    old = small.write(arrivals.take_back, came.id, by(small), came.version - 1)

    assert old == Outdated(came.version)
    assert small.appointment(came.id) == came


async def test_her_own_press_needs_no_card(small: SmallWorld):
    booked = await near(small, modality=Modality.IN_PERSON)
    posted = len(small.chat.posted)
    small.write(arrivals.arrive, booked.id, by(small, Actor.PROFESSIONAL))
    await small.settle_down()

    assert len(small.chat.posted) == posted
    assert shown(small)[-1] == said("cards.appointment.arrived")


async def test_the_days_list_says_so_when_she_asks_the_bot(small: SmallWorld):
    await here(small)

    card = await Talk(small, AINO).ask("tänään")

    at = clock(Language.FI, small.now)
    assert said("arrivals.chip.arrived", clock=at) in texts(card)


async def test_what_the_client_was_told_stays_told(small: SmallWorld):
    """Nobody tells her that she has come: what she has heard is still what holds."""
    came = await here(small)
    assert small.read(records.whole, came).truths.told is Truth.DONE
    since = small.read(records.whole, came).truths.booked_at
    assert since is not None
    assert since < small.now - timedelta(hours=1)

    small.write(arrivals.take_back, came.id, by(small))
    back = small.appointment(came.id)
    assert small.read(records.whole, back).truths.told is Truth.DONE
    (listed,) = small.read(records.wholes, [back])
    assert listed.truths == small.read(records.whole, back).truths


async def test_moved_she_is_to_come_again_and_hears_of_it(small: SmallWorld):
    came = await here(small)
    small.write(
        booking.move,
        came.id,
        Slot(make.AINO, make.at(26)),
        version=came.version,
        by=Actor.PROFESSIONAL,
        policy=small.policy,
        now=small.now,
    )
    await small.settle_down()

    assert said("cards.appointment.arrived") not in shown(small)
    assert small.read(records.whole, small.appointment(came.id)).came(small.now) is None
    assert len(small.graph.mails) == 2


async def test_who_has_come_is_asked_about_at_the_end(small: SmallWorld):
    await here(small)
    small.clock.advance(hours=1)
    await small.settle_down()

    assert shown(small)[-1] == said("cards.appointment.outcome")


# Before a remote meeting.


@BOTH_ENGINES
async def test_who_waits_is_one_card_with_the_way_into_the_meeting(small: SmallWorld):
    booked = await near(small)
    assert await noted(small, booked, Came.WAITING)
    assert await noted(small, booked, Came.WAITING)

    (told,) = about(small, "waiting")
    card = told["attachments"][0]["content"]
    assert title(card) == said("cards.appointment.waiting")
    assert str(small.link(booked).join_url) in json.dumps(card)
    assert MAIJA.name not in told["summary"]
    assert shown(small)[-1] == said("cards.appointment.waiting")
    assert done(small, booked).count("waiting") == 1
    assert small.appointment(booked.id) == booked


async def test_that_she_is_late_can_be_said_to_whom_waits_while_it_may_hold(
    small: SmallWorld,
):
    booked = await near(small)
    await noted(small, booked, Came.WAITING)
    (told,) = about(small, "waiting")
    card = told["attachments"][0]["content"]
    assert len(pressable(card, verbs.LATE_TELL)) == len(CHOICES)

    small.clock.advance(minutes=10 + max(CHOICES))
    await noted(small, booked, Came.COULD_NOT_JOIN)

    assert pressable(cards_of(small)[-1], verbs.LATE_TELL) == []


async def test_over_it_no_longer_says_that_she_waits(small: SmallWorld):
    booked = await near(small)
    await noted(small, booked, Came.WAITING)
    small.clock.advance(hours=1)
    await small.settle_down()

    assert said("cards.appointment.waiting") not in [
        title(each) for each in cards_of(small) if verbs.OUTCOME_RECORD in str(each)
    ]
    assert shown(small)[-1] == said("cards.appointment.outcome")


async def test_cancelled_the_card_says_that_alone(small: SmallWorld):
    booked = await near(small)
    await noted(small, booked, Came.WAITING)
    small.write(booking.cancel, booked.id, by=Actor.SUPERVISOR, now=small.now)
    await small.settle_down()

    last = cards_of(small)[-1]
    assert title(last) == said("cards.appointment.cancelled_by_us")
    assert pressable(last, verbs.OUTCOME_RECORD) == []


@pytest.mark.parametrize("minutes", [16, -45, -60])
async def test_too_early_or_over_nothing_is_noted(small: SmallWorld, minutes: int):
    booked = await near(small, minutes)

    assert not await noted(small, booked, Came.WAITING)
    assert not await noted(small, booked, Came.COULD_NOT_JOIN)
    assert about(small, "waiting") + about(small, "could_not_join") == []


@pytest.mark.parametrize("language", Language)
async def test_who_could_not_join_is_to_be_called(
    small: SmallWorld, language: Language
):
    speaks(small, language)
    booked = await near(small, -5, details=PHONE)
    await noted(small, booked, Came.WAITING)
    assert await noted(small, booked, Came.COULD_NOT_JOIN)
    assert await noted(small, booked, Came.COULD_NOT_JOIN)

    card = cards_of(small)[-1]
    assert title(card) == said("cards.appointment.could_not_join", language)
    assert "+358 40 123 4567" in "".join(texts(card))
    assert said("arrivals.way.call.begun", language) in texts(card)
    ways = [each["data"] for each in pressable(card, verbs.OUTCOME_RECORD)]
    assert [each[verbs.OUTCOME] for each in ways].count("not_reached") == 1
    late = [each["data"][verbs.MINUTES] for each in pressable(card, verbs.LATE_TELL)]
    assert late == [10, 15, 20, 30]
    older = [title(each) for each in cards_of(small)[:-1]]
    assert said("cards.appointment.waiting", language) in older
    assert done(small, booked).count("could_not_join") == 1


async def test_who_says_so_before_the_first_card_was_posted_is_one_card(
    small: SmallWorld,
):
    booked = await near(small)
    posted = len(small.chat.posted)
    small.write(arrivals.note, booked.id, Came.WAITING, small.now)
    await noted(small, booked, Came.COULD_NOT_JOIN)

    assert len(small.chat.posted) == posted + 1
    assert shown(small)[-1] == said("cards.appointment.could_not_join")


@BOTH_ENGINES
async def test_who_tries_again_is_seen_on_the_card_and_stuck_again_it_says_that(
    small: SmallWorld,
):
    booked = await near(small, details=PHONE)
    await noted(small, booked, Came.WAITING)
    await noted(small, booked, Came.COULD_NOT_JOIN)
    cards = len(small.chat.posted)

    small.clock.advance(minutes=1)
    assert await noted(small, booked, Came.TRYING)
    assert await noted(small, booked, Came.TRYING)

    card = cards_of(small)[-1]
    assert title(card) == said("cards.appointment.trying")
    at = clock(Language.FI, small.now)
    assert said("arrivals.since.trying", clock=at) in texts(card)
    assert "+358 40 123 4567" in "".join(texts(card))
    assert done(small, booked).count("trying") == 1
    small.clock.advance(minutes=1)
    assert await noted(small, booked, Came.COULD_NOT_JOIN)
    assert title(cards_of(small)[-1]) == said("cards.appointment.could_not_join")
    assert done(small, booked).count("could_not_join") == 2
    assert len(small.chat.posted) == cards


async def test_who_tries_again_before_anybody_was_told_waits_and_is_one_card(
    small: SmallWorld,
):
    booked = await near(small)
    posted = len(small.chat.posted)
    small.write(arrivals.note, booked.id, Came.WAITING, small.now)
    small.write(arrivals.note, booked.id, Came.COULD_NOT_JOIN, small.now)
    small.clock.advance(seconds=5)
    await noted(small, booked, Came.TRYING)

    assert len(small.chat.posted) == posted + 1
    assert shown(small)[-1] == said("cards.appointment.trying")


async def test_no_silence_of_hers_makes_her_a_no_show(small: SmallWorld):
    booked = await near(small, -5)
    await noted(small, booked, Came.COULD_NOT_JOIN)
    small.clock.advance(hours=3)
    await small.settle_down()

    assert small.appointment(booked.id).status is booked.status


async def test_handed_over_the_colleague_reads_it_on_her_own_card(small: SmallWorld):
    booked = await near(small)
    await noted(small, booked, Came.WAITING)
    before = small.appointment(booked.id)
    after = make.replace(before, professional=make.BO, version=before.version + 1)
    change = arrivals.Change(
        before, after, Actor.SUPERVISOR, small.now, "hand_over", arrivals.Tell.NO
    )
    small.write(arrivals.settle, change)
    await small.settle_down()

    hers = said("cards.appointment.handed_over", "sv")
    (card,) = [each for each in cards_of(small) if title(each) == hers]
    assert any(said("cards.appointment.waiting", "sv") in each for each in texts(card))
    assert about(small, "waiting") == []


async def test_who_wants_no_such_cards_hears_only_of_who_could_not_join(
    small: SmallWorld,
):
    own = Own(set_=frozenset({Section.CARDS}), off=frozenset({Wanted.ARRIVAL}))
    small.write(people.save_own_settings, make.AINO, own.written)
    booked = await near(small)
    posted = len(small.chat.posted)
    await noted(small, booked, Came.WAITING)
    assert len(small.chat.posted) == posted

    await noted(small, booked, Came.COULD_NOT_JOIN)

    assert len(about(small, "could_not_join")) == 1


# Pressed on the card.


async def test_the_professional_takes_it_back_on_her_card_and_a_double_press_is_one(
    small: SmallWorld,
):
    came = await here(small)
    aino = Talk(small, AINO)
    (button,) = pressable(cards_of(small)[-1], verbs.ARRIVAL_UNDO)

    first = await aino.card(verbs.ARRIVAL_UNDO, button["data"])
    second = await aino.card(verbs.ARRIVAL_UNDO, button["data"])

    assert title(first) == said("cards.appointment.standing")
    assert title(second) == title(first)
    assert done(small, came).count("not_arrived") == 1
    assert small.appointment(came.id).version == came.version + 1


@pytest.mark.parametrize(
    "given", [{}, {"appointment": "99"}, {"appointment": "x" * 99}]
)
async def test_a_press_that_names_nothing_of_hers_undoes_nothing(
    small: SmallWorld, given: dict[str, str]
):
    came = await here(small)

    await Talk(small, AINO).card(verbs.ARRIVAL_UNDO, given | {"version": "3"})

    assert small.appointment(came.id) == came


async def test_an_old_copy_shows_how_it_went(small: SmallWorld):
    came = await here(small)
    aino = Talk(small, AINO)
    (button,) = pressable(cards_of(small)[-1], verbs.ARRIVAL_UNDO)
    small.clock.advance(minutes=15)
    small.write(
        outcomes.record,
        came.id,
        outcomes.rules.OUTCOMES[0],
        version=came.version,
        by=Actor.PROFESSIONAL,
        who="staff:x",
        now=small.now,
    )

    card = await aino.card(verbs.ARRIVAL_UNDO, button["data"])

    assert title(card) == said("cards.appointment.completed")
    assert said("arrivals.problem.unfit") in "".join(texts(card))
