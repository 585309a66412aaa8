"""Our client against a Graph that misbehaves on order. Its clock is the test's."""

import asyncio
import time
from typing import Any
from urllib.parse import unquote

import pytest

from booking.spans import Span
from graph_sync.graph import (
    Changed,
    Drop,
    Forbidden,
    Gone,
    Mail,
    NoMailbox,
    Put,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
    View,
    Written,
)
from graph_sync.microsoft import Limits, TokenSource
from tests.graph_sync.fake import (
    DRAFT,
    EVENT,
    SLOT,
    Say,
    Tokens,
    fake,
    faking,
    graph,
    look,
    refusal,
    speaking_to,
)
from tests.support.moments import START

__all__ = ["fake", "graph"]

MAIL = Mail("m1", "desk@x", "client@x", "Hei", "Hei", "<p>Hei</p>", "fi")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (refusal(400), Refused),
        (refusal(400, "ErrorItemNotFound"), Gone),
        (refusal(400, "SyncStateInvalid"), TokenExpired),
        (refusal(401), Forbidden),
        (refusal(403, "ErrorAccessDenied"), Forbidden),
        (refusal(404), Unavailable),
        (refusal(404, "ErrorItemNotFound"), Gone),
        (refusal(404, "ErrorInvalidUser"), NoMailbox),
        (refusal(404, "ResourceNotFound"), NoMailbox),
        (refusal(404, "MailboxNotEnabledForRESTAPI"), NoMailbox),
        (refusal(405), Refused),
        (refusal(409), Changed),
        (refusal(409, "ErrorIrresolvableConflict"), Changed),
        (refusal(410, "SyncStateNotFound"), TokenExpired),
        (refusal(412), Changed),
        (refusal(413), Refused),
        (refusal(429, Retry_After="60"), Throttled),
        (refusal(503, Retry_After="60"), Throttled),
        (refusal(500), Unavailable),
        (refusal(503), Unavailable),
        (refusal(504), Unanswered),
        (Say(502, text="<html>Bad gateway</html>"), Unavailable),
        (Say(404, text="<html>Not found</html>"), Unavailable),
        (Say(200, text="<html>Welcome to the hotel</html>"), Unavailable),
        (Say(302, headers={"Location": "http://127.0.0.1:9/"}), Refused),
        (Say(drop=True), Unanswered),
    ],
)
async def test_each_refusal_becomes_its_own_error(fake, graph, said, error):
    fake.otherwise = said

    with pytest.raises(error) as caught:
        await graph.event("aino", "E1")

    assert type(caught.value) is error
    assert "Matti" not in str(caught.value)
    if isinstance(said.body, dict):
        assert caught.value.code == said.body["error"]["code"]
        assert caught.value.request_id == "r-1"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "2.128"}, 2.128),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-3"}, 0),
        ({}, 1.0),
        ({"Retry-After": "soon"}, 1.0),
        ({"Retry-After": "nan"}, 1.0),
        (
            {
                "Date": "Mon, 23 Nov 2026 08:00:00 GMT",
                "Retry-After": "Mon, 23 Nov 2026 08:00:05 GMT",
            },
            5.0,
        ),
    ],
)
async def test_graph_is_given_exactly_the_time_it_asked_for(
    fake, graph, headers, seconds
):
    fake.say(Say(429, {"error": {"code": "TooManyRequests"}}, headers))

    assert await look(graph) == ()

    assert len(fake.asked) == 2
    assert sum(fake.clock.slept) == pytest.approx(seconds)


async def test_a_wait_beyond_patience_is_the_callers_to_decide(fake, graph):
    fake.say(refusal(429, Retry_After="60"))

    answer = await look(graph)

    assert isinstance(answer, Throttled)
    assert answer.retry_after == 60
    assert len(fake.asked) == 1


async def test_a_mailbox_told_to_wait_is_left_alone_and_others_are_not(fake, graph):
    fake.say(refusal(429, Retry_After="60"))
    await look(graph, "aino")

    again = await look(graph, "AINO")
    assert isinstance(again, Throttled)
    assert again.retry_after == pytest.approx(60)
    assert await look(graph, "leyla") == ()
    many = await graph.view([View("aino", SLOT), View("leyla", SLOT)])
    assert isinstance(many[0], Throttled)
    assert many[1] == ()

    fake.clock.seconds += 60
    assert await look(graph, "aino") == ()


