"""Events as JSON: what a reader of a mailbox sees of what the mailbox keeps."""

from datetime import datetime
from urllib.parse import quote

from dev_tenant.graph import bodies
from dev_tenant.graph.answers import Prefer
from dev_tenant.graph.ids import change_key, event_id
from dev_tenant.graph.odata import property_id
from dev_tenant.graph.recurrence import Occurrence
from dev_tenant.graph.times import instant, label, pair, stamp
from dev_tenant.tenant import Event, Json, Mailbox, Meeting, Tenant

NEVER = "0001-01-01T00:00:00Z"
COPIED = (
    "subject",
    "importance",
    "sensitivity",
    "isAllDay",
    "isCancelled",
    "isDraft",
    "showAs",
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "hasAttachments",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "location",
    "locations",
    "responseStatus",
    "originalStartTimeZone",
    "originalEndTimeZone",
)


def shape(
    tenant: Tenant,
    box: Mailbox,
    one: Occurrence,
    prefer: Prefer,
    *,
    expand: list[str] | None = None,
    master: bool = False,
) -> Json:
    """The whole event. With `master`, the series itself rather than its first day."""
    event = one.event
    day = None if master else one.day
    props = event.props | (event.overrides.get(day, {}) if day else {})
    id_ = event_id(box, event, day, immutable=prefer.immutable)
    key = change_key(box, event.version)
    item: Json = {
        "@odata.etag": f'W/"{key}"',
        "id": id_,
        "createdDateTime": stamp(event.created),
        "lastModifiedDateTime": stamp(event.modified),
        "changeKey": key,
        "iCalUId": event.ical + (day.replace("-", "") if day else ""),
    }
    if props.get("transactionId"):
        item["transactionId"] = props["transactionId"]
    item |= {name: props[name] for name in COPIED}
    item |= _kind(box, one, prefer, master=master)
    item |= _times(one, prefer)
    item |= _body(props, prefer)
    item |= _online(tenant, event)
    item |= _people(tenant, box, props)
    item["webLink"] = (
        f"{tenant.base_url}/outlook/?itemid={quote(id_, safe='')}&path=/calendar/item"
    )
    found = _properties(event, expand or [])
    if found:
        item["singleValueExtendedProperties"] = found
    return item


def stub(box: Mailbox, one: Occurrence, prefer: Prefer) -> Json:
    """What a delta says of an occurrence: not its subject, only where it lies."""
    key = change_key(box, one.event.version)
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": f'W/"{key}"',
        "id": event_id(box, one.event, one.day, immutable=prefer.immutable),
        "seriesMasterId": event_id(box, one.event, immutable=prefer.immutable),
        "type": "exception" if one.changed else "occurrence",
    } | _times(one, prefer)


def whole(event: Event) -> Occurrence:
    """A series, or a single event, as itself."""
    return Occurrence(event, None, event.start, event.end)


def _kind(box: Mailbox, one: Occurrence, prefer: Prefer, *, master: bool) -> Json:
    event = one.event
    if event.recurrence is None:
        return {"type": "singleInstance", "seriesMasterId": None, "recurrence": None}
    if master or one.day is None:
        return {
            "type": "seriesMaster",
            "seriesMasterId": None,
            "recurrence": event.recurrence,
        }
    original = datetime.fromisoformat(f"{one.day}T{event.start:%H:%M:%S}")
    return {
        "type": "exception" if one.changed else "occurrence",
        "seriesMasterId": event_id(box, event, immutable=prefer.immutable),
        "recurrence": None,
        "originalStart": stamp(instant(original, event.zone)),
    }


def _times(one: Occurrence, prefer: Prefer) -> Json:
    if one.all_day:
        return {
            "start": label(one.start, prefer.zone),
            "end": label(one.end, prefer.zone),
        }
    return {
        "start": pair(one.start, one.event.zone, prefer.zone),
        "end": pair(one.end, one.event.zone, prefer.zone),
    }


def _body(props: Json, prefer: Prefer) -> Json:
    page = props["body"]
    content = bodies.as_text(page) if prefer.text else page
    return {
        "bodyPreview": bodies.preview(page),
        "body": {
            "contentType": "text" if prefer.text else "html",
            "content": content,
        },
    }


def _online(tenant: Tenant, event: Event) -> Json:
    meeting = tenant.meetings.get(event.meeting) if event.meeting else None
    if meeting is None:
        return {
            "isOnlineMeeting": False,
            "onlineMeetingProvider": "unknown",
            "onlineMeetingUrl": None,
            "onlineMeeting": None,
        }
    late = meeting.visible_at > tenant.clock.real().timestamp()
    return {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeetingUrl": None,
        "onlineMeeting": None if late else joining(meeting),
    }


def joining(meeting: Meeting) -> Json:
    return {"joinUrl": meeting.url}


def _people(tenant: Tenant, box: Mailbox, props: Json) -> Json:
    owner = tenant.users[box.user]
    organizer = props["organizer"]
    mine = organizer["address"].lower() == owner.mail.lower()
    attendees = props["attendees"]
    if props["hideAttendees"] and not mine:
        attendees = [
            a
            for a in attendees
            if a["emailAddress"].get("address", "").lower() == owner.mail.lower()
        ]
    return {
        "isOrganizer": mine,
        "organizer": {"emailAddress": organizer},
        "attendees": attendees,
    }


def _properties(event: Event, wanted: list[str]) -> list[Json]:
    return [
        {"id": name, "value": event.ext[name]}
        for name in map(property_id, wanted)
        if name in event.ext
    ]
