"""Each of the figures for Prometheus is its own, and none of them is forgotten."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from booking.health import CalendarFacts, Facts, judge
from booking.model import ProfessionalId
from teams_app.web import metrics
from tests import make
from tests.web.health_samples import WRONG

AINO = make.a_professional().name

GIVEN_UP = (*WRONG.dead, replace(WRONG.dead[0], id=16))
COUNTED_CALENDARS = (
    CalendarFacts(
        ProfessionalId(1),
        AINO,
        synced=make.NOW - timedelta(seconds=100),
        heard=make.NOW - timedelta(seconds=41),
        subscribed_until=make.NOW + timedelta(seconds=5000),
        every=timedelta(seconds=540),
        waiting=11,
        retrying=3,
        refused=4,
        throttled=2.5,
        checked=make.NOW,
        differing=5,
    ),
    CalendarFacts(
        ProfessionalId(2),
        "Bo",
        synced=make.NOW - timedelta(seconds=230),
        heard=make.NOW - timedelta(seconds=77),
        subscribed_until=make.NOW + timedelta(seconds=4321),
        every=timedelta(seconds=60),
        waiting=2,
        throttled=9.0,
        checked=make.NOW,
        differing=8,
    ),
    CalendarFacts(ProfessionalId(3), "Cecilia", synced=make.NOW),
)
#: In these facts every number is another one.
COUNTED = Facts(
    now=make.NOW,
    calendars=COUNTED_CALENDARS,
    dead=GIVEN_UP,
    swept=make.NOW,
    jobs={"open": 21, "leased": 22, "done": 23, "dead": 24},
    unsent=19,
    unsent_since=make.NOW - timedelta(seconds=333),
    credential_ends=make.NOW + timedelta(days=90),
    ahead=150,
    unreached=WRONG.unreached,
)


def test_each_figure_is_its_own():
    text = metrics.exposition(judge(COUNTED)).decode()
    found = {
        f"{sample.name.removeprefix('vuoro_')} {' '.join(sample.labels.values())}".strip(): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("vuoro_")
    }

    signs = {name: n for name, n in found.items() if name.startswith("signs ")}
    assert signs == {
        "signs clock_ahead": 1,
        "signs dead": 1,
        "signs differing": 2,
        "signs throttled": 1,
        "signs unsubscribed": 1,
        "signs unwritten": 1,
        "signs uncompared": 1,
        "signs unreached_blocked": 1,
        "signs unreached_missing": 1,
        "signs unreached_nowhere": 1,
        "signs unreached_removed": 1,
        "signs unreached_unknown": 1,
        "signs waits": 2,
    }
    assert {name: n for name, n in found.items() if name not in signs} == {
        "calendars ok": 0,
        "calendars warn": 2,
        "calendars bad": 1,
        "red": 1,
        "clock_ahead_seconds": 150,
        "calendar_unread_seconds_max": 230,
        "notice_age_seconds": 41,
        "subscription_left_seconds_min": 4321,
        "calendar_stale_seconds_max": 600,
        "mailboxes_throttled": 2,
        "calendar_differences": 13,
        "calendar_writes waiting": 13,
        "calendar_writes failing": 7,
        "messages_unsent": 19,
        "message_unsent_seconds_max": 333,
        "jobs open": 21,
        "jobs leased": 22,
        "jobs done": 23,
        "jobs dead": 24,
        "jobs_dead calendar": 2,
        "jobs_dead pull": 1,
        "jobs_dead something_new": 1,
        "jobs_dead tell": 1,
        "people_unreached blocked": 1,
        "people_unreached missing": 2,
        "people_unreached removed": 1,
        "people_unreached unknown": 1,
        "credential_ends_timestamp_seconds": (
            make.NOW + timedelta(days=90)
        ).timestamp(),
    }
