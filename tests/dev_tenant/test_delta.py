"""calendarView/delta: rounds, stubs, removals, tokens."""

import pytest

from dev_tenant.graph import store
from tests.dev_tenant.graph_world import (
    AINO,
    DESK,
    HELSINKI,
    at,
    weekly,
)

WINDOW = {
    "startDateTime": "2026-11-23T00:00:00Z",
    "endDateTime": "2026-12-21T00:00:00Z",
}


async def round_of(graph, link=None, mail=DESK, *, brackets=False, prefer=None):
    """All items of one round, the deltaLink, and the pages' sizes."""
    path = f"/users/{mail}/calendarView/delta{'()' if brackets else ''}"
    seen = await (
        graph.get(link, prefer=prefer)
        if link
        else graph.get(path, WINDOW, prefer=prefer)
    )
    items, sizes = list(seen.items), [len(seen.items)]
    while "@odata.nextLink" in seen.body:
        seen = await graph.get(seen.body["@odata.nextLink"], prefer=prefer)
        items += seen.items
        sizes.append(len(seen.items))
    return items, seen.body["@odata.deltaLink"], sizes


@pytest.mark.parametrize("brackets", [False, True])
async def test_delta_is_served_with_and_without_brackets(graph, brackets):
    made = await graph.make()

    items, _, _ = await round_of(graph, brackets=brackets)

    assert [i["id"] for i in items] == [made["id"]]


async def test_the_next_round_has_only_what_changed(graph):
    one, _ = await graph.make(subject="1"), await graph.make(subject="2")
    _, link, _ = await round_of(graph)
    assert (await round_of(graph, link))[0] == []

    await graph.change(one["id"], subject="1b")
    three = await graph.make(subject="3")
    items, _, _ = await round_of(graph, link)

    assert {i["id"]: i["subject"] for i in items} == {
        one["id"]: "1b",
        three["id"]: "3",
    }


async def test_a_deleted_event_comes_as_removed_with_its_id_alone(graph):
    made = await graph.make()
    _, link, _ = await round_of(graph)
    await graph.delete(made["id"])

    items, _, _ = await round_of(graph, link)

    assert items == [
        {
            "@odata.type": "#microsoft.graph.event",
            "id": made["id"],
            "@removed": {"reason": "deleted"},
        }
    ]


async def test_a_change_outside_the_window_comes_as_removed(graph):
    _, link, _ = await round_of(graph)
    made = await graph.make(**at("2027-05-05T10:00", "11:00"))

    items, _, _ = await round_of(graph, link)

    assert [(i["id"], "@removed" in i) for i in items] == [(made["id"], True)]


async def test_an_event_moved_out_of_the_window_comes_as_removed(graph):
    made = await graph.make()
    _, link, _ = await round_of(graph)
    await graph.change(made["id"], **at("2027-05-05T10:00", "11:00"))

    items, _, _ = await round_of(graph, link)

    assert [i["@removed"]["reason"] for i in items] == ["deleted"]
    assert (await graph.event(made["id"])).status == 200


async def test_the_first_round_tells_nothing_of_what_is_outside(graph):
    await graph.make(**at("2027-05-05T10:00", "11:00"))

    assert (await round_of(graph))[0] == []


