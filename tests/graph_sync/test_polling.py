"""How often a calendar is read without being told to."""

from datetime import UTC, datetime, timedelta

import pytest

from graph_sync.polling import TIGHT, WIDEST, interval, learn

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BASE = timedelta(minutes=5)
LATER = NOW + timedelta(days=2)


def test_it_widens_while_notices_come_and_no_further_than_it_may():
    every = None
    seen = []
    for _ in range(6):
        every = learn(BASE, every, heard=True, news=True)
        seen.append(every)

    assert seen == sorted(seen)
    assert seen[0] == 2 * BASE
    assert seen[-1] == BASE * WIDEST


@pytest.mark.parametrize("before", [None, BASE, BASE * WIDEST])
def test_news_that_no_notice_told_of_tightens_at_once(before):
    assert learn(BASE, before, heard=False, news=True) == TIGHT


def test_a_quiet_round_proves_nothing():
    assert learn(BASE, None, heard=False, news=False) == BASE
    assert learn(BASE, BASE * WIDEST, heard=False, news=False) == BASE * WIDEST


def test_after_a_lost_notice_quiet_rounds_lead_back_to_the_usual():
    every = TIGHT
    for _ in range(9):
        every = learn(BASE, every, heard=False, news=False)

    assert every == BASE


@pytest.mark.parametrize("until", [None, NOW, NOW - timedelta(days=1)])
def test_without_a_living_subscription_it_is_tight(until):
    assert interval(BASE, BASE * WIDEST, until, NOW) == TIGHT


def test_with_one_it_is_what_was_learned_and_at_first_the_usual():
    assert interval(BASE, None, LATER, NOW) == BASE
    assert interval(BASE, 3 * BASE, LATER, NOW) == 3 * BASE


def test_a_tenant_that_polls_faster_is_never_slowed_down():
    fast = timedelta(seconds=30)

    assert interval(fast, None, None, NOW) == fast
    assert learn(fast, None, heard=False, news=True) == fast
