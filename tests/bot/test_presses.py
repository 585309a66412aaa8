"""Buttons on cards that show something: whose it is, whether it is still so."""

from typing import Any

import pytest

from booking.appointments import Actor, Taken
from booking.model import OfferStatus, Slot, Status
from booking.views.cards import ConflictKind
from cards import verbs
from teams_app.actions import access, booking, offers
from teams_app.bot.buttons import Press
from teams_app.store import chats, log, people
from teams_app.store import conflicts as rows
from tests import make
from tests.bot.talk import (
    AINO,
    BO,
    CARD,
    Talk,
    button,
    looks,
    nodes,
    pressable,
    said,
    title,
)
from tests.support.small_world import SUPERVISOR, SmallWorld, dump

BOX = make.a_professional().mailbox
APPOINTMENT = [verbs.APPOINTMENT_CANCEL]
OFFER = [verbs.OFFER_WITHDRAW]
CONFLICT = [
    verbs.CONFLICT_TELL,
    verbs.CONFLICT_PUT_BACK,
    verbs.CONFLICT_PROPOSE,
    verbs.CONFLICT_CANCEL,
    verbs.CONFLICT_KEEP,
    verbs.CONFLICT_RESTORE,
]
NOBODYS: list[Any] = [
    *(None, "", "0", "-1", "999", "1.5", "1e3", "odd", "\u0661", " ", "1\x00 2"),
    *("9" * 15, "9" * 16, "9" * 19, "9" * 30, "9" * 5000, 2**63, 10**40),
    *(True, [], [1], {"id": 1}),
]


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


async def a_conflict(small: SmallWorld, hours: float = 26) -> Any:
    """Move the one event there is in Outlook, and let it be heard."""
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(hours))
    small.pull()
    await small.settle_down()
    (open_,) = small.read(rows.open_for, make.AINO)
    return open_


def without_log(small: SmallWorld) -> dict[str, list[str]]:
    """Give all that is stored, but for who looked and what stands in the chats."""
    left = {"access_log", "conversations", "posted_cards", "jobs", "lanes"}
    found = small.read(dump)
    return {name: rows_ for name, rows_ in found.items() if name not in left}


# Whose it is.


@pytest.mark.parametrize(
    ("group", "name"),
    [(APPOINTMENT, "appointment"), (OFFER, "offer"), (CONFLICT, "conflict")],
    ids=["appointment", "offer", "conflict"],
)
async def test_an_id_that_nobody_has_is_gone_and_nothing_breaks(
    aino: Talk, group: list[str], name: str
):
    aino.small.book()
    aino.small.offer(26)
    before = without_log(aino.small)

    for verb in group:
        for id_ in (None, "999", "odd", "1\x00 2", "9" * 15, "9" * 19, 10**40):
            card = await aino.card(verb, {name: id_, "version": id_})
            assert title(card) == said("cards.notice.gone.title"), (verb, id_)

    assert without_log(aino.small) == before


async def test_what_is_somebody_elses_is_gone_too(small: SmallWorld):
    booked = small.book()
    await small.settle_down()
    conflict = await a_conflict(small)
    made = small.offer(29)
    before = without_log(small)
    bo = Talk(small, BO)

    for verb in [*APPOINTMENT, *OFFER, *CONFLICT]:
        name = verb.partition(".")[0]
        id_ = {"appointment": booked.id, "offer": made.id, "conflict": conflict.id}[
            name
        ]
        card = await bo.card(verb, {name: id_, "version": 1})
        assert title(card) == said("cards.notice.gone.title", "sv"), verb
        assert booked.reference not in str(card)

    assert without_log(small) == before
    assert not any("staff:" + BO in each for each in small.read(dump)["access_log"])


async def test_every_look_is_logged(aino: Talk):
    booked = aino.small.book()
    made = aino.small.offer(26)

    await aino.card(verbs.APPOINTMENT_CANCEL, {"appointment": booked.id})
    await aino.card(verbs.OFFER_WITHDRAW, {"offer": made.id})

    looks = aino.small.read(dump)["access_log"]
    views = [each for each in looks if '"what": "view"' in each]
    mine = "".join(each for each in views if f"staff:{AINO}" in each)
    for subject in (f"appointment:{booked.id}", f"offer:{made.id}"):
        assert mine.count(f'"subject": "{subject}"') == 1


@pytest.mark.parametrize("given", NOBODYS)
def test_a_number_is_one_that_both_databases_can_look_for(given: Any):
    text = given if isinstance(given, str) else str(given)
    press = Press("", {"id": text}, None, None, "")  # type: ignore[arg-type]

    assert -1 <= press.number("id") < 10**15


# Appointments.


async def test_an_appointment_is_cancelled_once(aino: Talk):
    booked = aino.small.book()
    sent = {"appointment": booked.id, "version": booked.version}

    cards = [await aino.card(verbs.APPOINTMENT_CANCEL, sent) for _ in range(2)]

    assert [title(card) for card in cards] == [
        said("cards.appointment.cancelled_by_us")
    ] * 2
    assert aino.small.appointment(booked.id).version == booked.version + 1
    assert len(aino.small.owed("tell")) == 2


