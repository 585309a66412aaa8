"""The benchmarks still measure what they say, before anybody times them."""

import random  # noqa: TID251
from datetime import UTC, datetime

from benchmarks import http_search, slot_search
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
