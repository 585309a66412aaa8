"""How single values of Graph are read: zones, hours, times, bodies."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.calendar import AllDay, Mailbox, ShowAs, WorkingHours
from booking.events import join_block
from booking.spans import Span
from graph_sync.microsoft.events import Unreadable, read_event
from graph_sync.microsoft.mailbox import read_mailbox
from graph_sync.microsoft.zones import iana

HOME = "Europe/Helsinki"


def raw(**changes: object) -> dict[str, object]:
    plain = {
        "id": "E",
        "start": at("2026-11-23T10:00:00"),
        "end": at("2026-11-23T11:00:00"),
    }
    return {**plain, **changes}


def at(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FLE Standard Time", HOME),
        ("GTB Standard Time", "Europe/Bucharest"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Europe/Helsinki", "Europe/Helsinki"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Greenland Standard Time", "America/Nuuk"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Customized Time Zone", HOME),
        ("tzone://Microsoft/Custom", HOME),
        ("", HOME),
        (None, HOME),
    ],
)
def test_a_zone_is_understood_whatever_windows_calls_it(said, meant):
    assert iana(said, HOME) == meant


def test_a_windows_name_means_the_tenants_own_country_where_it_may():
    assert iana("FLE Standard Time", "Europe/Riga") == "Europe/Riga"
    assert iana("W. Europe Standard Time", "Europe/Stockholm") == "Europe/Stockholm"


@pytest.mark.parametrize("said", sorted(WINDOWS_TO_OLSON))
def test_every_windows_zone_leads_to_one_that_exists(said):
    found = iana(said, "nowhere")

    assert found in available_timezones()
    assert ZoneInfo(found)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 9))  # noqa: DTZ001
def test_times_are_read_to_the_microsecond_and_no_further(moment, tail):
    later = moment + timedelta(hours=1)
    text = moment.isoformat(timespec="microseconds") + str(tail)

    event = read_event(raw(start=at(text), end=at(later.isoformat())))

    assert event.when == Span(moment.replace(tzinfo=UTC), later.replace(tzinfo=UTC))


def test_times_of_another_zone_become_utc():
    event = read_event(
        raw(
            start=at("2026-07-01T10:00:00.0000000", "FLE Standard Time"),
            end=at("2026-07-01T11:00:00.0000000", "Europe/Helsinki"),
        )
    )

    assert event.when == Span(
        datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC)
    )


@pytest.mark.parametrize("zone", ["UTC", "Europe/Helsinki", "Tokyo Standard Time"])
def test_an_all_day_event_is_never_converted(zone):
    event = read_event(
        raw(
            isAllDay=True,
            start=at("2026-10-25T00:00:00.0000000", zone),
            end=at("2026-10-27T00:00:00.0000000", zone),
        )
    )

    assert event.when == AllDay(date(2026, 10, 25), date(2026, 10, 27))


def test_an_event_of_no_length_still_takes_its_minute():
    event = read_event(raw(end=at("2026-11-23T10:00:00")))

    assert isinstance(event.when, Span)
    assert event.when.length == timedelta(minutes=1)


@pytest.mark.parametrize(
    "broken",
    [
        raw(start=None),
        raw(end={}),
        raw(start=at("soon")),
        raw(start={"dateTime": None, "timeZone": "UTC"}),
        raw(isAllDay=True, start=at("x")),
        raw(id=""),
        {},
    ],
)
def test_an_event_without_a_time_is_refused(broken):
    with pytest.raises(Unreadable):
        read_event(broken)


def test_what_graph_may_add_later_does_no_harm():
    event = read_event(
        raw(
            showAs="napping",
            sensitivity=None,
            categories=None,
            location=None,
            onlineMeeting=None,
            body=None,
            newProperty=[1, {"a": 2}],
        )
    )

    assert event.show_as is ShowAs.UNKNOWN
    assert event.sensitivity == "normal"


def test_a_stub_takes_what_it_lacks_from_its_master():
    stub = raw(
        id="O1", type="occurrence", seriesMasterId="M", **{"@odata.etag": 'W/"k1"'}
    )
    master = raw(
        id="M",
        type="seriesMaster",
        changeKey="k0",
        showAs="oof",
        subject="Kurssi",
        isAllDay=True,
        start=at("2026-11-01T00:00:00"),
        end=at("2026-11-02T00:00:00"),
    )
    stub |= {"start": at("2026-11-23T00:00:00"), "end": at("2026-11-24T00:00:00")}

    event = read_event(stub, master)

    assert (event.id, event.series, event.change_key) == ("O1", "M", "k1")
    assert (event.show_as, event.subject) == (ShowAs.OOF, "Kurssi")
    assert event.when == AllDay(date(2026, 11, 23), date(2026, 11, 24))


def test_a_mailbox_says_its_hours():
    told = read_mailbox(
        {
            "timeZone": "FLE Standard Time",
            "workingHours": {
                "daysOfWeek": ["monday", "Thursday"],
                "startTime": "07:30:00.0000000",
                "endTime": "15:45:00.0000000",
                "timeZone": {"name": "W. Europe Standard Time"},
            },
        },
        {"allowedOnlineMeetingProviders": ["teamsForBusiness"]},
        HOME,
    )

    assert told == Mailbox(
        WorkingHours(frozenset({0, 3}), time(7, 30), time(15, 45), "Europe/Berlin"),
        HOME,
        online_meetings=True,
    )


def test_a_mailbox_that_says_nothing_has_usual_hours_at_home():
    for said in ({}, {"workingHours": None}, {"workingHours": {"startTime": "soon"}}):
        told = read_mailbox(said, {}, "Europe/Stockholm")

        assert told == Mailbox(
            WorkingHours(zone="Europe/Stockholm"), "Europe/Stockholm"
        )


def replies(status: str, **more) -> dict:
    start = {"dateTime": "2026-11-26T00:00:00.0000000", "timeZone": HOME}
    end = {"dateTime": "2026-11-28T00:00:00.0000000", "timeZone": "UTC"}
    scheduled = {"scheduledStartDateTime": start, "scheduledEndDateTime": end}
    return {"automaticRepliesSetting": {"status": status, **scheduled, **more}}


def test_scheduled_replies_say_when_she_is_away():
    told = read_mailbox(replies("scheduled"), {}, HOME)

    assert told.replies == Span(
        datetime(2026, 11, 25, 22, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "said",
    [
        replies("disabled"),
        replies("alwaysEnabled"),
        replies("scheduled", scheduledEndDateTime=None),
        replies("scheduled", scheduledEndDateTime={"dateTime": "soon"}),
        replies("scheduled", scheduledEndDateTime={"dateTime": "2026-11-25T00:00:00"}),
    ],
)
def test_other_replies_say_nothing_of_the_kind(said: dict):
    assert read_mailbox(said, {}, HOME).replies is None


def test_no_days_means_no_days():
    told = read_mailbox({"workingHours": {"daysOfWeek": []}}, {}, HOME)

    assert told.hours.days == frozenset()


def test_a_mailbox_without_teams_says_so():
    told = read_mailbox(
        {}, {"allowedOnlineMeetingProviders": ["skypeForBusiness"]}, HOME
    )

    assert not told.online_meetings


URL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting?a=1&b=2"
ESCAPED = URL.replace("&", "&amp;")
RULE = "_" * 80
BLOCK = (
    f'<div><span>{RULE}</span></div>\n<div class="me-email-text"><a href="{ESCAPED}">'
    f"Liity</a></div>\n<div><span>{RULE}</span></div>\n"
)


@pytest.mark.parametrize("url", [URL, None])
@pytest.mark.parametrize("before", ["", "<p>Oma teksti</p>\n", "<p>a</p><div>b</div>"])
@pytest.mark.parametrize("after", ["", "<p>Muistiinpano</p>"])
def test_the_join_block_is_cut_out_with_what_follows(url, before, after):
    html = f"<html><body>{before}{BLOCK}{after}</body></html>"

    assert join_block(html, url) == BLOCK + after


def test_a_join_block_without_rules_is_found_by_its_address():
    block = f'<div class="me-email-text"><div><a href="{ESCAPED}">Liity</a></div></div>'

    assert join_block(f"<p>Teksti</p>{block}", URL) == block


def test_a_body_without_a_meeting_has_no_join_block():
    assert join_block("<p>Teksti</p>", URL) is None
    assert join_block("", None) is None
