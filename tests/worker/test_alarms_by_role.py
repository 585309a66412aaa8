"""Whom only a token has named as an admin is told of an outage too, and no more than that.

She was seen with the app role when she opened the tab. She may have lost it since: no
name is told her, nobody else is left untold for her, and after a month she is forgotten.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.model import Language
from graph_sync.graph import Forbidden
from teams_app.actions import access
from teams_app.actions.access import ADMIN as ROLE
from teams_app.actions.access import Claims
from teams_app.store import admins_seen, directory, purging
from tests import make
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld
from tests.worker.test_alarms import (
    BLOCKED,
    LOOKS_EMPTY,
    SHUT,
    cards,
    chat_of,
    emptied,
    shut,
    sweep,
)

HER = "00000000-0000-4000-8000-0000000000e1"
AINO = make.a_professional()


def seen(small: SmallWorld, *roles: str, language: Language = Language.FI) -> None:
    claims = Claims(TENANT, HER, roles=frozenset(roles))
    small.write(access.note, claims, language, small.now)


async def test_she_is_told_that_vuoro_is_let_in_nowhere(small: SmallWorld):
    seen(small, ROLE)
    shut(small)

    await sweep(small, minutes=30)

    found = cards(small)
    assert SHUT in found[chat_of(HER)]
    assert small.policy.view_url("health") in found[chat_of(HER)]


async def test_she_reads_it_in_the_language_of_her_tab(small: SmallWorld):
    seen(small, ROLE, language=Language.EN)
    shut(small)

    await sweep(small, minutes=30)

    assert "Vuoro cannot get into Outlook" in cards(small)[chat_of(HER)]


async def test_of_an_emptied_calendar_she_is_told_without_a_name(small: SmallWorld):
    seen(small, ROLE)
    emptied(small, make.AINO)

    await sweep(small)

    found = cards(small)
    assert LOOKS_EMPTY in found[chat_of(HER)]
    assert AINO.name not in found[chat_of(HER)]
    assert AINO.name in found[chat_of(SUPERVISOR)]


async def test_nobody_is_left_untold_for_her(small: SmallWorld):
    """Supervisors and the organisation hear of it as if she were not there."""
    seen(small, ROLE)
    small.policy = replace(small.policy, contact_email="apu@lumivaara.example")
    shut(small)

    await sweep(small, minutes=60)

    assert chat_of(HER) in cards(small)
    assert [each.to for each in small.graph.mails] == ["apu@lumivaara.example"]


async def test_who_is_named_as_well_is_told_with_names(small: SmallWorld):
    small.policy = replace(small.policy, admins=frozenset({HER}))
    seen(small, ROLE)
    emptied(small, make.AINO)

    await sweep(small)

    assert AINO.name in cards(small)[chat_of(HER)]


@pytest.mark.parametrize("how", ["lost", "left", "old", "never"])
async def test_who_may_be_none_any_more_is_told_nothing(small: SmallWorld, how: str):
    if how != "never":
        seen(small, ROLE)
    if how == "lost":
        seen(small)
    if how == "left":
        small.write(directory.save, directory.Known(HER, "x", left=small.now))
    if how == "old":
        small.clock.advance(days=30)
    shut(small)

    await sweep(small, minutes=30)

    assert chat_of(HER) not in cards(small)


async def test_one_whose_chat_is_closed_is_told_otherwise_and_nothing_of_whom(
    small: SmallWorld,
):
    seen(small, ROLE)
    small.chat.refusal = BLOCKED
    emptied(small, make.AINO)

    await sweep(small, minutes=2, waits=True)

    told = [each for who, each in small.teams.feed if who == HER]
    assert len(told) == 1
    assert AINO.name not in str(told)


async def test_where_the_feed_is_shut_too_she_is_mailed_and_nothing_of_whom(
    small: SmallWorld,
):
    seen(small, ROLE)
    small.chat.refusal, small.teams.refusal = BLOCKED, Forbidden("Forbidden")
    emptied(small, make.AINO)

    await sweep(small, minutes=2, waits=True)

    mails = [each for each in small.graph.mails if each.to.startswith(HER)]
    assert len(mails) == 1
    assert AINO.name not in str(mails)


def test_it_is_written_down_once_a_day_and_forgotten_when_it_is_gone(
    small: SmallWorld,
):
    hers = Claims(TENANT, HER, roles=frozenset({ROLE}))
    assert not small.read(access.is_noted, hers, small.now)
    seen(small, ROLE)

    assert small.read(access.is_noted, hers, small.now)
    assert not small.read(access.is_noted, hers, small.now + timedelta(days=1))
    bare = Claims(TENANT, HER)
    assert not small.read(access.is_noted, bare, small.now)
    seen(small)
    assert small.read(admins_seen.find, HER) is None
    assert small.read(access.is_noted, bare, small.now)


def test_after_a_month_nothing_is_kept_of_her(small: SmallWorld):
    seen(small, ROLE)

    assert small.write(purging.admins_not_seen, make.at(days=29)) == 0
    assert small.write(purging.admins_not_seen, make.at(days=30)) == 1
    assert small.read(admins_seen.find, HER) is None
