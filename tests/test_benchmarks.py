"""The benchmarks still measure what they say, before anybody times them."""

import random  # noqa: TID251
from dataclasses import fields
from datetime import UTC, datetime

from benchmarks import http_search, slot_search, sync
from booking.model import Modality
from booking.spans import HELSINKI
from teams_app.settings import read


def test_the_three_ways_of_searching_find_the_same():
    chance = random.Random(3)  # noqa: S311 - the same each time
    calendars = [slot_search.a_calendar(chance) for _ in range(3)]
    opened = slot_search.openings(
        slot_search.Mailbox(), slot_search.RULES, (), slot_search.WINDOW, HELSINKI
    )
    everybody = [slot_search.seconds(calendar) for calendar in calendars]

    plain = slot_search.sweep(slot_search.epochs(opened), everybody)

    assert len(plain) > 100
    assert slot_search.from_raw(calendars) == plain
    assert slot_search.kept(calendars).epochs(slot_search.SEARCH).tolist() == plain


def test_the_server_measured_starts_with_its_settings_and_offers_times(tmp_path):
    now = datetime(2027, 3, 1, 8, tzinfo=UTC)

    made = read(http_search.settings(str(tmp_path)))
    index = http_search.filled(2, now)

    assert not made.notifications
    search = slot_search.Search(slot_search.SERVICES[0], Modality.REMOTE, now)
    assert len(index.free(search, 20)) == 20


async def test_following_calendars_is_measured_in_every_way():
    found = await sync.measure(mailboxes=2, events=7)

    assert found.floor_first == found.floor_of_itself == 4
    assert found.asked_first["POST subscriptions"] == 2
    assert found.asked_of_itself == 4
    assert 4 <= found.asked_of_calendar <= 6
    assert found.asked_change == {"GET delta": 2}
    assert 0 < found.wait_p50 <= found.wait_p95
    assert 0 < found.rush_p50 <= found.rush_p95
    assert min(found.cpu_plain, found.cpu_mailbox) > 0
    assert found.peak > 1e7
    assert len(sync.targets(found)) == 5
    assert "peak memory" in sync.table(found)


def test_a_request_that_nobody_knows_counts_for_the_calendar():
    known = {"GET delta": 1, "POST subscriptions": 1, "$batch": 1, "429": 3}
    asked = {**known, "GET mailboxSettings": 1, "GET calendar": 1, "GET odd": 5}
    figures = dict.fromkeys((field.name for field in fields(sync.Figures)), 1)

    found = sync.Figures(**figures | {"asked_first": asked, "asked_change": known})

    of_calendar, of_itself, *_ = sync.targets(found)
    assert (found.asked_of_calendar, found.asked_of_itself) == (7, 2)
    assert of_itself.met
    assert not of_calendar.met
