"""Handing over and moving from the tab: who may, what is refused, told, taken back."""

import asyncio
import json
from dataclasses import replace

import pytest

from booking.appointments import Actor, Tell
from booking.handover import Doubt
from booking.model import Appointment, Modality, Slot
from booking.views.cards import ConflictKind, Truth
from booking.wording import text
from booking.wording.dates import time_range, unbroken
from teams_app import errands
from teams_app.actions import access, booking, history, records
from teams_app.actions import conflicts as answers
from teams_app.actions.access import Claims
from teams_app.actions.handing import GRACE, Refused, Undone, Why, Wish
from teams_app.store import copies, log, people
from tests import make
from tests.support.handing import (
    HERS,
    HIS,
    is_handed_over,
    standing,
    titles,
    told,
)
from tests.support.small_world import SUPERVISOR, SmallWorld

BO = make.bo().object_id
AINO = make.a_professional().object_id


def person(small: SmallWorld, object_id: str = SUPERVISOR) -> access.Person:
    claims = Claims(small.policy.tenant_id, object_id)
    found: access.Person = small.read(access.person, claims)
    return found


def wish(booked: Appointment, **changes) -> Wish:
    plain = Wish(booked.id, booked.version, make.BO, booked.span.start)
    return replace(plain, **changes)


async def hand(small: SmallWorld, wanted: Wish, who: str = SUPERVISOR):
    return await errands.hand(small.world, person(small, who), wanted)


async def undo(small: SmallWorld, done: Appointment, who: str = SUPERVISOR):
    return await errands.undo(small.world, person(small, who), done.id, done.version)


@pytest.mark.parametrize("who", [SUPERVISOR, AINO])
async def test_handed_over_it_is_one_event_one_message_one_card_each(
    small: SmallWorld, who: str
):
    booked = await standing(small)
    cards = len(small.chat.posted)

    done = await hand(small, wish(booked), who)
    await small.settle_down()

    assert isinstance(done, Appointment)
    is_handed_over(small, booked)
    assert told(small) == ["Aikasi on varattu"]  # not yet
    assert small.read(records.truths, done).told is Truth.WAITING
    small.clock.advance(seconds=GRACE.total_seconds())
    await small.settle_down()
    assert told(small) == ["Aikasi on varattu", "Tapaat toisen asiantuntijan"]
    new = small.chat.posted[cards:]
    assert sorted(each.to.conversation_id[2:] for each in new) == sorted([AINO, BO])
    lines = small.read(log.entries, f"appointment:{booked.id}", 50)
    assert {each.who for each in lines if each.what == "hand_over"} == {f"staff:{who}"}


@pytest.mark.parametrize("to", [BO, AINO])
async def test_what_is_taken_back_is_logged_as_undone_and_read_as_one_line(
    small: SmallWorld, to: str
):
    booked = await standing(small)
    taker, start = (make.BO, 24) if to == BO else (make.AINO, 26)
    done = await hand(small, wish(booked, to=taker, start=make.at(start)))
    small.clock.advance(seconds=5)

    await undo(small, done)

    asked = log.Asked(make.NOW, small.now + make.timedelta(1))
    every = [each.entry for each in small.read(log.search, asked, 50)]
    lines = [each for each in every if each.subject == f"appointment:{booked.id}"]
    first = "hand_over" if to == BO else "move"
    assert [each.what for each in lines][:3] == ["undone", first, "book"]
    kind, _, rest = lines[0].source.partition(":")
    before, after = int(make.at(26).timestamp()), int(make.at(24).timestamp())
    expected = f"{make.BO}>{make.AINO}" if to == BO else f"{before}>{after}"
    assert (kind, rest) == ("professional" if to == BO else "times", expected)
    told = small.read(history.of, small.appointment(booked.id))
    assert [each.what for each in told][:3] == ["undone", first, "book"]
    assert told[0].was == ("Bo Berg" if to == BO else "")


async def test_another_person_and_time_at_once_is_one_change(small: SmallWorld):
    booked = await standing(small)

    done = await hand(small, wish(booked, start=make.at(26)))
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert (done.professional, done.span.start) == (make.BO, make.at(26))
    assert done.version == booked.version + 1
    assert told(small) == ["Aikasi on varattu", "Aikasi on muuttunut"]
    (event,) = small.graph.box(HIS).values()
    assert event.when == done.span
    assert small.graph.ours(HERS) == []


async def test_who_gets_it_at_another_time_reads_that_it_was_a_colleagues(
    small: SmallWorld,
):
    booked = await standing(small)

    await hand(small, wish(booked, start=make.at(26)))
    await small.settle_down()

    assert titles(small, BO) == [text("sv", "cards.appointment.handed_over")]
    hours = time_range("sv", make.at(26), make.at(26) + booked.span.length)
    (at,) = [
        n for n, each in enumerate(small.chat.posted) if BO in each.to.conversation_id
    ]
    assert unbroken(hours) in json.dumps(small.chat.card(at), ensure_ascii=False)


