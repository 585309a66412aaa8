"""An appointment changes hands in Outlook: what is recognised, done, and asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.appointments import Actor
from booking.calendar import Mailbox, Page
from booking.model import Language, ServiceId, Slot
from booking.spans import span
from booking.views.cards import ConflictKind, Truth
from graph_sync.reconcile import SoFar
from teams_app.actions import booking, events, handovers, pulls, records
from teams_app.actions import conflicts as answers
from teams_app.actions.conflicts import Unanswerable
from teams_app.actions.handovers import Order, Reply
from teams_app.errands import take_over
from teams_app.store import calendars as calendar_rows
from teams_app.store import conflicts, copies, log, people
from teams_app.store.database import Stale
from tests import make
from tests.support.handing import (
    AINO,
    BO,
    HERS,
    HIS,
    asked,
    copied,
    copy,
    deleted,
    dragged,
    heard,
    is_handed_over,
    original,
    questions,
    reply,
    standing,
    titles,
    told,
    trust,
)
from tests.support.small_world import SUPERVISOR, SmallWorld


@pytest.mark.parametrize("deletion_first", [False, True])
async def test_copied_and_deleted_where_rights_are_trusted_it_is_handed_over(
    small: SmallWorld, deletion_first
):
    trust(small)
    booked = await standing(small)
    before = len(small.chat.posted)
    if deletion_first:
        await dragged(small, booked)
    else:
        await copied(small, booked)
        assert small.appointment(booked.id).professional == make.AINO
        await deleted(small, booked)

    is_handed_over(small, booked)
    assert told(small) == ["Aikasi on varattu", "Tapaat toisen asiantuntijan"]
    new = small.chat.posted[before:]
    assert sorted(each.to.conversation_id[2:] for each in new) == sorted([AINO, BO])
    (line,) = [
        each
        for each in small.read(log.entries, f"appointment:{booked.id}", 50)
        if each.what == "hand_over_in_outlook"
    ]
    assert line.who == handovers.NOBODY_KNOWN


async def test_handed_on_before_it_begins_the_client_is_told_once(small: SmallWorld):
    booked = await standing(small)
    for colleague in (make.BO, make.AINO, make.BO):
        moved = small.write(
            booking.move,
            booked.id,
            Slot(colleague, booked.span.start),
            version=small.appointment(booked.id).version,
            by=Actor.PROFESSIONAL,
            policy=small.policy,
            now=small.now,
        )
        assert moved.professional == colleague
        await small.settle_down()

    assert told(small) == ["Aikasi on varattu", "Tapaat toisen asiantuntijan"]
    truths = small.read(records.truths, small.appointment(booked.id))
    assert (truths.in_outlook, truths.told) == (Truth.DONE, Truth.DONE)
    assert len({each.transaction_id for each in small.graph.puts}) == 4


async def test_her_cards_say_who_has_it_and_nothing_of_the_client(small: SmallWorld):
    trust(small)
    booked = await standing(small)
    await copied(small, booked)
    await deleted(small, booked)

    assert set(titles(small, AINO)) == {"Aika siirtyi kollegalle"}
    assert titles(small, BO) == ["Du har fått en kollegas tid"]
    hers = [
        small.chat.card(at)
        for at, each in enumerate(small.chat.posted)
        if each.to.conversation_id.endswith(AINO)
    ]
    assert "Maija" not in str(hers)


@pytest.mark.parametrize("deletion_first", [False, True])
async def test_where_rights_are_not_trusted_it_is_asked_first(
    small: SmallWorld, deletion_first
):
    booked = await standing(small)
    event = original(small, booked)
    if deletion_first:
        await deleted(small, booked)
        assert questions(small, booked) == [("deleted", None)]
        copy(small, event)
        await heard(small, make.BO)
        assert questions(small, booked)[0] == ("deleted", "asked_colleague")
    else:
        await copied(small, booked)
        await deleted(small, booked)

    assert small.appointment(booked.id) == booked
    assert told(small) == ["Aikasi on varattu"]
    assert titles(small, BO) == ["Tar du över den här tiden?"]
    assert titles(small, SUPERVISOR) == ["Siirtyykö aika kollegalle?"]


@pytest.mark.parametrize("who", [BO, SUPERVISOR])
async def test_the_colleague_or_the_desk_says_yes(small: SmallWorld, who: str):
    booked = await standing(small)
    await copied(small, booked)
    await deleted(small, booked)

    done = await take_over(small.world, reply(small, booked, who))
    await small.settle_down()

    assert done.settled == "handed_over"
    is_handed_over(small, booked)
    assert told(small) == ["Aikasi on varattu", "Tapaat toisen asiantuntijan"]
    assert titles(small, BO) == ["Tiden är nu din"]
    assert titles(small, SUPERVISOR) == ["Ajan hoitaa nyt Bo Berg"]


async def test_who_says_yes_a_moment_after_another_begins_anew(small: SmallWorld):
    """What she was asked about was read before the other's answer was written."""
    booked = await standing(small)
    await dragged(small, booked)
    order = Order(booked, make.BO, booked.span, Actor.PROFESSIONAL, "staff:x")
    small.write(handovers.take, reply(small, booked), small.now)

    with pytest.raises(Stale):
        small.write(handovers.carry_out, order, small.now)

    assert small.appointment(booked.id).version == booked.version + 1


