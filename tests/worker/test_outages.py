"""Whose own calendar is closed to us for an hour is told so, once, and whom to ask."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from booking.calendar import Page
from graph_sync.graph import Forbidden, Gone, NoMailbox, Unavailable
from teams_app.actions import outages, pulls
from teams_app.store import jobs
from teams_app.store.jobs import Promise
from tests import make
from tests.support.small_world import SmallWorld

CLOSED = "Vuoro ei pääse kalenteriisi"
NOT_FOUND = "Postilaatikkoasi ei löydy"
HERS = [
    (Forbidden("ErrorAccessDenied"), CLOSED),
    (Gone("ResourceNotFound"), NOT_FOUND),
    (NoMailbox("ErrorInvalidUser"), NOT_FOUND),
]


def unreadable(small: SmallWorld, error: Forbidden | Gone, *ids: int) -> None:
    for id_ in ids:
        small.write(pulls.unreadable, id_, error, small.now)


async def an_hour_later(small: SmallWorld) -> list[str]:
    """Look over everything each minute for an hour; give the cards."""
    for _ in range(4):
        small.clock.advance(minutes=15)
        small.write(outages.owe_cards, small.now)
    await small.settle_down()
    return [str(each.activity) for each in small.chat.posted]


@pytest.mark.parametrize(("error", "said"), HERS)
async def test_she_is_told_after_an_hour_and_once(
    small: SmallWorld, error: Forbidden | Gone, said: str
):
    unreadable(small, error, make.AINO)
    small.clock.advance(minutes=59)
    small.write(outages.owe_cards, small.now)
    await small.settle_down()
    assert small.chat.posted == []

    (card,) = await an_hour_later(small)

    assert said in card
    assert "ylläpitäjältä" in card
    assert small.chat.posted[0].to.conversation_id == f"a:{small.aino.object_id}"
    assert len(await an_hour_later(small)) == 1


async def test_of_a_new_outage_she_is_told_anew(small: SmallWorld):
    unreadable(small, Forbidden("ErrorAccessDenied"), make.AINO)
    assert len(await an_hour_later(small)) == 1
    small.pull()
    await small.settle_down()
    assert len(await an_hour_later(small)) == 1

    unreadable(small, Forbidden("ErrorAccessDenied"), make.AINO)

    assert len(await an_hour_later(small)) == 2


@pytest.mark.parametrize(
    "error", [Forbidden("ErrorAccessDenied"), Forbidden("TokenRefused")]
)
async def test_what_closes_every_calendar_is_no_matter_of_each(
    small: SmallWorld, error: Forbidden
):
    unreadable(small, error, make.AINO, make.BO)

    assert await an_hour_later(small) == []


async def test_without_a_token_nobody_is_told_of_her_calendar(small: SmallWorld):
    unreadable(small, Forbidden("TokenRefused"), make.AINO)

    assert await an_hour_later(small) == []


async def test_what_is_only_out_of_reach_is_waited_for(small: SmallWorld):
    small.write(pulls.failing, make.AINO, Unavailable("503").code, small.now)

    assert await an_hour_later(small) == []


async def test_one_that_is_over_before_the_card_goes_is_not_told(small: SmallWorld):
    unreadable(small, Forbidden("ErrorAccessDenied"), make.AINO)
    small.clock.advance(hours=2)
    small.write(outages.owe_cards, small.now)
    small.write(_read_again, small)

    await small.settle_down()

    assert small.chat.posted == []


def _read_again(tx, small: SmallWorld) -> None:
    pulls.finished(tx, pulls.plan(tx, make.AINO, small.now), "delta:0", small.now)


async def test_it_is_looked_for_in_every_round(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
):
    plain = small.graph.changes

    def closed(mailbox: str, *more: Any) -> AsyncIterator[Page]:
        if mailbox == make.a_professional().mailbox:
            raise Forbidden("ErrorAccessDenied")
        return plain(mailbox, *more)

    monkeypatch.setattr(small.graph, "changes", closed)
    small.write(jobs.promise, Promise("sweep", "sweep", due=small.now, again=True))
    for _ in range(8):
        small.clock.advance(minutes=10)
        await small.rest(rounds=10)

    (card,) = small.chat.posted
    assert CLOSED in str(card.activity)