@pytest.mark.parametrize(
    ("to", "start", "word"),
    [
        (make.AINO, make.at(26), "Aikasi on muuttunut"),
        (make.BO, make.at(24), "Tapaat toisen asiantuntijan"),
    ],
    ids=["moved", "handed over"],
)
async def test_what_was_done_without_a_word_and_undone_with_one_is_told(
    small: SmallWorld, to, start, word
):
    """Who was told on the telephone gets no message; of what is not so any more she does."""
    booked = await standing(small)
    quiet = await hand(small, wish(booked, to=to, start=start, tell=Tell.NO))

    await hand(small, wish(quiet, to=make.AINO, start=make.at(24)))
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert told(small) == ["Aikasi on varattu", word]


async def test_what_was_undone_unheard_is_no_reason_to_tell_her_twice(
    small: SmallWorld,
):
    booked = await standing(small)
    undone = await undo(small, await hand(small, wish(booked)))
    there = await hand(small, wish(undone.appointment, to=make.AINO, start=make.at(26)))
    await hand(small, wish(there, to=make.AINO, start=make.at(24)))
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert told(small) == ["Aikasi on varattu"]


async def test_moved_with_the_same_person_and_without_a_word(small: SmallWorld):
    booked = await standing(small)
    quiet = wish(booked, to=make.AINO, start=make.at(26), tell=Tell.NO)

    done = await hand(small, quiet)
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert (done.professional, done.span.start) == (make.AINO, make.at(26))
    assert told(small) == ["Aikasi on varattu"]
    assert await hand(small, quiet) == done  # pressed twice


@pytest.mark.parametrize("moved", [False, True])
async def test_undone_in_time_the_client_hears_nothing(small: SmallWorld, *, moved):
    booked = await standing(small)
    start = make.at(26) if moved else booked.span.start
    done = await hand(small, wish(booked, start=start))
    await small.settle_down()

    back = await undo(small, done)
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert isinstance(back, Undone)
    assert back.unheard
    now = small.appointment(booked.id)
    assert (now.professional, now.span) == (booked.professional, booked.span)
    assert told(small) == ["Aikasi on varattu"]
    (event,) = small.graph.ours(HERS)
    assert event.when == booked.span
    assert small.graph.ours(HIS) == []
    truths = small.read(records.truths, now)
    assert (truths.in_outlook, truths.told) == (Truth.DONE, Truth.DONE)
    assert await undo(small, done) == back, "pressed twice"


@pytest.mark.parametrize(
    ("modality", "said"),
    [
        (Modality.REMOTE, "Tapaat saman työntekijän kuin ennen"),
        (Modality.PHONE, "Sinulle soittaa sama työntekijä kuin ennen"),
    ],
)
async def test_undone_too_late_she_is_told_again(small: SmallWorld, modality, said):
    booked = await standing(small, modality=modality)
    done = await hand(small, wish(booked))
    small.clock.advance(seconds=60)
    await small.settle_down()

    back = await undo(small, done)
    await small.settle_down()

    assert isinstance(back, Undone)
    assert not back.unheard
    assert told(small)[2:] == [said]
    assert small.appointment(booked.id).professional == make.AINO


async def test_what_an_undone_change_was_to_tell_besides_is_told(small: SmallWorld):
    """Moved, and handed over before that was told; only the second is taken back."""
    booked = await standing(small)
    moved = await hand(small, wish(booked, to=make.AINO, start=make.at(26)))
    small.clock.advance(seconds=5)
    handed = await hand(small, wish(moved))
    small.clock.advance(seconds=GRACE.total_seconds() - 2)
    await small.settle_down()
    assert told(small) == ["Aikasi on varattu"]

    back = await undo(small, handed)
    await small.settle_down()

    assert back.appointment.span.start == make.at(26)
    assert told(small) == ["Aikasi on varattu", "Aikasi on muuttunut"]


async def test_moved_and_then_handed_over_she_hears_of_the_new_time(small: SmallWorld):
    booked = await standing(small)
    moved = await hand(small, wish(booked, to=make.AINO, start=make.at(26)))
    await hand(small, wish(moved))
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert told(small) == ["Aikasi on varattu", "Aikasi on muuttunut"]


async def test_who_was_to_choose_another_time_is_told_that_hers_holds(
    small: SmallWorld,
):
    booked = await standing(small)
    meeting = small.graph.add(HERS, make.span(24))
    small.pull()
    await small.settle_down()
    question = small.question(ConflictKind.OVERLAPPED)
    small.write(answers.propose, question, small.now)
    await small.settle_down()
    done = await hand(small, wish(booked))
    small.graph.remove(HERS, meeting.id)
    small.pull()
    await small.settle_down()

    back = await undo(small, done)
    await small.settle_down()

    assert isinstance(back, Undone)
    assert not back.unheard
    assert told(small)[1:] == [
        "Valitse uusi aika",
        "Tapaat saman työntekijän kuin ennen",
    ]


