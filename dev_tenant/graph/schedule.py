"""getSchedule: free and busy of several people; and translating ids."""

from datetime import datetime, timedelta
from typing import Any

from dev_tenant.graph import ids, typed
from dev_tenant.graph.answers import Answer, Call, bad_request
from dev_tenant.graph.recurrence import Occurrence
from dev_tenant.graph.times import instant, label, read_pair, wall
from dev_tenant.graph.views import in_window
from dev_tenant.tenant import Json, Mailbox

#: The reference says 20 and 42; the service itself draws the line here.
REFUSED_PEOPLE, REFUSED_DAYS = 100, 62
DIGITS = {"free": 0, "tentative": 1, "busy": 2, "oof": 3, "workingElsewhere": 4}
IDS_MAX = 1000
SLOT_MIN, SLOT_MAX = 5, 1440
#: Which status wins where several meet in a slot.
WEIGHT = {0: 0.0, 4: 0.5, 1: 1.0, 2: 2.0, 3: 3.0}


def get_schedule(call: Call, user: str, calendar: str) -> Answer:
    call.mailbox(user)
    typed.check(call.fields(), typed.SCHEDULE)
    fields = {k[:1].lower() + k[1:]: v for k, v in call.fields().items()}
    people = fields.get("schedules")
    if not isinstance(people, list) or not people:
        raise bad_request("schedules is required.", "ErrorInvalidParameter")
    if len(people) > REFUSED_PEOPLE:
        raise bad_request(
            "The mailbox data array is too big.", "ErrorMailboxDataArrayTooBig"
        )
    start, zone = read_pair(_lower(fields.get("startTime")), "startTime")
    end, end_zone = read_pair(_lower(fields.get("endTime")), "endTime")
    begin, finish = instant(start, zone), instant(end, end_zone)
    if finish <= begin:
        raise bad_request("The time interval is invalid.", "ErrorInvalidTimeInterval")
    if finish - begin > timedelta(days=REFUSED_DAYS):
        raise bad_request("The time interval is too big.", "ErrorTimeIntervalTooBig")
    slot = fields.get("availabilityViewInterval", 30)
    if not isinstance(slot, int) or not SLOT_MIN <= slot <= SLOT_MAX:
        raise bad_request(
            "availabilityViewInterval must be 5 to 1440.", "ErrorInvalidParameter"
        )
    span = (begin, finish, timedelta(minutes=slot))
    items = [_one(call, str(p), span) for p in people]
    assert calendar
    context = call.context("Collection(microsoft.graph.scheduleInformation)")
    return Answer(200, {"@odata.context": context, "value": items})


def _lower(pair: Any) -> Any:
    if isinstance(pair, dict):
        return {k[:1].lower() + k[1:]: v for k, v in pair.items()}
    return pair


def _one(call: Call, address: str, span: tuple[datetime, datetime, timedelta]) -> Json:
    user = call.tenant.find_user(address)
    box = call.tenant.mailboxes.get(user.id) if user else None
    if box is None:
        return {
            "scheduleId": address,
            "availabilityView": "",
            "scheduleItems": [],
            "error": {
                "message": f"Unable to resolve e-mail address {address} to an Active"
                " Directory object.",
                "responseCode": "ErrorMailRecipientNotFound",
            },
        }
    begin, finish, slot = span
    seen = in_window(box, box.default_calendar.id, begin, finish)
    return {
        "scheduleId": address,
        "availabilityView": _digits(box, seen, begin, finish, slot),
        "scheduleItems": [_item(call, o) for o in seen],
        "workingHours": box.settings["workingHours"],
    }


def _status(one: Occurrence) -> str:
    return str(one.props["showAs"])


def _span(box: Mailbox, one: Occurrence) -> tuple[datetime, datetime]:
    """All-day events block the mailbox's own day."""
    if one.all_day:
        zone = str(box.settings["timeZone"])
        return instant(one.start, zone), instant(one.end, zone)
    return one.begins, one.ends


def _digits(
    box: Mailbox,
    seen: list[Occurrence],
    begin: datetime,
    finish: datetime,
    slot: timedelta,
) -> str:
    spans = [(_span(box, o), DIGITS.get(_status(o), 0)) for o in seen]
    digits, at = "", begin
    while at < finish:
        upto = at + slot
        inside = [d for (a, b), d in spans if a < upto and b > at]
        digits += str(max(inside, key=lambda d: WEIGHT[d], default=0))
        at = upto
    return digits


def _item(call: Call, one: Occurrence) -> Json:
    zone = call.prefer.zone
    if one.all_day:
        start, end = label(one.start, zone), label(one.end, zone)
    else:
        start, end = (
            label(wall(one.begins, zone), zone),
            label(wall(one.ends, zone), zone),
        )
    return {
        "isPrivate": one.props["sensitivity"] != "normal",
        "status": _status(one),
        "start": start,
        "end": end,
    }


def translate(call: Call, user: str) -> Answer:
    """Between default (restId) and immutable ids."""
    box, fields = call.mailbox(user), call.fields()
    given = fields.get("inputIds")
    if not isinstance(given, list) or len(given) > IDS_MAX:
        raise bad_request("inputIds must be a list of at most 1000.")
    wanted = str(fields.get("targetIdType") or "")
    if wanted not in {"restId", "restImmutableEntryId"}:
        raise bad_request(f"targetIdType '{wanted}' is not supported.")
    items = []
    for source in given:
        found = ids.find(box, str(source))
        if found is None:
            items.append(
                {
                    "sourceId": source,
                    "errorDetails": {
                        "code": "ErrorItemNotFound",
                        "message": "The id was not found.",
                    },
                }
            )
            continue
        event, day = found
        target = ids.event_id(
            box, event, day, immutable=wanted == "restImmutableEntryId"
        )
        items.append({"sourceId": source, "targetId": target})
    return Answer(200, {"value": items})
