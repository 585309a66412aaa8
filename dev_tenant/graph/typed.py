"""What kinds of values a request's body may hold, checked before anything is read.

A kind is a type, a list of one kind, or names with their kinds. Null is taken everywhere, as Graph does for most of its properties.
"""

from typing import Any

from dev_tenant.graph.answers import bad_request
from dev_tenant.tenant import Json

Kind = Any  #: type | list[Kind] | dict[str, Kind]

MOMENT = {"dateTime": str, "timeZone": str}
ADDRESS = {"name": str, "address": str}
RECIPIENT = {"emailAddress": ADDRESS}
PLACE = {
    "displayName": str,
    "locationType": str,
    "uniqueId": str,
    "uniqueIdType": str,
    "locationUri": str,
    "locationEmailAddress": str,
    "address": dict,
    "coordinates": dict,
}
PROPERTY = {"id": str, "value": str}
BODY = {"contentType": str, "content": str}
RECURRENCE = {
    "pattern": {
        "type": str,
        "interval": int,
        "month": int,
        "dayOfMonth": int,
        "daysOfWeek": [str],
        "firstDayOfWeek": str,
        "index": str,
    },
    "range": {
        "type": str,
        "startDate": str,
        "endDate": str,
        "recurrenceTimeZone": str,
        "numberOfOccurrences": int,
    },
}
EVENT: Kind = {
    "subject": str,
    "body": BODY,
    "start": MOMENT,
    "end": MOMENT,
    "location": PLACE,
    "locations": [PLACE],
    "attendees": [
        {
            "emailAddress": ADDRESS,
            "type": str,
            "status": dict,
            "proposedNewTime": dict,
        }
    ],
    "recurrence": RECURRENCE,
    "transactionId": str,
    "isOnlineMeeting": bool,
    "onlineMeetingProvider": str,
    "singleValueExtendedProperties": [PROPERTY],
}
MESSAGE: Kind = {
    "subject": str,
    "body": BODY,
    "toRecipients": [RECIPIENT],
    "ccRecipients": [RECIPIENT],
    "bccRecipients": [RECIPIENT],
    "replyTo": [RECIPIENT],
    "importance": str,
    "categories": [str],
    "internetMessageHeaders": [{"name": str, "value": str}],
    "singleValueExtendedProperties": [PROPERTY],
    "attachments": [dict],
}
MEETING: Kind = {
    "subject": str,
    "startDateTime": str,
    "endDateTime": str,
    "externalId": str,
    "participants": dict,
    "lobbyBypassSettings": {"scope": str, "isDialInBypassEnabled": bool},
    "allowedPresenters": str,
}
SUBSCRIPTION: Kind = {
    "resource": str,
    "changeType": str,
    "notificationUrl": str,
    "lifecycleNotificationUrl": str,
    "clientState": str,
    "expirationDateTime": str,
    "includeResourceData": bool,
}
SCHEDULE: Kind = {
    "schedules": [str],
    "startTime": MOMENT,
    "endTime": MOMENT,
    "availabilityViewInterval": int,
}
SETTINGS: Kind = {
    "timeZone": str,
    "dateFormat": str,
    "timeFormat": str,
    "delegateMeetingMessageDeliveryOptions": str,
    "language": {"locale": str},
    "automaticRepliesSetting": dict,
    "workingHours": {
        "daysOfWeek": [str],
        "startTime": str,
        "endTime": str,
        "timeZone": dict,
    },
}
ACTIVITY: Kind = {
    "topic": {"source": str, "value": str, "webUrl": str},
    "activityType": str,
    "previewText": {"content": str},
    "templateParameters": [{"name": str, "value": str}],
    "recipients": [{"userId": str}],
    "chainId": int,
}
PARTS: Kind = {
    "requests": [
        {
            "id": str,
            "method": str,
            "url": str,
            "headers": dict,
            "dependsOn": [str],
        }
    ]
}


def check(value: Any, kind: Kind, at: str = "") -> None:
    """Refuse a value that is not of its kind; names not listed are left alone."""
    if value is None:
        return
    if isinstance(kind, dict):
        _kept(isinstance(value, dict), at)
        fields: Json = {k[:1].lower() + k[1:]: v for k, v in value.items()}
        for name, inner in kind.items():
            check(fields.get(name), inner, f"{at}/{name}".lstrip("/"))
    elif isinstance(kind, list):
        _kept(isinstance(value, list), at)
        for one in value:
            _kept(one is not None, at)
            check(one, kind[0], at)
    else:
        whole = isinstance(value, kind) and not (
            kind is int and isinstance(value, bool)
        )
        _kept(whole, at)


def _kept(holds: bool, at: str) -> None:  # noqa: FBT001 - an assertion of sorts
    if not holds:
        raise bad_request(
            f"Cannot convert the literal given for '{at}' to the expected type.",
            "RequestBodyRead",
        )
