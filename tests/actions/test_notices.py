"""Graph's notices: a wake-up at most, believed only with the right secret."""

from dataclasses import replace
from datetime import timedelta

import pytest

from graph_sync.subscriptions import Lifecycle, Notice
from teams_app.actions import notices
from teams_app.store import calendars, jobs
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox
HOOK = "https://aika.example/hooks/graph"


async def subscribed(small: SmallWorld) -> Notice:
    """Give a genuine notice of a change to an event nobody knows."""
    small.policy = replace(small.policy, notice_url=HOOK)
    small.write(
        jobs.promise, jobs.Promise("subscribe", "subscribe", due=small.now, again=True)
    )
    await small.settle_down()
    state = small.read(calendars.state, make.AINO)
    assert state.subscription_id is not None
    small.gate.arm(0)
    return Notice(state.subscription_id, state.subscription_secret, "E99", "ck99")


def take(small: SmallWorld, *given: Notice) -> notices.Taken:
    taken: notices.Taken = small.write(notices.take, given, small.now)
    return taken


def open_jobs(small: SmallWorld) -> list[str]:
    return sorted(
        each.kind
        for each in small.owed()
        if each.open and each.due <= small.now.timestamp()
    )


async def test_a_genuine_notice_owes_one_pull_of_its_calendar(small: SmallWorld):
    notice = await subscribed(small)

    taken = take(small, notice, notice, replace(notice, event_id="E98"))

    assert (taken.pulls, taken.forged) == (1, 0)
    assert open_jobs(small) == ["pull"]


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "guessed"},
        {"secret": ""},
        {"secret": "guessed \N{SNOWMAN}"},
        {"subscription": "unknown"},
        {"subscription": ""},
        {"secret": "guessed", "lifecycle": Lifecycle.REMOVED},
        {"secret": "guessed", "removed": True},
    ],
)
async def test_a_forged_notice_owes_nothing(small: SmallWorld, changes):
    notice = await subscribed(small)

    taken = take(small, replace(notice, **changes))

    assert (taken.pulls, taken.forged) == (0, 1)
    assert open_jobs(small) == []


async def test_a_forged_one_beside_a_genuine_one_is_counted_and_no_more(
    small: SmallWorld,
):
    notice = await subscribed(small)

    taken = take(small, notice, replace(notice, secret="guessed"))

    assert (taken.pulls, taken.forged) == (1, 1)


async def test_where_no_subscription_was_ever_made_no_secret_is_right(
    small: SmallWorld,
):
    taken = take(small, Notice("", "", "E1"), Notice("None", "None", "E1"))

    assert taken.forged == 2
    assert open_jobs(small) == []


async def test_the_echo_of_our_own_write_owes_nothing(small: SmallWorld):
    notice = await subscribed(small)
    booked = small.book()
    await small.settle_down()
    link = small.link(booked)

    take(small, replace(notice, event_id=link.event_id, change_key=link.change_key))

    assert open_jobs(small) == []


async def test_a_later_change_of_our_event_is_no_echo(small: SmallWorld):
    notice = await subscribed(small)
    booked = small.book()
    await small.settle_down()
    link = small.link(booked)

    take(small, replace(notice, event_id=link.event_id, change_key="another"))

    assert open_jobs(small) == ["pull"]


async def test_a_notice_that_comes_while_we_write_is_judged_again_later(
    small: SmallWorld,
):
    notice = await subscribed(small)
    booked = small.book()
    claimed = small.write(
        jobs.claim, small.now, limit=9, lease_seconds=30.0, kinds=["calendar"]
    )

    take(small, notice)

    assert claimed
    assert "pull" not in open_jobs(small)
    (doubtful,) = small.owed("notice")
    assert doubtful.due > small.now.timestamp()
    assert not small.write(notices.judge_again, doubtful.payload, small.now)
    assert "pull" in open_jobs(small)
    assert booked.id


async def test_what_is_judged_again_later_is_hers_alone(small: SmallWorld):
    notice = await subscribed(small)
    other = small.read(calendars.state, make.BO)
    booked = small.book()
    small.write(jobs.claim, small.now, limit=9, lease_seconds=60, kinds=["calendar"])
    assert not small.link(booked)
    his = Notice(other.subscription_id, other.subscription_secret, "E77", "ck77")

    take(small, notice, his)

    assert [each.key for each in small.owed("notice")] == [
        f"notice:{make.AINO}:E99:ck99"
    ]


async def test_a_notice_that_names_no_event_is_not_lost_while_we_write(
    small: SmallWorld,
):
    notice = await subscribed(small)
    small.book()
    small.write(jobs.claim, small.now, limit=9, lease_seconds=30.0, kinds=["calendar"])

    take(small, replace(notice, event_id=None))

    assert "pull" in open_jobs(small)


async def test_missed_notices_owe_a_full_read(small: SmallWorld):
    notice = await subscribed(small)

    take(small, replace(notice, lifecycle=Lifecycle.MISSED))

    assert open_jobs(small) == ["pull_anew"]


async def test_a_subscription_to_be_reauthorised_is_renewed_though_it_lasts_long(
    small: SmallWorld,
):
    notice = await subscribed(small)
    state = small.read(calendars.state, make.AINO)
    assert state.subscription_expires - small.now > timedelta(days=2)

    take(small, replace(notice, lifecycle=Lifecycle.REAUTHORIZE))
    await small.settle_down()

    assert small.graph.renewed == [state.subscription_id]


async def test_a_subscription_that_is_gone_when_renewed_is_made_anew(
    small: SmallWorld,
):
    notice = await subscribed(small)
    take(small, replace(notice, lifecycle=Lifecycle.REAUTHORIZE))
    del small.graph.subscribed[notice.subscription]

    await small.settle_down()

    state = small.read(calendars.state, make.AINO)
    assert state.subscription_id in small.graph.subscribed
    assert state.subscription_id != notice.subscription


async def test_a_subscription_that_was_removed_is_made_anew_and_the_calendar_read(
    small: SmallWorld,
):
    notice = await subscribed(small)
    del small.graph.subscribed[notice.subscription]

    take(small, replace(notice, lifecycle=Lifecycle.REMOVED))
    await small.settle_down()

    state = small.read(calendars.state, make.AINO)
    assert state.subscription_id != notice.subscription
    assert "graph.changes" in small.gate.calls
    assert small.graph.secrets[state.subscription_id] == state.subscription_secret


async def test_a_mailbox_has_one_subscription_however_often_it_is_looked_at(
    small: SmallWorld,
):
    await subscribed(small)
    await subscribed(small)

    boxes = sorted(each.resource for each in small.graph.subscribed.values())
    assert len(boxes) == len(set(boxes)) == 2


async def test_a_subscription_is_renewed_before_it_ends(small: SmallWorld):
    await subscribed(small)
    small.clock.advance(days=2, hours=1)

    await subscribed(small)

    assert len(small.graph.renewed) == 2
    assert len(small.graph.subscribed) == 2
