"""The sample tenant: the same from the same seed, and worth looking at."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dev_tenant import storage
from dev_tenant.graph.times import instant
from dev_tenant.graph.views import in_window
from dev_tenant.sample.people import LEADERS, PEOPLE, PROFESSIONALS, UNITS
from dev_tenant.server import Config, new_tenant
from tests.dev_tenant.graph_world import DESK, NOW


def tenant_of(seed=1, now=NOW):
    return new_tenant(Config(seed=seed, now=now, frozen=True))


def told(tenant):
    return {
        k: v for k, v in json.loads(storage.text(tenant)).items() if k != "clock_offset"
    }


def test_the_same_seed_and_day_give_the_same_tenant():
    assert told(tenant_of()) == told(tenant_of())


def test_another_seed_gives_other_ids():
    one, two = tenant_of(1), tenant_of(2)

    assert one.id != two.id
    assert not set(one.users) & set(two.users)
    assert {u.mail for u in one.users.values()} == {u.mail for u in two.users.values()}


def test_ids_of_people_depend_on_the_seed_alone():
    later = NOW + timedelta(days=40)

    assert set(tenant_of().users) == set(tenant_of(now=later).users)


def test_there_are_three_units_thirteen_professionals_and_their_leaders():
    tenant = tenant_of()
    roles = [r for u in tenant.users.values() for r in u.roles]

    *units, everybody, leaders = tenant.groups.values()
    assert len(units) == len(UNITS) == 3
    assert sum(len(g.members) for g in units) == 13
    assert all(g.owners for g in units)
    assert everybody.mail == PROFESSIONALS
    assert {m for g in units for m in g.members} == set(everybody.members)
    assert leaders.mail == LEADERS
    assert leaders.members == next(g.owners for g in units if "Osaam" in g.name)
    assert roles.count("professional") == 13
    assert roles.count("supervisor") == 2
    assert roles.count("admin") == 1
    assert tenant.find_user(DESK).kind == "Shared"
    assert all(u.mail.endswith("@lumivaara.example") for u in tenant.users.values())


def test_working_hours_and_names_of_zones_differ():
    boxes = tenant_of().mailboxes.values()
    hours = {str(b.settings["workingHours"]["startTime"]) for b in boxes}
    zones = {b.settings["timeZone"] for b in boxes}

    assert len(hours) >= 3
    assert zones == {"Europe/Helsinki", "FLE Standard Time"}


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 0, tzinfo=UTC),
    ],
)
def test_every_kind_of_event_is_near_today(now):
    tenant = tenant_of(now=now)
    start, end = now - timedelta(days=7), now + timedelta(days=24)
    seen = [
        o
        for b in tenant.mailboxes.values()
        for o in in_window(b, b.default_calendar.id, start, end)
    ]
    shown = {o.event.props["showAs"] for o in seen}

    assert shown >= {"busy", "free", "tentative", "oof", "workingElsewhere"}
    assert any(o.event.recurrence for o in seen)
    assert any(o.event.props["isAllDay"] for o in seen)
    assert any(o.event.props["sensitivity"] == "private" for o in seen)
    assert any(
        o.start.date() != o.end.date() and not o.event.props["isAllDay"] for o in seen
    )


def test_every_professional_has_free_and_busy_time_every_week():
    tenant = tenant_of()
    for person in PEOPLE[:12]:
        box = tenant.mailboxes[tenant.find_user(f"{person.key}@lumivaara.example").id]
        for week in range(3):
            monday = NOW.replace(hour=0) + timedelta(days=7 * week)
            busy = sum(
                (min(o.ends, monday + timedelta(days=5)) - o.begins).total_seconds()
                for o in in_window(
                    box, box.default_calendar.id, monday, monday + timedelta(days=5)
                )
                if o.event.props["showAs"] == "busy" and not o.event.props["isAllDay"]
            )

            assert 1 <= busy / 3600 <= 30, (person.key, week)


def test_single_meetings_lie_in_working_hours_and_apart():
    tenant = tenant_of()
    for person in PEOPLE:
        box = tenant.mailboxes[tenant.find_user(f"{person.key}@lumivaara.example").id]
        plain = sorted(
            (instant(e.start, e.zone), instant(e.end, e.zone))
            for e in box.events.values()
            if e.recurrence is None
            and e.props["showAs"] == "busy"
            and not e.props["isAllDay"]
        )

        assert all(a[1] <= b[0] for a, b in pairwise(plain))
