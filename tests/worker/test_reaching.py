"""Who cannot be reached in the chat is told otherwise, once, and the chat comes after."""

import pytest

from booking.appointments import Actor
from booking.model import Slot
from booking.reach import Way, Why
from booking.wording import text
from graph_sync.graph import Forbidden, Refused, Unanswered, Unavailable
from teams_app.actions import booking, reach
from teams_app.outside import ChatError
from teams_app.store import chats, directory, people
from teams_app.store import reach as rows
from teams_app.worker import Again, after_failure
from tests import make
from tests.support.small_world import MAIJA, POLICY, SmallWorld

AINO = make.a_professional().object_id
BOX = make.a_professional().mailbox
ONLY_PHONE = make.replace(MAIJA, email=None, phone="+358400000001")
BLOCKED = ChatError(403, code="ConversationBlockedByUser")
NOT_THERE = ChatError(403, code="BotNotInConversationRoster")


def closed(small: SmallWorld) -> tuple[Why, Way] | None:
    found = small.read(rows.closed, AINO)
    return None if found is None else (found.why, found.way)


def said(key: str) -> str:
    return text("fi", key)


def to_aino(small: SmallWorld) -> list[str]:
    return [each.subject for each in small.graph.mails if each.to == BOX]


async def test_who_lacks_the_app_is_given_it_and_her_card(small: SmallWorld):
    small.gate.arm(1, only="chat.create", error=NOT_THERE)
    small.book()
    await small.settle_down()

    (card,) = small.chat.posted
    assert card.to.conversation_id == f"19:{AINO}"
    assert closed(small) is None
    assert small.teams.feed == []
    kept = small.read(chats.conversation, AINO)
    assert kept["conversation_id"] == f"19:{AINO}"


async def test_who_blocked_the_bot_is_told_in_her_feed_once(small: SmallWorld):
    small.chat.refusal = BLOCKED
    booked = small.book()
    await small.rest(rounds=8)

    ((who, told),) = small.teams.feed
    assert who == AINO
    assert told.link == POLICY.staff_url(booked.reference)
    assert booked.reference not in told.preview
    assert closed(small) == (Why.BLOCKED, Way.FEED)
    assert small.gate.calls.count("teams.notify") == 1
    assert "teams.install" not in small.gate.calls
    assert to_aino(small) == []


async def test_what_the_feed_refuses_goes_by_mail_once_and_says_nothing(
    small: SmallWorld,
):
    small.chat.refusal, small.teams.refusal = NOT_THERE, Forbidden("Forbidden")
    small.teams.installing = Forbidden("Forbidden")
    booked = small.book()
    await small.rest(rounds=8)

    (mail,) = [each for each in small.graph.mails if each.to == BOX]
    assert mail.sender == POLICY.sender
    for secret in ("Maija", "Meri", small.service.name.fi):
        assert secret not in mail.subject + mail.text + mail.html
    assert booked.reference in mail.text  # in the link alone
    assert booked.reference not in mail.text.replace(
        POLICY.staff_url(booked.reference), ""
    )
    assert closed(small) == (Why.MISSING, Way.MAIL)


async def test_the_card_comes_as_it_is_when_she_is_back(small: SmallWorld):
    small.chat.refusal = BLOCKED
    booked = small.book()
    await small.rest(rounds=8)
    small.move(booked, 26)
    await small.rest(rounds=8)
    small.chat.refusal = None

    small.write(reach.reached, AINO, small.now)
    await small.settle_down()

    (card,) = small.chat.posted
    assert said("cards.appointment.moved_by_client") in str(card.activity)
    assert closed(small) is None
    assert len(small.teams.feed) == 2
    assert to_aino(small) == []


async def test_what_may_stand_in_the_chat_is_told_by_no_other_way(small: SmallWorld):
    small.gate.arm(1, only="chat.send", after=True)
    small.book()
    for _ in range(20):
        await small.rest(rounds=1)
        if small.chat.posted:
            break
    small.chat.refusal = BLOCKED
    await small.rest(rounds=8)

    assert len(small.chat.posted) == 1
    assert small.teams.feed == []
    assert to_aino(small) == []
    assert closed(small) == (Why.BLOCKED, Way.UNTRIED)


async def test_a_feed_that_did_not_answer_is_asked_again_and_no_mail_goes(
    small: SmallWorld,
):
    small.chat.refusal = BLOCKED
    small.gate.arm(1, only="teams.notify", after=True, error=Unavailable("lost"))
    small.book()
    for _ in range(20):
        await small.rest(rounds=1)
        if small.teams.feed:
            break
    small.teams.refusal = Forbidden("Forbidden")
    await small.rest(rounds=8)
    assert small.gate.calls.count("teams.notify") > 1

    assert len(small.teams.feed) == 1
    assert to_aino(small) == []


async def test_a_mail_whose_answer_was_lost_is_looked_for_and_not_sent_again(
    small: SmallWorld,
):
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    small.book(details=ONLY_PHONE)
    small.gate.arm(1, only="graph.send", after=True, error=Unanswered("lost"))
    await small.rest(rounds=12)

    assert len(to_aino(small)) == 1
    assert closed(small) == (Why.BLOCKED, Way.MAIL)


async def test_who_is_reached_by_nothing_waits_and_is_seen(small: SmallWorld):
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    small.graph.refusals[BOX] = Refused("ErrorInvalidRecipients")
    small.book()
    await small.rest(rounds=8)

    (waits,) = small.owed("announce")
    assert (waits.error, waits.open) == ("app_not_installed", True)
    assert closed(small) == (Why.BLOCKED, Way.NONE)

    small.graph.refusals.clear()
    small.teams.refusal = None
    await small.rest(rounds=8)
    assert len(small.teams.feed) == 1


