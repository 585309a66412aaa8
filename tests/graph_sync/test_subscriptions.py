import json
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import Subscription
from graph_sync import subscriptions
from graph_sync.subscriptions import (
    MARGIN,
    Create,
    Drop,
    Heard,
    Held,
    Notice,
    Renew,
    Watch,
    genuine,
    heard,
    how_many,
    mailbox_of,
    plan,
    read_notices,
)
from tests.support.moments import START

URL = "https://vuoro.example/hooks/graph"
AINO = "aino@lumivaara.example"
LEYLA = "leyla@lumivaara.example"
LONG = START + timedelta(days=2)


def listed(id_: str, mailbox: str = AINO, **changed: object) -> Subscription:
    said = {"url": URL, "expires": LONG, "resource": f"users/{mailbox}/events"}
    return Subscription(id=id_, **{**said, **changed})  # type: ignore[arg-type]


def test_a_mailbox_nobody_watches_is_subscribed():
    assert plan([Watch(AINO)], [], URL, START) == (Create(AINO),)


def test_a_good_subscription_is_left_alone():
    assert plan([Watch(AINO, "s1")], [listed("s1")], URL, START) == ()


def test_a_subscription_is_renewed_a_day_before_its_end():
    near = listed("s1", expires=START + MARGIN - timedelta(seconds=1))
    far = listed("s1", expires=START + MARGIN)

    assert plan([Watch(AINO, "s1")], [near], URL, START) == (Renew(AINO, "s1"),)
    assert plan([Watch(AINO, "s1")], [far], URL, START) == ()


def test_of_a_thousand_begun_together_few_are_renewed_together():
    hours = Counter(
        int(subscriptions.life(f"p{number}@vuoro.example") / timedelta(hours=1))
        for number in range(1000)
    )

    assert max(hours.values()) <= 110
    assert max(hours) <= 70
    assert min(hours) >= 57  # a day of margin, and two more days


def test_one_that_graph_has_forgotten_or_let_lapse_is_made_anew():
    lapsed = listed("s1", expires=START)

    assert plan([Watch(AINO, "s1")], [], URL, START) == (Create(AINO),)
    assert plan([Watch(AINO, "s1")], [lapsed], URL, START) == (
        Drop("s1"),
        Create(AINO),
    )


def test_duplicates_are_dropped_and_the_one_whose_secret_we_hold_is_kept():
    found = [listed("s0"), listed("s1"), listed("s2", AINO.upper())]

    assert plan([Watch(AINO, "s1")], found, URL, START) == (Drop("s0"), Drop("s2"))


def test_one_whose_secret_is_lost_is_dropped_before_a_new_one_is_asked_for():
    assert plan([Watch(AINO)], [listed("s9")], URL, START) == (
        Drop("s9"),
        Create(AINO),
    )


def test_a_subscription_that_reports_elsewhere_is_replaced():
    moved = listed("s1", url="https://old.example/hooks/graph")

    assert plan([Watch(AINO, "s1")], [moved], URL, START) == (
        Drop("s1"),
        Create(AINO),
    )


def test_a_leavers_subscription_is_dropped_and_anothers_app_is_left_alone():
    leaver = listed("s3", LEYLA)
    foreign = listed("s4", LEYLA, url="https://test.example/hooks")
    presence = listed(
        "s5", resource="communications/presences", url="https://x.example"
    )

    assert plan([], [leaver, foreign, presence], URL, START) == (Drop("s3"),)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([None, *"1234"]))),
    st.dictionaries(
        st.sampled_from("12345678"),
        st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(-1, 60)),
    ),
)
def test_carrying_the_plan_out_leaves_nothing_to_plan(watched, found):
    """Whatever stood there: one step each, and then every mailbox has exactly one."""
    watches = [Watch(box, id_) for box, id_ in dict(watched).items()]
    stood = {
        id_: listed(
            id_,
            box,
            url=URL if right else "https://old.example",
            expires=START + timedelta(hours=hours),
        )
        for id_, (box, right, hours) in found.items()
    }
    now_watched = {watch.mailbox: watch for watch in watches}
    for step in plan(watches, list(stood.values()), URL, START):
        match step:
            case Drop():
                del stood[step.subscription]
            case Create():
                id_ = f"new-{step.mailbox}"
                stood[id_] = listed(id_, step.mailbox)
                now_watched[step.mailbox] = Watch(step.mailbox, id_)
            case Renew():
                stood[step.subscription] = listed(step.subscription, step.mailbox)

    assert plan(list(now_watched.values()), list(stood.values()), URL, START) == ()
    for box in now_watched:
        over = [one for one in stood.values() if mailbox_of(one.resource) == box]
        assert len(over) == 1