async def test_an_old_card_cancels_nothing_and_says_so(aino: Talk):
    booked = aino.small.book()
    moved = aino.small.write(
        booking.move,
        booked.id,
        Slot(make.AINO, make.at(26)),
        version=booked.version,
        by=Actor.CLIENT,
        policy=aino.small.policy,
        now=aino.small.now,
    )

    card = await aino.card(
        verbs.APPOINTMENT_CANCEL, {"appointment": booked.id, "version": booked.version}
    )

    assert said("cards.problem.outdated") in str(card)
    assert "12.00" in str(card)
    assert aino.small.appointment(booked.id) == moved
    assert button(card, verbs.APPOINTMENT_CANCEL)["version"] == moved.version


async def test_what_is_moved_while_its_card_is_pressed_is_not_cancelled(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    booked = aino.small.book()
    write, moved = aino.small.database.write, []

    async def moved_after(work: Any, *args: Any, **named: Any) -> Any:
        done = await write(work, *args, **named)
        if work is access.appointment:
            moved.append(aino.small.move(booked, 26))
        return done

    monkeypatch.setattr(aino.small.database, "write", moved_after)
    card = await aino.card(
        verbs.APPOINTMENT_CANCEL, {"appointment": booked.id, "version": booked.version}
    )

    assert said("cards.problem.outdated") in str(card)
    assert [aino.small.appointment(booked.id)] == moved


async def test_why_nothing_was_done_is_not_written_over_at_once(aino: Talk):
    booked = aino.small.book()
    await aino.small.settle_down()
    card = aino.posted[0]
    assert card.activity["summary"] == said("cards.summary.appointment")
    before = card.updates

    await aino.card(
        verbs.APPOINTMENT_CANCEL,
        {"appointment": booked.id, "version": booked.version + 7},
        on=card.id,
    )
    aino.small.clock.advance(seconds=5)
    await aino.small.settle_down()
    assert card.updates == before

    aino.small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=aino.small.now)
    await aino.small.settle_down()
    now = str(card.activity["attachments"][0]["content"])
    assert said("cards.appointment.cancelled_by_client") in now
    assert said("cards.problem.outdated") not in now


async def test_what_cannot_be_cancelled_any_more_says_so(
    aino: Talk, monkeypatch: pytest.MonkeyPatch
):
    booked = aino.small.book()
    stands = aino.small.appointment(booked.id)

    def ended(*_: object, **__: object) -> Any:
        return booking.NotOpen(Status.COMPLETED)

    monkeypatch.setattr(booking, "cancel", ended)
    card = await aino.card(
        verbs.APPOINTMENT_CANCEL, {"appointment": booked.id, "version": stands.version}
    )

    assert said("cards.problem.too_late") in str(card)


async def test_a_supervisor_of_the_unit_without_a_calendar_presses_nothing(
    small: SmallWorld,
):
    booked = small.book()

    body = await Talk(small, SUPERVISOR).press(
        verbs.APPOINTMENT_CANCEL,
        {"appointment": booked.id, "version": booked.version},
    )

    assert body["type"] != CARD
    assert small.appointment(booked.id).status is Status.BOOKED


# Offers.


async def test_an_offer_is_withdrawn_once_and_an_old_card_shows_it(aino: Talk):
    made = aino.small.offer(24, 26)
    sent = {"offer": made.id, "version": 1}

    first = await aino.card(verbs.OFFER_WITHDRAW, sent)
    again = await aino.card(verbs.OFFER_WITHDRAW, sent)

    assert title(first) == title(again) == said("cards.offer.withdrawn")
    withdrawn = aino.small.read(offers.offers.load, made.id)
    assert (withdrawn.status, withdrawn.version) == (OfferStatus.WITHDRAWN, 2)


async def test_an_offer_that_became_an_appointment_cannot_be_withdrawn(aino: Talk):
    made = aino.small.offer(24, 26)
    booked = aino.small.book(24, client=made.client, offer=made.id)

    card = await aino.card(verbs.OFFER_WITHDRAW, {"offer": made.id, "version": 1})

    assert booked.reference in str(card)
    assert aino.small.appointment(booked.id).status is Status.BOOKED


# Questions.


async def test_an_answer_to_a_time_not_seen_is_asked_again(aino: Talk):
    booked = aino.small.book()
    await aino.small.settle_down()
    seen = await a_conflict(aino.small, 26)
    now = await a_conflict(aino.small, 28)
    assert (seen.id, seen.version) == (now.id, now.version - 1)
    before = len(aino.small.owed("tell"))

    card = await aino.card(
        verbs.CONFLICT_TELL, {"conflict": seen.id, "version": seen.version}
    )

    assert said("cards.notice.outdated.body") in str(card)
    assert "14.00" in str(card)
    assert aino.small.appointment(booked.id) == booked
    assert len(aino.small.owed("tell")) == before

    again = button(card, verbs.CONFLICT_TELL)
    settled = await aino.card(verbs.CONFLICT_TELL, again)
    assert title(settled) == said("cards.settled.told")
    assert aino.small.appointment(booked.id).span.start == make.at(28)