async def test_who_took_the_app_away_is_not_given_it_again(small: SmallWorld):
    small.write(reach.removed, AINO, small.now)
    small.gate.arm(1, lasting=True, only="chat.create", error=NOT_THERE)
    small.book()
    await small.rest(rounds=8)

    assert "teams.install" not in small.gate.calls
    assert closed(small) == (Why.REMOVED, Way.FEED)


async def test_the_app_is_not_looked_for_with_who_has_left(small: SmallWorld):
    for number in range(5):
        small.write(chats.save_conversation, f"o{number}", {})
    for number in range(3):
        gone = directory.Known(f"o{number}", "Lähtenyt", small.now)
        small.write(directory.save, gone)

    assert small.read(reach.colleagues, "o4") == ["o3"]


async def test_a_graph_that_is_away_is_waited_for_before_anything_else_is_tried(
    small: SmallWorld,
):
    small.gate.arm(1, lasting=True, only="chat.create", error=NOT_THERE)
    small.teams.installing = Unavailable("away")
    small.book()
    await small.rest(rounds=4)
    assert small.teams.feed == []
    assert closed(small) is None

    small.teams.installing = None
    await small.settle_down()
    assert len(small.chat.posted) == 1


@pytest.mark.parametrize("away", ["graph", "connector"])
async def test_who_could_not_be_asked_for_a_while_is_told_otherwise_after_that(
    small: SmallWorld, away: str
):
    """Nothing was sent into the chat then, so that nothing may stand in it."""
    said = NOT_THERE if away == "graph" else ChatError(0)
    small.gate.arm(1, lasting=True, only="chat.create", error=said)
    small.teams.installing = Unavailable("away")
    small.book()
    await small.rest(rounds=4)
    assert small.teams.feed == []

    small.gate.arm(1, lasting=True, only="chat.create", error=NOT_THERE)
    small.teams.installing = Forbidden("Forbidden")
    await small.rest(rounds=8)

    assert closed(small) == (Why.MISSING, Way.FEED)
    assert len(small.teams.feed) == 1


async def test_who_took_the_app_away_stays_so_whatever_else_is_refused(
    small: SmallWorld,
):
    """Else the next card would give it back to her."""
    small.write(reach.removed, AINO, small.now)
    small.chat.refusal = NOT_THERE
    small.book()
    await small.rest(rounds=8)

    assert closed(small) == (Why.REMOVED, Way.FEED)


async def test_a_card_that_was_blocked_meanwhile_is_brought_up_to_date(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    booked = small.book()
    await small.settle_down()

    async def blocked(_to, _id, _activity):
        raise BLOCKED

    with monkeypatch.context() as away:
        away.setattr(small.chat, "update", blocked)
        small.write(booking.cancel, booked.id, by=Actor.PROFESSIONAL, now=small.now)
        await small.settle_down()
    assert closed(small) == (Why.BLOCKED, Way.UNTRIED)

    small.write(reach.reached, AINO, small.now)
    await small.settle_down()

    assert "appointment.cancel" not in str(small.chat.posted[0].activity)
    assert closed(small) is None


async def test_a_card_told_otherwise_that_nobody_needs_any_more_is_no_broken_promise(
    small: SmallWorld,
):
    small.chat.refusal = BLOCKED
    small.book()
    await small.rest(rounds=8)
    assert len(small.teams.feed) == 1

    small.clock.advance(days=2)
    await small.rest(rounds=8)

    (announced,) = small.owed("announce")
    assert announced.outcome == "expired"


async def test_after_a_fortnight_a_card_waits_no_more(small: SmallWorld):
    small.chat.refusal = BLOCKED
    small.book(24 * 21)
    await small.rest(rounds=6)
    small.clock.advance(days=15)
    await small.rest(rounds=12)

    (announced,) = small.owed("announce")
    assert announced.outcome == "unreached:blocked"


async def test_a_burst_to_one_person_is_kept_back_and_others_are_not(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    """What the pace of a chat holds back waits without using up a try."""
    bo = make.bo().object_id
    plain = small.chat.send

    async def full(to, activity):
        if AINO in to.conversation_id:
            raise ChatError(429, 0.5, behind=2.0)
        return await plain(to, activity)

    monkeypatch.setattr(small.chat, "send", full)
    small.book(24)
    small.book(24, slot=Slot(make.BO, make.at(24)))
    await small.rest(rounds=8)

    (card,) = small.chat.posted
    assert bo in card.to.conversation_id
    waits = [each for each in small.owed("announce") if each.open]
    assert [each.error for each in waits] == ["throttled"]
    assert closed(small) is None

    monkeypatch.setattr(small.chat, "send", plain)
    await small.settle_down()
    assert len(small.chat.posted) == 2


@pytest.mark.parametrize("status", [412, 502, 504])
def test_what_passes_is_tried_again_a_little_apart(status: int):
    waits = [
        after_failure(ChatError(status), 3, spread=spread) for spread in (0.0, 0.5, 1.0)
    ]

    assert waits == [Again(each, why="ChatError") for each in (2.0, 4.0, 6.0)]


async def test_a_mailbox_known_by_its_id_is_written_to_by_its_address(
    small: SmallWorld,
):
    id_ = "00000000-0000-4000-8000-0000000000b0"
    small.write(people.save_professional, make.a_professional(mailbox=id_))
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    small.book(details=ONLY_PHONE)
    await small.rest(rounds=8)

    assert [each.to for each in small.graph.mails] == [f"{id_}@lumivaara.example"]