@pytest.mark.parametrize("heard", [False, True])
async def test_taken_back_twice_it_is_as_after_the_first_press(
    small: SmallWorld, *, heard: bool
):
    booked = await standing(small)
    done = await hand(small, wish(booked))
    if heard:
        small.clock.advance(seconds=60)
        await small.settle_down()
    first = await undo(small, done)
    await small.settle_down()
    before = told(small)

    again = await undo(small, done)
    await small.settle_down()

    assert again == replace(first, appointment=small.appointment(booked.id))
    assert again.unheard is not heard
    assert again.appointment.version == first.appointment.version
    assert told(small) == before
    await hand(small, wish(again.appointment))
    assert await undo(small, done) == Refused(Why.OUTDATED)


async def test_only_who_made_it_or_supervises_takes_it_back(small: SmallWorld):
    booked = await standing(small)
    done = await hand(small, wish(booked), AINO)
    stranger = access.Person("stranger", None, frozenset())

    refused = await errands.undo(small.world, stranger, done.id, done.version)
    made_up = await errands.undo(small.world, person(small), done.id, 99)
    back = await undo(small, done, AINO)  # it is not hers any more

    assert refused == made_up == Refused(Why.NOT_YOURS)
    assert isinstance(back, Undone)


async def test_who_supervises_there_no_more_takes_nothing_back(small: SmallWorld):
    booked = await standing(small)
    here, other = small.read(people.units)
    small.write(people.set_supervisors, other.id, [SUPERVISOR])
    done = await hand(small, wish(booked))
    small.write(people.set_supervisors, here.id, [])

    assert await undo(small, done) == Refused(Why.NOT_YOURS)
    assert small.appointment(booked.id) == done


async def test_a_time_that_went_meanwhile_is_not_taken_back(small: SmallWorld):
    booked = await standing(small)
    done = await hand(small, wish(booked))
    small.book(24.5)

    assert await undo(small, done) == Refused(Why.BARRED, (Doubt.BUSY,))
    small.graph.add(HERS, make.span(24))
    assert small.appointment(booked.id) == done


async def test_late_the_meeting_is_kept_and_comes_back(small: SmallWorld):
    booked = await standing(small, 3)
    small.clock.advance(hours=2.75)

    done = await hand(small, wish(booked))
    await small.settle_down()
    assert small.read(copies.kept_meeting, booked.id) is not None
    back = await undo(small, done)
    await small.settle_down()

    assert isinstance(back, Undone)
    found = small.read(records.whole, back.appointment)
    assert found.join_url
    assert len(small.graph.ours(HERS)) == 1


# Several at once.


async def test_of_two_supervisors_one_wins_and_the_other_hears(small: SmallWorld):
    booked = await standing(small)
    both = [wish(booked), wish(booked, to=make.AINO, start=make.at(26))]

    done = await asyncio.gather(*(hand(small, each) for each in both))

    won = [each for each in done if isinstance(each, Appointment)]
    assert len(won) == 1
    assert [each for each in done if each not in won] == [Refused(Why.OUTDATED)]
    assert small.appointment(booked.id) == won[0]


async def test_a_client_who_cancels_meanwhile_has_the_last_word(small: SmallWorld):
    booked = await standing(small)
    who, now = person(small), small.now

    async def cancelled() -> object:
        return await small.database.write(
            booking.cancel, booked.id, by=Actor.CLIENT, now=now
        )

    done, gone = await asyncio.gather(
        errands.hand(small.world, who, wish(booked)), cancelled()
    )
    small.clock.advance(seconds=60)
    await small.settle_down()

    assert isinstance(gone, Appointment)
    # Whichever came first: by then it had changed, or was no more.
    assert isinstance(done, Appointment) or done.why in {Why.OUTDATED, Why.NOT_OPEN}
    assert not small.appointment(booked.id).occupies
    assert small.graph.ours(HERS) == small.graph.ours(HIS) == []
    assert told(small)[-1] == "Aikasi on peruttu"


async def test_two_cannot_be_handed_to_the_same_time(small: SmallWorld):
    booked = await standing(small)
    other = await standing(small, 26)
    wishes = [wish(booked, start=make.at(28)), wish(other, start=make.at(28))]

    done = await asyncio.gather(*(hand(small, each) for each in wishes))

    assert len([each for each in done if isinstance(each, Appointment)]) == 1
    assert Refused(Why.BARRED, (Doubt.BUSY,)) in done
    slot = Slot(make.BO, make.at(28))
    taken = [small.appointment(each.id) for each in (booked, other)]
    assert [Slot(a.professional, a.span.start) for a in taken].count(slot) == 1
