"""Reading the body of an event's POST or PATCH: what may be in it, and what it means."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dev_tenant.graph import bodies, people, typed
from dev_tenant.graph.answers import bad_request
from dev_tenant.graph.odata import property_id
from dev_tenant.graph.recurrence import read_recurrence
from dev_tenant.graph.times import instant, read_pair, wall, whole_days
from dev_tenant.tenant import Event, Json, Mailbox, Tenant

ENUMS = {
    "importance": {"low", "normal", "high"},
    "sensitivity": {"normal", "personal", "private", "confidential"},
    "showAs": {
        "free",
        "tentative",
        "busy",
        "oof",
        "workingElsewhere",
        "unknown",
    },
}
TEXTS = {"subject"}
FLAGS = {
    "isReminderOn",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "isAllDay",
    "isDraft",
}
READ_ONLY = {
    "id",
    "changeKey",
    "createdDateTime",
    "lastModifiedDateTime",
    "iCalUId",
    "bodyPreview",
    "webLink",
    "seriesMasterId",
    "type",
    "isCancelled",
    "isOrganizer",
    "organizer",
    "responseStatus",
    "onlineMeeting",
    "onlineMeetingUrl",
    "hasAttachments",
    "originalStart",
    "originalStartTimeZone",
    "originalEndTimeZone",
    "cancelledOccurrences",
}
OTHERS = {
    "body",
    "start",
    "end",
    "location",
    "locations",
    "attendees",
    "categories",
    "recurrence",
    "transactionId",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "reminderMinutesBeforeStart",
    "singleValueExtendedProperties",
}
#: Real, but not played here: better refused than silently dropped.
NOT_OFFERED = {"multiValueExtendedProperties", "extensions", "attachments"}
KNOWN = set(ENUMS) | TEXTS | FLAGS | READ_ONLY | OTHERS

DEFAULTS: Json = {
    "subject": "",
    "importance": "normal",
    "sensitivity": "normal",
    "showAs": "busy",
    "isAllDay": False,
    "isCancelled": False,
    "isDraft": False,
    "categories": [],
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "hasAttachments": False,
    "responseRequested": True,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
}


@dataclass
class EventFields:
    start: datetime | None
    end: datetime | None
    zone: str
    props: Json = field(default_factory=dict)
    recurrence: Json | None = None
    ext: dict[str, str] = field(default_factory=dict)
    online: bool = False
    transaction: str | None = None


def read_fields(
    tenant: Tenant, box: Mailbox, body: Json, event: Event | None
) -> EventFields:
    """What a POST (`event` is None) or a PATCH of `event` asks for."""
    refuse_unknown(body)
    typed.check(body, typed.EVENT)
    plain: Json = {}
    _plain(body, plain)
    given = _times(box, body, event)
    if event is None:
        given.props |= _new(body)
    given.props |= plain
    if body.get("body") is not None:
        given.props["body"] = _page(body["body"])
    given.props |= people.places(body)
    if "attendees" in body:
        before = event.props["attendees"] if event else []
        listed = people.attendees(tenant, body["attendees"], before)
        given.props["attendees"] = listed
    _recurrence(given, body, event)
    given.ext = _extended(body)
    given.online = body.get("isOnlineMeeting") is True or (
        body.get("onlineMeetingProvider") == "teamsForBusiness"
        and body.get("isOnlineMeeting") is not False
    )
    given.transaction = _transaction(body, event)
    return given


def _new(body: Json) -> Json:
    """What an event has that nothing was said of."""
    return {
        **{k: _fresh(v) for k, v in DEFAULTS.items()},
        "originalStartTimeZone": body["start"].get("timeZone") or "UTC",
        "originalEndTimeZone": body["end"].get("timeZone") or "UTC",
        "responseStatus": {**people.NO_ANSWER, "response": "organizer"},
        "body": bodies.rewritten("", "text"),
        **people.places({"location": {"displayName": ""}}),
        "locations": [],
        "attendees": [],
    }


def _page(sent: Any) -> str:
    if not isinstance(sent, dict):
        raise bad_request("The body must be an object.")
    kind = str(sent.get("contentType") or "text").lower()
    if kind not in {"text", "html"}:
        raise bad_request(f"The contentType '{kind}' is unknown.")
    return bodies.rewritten(str(sent.get("content") or ""), kind)


def _transaction(body: Json, event: Event | None) -> str | None:
    if event is None:
        return str(body["transactionId"]) if body.get("transactionId") else None
    if "transactionId" in body:
        raise bad_request(
            "The transactionId of an event cannot be changed.",
            "ErrorInvalidPropertySet",
        )
    return None


def _fresh(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def refuse_unknown(body: Json) -> None:
    for name in body:
        if name in NOT_OFFERED:
            raise bad_request(f"{name} of an event are not offered here.")
        if name not in KNOWN and "@odata" not in name:
            raise bad_request(
                f"The property '{name}' does not exist on type"
                " 'microsoft.graph.event'. Make sure to only use property names that"
                " are defined by the type.",
                "RequestBodyRead",
            )


def _times(box: Mailbox, body: Json, event: Event | None) -> EventFields:
    all_day = body.get("isAllDay", event.props.get("isAllDay") if event else False)
    zone = event.zone if event else "UTC"
    start = event.start if event else None
    end = event.end if event else None
    if event is None and not (body.get("start") and body.get("end")):
        raise bad_request(
            "At least one property failed validation.", "ErrorPropertyValidationFailure"
        )
    if body.get("start"):
        start, zone = read_pair(body["start"], "start")
        if event is not None and not body.get("end") and not all_day:
            end = wall(instant(event.end, event.zone), zone)
    if body.get("end"):
        end, end_zone = read_pair(body["end"], "end")
        if end_zone != zone and not all_day:
            end = wall(instant(end, end_zone), zone)
    assert start is not None
    assert end is not None
    _check_span(start, end, zone, all_day=bool(all_day))
    assert box.user
    return EventFields(start, end, zone)


def _check_span(start: datetime, end: datetime, zone: str, *, all_day: bool) -> None:
    if all_day:
        if not whole_days(start, end):
            raise bad_request(
                "The Event.Start and Event.End of an all-day event need to be set to"
                " midnight, and its duration must be at least 24 hours.",
                "ErrorPropertyValidationFailure",
            )
    elif instant(end, zone) < instant(start, zone):
        raise bad_request(
            "The end date is earlier than the start date.",
            "ErrorCalendarEndDateIsEarlierThanStartDate",
        )


def _plain(body: Json, props: Json) -> None:
    """Texts, flags, enumerations, numbers and categories."""
    for name in TEXTS & set(body):
        props[name] = str(body[name] or "")
    for name in FLAGS & set(body):
        if not isinstance(body[name], bool):
            raise bad_request(f"The property '{name}' must be a boolean.")
        props[name] = body[name]
    for name in set(ENUMS) & set(body):
        props[name] = _member(name, body[name])
    if "reminderMinutesBeforeStart" in body:
        minutes = body["reminderMinutesBeforeStart"]
        if not isinstance(minutes, int) or isinstance(minutes, bool):
            raise bad_request("reminderMinutesBeforeStart must be a whole number.")
        props["reminderMinutesBeforeStart"] = minutes
    if "categories" in body:
        props["categories"] = _categories(body["categories"])


def _categories(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise bad_request("categories must be a collection.")
    return [str(c) for c in given]


def _member(name: str, value: Any) -> str:
    """The spelling of an enumeration's value; any case is taken."""
    wanted = {v.lower(): v for v in ENUMS[name]}
    found = wanted.get(str(value).lower())
    if found is None:
        raise bad_request(f"The value '{value}' of '{name}' is unknown.")
    return found


def _recurrence(given: EventFields, body: Json, event: Event | None) -> None:
    given.recurrence = event.recurrence if event else None
    if "recurrence" not in body:
        return
    if body["recurrence"] is None:
        given.recurrence = None
        return
    assert given.start is not None
    assert given.end is not None
    whole, first = read_recurrence(body["recurrence"], given.start, given.zone)
    # The first occurrence decides where the master stands.
    length = given.end - given.start
    given.start = datetime.combine(first, given.start.time())
    given.end = given.start + length
    given.recurrence = whole


def _extended(body: Json) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in body.get("singleValueExtendedProperties") or []:
        if not isinstance(one, dict) or not one.get("id"):
            raise bad_request("An extended property needs an id and a value.")
        name = property_id(str(one["id"]))
        if not name.startswith(("String ", "Integer ", "Boolean ", "SystemTime ")):
            raise bad_request(
                f"The property id '{name}' is not valid.",
                "ErrorInvalidExtendedProperty",
            )
        found[name] = str(one.get("value", ""))
    return found