async def test_an_unanswered_read_is_repeated_a_few_times_and_then_given_up(
    fake, graph
):
    fake.otherwise = refusal(500)

    assert isinstance(await look(graph), Unavailable)

    assert len(fake.asked) == Limits().tries
    assert fake.clock.slept == [0.25, 0.5, 1.0]


async def test_repeats_end_with_the_patience_however_many_are_left(fake):
    limits = Limits(tries=100, patience=5)
    fake.otherwise = refusal(429, Retry_After="1.5")

    async with speaking_to(fake, limits) as graph:
        assert isinstance(await look(graph), Throttled)

    assert len(fake.asked) == 4
    assert sum(fake.clock.slept) <= 5


async def test_a_slow_answer_is_no_answer(fake):
    fake.otherwise = Say(body={"value": []}, seconds=5)

    async with speaking_to(fake, Limits(timeout=0.05, tries=2)) as graph:
        began = time.monotonic()
        assert isinstance(await look(graph), Unavailable)

    assert time.monotonic() - began < 3
    assert len(fake.asked) == 2


async def test_a_mail_is_never_sent_twice_by_ourselves(fake, graph):
    fake.otherwise = refusal(504)

    with pytest.raises(Unavailable):
        await graph.send(MAIL)

    assert len(fake.asked) == 1


async def test_a_mail_that_was_not_taken_is_for_the_caller_to_decide_anew(fake, graph):
    """What it says may be true no longer once the wait is over."""
    fake.say(refusal(429, Retry_After="1"), Say(202))

    with pytest.raises(Throttled) as refused:
        await graph.send(MAIL)
    with pytest.raises(Throttled):
        await graph.send(MAIL)

    assert refused.value.retry_after == 1
    assert len(fake.asked) == 1, "nor is a closed mailbox waited for"


async def test_a_create_is_repeated_with_the_same_transaction_id(fake, graph):
    fake.say(refusal(504), Say(201, EVENT))

    (answer,) = await graph.put([Put("aino", DRAFT, "t-1", verify=False)])

    assert isinstance(answer, Written)
    assert [each.body["transactionId"] for each in fake.asked] == ["t-1", "t-1"]


async def test_every_request_says_what_it_prefers_and_who_it_is(fake, graph):
    fake.say(refusal(500))
    await look(graph)
    fake.part = lambda _: {"status": 201, "body": EVENT}
    fake.otherwise = Say()
    await graph.put([Put("aino", DRAFT, "t-1")])

    headers = [each.headers for each in fake.asked]
    assert [each["client-request-id"] for each in headers] == [
        "request-1",
        "request-2",
        "request-3",
    ]
    assert {each["authorization"] for each in headers} == {"Bearer secret-token"}
    inner = [part["headers"]["prefer"] for part in fake.asked[2].parts]
    for prefer in (headers[0]["prefer"], headers[1]["prefer"], *inner):
        assert 'IdType="ImmutableId"' in prefer
        assert 'outlook.timezone="UTC"' in prefer


async def test_whoever_gives_up_waiting_takes_no_place_with_her(fake, graph):
    fake.otherwise = Say(body={"value": []}, seconds=0.05)
    held = [asyncio.create_task(look(graph)) for _ in range(4)]
    await asyncio.sleep(0.01)  # noqa: TID251 - until they are under way
    waiting = [asyncio.create_task(look(graph)) for _ in range(3)]
    await asyncio.sleep(0)  # noqa: TID251 - until they wait

    for task in (*waiting, held[0]):
        task.cancel()
    await asyncio.gather(*held, *waiting, return_exceptions=True)
    await asyncio.gather(*(look(graph) for _ in range(8)))

    assert fake.busiest["aino"] <= 5  # the server has not noticed the one that left
    assert graph._transport.gate.lane("aino").taken == 0


async def test_a_view_of_many_pages_is_read_to_its_end(fake, graph):
    fake.say(
        Say(body={"value": [EVENT], "@odata.nextLink": f"{fake.url}/next?$skip=1"}),
        Say(body={"value": [EVENT | {"id": "E2"}]}),
    )

    events = await look(graph)

    assert [each.id for each in events] == ["E1", "E2"]
    assert 'IdType="ImmutableId"' in fake.asked[1].headers["prefer"]


async def test_a_next_link_to_elsewhere_is_refused_and_gets_no_token(fake, graph):
    async with faking() as thief:
        fake.say(Say(body={"value": [], "@odata.nextLink": f"{thief.url}/next"}))

        answer = await look(graph)

        assert isinstance(answer, Refused)
        assert thief.asked == []