async def test_or_no_and_everything_is_as_it_was(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked)
    await deleted(small, booked)

    done = small.write(handovers.leave, reply(small, booked), small.now)
    await small.settle_down()

    assert done.settled == "put_back"
    assert small.appointment(booked.id) == booked
    assert original(small, booked).join_url
    assert small.graph.box(HIS) == {}
    assert told(small) == ["Aikasi on varattu"]
    assert questions(small, booked)[-1] == ("copied", "put_back")


async def test_or_no_after_the_client_was_asked_for_another_time_meanwhile(
    small: SmallWorld,
):
    booked = await standing(small)
    event = original(small, booked)
    small.graph.change(HERS, event.id, when=make.span(26))
    await heard(small, make.AINO)
    (moved,) = small.read(conflicts.open_of, booked.id)
    await copied(small, booked)
    await deleted(small, booked)

    small.write(answers.propose, moved, small.now)
    await small.settle_down()
    small.write(handovers.leave, reply(small, booked), small.now)
    await small.settle_down()

    assert original(small, booked).when == booked.span
    assert small.graph.box(HIS) == {}


async def test_a_copy_alone_is_always_asked_about_and_waits_for_the_other_half(
    small: SmallWorld,
):
    trust(small)
    booked = await standing(small)
    await copied(small, booked)
    assert titles(small, BO) == []

    small.clock.advance(minutes=3)
    await small.settle_down()

    assert titles(small, BO) == ["Är den här tiden din?"]
    assert small.appointment(booked.id) == booked
    assert told(small) == ["Aikasi on varattu"]


async def test_a_copy_alone_taken_over_leaves_one_event(small: SmallWorld):
    booked = await standing(small)
    await copied(small, booked)

    await take_over(small.world, reply(small, booked))
    await small.settle_down()

    is_handed_over(small, booked)


async def test_a_copy_deleted_again_answers_its_question(small: SmallWorld):
    booked = await standing(small)
    made = await copied(small, booked)
    small.graph.remove(HIS, made.id)
    await heard(small, make.BO)

    assert questions(small, booked) == [("copied", "overtaken")]
    assert small.read(copies.of_appointment, booked.id) == []


async def test_both_deleted_the_deletion_is_asked_after_all(small: SmallWorld):
    booked = await standing(small)
    made = await copied(small, booked)
    await deleted(small, booked)
    small.graph.remove(HIS, made.id)
    await heard(small, make.BO)

    assert questions(small, booked) == [("copied", "overtaken"), ("deleted", None)]


async def test_a_series_made_of_a_copy_is_a_meeting_like_any_other(small: SmallWorld):
    """Each day of it names the appointment, and none of them could be it."""
    booked = await standing(small)
    made = await copied(small, booked)
    small.graph.change(HIS, made.id, type="seriesMaster")
    for weeks in (0, 1, 2):
        starts = booked.span.start + timedelta(weeks=weeks)
        day = span(starts, booked.span.length)
        copy(small, made, type="occurrence", series=made.id, when=day)
    await heard(small, make.BO)

    assert questions(small, booked) == [("copied", "overtaken")]
    assert small.read(copies.of_appointment, booked.id) == []
    small.clock.set(booked.span.end + timedelta(minutes=1))
    await heard(small, make.BO)
    assert small.read(copies.of_appointment, booked.id) == []


async def test_a_copy_forgotten_once_it_is_over_asks_nobody(small: SmallWorld):
    booked = await standing(small)
    made = await copied(small, booked)
    await deleted(small, booked)
    small.clock.set(booked.span.end + timedelta(minutes=1))
    small.graph.remove(HIS, made.id)
    await heard(small, make.BO)

    assert questions(small, booked) == [("copied", "overtaken")]


