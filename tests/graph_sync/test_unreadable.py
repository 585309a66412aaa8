"""An answer that says nothing is no answer: least of all that somebody is free."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graph_sync.graph import Drop, Unavailable, View
from graph_sync.microsoft import Microsoft
from tests.graph_sync.fake import EVENT, SLOT, Fake, Say, fake, graph, look
from tests.support.moments import START

__all__ = ["fake", "graph"]

NOT_AN_OBJECT = [
    Say(200),
    Say(204),
    Say(body=[]),
    Say(text="null"),
    Say(text='"fine"'),
    Say(body={"error": {"code": "SomeCode"}}),
    Say(body={"error": {"code": "SomeCode"}, "value": []}),
]
NOT_A_PAGE = [
    *NOT_AN_OBJECT,
    Say(body={}),
    Say(body={"value": None}),
    Say(body={"value": {}}),
    Say(body={"value": [None]}),
    Say(body={"value": [[]]}),
]
NO_WAY_ON = [
    Say(body={"value": [], "@odata.nextLink": link})
    for link in (None, "", 5, {}, "http://[::1/x")
]


async def one_view(graph: Microsoft) -> Any:
    return await look(graph)


async def find(graph: Microsoft) -> Any:
    return await graph.find("aino", "K7Q2FM")


async def subscriptions(graph: Microsoft) -> Any:
    return await graph.subscriptions()


async def sent(graph: Microsoft) -> Any:
    return await graph.sent("desk@x", "m1")


async def delta(graph: Microsoft) -> Any:
    return [page async for page in graph.changes("aino", SLOT, None)]


async def event(graph: Microsoft) -> Any:
    return await graph.event("aino", "E1")


async def subscribe(graph: Microsoft) -> Any:
    return await graph.subscribe("aino", "https://x.example/hooks", "s", START)


async def told(asking: Awaitable[Any]) -> Any:
    try:
        return await asking
    except Unavailable as nothing:
        return nothing


@pytest.mark.parametrize("said", [*NOT_A_PAGE, *NO_WAY_ON], ids=repr)
@pytest.mark.parametrize("ask", [one_view, find, subscriptions, delta])
async def test_a_list_is_read_whole_or_not_at_all(
    fake: Fake, graph: Microsoft, ask: Callable[[Microsoft], Awaitable[Any]], said: Say
):
    fake.otherwise = said

    answer = await told(ask(graph))

    assert isinstance(answer, Unavailable)
    assert answer.code == "Unreadable"


@pytest.mark.parametrize("said", NOT_A_PAGE, ids=repr)
async def test_a_mail_is_not_taken_for_unsent_without_a_list(fake, graph, said):
    fake.otherwise = said

    assert isinstance(await told(sent(graph)), Unavailable)


@pytest.mark.parametrize("said", [*NOT_AN_OBJECT, Say(body={})], ids=repr)
@pytest.mark.parametrize("ask", [event, subscribe])
async def test_a_thing_that_is_not_shown_is_not_known(fake, graph, ask, said):
    fake.otherwise = said

    assert isinstance(await told(ask(graph)), Unavailable)


@pytest.mark.parametrize("second", NOT_A_PAGE, ids=repr)
async def test_a_later_page_is_held_to_the_same(fake, graph, second):
    onward = {"value": [EVENT], "@odata.nextLink": f"{fake.url}/next"}
    fake.say(Say(body=onward))
    fake.otherwise = second

    assert isinstance(await look(graph), Unavailable)


@pytest.mark.parametrize(
    "part",
    [
        {"body": {"value": []}},
        {"status": None, "body": {"value": []}},
        {"status": "fine", "body": {"value": []}},
        {"status": True, "body": {"value": []}},
        {"status": 0, "body": {"value": []}},
        {"status": 150, "body": {"value": []}},
        {"status": 200},
        {"status": 204},
        {"status": 200, "body": "PGh0bWw+"},
        {"status": 200, "body": {"error": {"code": "SomeCode"}}},
        {"status": 200, "headers": [], "body": {"value": None}},
    ],
    ids=repr,
)
async def test_a_part_of_a_batch_is_held_to_the_same(fake, graph, part):
    good = {"status": 200, "body": {"value": []}}
    fake.part = lambda one: part if "aino" in one["url"] else good
    fake.otherwise = Say()

    aino, bo = await graph.view([View("aino", SLOT), View("bo", SLOT)])

    assert isinstance(aino, Unavailable)
    assert bo == ()


@pytest.mark.parametrize("said", [{}, None, [None], ["x"]], ids=repr)
async def test_a_batch_without_a_list_of_answers_answers_nothing(fake, graph, said):
    fake.otherwise = Say(body={"responses": said})

    answers = await graph.view([View("aino", SLOT), View("bo", SLOT)])

    assert [type(each) for each in answers] == [Unavailable] * 2


async def test_a_success_that_tells_of_an_error_has_dropped_nothing(fake, graph):
    fake.otherwise = Say(body={"error": {"code": "SomeCode"}})

    (answer,) = await graph.drop([Drop("aino", "E1")])

    assert isinstance(answer, Unavailable)