@pytest.mark.parametrize(
    "resource",
    [
        "users/Aino@Lumivaara.example/events",
        "/users/aino@lumivaara.example/events",
        "Users('aino@lumivaara.example')/Events",
        "users/aino@lumivaara.example/calendar/events/",
    ],
)
def test_graphs_ways_of_writing_a_resource_mean_the_same(resource):
    assert mailbox_of(resource) == AINO


@pytest.mark.parametrize(
    "resource", ["", "me/events", "users/a/messages", "users/a/events/x", "groups/a"]
)
def test_other_resources_are_nobodys_events(resource):
    assert mailbox_of(resource) is None


HELD = {"s1": Held(AINO, "right"), "s2": Held(LEYLA, "other")}


def notice(**changed: object) -> Notice:
    said = {"subscription": "s1", "secret": "right", "event_id": "E", "change_key": "k"}
    return Notice(**{**said, **changed})  # type: ignore[arg-type]


def test_a_genuine_notice_wakes_its_mailbox_once():
    assert heard([notice(), notice(event_id="F")], HELD, {}) == Heard(
        pull=frozenset({AINO})
    )


@pytest.mark.parametrize(
    "forged",
    [
        notice(secret="wrong"),
        notice(secret=""),
        notice(subscription="s9"),
        notice(subscription="s2"),
        notice(secret="wröng"),
    ],
)
def test_a_forged_notice_wakes_nobody(forged):
    assert heard([forged], HELD, {}) == Heard(forged=1)


def test_a_subscription_without_a_secret_believes_nothing():
    assert not genuine(notice(secret=""), Held(AINO, ""))


def test_our_own_write_coming_back_is_no_news():
    assert heard([notice()], HELD, {"E": "k"}) == Heard()
    assert heard([notice(removed=True)], HELD, {"E": None}) == Heard()


def test_somebody_elses_change_of_our_event_is_news():
    woken = Heard(pull=frozenset({AINO}))

    assert heard([notice(change_key="k2")], HELD, {"E": "k"}) == woken
    assert heard([notice(removed=True)], HELD, {"E": "k"}) == woken
    assert heard([notice()], HELD, {"E": None}) == woken
    assert heard([notice(event_id=None)], HELD, {"E": "k"}) == woken


def test_lifecycle_notices_say_what_to_do():
    assert heard(
        [
            notice(lifecycle="reauthorizationRequired"),
            notice(subscription="s2", secret="other", lifecycle="subscriptionRemoved"),
        ],
        HELD,
        {},
    ) == Heard(
        renew=frozenset({"s1"}), recreate=frozenset({LEYLA}), pull=frozenset({LEYLA})
    )
    full = Heard(check=frozenset({AINO}))
    assert heard([notice(lifecycle="missed")], HELD, {}) == full
    assert heard([notice(lifecycle="somethingNew")], HELD, {}) == full


def test_a_forged_lifecycle_notice_does_nothing():
    assert heard(
        [notice(lifecycle="subscriptionRemoved", secret="x")], HELD, {}
    ) == Heard(forged=1)


def test_a_plain_notice_is_read():
    body = {
        "value": [
            {
                "subscriptionId": "s1",
                "clientState": "right",
                "changeType": "deleted",
                "resource": "Users/x/Events/E",
                "resourceData": {"id": "E", "@odata.etag": 'W/"k=="'},
            }
        ]
    }

    assert read_notices(body) == (
        Notice("s1", "right", "E", "k==", removed=True, lifecycle=None),
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
fields = st.sampled_from(
    ["subscriptionId", "clientState", "resourceData", "lifecycleEvent", "changeType"]
)


def test_a_text_is_read_without_what_no_database_keeps():
    body = {"value": [{"subscriptionId": "s\x001\ud800", "clientState": "\udfff"}]}

    assert read_notices(json.loads(json.dumps(body))) == (Notice("s1", ""),)


def test_notices_are_counted_before_they_are_read():
    assert how_many({"value": [{}, 1, None]}) == 3
    assert how_many({"value": {}}) == how_many([]) == how_many(None) == 0


@given(
    json_values
    | st.fixed_dictionaries({"value": st.lists(st.dictionaries(fields, json_values))})
)
def test_whatever_is_posted_wakes_nobody_without_the_secret(body):
    assert heard(read_notices(json.loads(json.dumps(body))), HELD, {}).pull == set()