async def test_a_copy_is_not_taken_for_the_event_whose_answer_was_lost(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    """Our property may survive on it, so that both are found by our key."""
    booked = await standing(small)
    event = original(small, booked)
    await copied(small, booked, key=event.key)
    put = small.graph.put

    async def slowly(writes):
        small.clock.advance(minutes=6)  # so that it is looked for, and not repeated
        return await put(writes)

    monkeypatch.setattr(small.graph, "put", slowly)
    small.gate.arm(1, after=True, only="graph.put")

    await take_over(small.world, reply(small, booked))
    await small.settle_down()
    await heard(small, make.BO)

    assert small.gate.failed == ["graph.put"]
    is_handed_over(small, booked)


async def test_what_was_taken_for_ours_before_its_making_was_answered_is_hers_again(
    small: SmallWorld,
):
    """A copy dragged back to her, on which our property survived."""
    booked = small.book()
    made = small.write(events.plan, booked.id, make.AINO, small.policy, small.now)
    back = small.graph.add(
        made.step.mailbox,
        booked.span,
        subject=f"Kopio: Varattu aika · {booked.reference}",
        key=booked.reference,
    )
    planned = small.read(pulls.plan, make.AINO, small.now)
    page = Page((back,), (), "link")
    small.write(pulls.apply, planned, page, SoFar(full=True), small.policy, small.now)
    assert mirrored(small) == {back.id: booked.reference}

    await small.settle_down()

    ours = small.link(booked).event_id
    assert mirrored(small) == {ours: booked.reference, back.id: None}
    (asked_,) = small.read(conflicts.open_of, booked.id)
    assert (asked_.kind, asked_.event_id) == (ConflictKind.OVERLAPPED, back.id)


def mirrored(small: SmallWorld) -> dict[str, str | None]:
    return {
        row.event_id: row.ours
        for row in small.read(calendar_rows.busy, make.AINO, None)
    }


async def test_what_is_no_copy_any_more_may_lie_over_an_appointment(
    small: SmallWorld,
):
    booked = await standing(small)
    his = small.book(24, slot=Slot(make.BO, booked.span.start))
    await small.settle_down()
    made = await copied(small, booked)

    small.graph.change(HIS, made.id, subject="Palaveri", body="")
    await heard(small, make.BO)

    (asked_,) = small.read(conflicts.open_of, his.id)
    assert (asked_.kind, asked_.event_id) == (ConflictKind.OVERLAPPED, made.id)


LOST = {"subject": "Tapaaminen", "body": "<p>Huone 3</p>"}


@pytest.mark.parametrize(
    "left",
    [
        {"subject": "Copy: Varattu aika · {}"},
        {"subject": "Kopio: Varattu aika · {}", "body": ""},
        {"subject": "Kopia: Bokad tid · {}", "body": None},
        {**LOST, "body": "<div>Tämä aika on varattu. Viite:&nbsp;<b>{}</b>.</div>"},
        {**LOST, "key": "{}"},
    ],
)
async def test_a_copy_is_recognised_by_what_is_left_of_it(small: SmallWorld, left):
    booked = await standing(small)

    left = {name: each and each.format(booked.reference) for name, each in left.items()}
    made = await copied(small, booked, **left)

    assert asked(small, booked).event_id == made.id


async def test_the_property_outweighs_the_texts(small: SmallWorld):
    one, other = await standing(small), await standing(small, 48)

    await copied(small, one, key=other.reference)

    assert questions(small, one) == []
    assert asked(small, other).professional == make.BO


async def test_the_subject_outweighs_the_body(small: SmallWorld):
    """Somebody writes another appointment's event over, and leaves the old words below."""
    one, other = await standing(small), await standing(small, 48)

    await copied(small, one, subject=original(small, other).subject)

    assert questions(small, one) == []
    assert asked(small, other).professional == make.BO


async def test_what_only_lies_at_the_same_time_is_nobodys_copy(small: SmallWorld):
    booked = await standing(small)

    await copied(small, booked, **LOST)

    assert questions(small, booked) == []


def another_service(small: SmallWorld) -> None:
    service = small.write(people.save_service, make.a_service(key="other"))
    small.write(people.set_service_professionals, service.id, [make.BO])
    small.write(people.set_service_professionals, ServiceId(1), [make.AINO])


def only_swedish(small: SmallWorld) -> None:
    small.write(people.save_professional, make.bo(languages=(Language.SV,)))


def no_teams(small: SmallWorld) -> None:
    small.graph.settings[HIS] = Mailbox(online_meetings=False)
    small.write(people.save_mailbox, make.BO, Mailbox(online_meetings=False))


def busy(small: SmallWorld) -> None:
    small.graph.add(HIS, make.span(24))


def elsewhere(small: SmallWorld) -> None:
    unit = small.write(
        people.save_unit,
        replace(make.a_unit(), key="muualla", trusts_calendars=True),
    )
    small.write(people.save_professional, make.bo(unit=unit.id))


def closed(small: SmallWorld) -> None:
    small.write(people.save_professional, make.bo(bookable=False))


@pytest.mark.parametrize(
    ("doubtful", "said"),
    [
        (another_service, "ger inte den här tjänsten"),
        (only_swedish, "Kundens språk"),
        (no_teams, "Mötesformen"),
        (busy, "redan något annat"),
        (closed, "tar inte emot bokningar"),
    ],
)
async def test_who_may_not_be_able_to_take_it_is_asked(
    small: SmallWorld, doubtful, said
):
    trust(small)
    booked = await standing(small)
    doubtful(small)
    await copied(small, booked)
    await deleted(small, booked)

    assert small.appointment(booked.id) == booked
    assert said in str(
        small.chat.card(
            [
                at
                for at, each in enumerate(small.chat.posted)
                if each.to.conversation_id.endswith(BO)
            ][-1]
        )
    )


async def test_over_the_border_of_a_unit_its_supervisors_decide(small: SmallWorld):
    trust(small)
    booked = await standing(small)
    elsewhere(small)
    await copied(small, booked)
    await deleted(small, booked)

    question = asked(small, booked)
    refused = await take_over(small.world, Reply(question.id, question.version, BO))
    assert refused == Unanswerable("not_yours")
    assert titles(small, BO) == []

    await take_over(small.world, reply(small, booked, SUPERVISOR))
    await small.settle_down()
    is_handed_over(small, booked)