async def test_a_series_comes_as_a_master_and_stubs(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    items, _, _ = await round_of(graph)
    master, *stubs = items

    assert master["id"] == made["id"]
    assert master["type"] == "seriesMaster"
    assert master["subject"]
    assert len(stubs) == 4
    for stub in stubs:
        assert set(stub) == {
            "@odata.type",
            "@odata.etag",
            "id",
            "seriesMasterId",
            "type",
            "start",
            "end",
        }
        assert stub["seriesMasterId"] == made["id"]


async def test_an_exception_comes_as_a_stub_or_whole_as_told(graph):
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    items, link, _ = await round_of(graph)
    await graph.change(items[2]["id"], subject="Toinen")

    bare, _, _ = await round_of(graph, link)
    graph.switches["whole_exceptions"] = True
    told, _, _ = await round_of(graph, link)

    for items_, subject in ((bare, None), (told, "Toinen")):
        [changed] = [i for i in items_ if i["type"] == "exception"]
        assert changed["id"] == items[2]["id"]
        assert changed.get("subject") == subject
        assert changed["seriesMasterId"] == items[0]["id"]


async def test_a_master_from_before_the_window_is_not_sent_only_its_stubs(graph):
    made = await graph.make(
        **at("2026-11-03T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-03")
    )
    items, _, _ = await round_of(graph)

    assert {i["type"] for i in items} == {"occurrence"}
    assert (await graph.event(made["id"])).body["type"] == "seriesMaster"


async def test_a_deleted_occurrence_comes_as_removed_unless_told_to_be_silent(graph):
    await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    items, link, _ = await round_of(graph)
    await graph.delete(items[2]["id"])

    told, _, _ = await round_of(graph, link)
    graph.switches["silent_occurrences"] = True
    silent, _, _ = await round_of(graph, link)

    assert [i["id"] for i in told if "@removed" in i] == [items[2]["id"]]
    assert [i for i in silent if "@removed" in i] == []
    assert items[2]["id"] not in {i["id"] for i in silent}
    assert len(silent) == 4


async def test_a_deleted_series_takes_its_occurrences_along(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    items, link, _ = await round_of(graph)
    await graph.delete(made["id"])

    told, _, _ = await round_of(graph, link)

    assert {i["id"] for i in told} == {i["id"] for i in items}
    assert all("@removed" in i for i in told)


async def test_a_shortened_series_removes_what_it_lost(graph):
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"), recurrence=weekly("tuesday", "2026-11-24")
    )
    items, link, _ = await round_of(graph)
    ends = weekly("tuesday", "2026-11-24", type="endDate", endDate="2026-12-01")
    await graph.change(made["id"], recurrence=ends)

    told, _, _ = await round_of(graph, link)
    gone = {i["id"] for i in told if "@removed" in i}
    kept = {i["id"] for i in told if "@removed" not in i}

    assert gone == {i["id"] for i in items[3:]}
    assert kept == {i["id"] for i in items[:3]}


async def test_an_invited_series_whose_organizer_has_one_event_loses_its_days(graph):
    """An attendee made a series of her copy; the organizer's next change undoes it."""
    made = await graph.make(
        **at("2026-11-24T09:00", "10:00"),
        attendees=[{"emailAddress": {"address": AINO}}],
    )
    items, *_ = await round_of(graph, mail=AINO)
    copy = next(each for each in items if each.get("iCalUId") == made["iCalUId"])
    weeks = weekly("tuesday", "2026-11-24")
    await graph.change(copy["id"], mail=AINO, recurrence=weeks)
    items, link, _ = await round_of(graph, mail=AINO)
    days = {each["id"] for each in items if each.get("seriesMasterId") == copy["id"]}
    assert len(days) == 4

    await graph.change(made["id"], subject="Toinen")

    told, _, _ = await round_of(graph, link)
    assert {each["id"] for each in told if "@removed" in each} == days


async def test_an_occurrence_moved_out_of_the_window_comes_as_removed(graph):
    ends = weekly("tuesday", "2026-11-24", type="endDate", endDate="2026-12-15")
    await graph.make(**at("2026-11-24T09:00", "10:00"), recurrence=ends)
    items, link, _ = await round_of(graph)
    last = items[-1]
    await graph.change(last["id"], **at("2026-12-22T09:00", "10:00"))

    told, _, _ = await round_of(graph, link)

    assert [i["id"] for i in told if "@removed" in i] == [last["id"]]


async def moved_into_the_window(graph):
    """Have a day of a series, from before the window, moved into it, and read it."""
    ends = weekly("tuesday", "2026-11-10", type="endDate", endDate="2026-12-01")
    made = await graph.make(**at("2026-11-10T09:00", "10:00"), recurrence=ends)
    view = {**WINDOW, "startDateTime": "2026-11-17T00:00:00Z"}
    seen = await graph.get(f"/users/{DESK}/calendarView", view)
    earlier = seen.items[0]
    assert earlier["start"]["dateTime"].startswith("2026-11-17")
    await graph.change(earlier["id"], **at("2026-11-23T12:00", "13:00"))
    items, link, _ = await round_of(graph)
    assert earlier["id"] in {i["id"] for i in items}
    return made, earlier["id"], link


async def test_a_day_that_was_moved_into_the_window_goes_with_its_series(graph):
    made, earlier, link = await moved_into_the_window(graph)
    await graph.delete(made["id"])

    told, _, _ = await round_of(graph, link)

    assert earlier in {i["id"] for i in told if "@removed" in i}


async def test_a_day_that_was_moved_into_the_window_goes_alone(graph):
    _, earlier, link = await moved_into_the_window(graph)
    await graph.delete(earlier)

    told, _, _ = await round_of(graph, link)

    assert earlier in {i["id"] for i in told if "@removed" in i}


async def test_a_day_that_was_moved_goes_back_once_its_series_has_another_hour(graph):
    made, earlier, link = await moved_into_the_window(graph)
    again = weekly("tuesday", "2026-11-10", type="endDate", endDate="2026-12-01")
    await graph.change(made["id"], **at("2026-11-10T11:00", "12:00"), recurrence=again)

    told, _, _ = await round_of(graph, link)

    removed = {i["id"] for i in told if "@removed" in i}
    assert earlier in removed
    assert not removed & {i["id"] for i in told if "@removed" not in i}


async def test_a_round_has_several_pages_and_an_empty_one_between(graph):
    for n in range(25):
        await graph.make(subject=str(n), **at(f"2026-11-25T{n % 20:02d}:00", "23:00"))

    items, link, sizes = await round_of(graph)

    assert len(items) == len({i["id"] for i in items}) == 25
    assert sizes == [10, 0, 10, 5]
    assert (await round_of(graph, link))[2] == [0]


async def test_the_page_size_is_preferred(graph):
    for _ in range(12):
        await graph.make()

    _, _, sizes = await round_of(graph, prefer="odata.maxpagesize=50")

    assert sizes == [12]


async def test_changes_made_during_a_round_belong_to_the_next(graph):
    for n in range(12):
        await graph.make(subject=str(n))
    first = await graph.get(f"/users/{DESK}/calendarView/delta", WINDOW)
    late = await graph.make(subject="late")

    items, link, _ = await round_of(graph, first.body["@odata.nextLink"])
    after, _, _ = await round_of(graph, link)

    assert late["id"] not in {i["id"] for i in items}
    assert [i["id"] for i in after] == [late["id"]]


async def test_preferences_are_not_in_the_token(graph):
    made = await graph.make()
    prefer = [f'outlook.timezone="{HELSINKI}"', 'IdType="ImmutableId"']
    first, link, _ = await round_of(graph, prefer=prefer)
    await graph.change(made["id"], subject="y")

    forgotten, _, _ = await round_of(graph, link)
    repeated, _, _ = await round_of(graph, link, prefer=prefer)

    assert first[0]["start"]["timeZone"] == HELSINKI
    assert forgotten[0]["start"]["timeZone"] == "UTC"
    assert forgotten[0]["id"] == made["id"]
    assert repeated[0]["id"] == first[0]["id"] != made["id"]


@pytest.mark.parametrize(
    "option", ["$select", "$filter", "$orderby", "$expand", "$top"]
)
async def test_query_options_are_not_supported(graph, option):
    seen = await graph.get(
        f"/users/{DESK}/calendarView/delta", {**WINDOW, option: "subject"}
    )

    assert seen.status == 400


async def test_an_old_token_is_gone(graph):
    _, link, _ = await round_of(graph)
    await graph.control("delta/expire")

    seen = await graph.get(link)

    assert (seen.status, seen.code) == (410, "SyncStateNotFound")
    assert (await round_of(graph))[0] == []


async def test_a_token_of_another_mailbox_or_of_nobody_is_refused(graph):
    _, link, _ = await round_of(graph)
    other = link.replace(DESK, AINO)
    assert other != link

    assert (await graph.get(other)).status == 400
    assert (await graph.get(link[:-9])).status == 400


async def test_changes_show_late_when_told_to(graph):
    _, link, _ = await round_of(graph)
    graph.switches["eventual_delta"] = 60
    made = await graph.make()

    early, link, _ = await round_of(graph, link)
    graph.switches["eventual_delta"] = 0
    late, _, _ = await round_of(graph, link)

    assert early == []
    assert [i["id"] for i in late] == [made["id"]]


async def test_an_event_moved_to_another_calendar_is_removed(graph):
    other = await graph.post(f"/users/{DESK}/calendars", {"name": "Toinen"})
    made = await graph.make()
    _, link, _ = await round_of(graph)
    box = graph.box()
    event = next(iter(box.events.values()))
    store.move(graph.tenant, box, event, store.calendar_of(box, other.body["id"]))

    items, _, _ = await round_of(graph, link)

    assert [(i["id"], "@removed" in i) for i in items] == [(made["id"], True)]


async def test_the_sample_told_by_delta_is_the_sample_seen_in_the_view(graph):
    items, _, _ = await round_of(graph, mail=AINO)
    seen = await graph.view(*WINDOW.values(), AINO, **{"$top": 1000})

    told = {i["id"] for i in items if i.get("type") != "seriesMaster"}
    assert told == {i["id"] for i in seen.items}
    assert len(told) > 30


async def test_an_item_can_come_twice_in_a_round_when_told_to(graph):
    made = await graph.make()
    graph.switches["replay_delta"] = True

    items, _, _ = await round_of(graph)

    assert [i["id"] for i in items] == [made["id"], made["id"]]


async def test_a_token_that_is_gone_says_where_to_begin_anew(graph):
    _, link, _ = await round_of(graph)
    await graph.control("delta/expire")
    seen = await graph.get(link)

    assert seen.headers["Location"].endswith("calendarView/delta?$deltaToken=")