async def test_told_of_a_time_under_a_meeting_she_is_asked_about_that_next(aino: Talk):
    booked = aino.small.book()
    await aino.small.settle_down()
    asked = await a_conflict(aino.small, 26)
    aino.small.graph.add(aino.small.aino.mailbox, make.span(26))
    aino.small.pull()
    await aino.small.settle_down()
    assert aino.small.read(rows.open_of, booked.id) == [asked]

    await aino.card(
        verbs.CONFLICT_TELL, {"conflict": asked.id, "version": asked.version}
    )

    (other,) = aino.small.read(rows.open_of, booked.id)
    assert other.kind is ConflictKind.OVERLAPPED


async def test_a_look_is_logged_though_the_answer_found_the_time_taken(aino: Talk):
    booked = aino.small.book()
    await aino.small.settle_down()
    assert not isinstance(aino.small.hold(26), Taken)
    asked = await a_conflict(aino.small, 26)

    card = await aino.card(
        verbs.CONFLICT_TELL, {"conflict": asked.id, "version": asked.version}
    )

    assert said("cards.notice.overlap.title") in str(card)
    seen = [each for each in looks(aino.small) if f"appointment:{booked.id}" in each]
    assert len(seen) == 1


async def test_a_copy_of_an_answered_question_shows_the_answer(aino: Talk):
    aino.small.book()
    await aino.small.settle_down()
    asked = await a_conflict(aino.small)
    sent = {"conflict": asked.id, "version": asked.version}
    await aino.card(verbs.CONFLICT_PUT_BACK, sent, on="M1")

    for verb in CONFLICT:
        card = await aino.card(verb, sent, on="M2")
        assert title(card) == said("cards.settled.put_back")
        assert not [n for n in nodes(card) if n.get("type") == "Action.Execute"]


@pytest.mark.parametrize("verb", [verbs.CONFLICT_KEEP, verbs.CONFLICT_RESTORE])
async def test_an_answer_to_another_kind_of_question_does_nothing(
    aino: Talk, verb: str
):
    aino.small.book()
    await aino.small.settle_down()
    asked = await a_conflict(aino.small)
    before = without_log(aino.small)

    card = await aino.card(verb, {"conflict": asked.id, "version": asked.version})

    assert said("cards.notice.overtaken.body") in str(card)
    assert button(card, verbs.CONFLICT_TELL)
    assert without_log(aino.small) == before


# What the chat keeps of it.


async def test_a_card_of_strange_length_is_not_kept(aino: Talk):
    booked = aino.small.book()

    await aino.card(
        verbs.APPOINTMENT_CANCEL, {"appointment": booked.id}, on="x" * 100_000
    )

    assert aino.small.read(chats.cards_of, f"appointment:{booked.id}") == []


async def test_what_a_supervisor_cancels_on_a_card_is_told_and_is_in_her_name(
    small: SmallWorld,
):
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [BO]))
    booked = small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))
    data = {"appointment": booked.id, "version": booked.version}

    await Talk(small, BO).card(verbs.APPOINTMENT_CANCEL, data)

    (told,) = small.owed("announce")[before:]
    assert told.payload["professional"] == make.AINO
    assert f"staff:{BO}" in {
        each.who
        for each in small.read(log.entries, f"appointment:{booked.id}", 50)
        if each.what == "cancel"
    }


async def test_who_withdrew_an_offer_is_in_the_log_by_name(aino: Talk):
    small = aino.small
    made = small.offer(24)

    await aino.card(verbs.OFFER_WITHDRAW, {"offer": made.id})

    said = small.read(log.entries, f"offer:{made.id}", 50)
    assert {(each.who, each.what) for each in said} >= {
        (f"staff:{AINO}", "offer"),
        (f"staff:{AINO}", "withdraw"),
    }


async def test_a_time_that_others_were_asked_for_holds_after_all(aino: Talk):
    small = aino.small
    booked = small.book(24)
    await small.settle_down()
    conflict = await a_conflict(small)
    asked = {"conflict": conflict.id, "version": conflict.version}
    card = await aino.card(verbs.CONFLICT_PROPOSE, asked)
    await small.settle_down()

    held = await aino.card(verbs.CONFLICT_HOLD, button(card, verbs.CONFLICT_HOLD))

    assert pressable(held, verbs.CONFLICT_HOLD) == []
    assert small.appointment(booked.id).status is Status.BOOKED
    assert small.read(rows.find, conflict.id).settled == "holds"
    lines = small.read(log.entries, f"appointment:{booked.id}", 50)
    answers = [each for each in lines if each.what == "answer"]
    assert [each.source for each in answers] == ["bot:hold", "bot:propose"]
    assert {each.who for each in answers} == {f"staff:{AINO}"}
