"""Writing events into a mailbox: creating, changing, deleting, copying, moving.

No HTTP here: Graph's handlers and the small Outlook both write through these. Each
write gives the event a new version, leaves a tombstone where something went, and tells
the tenant's listeners.
"""

import asyncio
import contextlib
from datetime import UTC, date, datetime, timedelta

from dev_tenant.graph import bodies, recurrence
from dev_tenant.graph.answers import Failure, bad_request
from dev_tenant.graph.fields import EventFields, read_fields
from dev_tenant.graph.ids import ical_uid
from dev_tenant.graph.manners import Manner, usual
from dev_tenant.graph.meetings import open_meeting
from dev_tenant.graph.times import instant, wall
from dev_tenant.tenant import (
    Calendar,
    Event,
    Json,
    Mailbox,
    Meeting,
    Tenant,
    Tombstone,
)

FAR = datetime(9000, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def calendar_of(box: Mailbox, id_: str | None) -> Calendar:
    if id_ is None:
        return box.default_calendar
    found = next((c for c in box.calendars if c.id == id_), None)
    if found is None:
        raise Failure(
            404,
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        )
    return found


def create(
    tenant: Tenant, box: Mailbox, body: Json, calendar_id: str | None = None
) -> Event:
    """Make an event; the same transactionId again gives the first one's event."""
    calendar = calendar_of(box, calendar_id)
    given = read_fields(tenant, box, body, None)
    known = box.transactions.get(given.transaction or "")
    if known is not None and known in box.events:
        _refuse_repeat(tenant)
        return box.events[known]
    owner = tenant.users[box.user]
    event = add(tenant, box, calendar, given)
    event.props["organizer"] = {"name": owner.name, "address": owner.mail}
    if given.transaction is not None:
        event.props["transactionId"] = given.transaction
        box.transactions[given.transaction] = event.key
    if given.online:
        _go_online(tenant, box, event)
    tenant.tell(box.user, event.key, None, "created")
    return event


def _refuse_repeat(tenant: Tenant) -> None:
    """Refuse a transactionId that has made its event, where the switch says how."""
    status = tenant.switches.get("duplicate_transactions")
    if status:
        tenant.faults.strike("duplicate_transactions")
        raise Failure(
            int(status),
            "ErrorDuplicateTransactionId",
            "Your request can't be completed. The TransactionId specified in the"
            " request has already been used to create a different event.",
        )


def add(tenant: Tenant, box: Mailbox, calendar: Calendar, given: EventFields) -> Event:
    """Put an event into the calendar without telling anybody."""
    assert given.start is not None
    assert given.end is not None
    number = box.next_number()
    now = tenant.clock.now()
    key = f"e{number}"
    event = Event(
        key=key,
        number=number,
        calendar=calendar.id,
        start=given.start,
        end=given.end,
        zone=given.zone,
        created=now,
        modified=now,
        version=box.next_version(tenant.clock.real().timestamp()),
        ical=ical_uid(box.user, key),
        props=given.props,
        recurrence=given.recurrence,
        ext=given.ext,
    )
    box.events[key] = event
    return event


def touch(tenant: Tenant, box: Mailbox, event: Event) -> None:
    event.version = box.next_version(tenant.clock.real().timestamp())
    event.modified = tenant.clock.now()


def change(tenant: Tenant, box: Mailbox, event: Event, body: Json) -> None:
    """PATCH of a single event or of a whole series."""
    given = read_fields(tenant, box, body, event)
    times_changed = (given.start, given.end, given.zone) != (
        event.start,
        event.end,
        event.zone,
    )
    if event.recurrence and (times_changed or "recurrence" in body):
        assert given.start is not None
        _reset_series(tenant, box, event, given.start, given.recurrence)
    assert given.start is not None
    assert given.end is not None
    event.start, event.end, event.zone = given.start, given.end, given.zone
    if "recurrence" in body:
        event.recurrence = given.recurrence
    event.ext |= given.ext
    _change_body(tenant, event, given)
    event.props |= given.props
    if given.online and event.meeting is None:
        _go_online(tenant, box, event)
    touch(tenant, box, event)
    tenant.tell(box.user, event.key, None, "updated")


def _change_body(tenant: Tenant, event: Event, given: EventFields) -> None:
    """A new body without the join link ends the event's meeting."""
    meeting = tenant.meetings.get(event.meeting or "")
    if meeting is None or "body" not in given.props:
        return
    if not bodies.has_link(given.props["body"], meeting.url):
        event.meeting = None


def follow(tenant: Tenant, box: Mailbox, copy: Event, original: Event) -> None:
    """Give an attendee's copy the times and the pattern that the organizer's event has."""
    if copy.recurrence:
        _reset_series(tenant, box, copy, original.start, original.recurrence)
    copy.start, copy.end, copy.zone = original.start, original.end, original.zone
    copy.recurrence, copy.overrides = original.recurrence, dict(original.overrides)


def _reset_series(
    tenant: Tenant,
    box: Mailbox,
    event: Event,
    start: datetime,
    pattern: Json | None,
) -> None:
    """A series that gets new times or a new pattern forgets its exceptions."""
    before = set(recurrence.all_days(event)) - set(event.cancelled)
    after: set[str] = set()
    if pattern is not None:
        moved = Event(**{**vars(event), "start": start})
        moved.recurrence = pattern
        after = set(recurrence.all_days(moved))
    # What lay elsewhere lies there no more, whether its day is one of the series still.
    gone = sorted(before - after | before & set(event.overrides))
    if gone:
        _bury(tenant, box, event, gone, series_gone=False)
    event.overrides, event.cancelled = {}, []


def change_occurrence(
    tenant: Tenant, box: Mailbox, event: Event, day: str, body: Json
) -> None:
    """PATCH of one occurrence makes an exception of it."""
    if not recurrence.exists(event, day):
        raise Failure(
            404,
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        )
    one = recurrence.at(event, day)
    assert one is not None
    seen = Event(**{**vars(event), "start": one.start, "end": one.end})
    seen.recurrence = None
    seen.props = event.props | event.overrides.get(day, {})
    given = read_fields(tenant, box, body, seen)
    assert given.start is not None
    assert given.end is not None
    zoned = (given.start, given.end)
    lasts_all_day = given.props.get("isAllDay", seen.props.get("isAllDay"))
    if given.zone != event.zone and not lasts_all_day:
        zoned = (
            _moved(given.start, given.zone, event.zone),
            _moved(given.end, given.zone, event.zone),
        )
    _refuse_crossing(event, day, zoned[0], zoned[1])
    override = event.overrides.setdefault(day, {})
    override |= given.props
    override["start"], override["end"] = zoned[0].isoformat(), zoned[1].isoformat()
    touch(tenant, box, event)
    tenant.tell(box.user, event.key, day, "updated")


def _moved(moment: datetime, from_: str, to: str) -> datetime:
    return wall(instant(moment, from_), to)


def _refuse_crossing(event: Event, day: str, start: datetime, end: datetime) -> None:
    """An occurrence may not reach or pass the day of its neighbour."""
    year = timedelta(days=800)
    around = instant(start, event.zone)
    near = [
        o
        for d in recurrence.days(event, around - year, around + year)
        if d.isoformat() != day
        and (o := recurrence.at(event, d.isoformat())) is not None
    ]
    own = date.fromisoformat(day)
    # What ends at midnight does not reach the day that begins then.
    last = max(start, end - timedelta(microseconds=1)).date()
    for other in near:
        assert other.day is not None
        later = date.fromisoformat(other.day) > own
        if (later and last >= other.start.date()) or (
            not later and start.date() <= other.start.date()
        ):
            raise bad_request(
                "Modified occurrence is crossing or overlapping adjacent occurrence.",
                "ErrorOccurrenceCrossingBoundary",
            )


def delete(tenant: Tenant, box: Mailbox, event: Event, day: str | None = None) -> None:
    """Take an event, or one occurrence of a series, out of the calendar.

    A whole event goes to Deleted Items.
    """
    if day is not None:
        if not recurrence.exists(event, day):
            raise Failure(
                404,
                "ErrorItemNotFound",
                "The specified object was not found in the store.",
            )
        _bury(tenant, box, event, [day], series_gone=False)
        event.cancelled.append(day)
        event.overrides.pop(day, None)
        touch(tenant, box, event)
        tenant.tell(box.user, event.key, day, "deleted")
        return
    gone = recurrence.all_days(event) if event.recurrence else []
    _bury(tenant, box, event, gone, series_gone=True)
    box.deleted[event.key] = box.events.pop(event.key)
    tenant.tell(box.user, event.key, None, "deleted")


def _bury(
    tenant: Tenant, box: Mailbox, event: Event, gone: list[str], *, series_gone: bool
) -> None:
    series = event.recurrence is not None
    box.tombstones.append(
        Tombstone(
            key=event.key,
            number=event.number,
            calendar=event.calendar,
            version=box.next_version(tenant.clock.real().timestamp()),
            start=LONG_AGO if series else instant(event.start, event.zone),
            end=FAR if series else instant(event.end, event.zone),
            occurrences=gone,
            series_gone=series_gone,
            moved=[day for day in gone if day in event.overrides],
        )
    )


def move(tenant: Tenant, box: Mailbox, event: Event, calendar: Calendar) -> None:
    """To another calendar of the same mailbox: the default id changes."""
    gone = recurrence.all_days(event) if event.recurrence else []
    _bury(tenant, box, event, gone, series_gone=True)
    event.calendar = calendar.id
    event.number = box.next_number()
    touch(tenant, box, event)
    tenant.tell(box.user, event.key, None, "updated")


def copy(
    tenant: Tenant,
    source: Event,
    box: Mailbox,
    *,
    prefix: str = "",
    manner: Manner | None = None,
) -> Event:
    """Outlook's copy into a mailbox: text and times, a new identity, no meeting.

    Attendees stay behind: nobody is invited by it. What else does is the `manner` of
    the client; unless told, extended properties do (assumed).
    """
    manner = manner or usual(tenant)
    number = box.next_number()
    key, now = f"e{number}", tenant.clock.now()
    owner = tenant.users[box.user]
    fresh = Event(
        key=key,
        number=number,
        calendar=box.default_calendar.id,
        start=source.start,
        end=source.end,
        zone=source.zone,
        created=now,
        modified=now,
        version=box.next_version(tenant.clock.real().timestamp()),
        ical=ical_uid(box.user, key),
        props={
            **source.props,
            "subject": prefix + manner.subject_of(source, owner),
            "body": manner.body_of(source),
            "attendees": [],
            "transactionId": None,
            "organizer": {"name": owner.name, "address": owner.mail},
        },
        recurrence=source.recurrence,
        ext=dict(source.ext) if manner.survives else {},
    )
    box.events[key] = fresh
    tenant.tell(box.user, key, None, "created")
    return fresh


def _go_online(tenant: Tenant, box: Mailbox, event: Event) -> None:
    """Give the event a Teams meeting where its calendar allows one."""
    owner = tenant.users[box.user]
    refused = {str(n).lower() for n in tenant.switches.get("no_online_meeting") or []}
    calendar = calendar_of(box, event.calendar)
    if "teamsForBusiness" not in calendar.providers or (
        refused & {"*", owner.id.lower(), owner.mail.lower()}
    ):
        tenant.faults.strike("no_online_meeting", times=bool(refused))
        return
    meeting = open_meeting(
        tenant,
        box.user,
        event.props["subject"],
        instant(event.start, event.zone),
        instant(event.end, event.zone),
    )
    event.meeting = meeting.key
    wait = meeting.visible_at - tenant.clock.real().timestamp()
    if wait <= 0:
        event.props["body"] = bodies.with_block(event.props["body"], meeting.url)
        return
    with contextlib.suppress(RuntimeError):
        loop = asyncio.get_running_loop()
        loop.call_later(wait, _reveal, tenant, box, event, meeting)


def reveal(tenant: Tenant) -> None:
    """Let every link that is still to come, come now."""
    for box in tenant.mailboxes.values():
        for event in list(box.events.values()):
            meeting = tenant.meetings.get(event.meeting) if event.meeting else None
            if meeting is not None and meeting.visible_at:
                _reveal(tenant, box, event, meeting)


def _reveal(tenant: Tenant, box: Mailbox, event: Event, meeting: Meeting) -> None:
    """The link that came late is now in the event: a change like any other."""
    if box.events.get(event.key) is not event or event.meeting != meeting.key:
        return
    if not meeting.visible_at:
        return  # It has come before its time (`reveal`).
    meeting.visible_at = 0.0
    event.props["body"] = bodies.with_block(event.props["body"], meeting.url)
    touch(tenant, box, event)
    tenant.tell(box.user, event.key, None, "updated")
