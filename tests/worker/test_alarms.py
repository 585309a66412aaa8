"""Outages that nobody would see are told, once, to who can mend them, until they are over.

Microsoft lets us in nowhere: the admins have a card, for the bot has a token of its own.
Calendars that look emptied: the admins and each owner, or her supervisors. Where nobody
is reached a mail goes to the organisation's own address.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from booking.calendar import Page
from graph_sync.graph import Forbidden
from teams_app.actions import alarms, calendars, doubts, pulls
from teams_app.outside import ChatError
from teams_app.store import jobs
from teams_app.store.jobs import Promise
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld

ADMIN = "00000000-0000-4000-8000-0000000000ad"
SHUT = "Vuoro ei pääse Outlookiin"
OPEN = "Vuoro pääsee taas Outlookiin"
LOOKS_EMPTY = "Kalenteri näyttää tyhjentyneen"
HERS = "Kalenterisi näyttää tyhjentyneen"
NO_TOKEN = Forbidden("TokenRefused")
BLOCKED = ChatError(403, code="ConversationBlockedByUser")


@pytest.fixture
def watched(small: SmallWorld) -> SmallWorld:
    small.policy = replace(small.policy, admins=frozenset({ADMIN}))
    return small


async def sweep(small: SmallWorld, minutes: int = 1, *, waits: bool = False) -> None:
    """Look over everything, and let be done what is owed by it; `waits`: not all can."""
    for part in (minutes - 1, 1):
        small.clock.advance(minutes=part)
        small.write(alarms.look, small.policy, small.now)
    await (small.rest(rounds=8) if waits else small.settle_down())


def shut(small: SmallWorld, error: Forbidden = NO_TOKEN) -> None:
    for id_ in (make.AINO, make.BO):
        small.write(pulls.failing, id_, calendars.barring(error), small.now)


def readable(small: SmallWorld, *ids: int) -> None:
    def again(tx: Any) -> None:
        for id_ in ids:
            pulls.finished(tx, pulls.plan(tx, id_, small.now), "delta:1", small.now)

    small.write(again)


def emptied(small: SmallWorld, *ids: int) -> None:
    for id_ in ids:
        small.write(pulls.failing, id_, doubts.EMPTIED, small.now)


def cards(small: SmallWorld) -> dict[str, str]:
    """Give the cards by whose chat they are in."""
    found = {each.to.conversation_id: str(each.activity) for each in small.chat.posted}
    assert len(found) == len(small.chat.posted), "one card each"
    return found


def chat_of(person: str) -> str:
    return f"a:{person}"


@pytest.mark.parametrize("error", [NO_TOKEN, Forbidden("ErrorAccessDenied")])
async def test_who_looks_after_vuoro_is_told_once_that_it_is_let_in_nowhere(
    watched: SmallWorld, error: Forbidden
):
    shut(watched, error)
    await sweep(watched, minutes=9)
    assert cards(watched) == {}

    await sweep(watched, minutes=60)

    ((chat, card),) = cards(watched).items()
    assert chat == chat_of(ADMIN)
    assert SHUT in card
    assert "Entrasta" in card, "what to do"
    assert watched.policy.view_url("health") in card
    assert watched.chat.posted[0].activity["summary"] == "Vuorossa on häiriö"
    assert watched.graph.mails == []


async def test_its_card_says_that_it_is_over(watched: SmallWorld):
    shut(watched)
    await sweep(watched, minutes=12)
    readable(watched, make.AINO, make.BO)

    await sweep(watched)

    card = cards(watched)[chat_of(ADMIN)]
    assert OPEN in card
    assert SHUT not in card
    before = watched.chat.posted[0].updates
    await sweep(watched, minutes=30)
    assert watched.chat.posted[0].updates == before


async def test_of_a_new_outage_there_is_a_new_card(watched: SmallWorld):
    for _ in range(2):
        shut(watched)
        await sweep(watched, minutes=12)
        readable(watched, make.AINO, make.BO)
        await sweep(watched)

    assert [OPEN in str(each.activity) for each in watched.chat.posted] == [True, True]


async def test_one_closed_calendar_is_no_alarm(watched: SmallWorld):
    forbidden = Forbidden("ErrorAccessDenied")
    watched.write(pulls.unreadable, make.AINO, forbidden, watched.now)

    await sweep(watched, minutes=30)

    assert cards(watched) == {}
    assert watched.graph.mails == []


async def test_what_is_over_before_it_could_be_told_is_not(watched: SmallWorld):
    shut(watched)
    watched.clock.advance(minutes=12)
    watched.write(alarms.look, watched.policy, watched.now)
    readable(watched, make.AINO, make.BO)
    watched.write(alarms.look, watched.policy, watched.now)

    await watched.settle_down()

    assert cards(watched) == {}


async def test_an_emptied_calendar_is_told_to_its_owner_and_the_admins(
    watched: SmallWorld,
):
    emptied(watched, make.AINO)

    await sweep(watched)

    told = cards(watched)
    assert told.keys() == {chat_of(ADMIN), chat_of(watched.aino.object_id)}
    assert LOOKS_EMPTY in told[chat_of(ADMIN)]
    assert watched.aino.name in told[chat_of(ADMIN)]
    assert HERS in told[chat_of(watched.aino.object_id)]
    assert "health" not in told[chat_of(watched.aino.object_id)]
    readable(watched, make.AINO)
    await sweep(watched)
    over = cards(watched)
    assert "Tyhjentynyt kalenteri on selvitetty" in over[chat_of(ADMIN)]
    assert "Kalenterisi luetaan taas" in over[chat_of(watched.aino.object_id)]


async def test_those_that_empty_within_an_hour_are_one_card(watched: SmallWorld):
    emptied(watched, make.AINO)
    await sweep(watched)
    emptied(watched, make.BO)
    await sweep(watched)

    assert f"{watched.aino.name} ja {make.bo().name}" in cards(watched)[chat_of(ADMIN)]


async def test_one_that_empties_later_is_a_card_of_its_own(watched: SmallWorld):
    emptied(watched, make.AINO)
    await sweep(watched)
    watched.clock.advance(hours=2)
    emptied(watched, make.BO)
    await sweep(watched)

    first, second = (
        str(each.activity)
        for each in watched.chat.posted
        if each.to.conversation_id == chat_of(ADMIN)
    )

    assert watched.aino.name in first
    assert watched.aino.name not in second
    assert make.bo().name in second


async def test_where_no_admin_is_named_the_supervisors_hear_of_it(small: SmallWorld):
    emptied(small, make.AINO)

    await sweep(small)

    told = cards(small)
    assert told.keys() == {chat_of(SUPERVISOR), chat_of(small.aino.object_id)}
    assert small.aino.name in told[chat_of(SUPERVISOR)]
    assert small.policy.view_url("health") not in told[chat_of(SUPERVISOR)]
    assert small.graph.mails == []


async def test_with_nobody_to_tell_the_organisation_is_mailed(small: SmallWorld):
    shut(small, Forbidden("ErrorAccessDenied"))

    await sweep(small, minutes=60)

    assert cards(small) == {}
    (mail,) = small.graph.mails
    assert mail.to == small.policy.contact_email
    assert small.policy.view_url("health") in mail.text
    assert small.aino.name not in mail.text


async def test_an_admin_without_the_bot_is_told_otherwise(watched: SmallWorld):
    watched.chat.refusal = BLOCKED
    emptied(watched, make.AINO)

    await sweep(watched, waits=True)
    await sweep(watched, minutes=60, waits=True)

    link = watched.policy.view_url("health")
    assert [each.link for to, each in watched.teams.feed if to == ADMIN] == [link]
    assert watched.graph.mails == []


async def test_where_every_way_is_shut_the_organisation_is_mailed(
    watched: SmallWorld,
):
    watched.chat.refusal = BLOCKED
    watched.teams.refusal = Forbidden("no")
    # Neither the admin's mail nor, for now, any other one.
    watched.gate.arm(1, only="graph.send", error=Forbidden("no"), lasting=True)
    emptied(watched, make.AINO)
    await sweep(watched, waits=True)
    await sweep(watched, minutes=25, waits=True)
    assert watched.graph.mails == []

    watched.gate.disarm()
    await sweep(watched, waits=True)

    to = [each.to for each in watched.graph.mails]
    assert to.count(watched.policy.contact_email) == 1


async def test_it_is_looked_for_in_every_round(
    watched: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    def closed(*_: Any) -> AsyncIterator[Page]:
        raise NO_TOKEN

    monkeypatch.setattr(watched.graph, "changes", closed)
    watched.write(jobs.promise, Promise("sweep", "sweep", due=watched.now, again=True))
    for _ in range(6):
        watched.clock.advance(minutes=5)
        await watched.rest(rounds=10)

    assert SHUT in cards(watched)[chat_of(ADMIN)]


async def test_a_calendar_that_empties_in_outlook_is_told(watched: SmallWorld):
    mailbox = watched.aino.mailbox
    for hours in range(24, 29):
        watched.graph.add(mailbox, make.span(hours))
    watched.pull()
    await watched.settle_down()
    for id_ in list(watched.graph.box(mailbox)):
        watched.graph.remove(mailbox, id_)

    watched.pull()
    await watched.rest(rounds=8)
    await sweep(watched, waits=True)
    assert LOOKS_EMPTY in cards(watched)[chat_of(ADMIN)]

    watched.write(doubts.believe, make.AINO, watched.now)
    await sweep(watched)
    assert "selvitetty" in cards(watched)[chat_of(ADMIN)]
