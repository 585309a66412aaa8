"""Delta rounds as Graph cuts them: empty pages, stubs, repeats, links."""

from typing import Any
from urllib.parse import unquote

import pytest

from booking.calendar import ShowAs
from graph_sync.graph import Unavailable
from graph_sync.microsoft import Microsoft
from tests.graph_sync.fake import EVENT, SLOT, Say, fake, graph, refusal

__all__ = ["fake", "graph"]

STUB = {
    "id": "O1",
    "seriesMasterId": "M1",
    "type": "occurrence",
    "start": EVENT["start"],
    "end": EVENT["end"],
}
MASTER = EVENT | {"id": "M1", "type": "seriesMaster", "showAs": "oof"}


async def told(graph: Microsoft, link: str | None = None) -> list[Any]:
    return [page async for page in graph.changes("aino", SLOT, link)]


def delta(*items: dict[str, Any], onward: str = "", final: str = "d") -> Say:
    body: dict[str, Any] = {"value": list(items)}
    if onward:
        body["@odata.nextLink"] = onward
    else:
        body["@odata.deltaLink"] = final
    return Say(body=body)


async def test_a_round_goes_on_through_empty_pages(fake, graph):
    link = f"{fake.url}/users/aino/calendarView/delta?$skiptoken="
    fake.say(
        delta(EVENT, onward=link + "1"),
        delta(onward=link + "2"),
        delta(EVENT | {"id": "E2"}, final="the-end"),
    )

    pages = await told(graph)

    assert [[each.id for each in page.events] for page in pages] == [["E1"], [], ["E2"]]
    assert [page.link for page in pages] == [None, None, "the-end"]
    prefer = {each.headers["prefer"] for each in fake.asked}
    assert len(prefer) == 1
    assert "odata.maxpagesize=" in prefer.pop()
    assert "$select" not in fake.asked[0].path


async def test_a_stub_waits_for_its_master_of_a_later_page(fake, graph):
    link = f"{fake.url}/users/aino/calendarView/delta?$skiptoken=1"
    fake.say(delta(STUB, onward=link), delta(MASTER))

    first, last = await told(graph)

    assert first.events == ()
    shown = {each.id: each.show_as for each in last.events}
    assert shown == {"M1": ShowAs.OOF, "O1": ShowAs.OOF}
    assert len(fake.asked) == 2


async def test_masters_from_before_the_window_are_asked_for_once(fake, graph):
    stubs = [STUB | {"id": f"O{n}", "seriesMasterId": f"M{n % 2}"} for n in range(6)]
    fake.say(delta(*stubs), Say())
    fake.part = lambda part: {
        "status": 200,
        "body": MASTER | {"id": part["url"].split("/")[4].partition("?")[0]},
    }

    (page,) = await told(graph)

    assert len(page.events) == 6
    assert {each.show_as for each in page.events} == {ShowAs.OOF}
    assert len(fake.asked) == 2
    assert len(fake.asked[1].parts) == 2


async def test_a_stub_whose_master_is_gone_stays_as_time_of_unknown_kind(fake, graph):
    fake.say(delta(STUB), refusal(404, "ErrorItemNotFound"))

    (page,) = await told(graph)

    assert [(each.id, each.show_as) for each in page.events] == [("O1", None)]


async def test_a_round_whose_masters_cannot_be_read_does_not_end(fake, graph):
    fake.say(delta(STUB))
    fake.otherwise = refusal(500)

    with pytest.raises(Unavailable):
        await told(graph)


async def test_exceptions_that_come_bare_are_looked_at_in_one_view(fake, graph):
    later = {"dateTime": "2026-12-01T12:00:00.0000000", "timeZone": "UTC"}
    changed = STUB | {"type": "exception"}
    far = changed | {"id": "O2", "start": later, "end": later}
    gone = changed | {"id": "O3"}
    whole = {"showAs": "free", "subject": "Avoin"}
    seen = [EVENT, changed | whole, far | whole]
    fake.say(delta(MASTER, STUB, gone, far, changed), Say(body={"value": seen}))

    (page,) = await told(graph)

    shown = {each.id: (each.show_as, each.subject) for each in page.events}
    # What is no longer there stays as time of an unknown kind until it is removed.
    assert shown["O1"] == shown["O2"] == (ShowAs.FREE, "Avoin")
    assert shown["O3"] == (None, None)
    assert set(shown) == {"M1", "O1", "O2", "O3"}
    view = unquote(fake.asked[1].path)
    assert "startDateTime=2026-11-23T10:00:00Z" in view
    assert "endDateTime=2026-12-01T12:01:00Z" in view
    assert len(fake.asked) == 2


async def test_an_exception_that_comes_whole_is_not_asked_about(fake, graph):
    fake.say(delta(STUB | {"type": "exception", "showAs": "tentative"}))

    (page,) = await told(graph)

    assert [each.show_as for each in page.events] == [ShowAs.TENTATIVE]
    assert len(fake.asked) == 1


async def test_an_exception_replaced_within_its_round_is_not_told_twice(fake, graph):
    bare = STUB | {"type": "exception"}
    removed = {"id": "O1", "@removed": {"reason": "deleted"}}
    fake.say(delta(bare, removed))

    (page,) = await told(graph)

    assert (page.events, page.removed) == ((), ("O1",))
    assert len(fake.asked) == 1


async def test_a_round_whose_exceptions_cannot_be_seen_does_not_end(fake, graph):
    fake.say(delta(STUB | {"type": "exception"}))
    fake.otherwise = refusal(500)

    with pytest.raises(Unavailable):
        await told(graph)


async def test_what_is_said_last_of_an_id_holds(fake, graph):
    removed = {"id": "E1", "@removed": {"reason": "deleted"}}
    link = f"{fake.url}/users/aino/calendarView/delta?$skiptoken=1"
    fake.say(
        delta(EVENT, STUB, removed, onward=link),
        delta({"id": "O1", "@removed": {"reason": "deleted"}}),
    )

    first, last = await told(graph)

    assert (first.events, first.removed) == ((), ("E1",))
    assert (last.events, last.removed) == ((), ("O1",))


async def test_an_event_that_cannot_be_read_does_not_stop_a_round(fake, graph):
    fake.say(delta(EVENT, {"id": "E2"}, {"subject": "no id"}))

    (page,) = await told(graph)

    assert [each.id for each in page.events] == ["E1"]


async def test_a_round_without_an_end_is_no_round(fake, graph):
    fake.say(Say(body={"value": []}))

    with pytest.raises(Unavailable):
        await told(graph)


async def test_a_link_is_followed_as_it_was_given(fake, graph):
    fake.say(delta(final="next"))

    (page,) = await told(graph, f"{fake.url}/users('aino')/calendarView/delta()?x=1")

    assert page.link == "next"
    assert fake.asked[0].path == "/v1.0/users('aino')/calendarView/delta()?x=1"
