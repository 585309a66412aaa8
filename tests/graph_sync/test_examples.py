"""Our readers, given what Microsoft's documentation prints."""

from datetime import UTC, date, datetime, time

import pytest

from booking.calendar import AllDay, ShowAs, WorkingHours
from booking.events import join_block
from booking.spans import Span
from graph_sync.graph import (
    Forbidden,
    Refused,
    Throttled,
    TokenExpired,
    Unavailable,
    View,
)
from graph_sync.microsoft.delta import Round
from graph_sync.microsoft.errors import Reply, error_of
from graph_sync.microsoft.events import Unreadable, read_event
from graph_sync.microsoft.mailbox import read_mailbox
from graph_sync.microsoft.zones import iana
from graph_sync.subscriptions import Held, heard, read_notices
from tests.graph_sync.examples import example
from tests.graph_sync.fake import SLOT, Say, fake, graph
from tests.support.moments import START

__all__ = ["fake", "graph"]

EVENTS = [
    "event-create-online-res",
    "event-create-recurring-res",
    "event-create-res",
    "event-online-full-body",
    "event-online-patch-res",
]
LISTS = [
    "delta-events-recurring-beta",
    "delta-page1",
    "delta-page2",
    "event-list-res",
    "instances-res",
]


@pytest.mark.parametrize("name", EVENTS)
def test_a_printed_event_is_read(name):
    raw = example(name)["body"]

    event = read_event(raw)

    assert event.id == raw["id"]
    assert event.subject == raw["subject"]
    assert event.change_key == raw["@odata.etag"][3:-1]
    assert isinstance(event.when, Span | AllDay)


@pytest.mark.parametrize("name", LISTS)
def test_every_event_of_a_printed_list_is_read(name):
    said = example(name)["body"]["value"]

    told = Round()
    events, removed = told.take(said)

    assert said
    found = {event.id for event in (*events, *told.late())} | set(removed)
    assert found == {raw["id"] for raw in said}


def test_times_in_a_windows_zone_are_understood():
    event = read_event(example("event-online-full-body")["body"])

    # Thirteen o'clock Pacific Standard Time, in November.
    assert event.when == Span(
        datetime(2019, 11, 20, 21, tzinfo=UTC), datetime(2019, 11, 20, 22, tzinfo=UTC)
    )
    assert event.online
    assert (event.join_url or "").startswith(
        "https://teams.microsoft.com/l/meetup-join"
    )


def test_the_join_block_is_found_whole():
    event = read_event(example("event-online-full-body")["body"])
    assert event.body is not None

    for known_url in (event.join_url, None):
        block = join_block(event.body, known_url)
        assert block is not None
        assert block.startswith('<div style="width:100%; height:20px"><span')
        assert "meetup-join" in block
        assert "Meeting options" in block
        assert block.count("_" * 80) == 2
        assert "Does this time work" not in block
        assert "</body>" not in block


def test_a_round_with_a_removal_is_read():
    events, removed = Round().take(example("delta-next-round")["body"]["value"])

    assert len(events) == 1
    assert len(removed) == 1


def test_the_printed_refusals_become_our_errors():
    throttled = error_of(_reply("error-429"))
    assert isinstance(throttled, Throttled)
    assert throttled.retry_after == 2.128
    assert throttled.request_id == "94fb3b52-452a-4535-a601-69e0a90e3aa2"
    assert isinstance(error_of(_reply("error-410-syncstate")), TokenExpired)
    assert isinstance(error_of(_reply("error-403-meeting-policy", 403)), Forbidden)
    assert isinstance(error_of(_reply("sendmail-error-400", 400)), Refused)
    part = example("batch-mixed-2025-error")["body"]
    assert isinstance(error_of(Reply(part["status"], {}, part["body"])), Forbidden)


def _reply(name: str, status: int = 0) -> Reply:
    said = example(name)
    headers = {key.lower(): value for key, value in said.get("headers", {}).items()}
    return Reply(said.get("status") or status, headers, said["body"])


