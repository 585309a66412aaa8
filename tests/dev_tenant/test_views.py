"""calendarView and series: windows, pages, zones, both nights the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev_tenant.graph import recurrence
from dev_tenant.graph.zones import zone_of
from dev_tenant.tenant import Event
from tests.dev_tenant.graph_world import (
    DESK,
    HELSINKI,
    NOW,
    all_day,
    at,
    subjects,
    weekly,
)

DAY = ("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z")


async def test_a_view_needs_a_window(graph):
    seen = await graph.get(f"/users/{DESK}/calendarView")

    assert (seen.status, seen.code) == (400, "ErrorInvalidParameter")


async def test_the_window_is_half_open_and_overlap_counts(graph):
    for subject, start, end in (
        ("before", "09:00", "10:00"),
        ("over", "09:30", "10:30"),
        ("inside", "10:15", "10:30"),
        ("after", "11:00", "12:00"),
    ):
        await graph.make(subject=subject, **at(f"2026-11-25T{start}", end, "UTC"))

    seen = await graph.view("2026-11-25T10:00:00Z", "2026-11-25T11:00:00Z")

    assert subjects(seen) == ["over", "inside"]


async def test_the_windows_own_offset_decides_and_no_offset_is_utc(graph):
    await graph.make(**at("2026-11-25T10:00", "11:00"))
    prefer = f'outlook.timezone="{HELSINKI}"'

    local = await graph.view(
        "2026-11-25T10:00:00+02:00", "2026-11-25T11:00:00+02:00", prefer=prefer
    )
    bare = await graph.view("2026-11-25T10:00:00", "2026-11-25T11:00:00", prefer=prefer)

    assert len(local.items) == 1
    assert bare.items == []


async def test_a_view_comes_in_pages_of_ten_unless_told(graph):
    for n in range(23):
        await graph.make(
            subject=f"{n:02d}", **at(f"2026-11-25T{n:02d}:00", f"{n:02d}:30")
        )
    window = ("2026-11-24T00:00:00Z", "2026-11-27T00:00:00Z")

    first = await graph.view(*window)
    second = await graph.get(first.body["@odata.nextLink"])
    third = await graph.get(second.body["@odata.nextLink"])
    whole = await graph.view(*window, **{"$top": 50})
    preferred = await graph.view(*window, prefer="odata.maxpagesize=20")

    names = subjects(first) + subjects(second) + subjects(third)
    assert names == [f"{n:02d}" for n in range(23)]
    assert "@odata.nextLink" not in third.body
    assert len(whole.items) == 23
    assert len(preferred.items) == 20


async def test_a_page_cannot_be_larger_than_a_thousand(graph):
    assert (await graph.view(*DAY, **{"$top": 1001})).status == 400
    assert (await graph.view(*DAY, **{"$top": 0})).status == 400


async def test_a_view_can_be_ordered_selected_and_filtered(graph):
    await graph.make(subject="a", showAs="free", **at("2026-11-25T10:00", "11:00"))
    await graph.make(subject="b", **at("2026-11-25T12:00", "13:00"))

    ordered = await graph.view(*DAY, **{"$orderby": "start/dateTime desc"})
    chosen = await graph.view(*DAY, **{"$select": "subject,showAs"})
    busy = await graph.view(*DAY, **{"$filter": "showAs ne 'free'"})

    assert subjects(ordered) == ["b", "a"]
    assert set(chosen.items[0]) == {"@odata.etag", "id", "subject", "showAs"}
    assert subjects(busy) == ["b"]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("startswith(subject,'Va')", ["Varattu"]),
        ("contains(subject,'ra') and not (showAs eq 'free')", ["Varattu"]),
        ("categories/any(c:c eq 'Asiakas')", ["Ryhmä"]),
        ("start/dateTime ge '2026-11-25T09:00:00' or isAllDay eq true", ["Ryhmä"]),
        ("subject eq 'O''Hara'", []),
    ],
)
async def test_filters_are_understood(graph, filter_, expected):
    await graph.make(subject="Varattu", **at("2026-11-25T10:00", "11:00"))
    await graph.make(
        subject="Ryhmä", categories=["Asiakas"], **at("2026-11-25T12:00", "13:00")
    )

    assert subjects(await graph.view(*DAY, **{"$filter": filter_})) == expected


@pytest.mark.parametrize("filter_", ["subject is 'x'", "subject eq", "eq 'x'", "a ~ b"])
async def test_a_filter_not_understood_is_refused(graph, filter_):
    assert (await graph.view(*DAY, **{"$filter": filter_})).status == 400


async def test_an_unknown_query_option_is_refused(graph):
    assert (await graph.view(*DAY, **{"$apply": "x"})).code == "ErrorInvalidUrlQuery"


async def test_a_series_keeps_its_wall_clock_over_both_changes(graph):
    await graph.make(
        **at("2026-10-23T09:00", "10:00"),
        recurrence=weekly("friday", "2026-10-23"),
    )
    autumn = await graph.view("2026-10-20T00:00:00Z", "2026-11-05T00:00:00Z")
    spring = await graph.view("2027-03-22T00:00:00Z", "2027-04-03T00:00:00Z")

    assert [e["start"]["dateTime"][11:16] for e in autumn.items] == ["06:00", "07:00"]
    assert [e["start"]["dateTime"][11:16] for e in spring.items] == ["07:00", "06:00"]


async def test_an_event_across_the_repeated_hour_has_its_real_length(graph):
    made = await graph.make(**at("2026-10-25T02:30", "05:00"))

    assert made["start"]["dateTime"] == "2026-10-24T23:30:00.0000000"
    assert made["end"]["dateTime"] == "2026-10-25T03:00:00.0000000"


async def test_occurrences_carry_their_masters_id_and_no_recurrence(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    seen = await graph.view("2026-11-23T00:00:00Z", "2026-12-09T00:00:00Z")

    assert made["type"] == "seriesMaster"
    assert len({e["id"] for e in seen.items}) == 3
    assert len({e["iCalUId"] for e in seen.items}) == 3
    for one in seen.items:
        assert one["type"] == "occurrence"
        assert one["seriesMasterId"] == made["id"]
        assert one["recurrence"] is None
        assert one["originalStart"].endswith("Z")


async def test_one_occurrence_can_be_changed_and_another_deleted(graph):
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    window = ("2026-11-23T00:00:00Z", "2026-12-09T00:00:00Z")
    first, second, third = (await graph.view(*window)).items

    moved = await graph.change(
        second["id"], subject="Siirretty", **at("2026-12-02T14:00", "15:00")
    )
    gone = await graph.delete(third["id"])
    after = await graph.view(*window)

    assert (moved.status, gone.status) == (200, 204)
    assert [e["type"] for e in after.items] == ["occurrence", "exception"]
    assert after.items[1]["id"] == second["id"]
    assert after.items[1]["subject"] == "Siirretty"
    assert after.items[1]["start"]["dateTime"] == "2026-12-02T12:00:00.0000000"
    assert after.items[1]["originalStart"] == "2026-12-01T07:00:00.0000000Z"
    assert (await graph.event(third["id"])).status == 404
    assert (await graph.event(first["id"])).body["type"] == "occurrence"


async def test_an_occurrence_cannot_cross_its_neighbour(graph):
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    first = (await graph.view("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")).items[0]

    seen = await graph.change(first["id"], **at("2026-12-01T12:00", "13:00"))

    assert seen.code == "ErrorOccurrenceCrossingBoundary"


async def test_instances_are_listed_in_a_window(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"),
        recurrence={
            "pattern": {"type": "daily", "interval": 2},
            "range": {
                "type": "numbered",
                "startDate": "2026-11-24",
                "numberOfOccurrences": 3,
            },
        },
    )
    window = {
        "startDateTime": "2026-11-01T00:00:00Z",
        "endDateTime": "2027-11-01T00:00:00Z",
    }
    seen = await graph.get(f"/users/{DESK}/events/{made['id']}/instances", window)

    days = [e["start"]["dateTime"][:10] for e in seen.items]
    assert days == ["2026-11-24", "2026-11-26", "2026-11-28"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            {"type": "absoluteMonthly", "dayOfMonth": 31},
            ["2026-11-30", "2026-12-31", "2027-01-31"],
        ),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "last"},
            ["2026-11-27", "2026-12-25", "2027-01-29"],
        ),
        (
            {"type": "absoluteYearly", "dayOfMonth": 6, "month": 12},
            ["2026-12-06", "2027-12-06", "2028-12-06"],
        ),
        (
            {
                "type": "relativeYearly",
                "daysOfWeek": ["monday"],
                "index": "first",
                "month": 5,
            },
            ["2027-05-03", "2028-05-01", "2029-05-07"],
        ),
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "wednesday"]},
            ["2026-11-25", "2026-12-07", "2026-12-09"],
        ),
    ],
)
async def test_every_kind_of_pattern_falls_on_its_days(graph, pattern, expected):
    made = await graph.make(
        **at("2026-11-25T09:00", "10:00"),
        recurrence={
            "pattern": {"interval": 1, "firstDayOfWeek": "monday", **pattern},
            "range": {
                "type": "numbered",
                "startDate": "2026-11-25",
                "numberOfOccurrences": 3,
            },
        },
    )
    window = {
        "startDateTime": "2026-11-01T00:00:00Z",
        "endDateTime": "2030-11-01T00:00:00Z",
    }
    seen = await graph.get(f"/users/{DESK}/events/{made['id']}/instances", window)

    assert [e["start"]["dateTime"][:10] for e in seen.items] == expected
    assert made["start"]["dateTime"][:10] == expected[0]


async def test_an_all_day_series_is_not_shifted(graph):
    await graph.make(
        **all_day("2026-10-20", "2026-10-21"),
        recurrence=weekly("tuesday", "2026-10-20"),
    )
    seen = await graph.view("2026-10-19T22:00:00Z", "2026-11-04T00:00:00Z")

    starts = [e["start"]["dateTime"] for e in seen.items]
    assert starts == [f"2026-{d}T00:00:00.0000000" for d in ("10-20", "10-27", "11-03")]


@pytest.mark.parametrize("zone", [HELSINKI, "UTC"])
async def test_one_day_of_a_series_may_last_all_day_and_is_not_shifted(graph, zone):
    made = await graph.make(
        **at("2026-10-24T09:00", "10:00", zone),
        recurrence={
            "pattern": {"type": "daily", "interval": 1},
            "range": {
                "type": "numbered",
                "startDate": "2026-10-24",
                "numberOfOccurrences": 3,
            },
        },
    )
    window = {
        "startDateTime": "2026-10-23T00:00:00Z",
        "endDateTime": "2026-10-28T00:00:00Z",
    }
    days = await graph.get(f"/users/{DESK}/events/{made['id']}/instances", window)

    changed = await graph.change(
        days.items[1]["id"], **all_day("2026-10-25", "2026-10-26")
    )
    seen = await graph.view(*window.values())

    assert changed.status == 200, changed.body
    assert [i["isAllDay"] for i in seen.items] == [False, True, False]
    for prefer in ("UTC", HELSINKI, "FLE Standard Time"):
        seen = await graph.view(*window.values(), prefer=f'outlook.timezone="{prefer}"')
        one = seen.items[1]
        assert one["start"] == {
            "dateTime": "2026-10-25T00:00:00.0000000",
            "timeZone": prefer,
        }
        assert one["end"]["dateTime"] == "2026-10-26T00:00:00.0000000"


async def test_a_meeting_across_midnight_shows_on_both_days(graph):
    await graph.make(
        start={"dateTime": "2026-11-25T22:00:00", "timeZone": HELSINKI},
        end={"dateTime": "2026-11-26T06:00:00", "timeZone": HELSINKI},
    )
    for day in ("2026-11-25", "2026-11-26"):
        seen = await graph.view(f"{day}T03:00:00+02:00", f"{day}T23:00:00+02:00")

        assert len(seen.items) == 1


def series(first, minutes, interval):
    begin = datetime.combine(first, datetime.min.time()) + timedelta(hours=9)
    return Event(
        key="e1",
        number=1,
        calendar="c",
        start=begin,
        end=begin + timedelta(minutes=minutes),
        zone=HELSINKI,
        created=NOW,
        modified=NOW,
        version=1,
        ical="x",
        recurrence={
            "pattern": {"type": "daily", "interval": interval},
            "range": {"type": "noEnd"},
        },
    )


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    minutes=st.integers(5, 1430),
    interval=st.integers(1, 9),
    offset=st.integers(0, 400 * 24 * 12),
    length=st.integers(1, 600),
)
@settings(max_examples=60)
def test_a_window_finds_exactly_the_occurrences_that_overlap_it(
    first, minutes, interval, offset, length
):
    event = series(first, minutes, interval)
    start = datetime.combine(first, datetime.min.time(), UTC) + timedelta(
        minutes=5 * offset
    )
    end = start + timedelta(hours=length)
    rules = zone_of(HELSINKI)
    slow = []
    for n in range(0, 600, interval):
        begin = (event.start + timedelta(days=n)).replace(tzinfo=rules)
        finish = (event.end + timedelta(days=n)).replace(tzinfo=rules)
        if begin.astimezone(UTC) < end and finish.astimezone(UTC) > start:
            slow.append((event.start + timedelta(days=n)).date().isoformat())

    found = [o.day for o in recurrence.occurrences(event, start, end)]

    assert found == slow


async def test_a_series_given_other_times_forgets_its_exceptions(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    window = ("2026-11-23T00:00:00Z", "2026-12-09T00:00:00Z")
    _, second, third = (await graph.view(*window)).items
    await graph.change(second["id"], **at("2026-12-02T14:00", "15:00"))
    await graph.delete(third["id"])

    await graph.change(made["id"], **at("2026-11-24T11:00", "12:00"))
    seen = await graph.view(*window)

    assert [e["start"]["dateTime"][:16] for e in seen.items] == [
        "2026-11-24T09:00",
        "2026-12-01T09:00",
        "2026-12-08T09:00",
    ]