async def test_a_redirection_is_not_followed(fake, graph):
    async with faking() as thief:
        fake.say(Say(307, headers={"Location": f"{thief.url}/x"}))

        assert isinstance(await look(graph), Refused)
        assert thief.asked == []


async def test_a_view_with_an_event_without_a_time_is_no_answer(fake, graph):
    fake.otherwise = Say(body={"value": [EVENT, {"id": "E2", "showAs": "busy"}]})

    assert isinstance(await look(graph), Refused)


async def test_ten_callers_at_once_ask_for_one_token():
    class Slow(Tokens):
        async def get_token(self, *scopes: str, **options: Any) -> Any:
            if not hasattr(self, "kept"):
                self.kept = await super().get_token(*scopes, **options)
            return self.kept

    slow = Slow()
    source = TokenSource(slow)

    await asyncio.gather(*(source.bearer("scope") for _ in range(10)))

    assert slow.asked == 1


async def test_a_closed_client_leaves_no_connection_open(fake):
    async with speaking_to(fake) as graph:
        await asyncio.gather(*(look(graph, f"box{number}") for number in range(8)))
        pools = [each._pool for each in graph._transport._inner if each is not None]
        assert sum(len(pool.connections) for pool in pools) > 0

    assert sum(len(pool.connections) for pool in pools) == 0


async def test_a_mail_carries_its_key_and_says_that_it_is_automatic(fake, graph):
    fake.otherwise = Say(202)

    await graph.send(
        Mail(**{**_mail(), "attachments": (("aika.ics", "text/calendar", b"ICS"),)})
    )

    (asked,) = fake.asked
    message = asked.body["Message"]
    assert asked.path == "/v1.0/users/desk%40x/sendMail"
    assert asked.body["SaveToSentItems"] is True
    assert {
        each["name"]: each["value"] for each in message["internetMessageHeaders"]
    } == {
        "x-vuoro-key": "m1",
        "x-auto-response-suppress": "All",
    }
    assert {each["value"] for each in message["singleValueExtendedProperties"]} == {
        "m1",
        "auto-generated",
    }
    assert message["attachments"] == [
        {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": "aika.ics",
            "contentType": "text/calendar",
            "contentBytes": "SUNT",
        }
    ]


def _mail() -> dict[str, Any]:
    return {name: getattr(MAIL, name) for name in MAIL.__dataclass_fields__}


async def test_ending_a_subscription_that_is_gone_is_fine(fake, graph):
    for code in ("ResourceNotFound", "ExtensionError"):
        fake.otherwise = refusal(404, code)

        await graph.unsubscribe("s1")
        with pytest.raises(Gone):
            await graph.renew("s1", START)


async def test_a_mailbox_that_cannot_be_watched_is_not_there(fake, graph):
    fake.otherwise = refusal(404, "ResourceNotFound")

    with pytest.raises(NoMailbox):
        await graph.subscribe("aino", "https://x.example/hooks", "s", START)


async def test_a_subscription_is_asked_for_once_only(fake, graph):
    fake.otherwise = refusal(500)

    with pytest.raises(Unavailable):
        await graph.subscribe("aino", "https://x.example/hooks", "s", START)

    (asked,) = fake.asked
    assert asked.body["resource"] == "users/aino/events"
    assert asked.body["clientState"] == "s"
    assert asked.body["changeType"] == "created,updated,deleted"
    assert asked.body["lifecycleNotificationUrl"] == "https://x.example/hooks"


@pytest.mark.parametrize("code", ["MailboxNotEnabledForRESTAPI", "ResourceNotFound"])
async def test_a_mailbox_that_is_not_there_has_not_lost_an_event(fake, graph, code):
    """Whoever looks an event up, to believe that it was deleted, is not told so."""
    fake.otherwise = refusal(404, code)
    change = Put("aino", DRAFT, "", "E1", changed=("span",), verify=False)

    dropped = await graph.drop([Drop("aino", "E1")])
    changed = await graph.put([change])

    assert [type(answer) for answer in (*dropped, *changed)] == [NoMailbox] * 2
    with pytest.raises(NoMailbox):
        await graph.event("aino", "E1")


async def test_the_span_of_a_view_is_said_in_utc(fake, graph):
    await graph.view([View("aino", Span(SLOT.start, SLOT.end))])

    said = unquote(fake.asked[0].path)
    assert "startDateTime=2026-11-23T10:00:00Z" in said
    assert "endDateTime=2026-11-23T11:00:00Z" in said