@pytest.mark.parametrize(
    "name", ["notification-basic", "notification-lifecycle-reauth"]
)
def test_the_printed_notices_are_read(name):
    (read, *_) = read_notices(example(name)["body"])

    assert read.subscription
    assert read.secret
    assert bool(read.lifecycle) == ("lifecycle" in name)
    assert bool(read.event_id) != ("lifecycle" in name)


def test_an_all_day_example_keeps_its_dates():
    raw = example("event-create-res")["body"] | {
        "isAllDay": True,
        "start": {"dateTime": "2017-04-15T00:00:00.0000000", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": "2017-04-16T00:00:00.0000000", "timeZone": "Asia/Tokyo"},
        "showAs": "sometimes",
    }

    event = read_event(raw)

    assert event.when == AllDay(date(2017, 4, 15), date(2017, 4, 16))
    assert event.show_as is ShowAs.UNKNOWN


async def test_the_printed_subscriptions_are_read(fake, graph):
    bodies = [
        example(f"subscription-{name}-res")["body"] for name in ("create", "renew")
    ]
    fake.say(Say(body={"value": bodies}), Say(body=bodies[1]))

    listed = await graph.subscriptions()
    renewed = await graph.renew(bodies[1]["id"], START)

    assert [each.url for each in listed] == [each["notificationUrl"] for each in bodies]
    assert listed[1] == renewed
    assert renewed.expires == datetime(2016, 11, 22, 18, 23, 45, 935691, tzinfo=UTC)


async def test_a_printed_batch_is_answered_part_by_part(fake, graph):
    said = example("batch-res")["body"]["responses"]
    numbered = [each | {"id": str(int(each["id"]) - 1)} for each in said]
    fake.say(Say(body={"responses": numbered}))

    answers = await graph.view([View(box, SLOT) for box in ("a", "b", "c", "d")])

    # The last was a deletion: its 204 says nothing of a calendar.
    kinds = [Refused, tuple, Forbidden, Unavailable]
    assert [type(each) for each in answers] == kinds


def test_the_printed_hours_of_mailboxes_are_read():
    calendar = example("calendar-get-res")["body"]
    hours = [
        read_mailbox(
            {"workingHours": each["workingHours"]}, calendar, "Europe/Helsinki"
        ).hours
        for each in example("getschedule-res")["body"]["value"]
    ]

    assert hours[0] == WorkingHours(
        frozenset(range(5)), time(8), time(17), "America/Los_Angeles"
    )
    # A custom zone says nothing but how far it is off; hers is then the house's.
    assert hours[1].zone in {"Europe/Helsinki", "America/Los_Angeles"}
    assert all(each.start < each.end for each in hours)
    assert read_mailbox({}, calendar, "Europe/Helsinki").online_meetings


@pytest.mark.parametrize("form", ["iana", "windows"])
def test_every_printed_zone_is_known(form):
    for zone in example(f"timezones-{form}-res")["body"]["value"]:
        assert iana(zone["alias"], ""), zone


def test_the_event_within_a_printed_invitation_is_read():
    event = read_event(example("eventmessage-request-res")["body"]["event"])

    assert isinstance(event.when, Span)


def test_a_printed_notice_without_a_secret_is_not_genuine():
    notices = read_notices(example("notification-rich-tokens")["body"])

    assert len(notices) == 2
    held = {each.subscription: Held("aino", "secret") for each in notices}
    assert heard(notices, held, {}).forged == 2


def test_an_error_of_the_general_shape_keeps_its_code():
    error = error_of(_reply("error-generic", 400))

    assert isinstance(error, Refused)
    assert error.code == "invalidRange"


@pytest.mark.parametrize("name", ["event-update-res", "calendarview-list-res"])
def test_an_event_that_says_too_little_is_refused(name):
    body = example(name)["body"]

    with pytest.raises(Unreadable):
        read_event(body["value"][0] if "value" in body else body)
