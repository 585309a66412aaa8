"""Teams meetings, of events and standing alone: links, createOrGet, settings."""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import quote

from dev_tenant.graph import typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request
from dev_tenant.graph.odata import read_filter
from dev_tenant.graph.times import read_instant, stamp
from dev_tenant.tenant import Json, Meeting, Tenant, User

LOBBY = {
    "organizer",
    "organization",
    "organizationAndFederated",
    "everyone",
    "invited",
    "organizationExcludingGuests",
}
SETTINGS = {
    "lobbyBypassSettings",
    "allowedPresenters",
    "allowMeetingChat",
    "allowTeamworkReactions",
    "allowAttendeeToEnableCamera",
    "allowAttendeeToEnableMic",
    "isEntryExitAnnounced",
    "recordAutomatically",
    "participants",
    "subject",
    "startDateTime",
    "endDateTime",
    "allowTranscription",
    "allowRecording",
    "shareMeetingChatHistoryDefault",
    "joinMeetingIdSettings",
    "watermarkProtection",
}


def open_meeting(
    tenant: Tenant,
    organizer: str,
    subject: str,
    start: datetime,
    end: datetime,
    *,
    external: str | None = None,
) -> Meeting:
    key = tenant.new_id("meeting")
    stem = b64encode(key.encode()).decode().rstrip("=")
    thread = f"19:meeting_{stem}@thread.v2"
    who = json.dumps({"Tid": tenant.id, "Oid": organizer}, separators=(",", ":"))
    url = (
        f"{tenant.base_url}/l/meetup-join/{_lower_quote(thread)}/0"
        f"?context={_lower_quote(who)}"
    )
    late = float(tenant.switches.get("late_join_url", 0))
    tenant.faults.strike("late_join_url", times=bool(late))
    meeting = Meeting(
        key=key,
        thread=thread,
        organizer=organizer,
        subject=subject,
        start=start,
        end=end,
        url=url,
        visible_at=tenant.clock.real().timestamp() + late if late else 0.0,
        external=external,
    )
    tenant.meetings[key] = meeting
    return meeting


def _lower_quote(text: str) -> str:
    """Percent-encoding with small letters, as in real join links."""
    parts = []
    for letter in text:
        quoted = quote(letter, safe="")
        parts.append(quoted.lower() if quoted.startswith("%") else quoted)
    return "".join(parts)


def _organizer(call: Call, user: str) -> User:
    found = call.tenant.find_user(user)
    if found is None or (not call.delegated and found.id != user):
        # An address in the path is answered as if nobody were there.
        raise Failure(404, "NotFound", f"User '{user}' was not found.")
    if call.delegated and call.claims.get("oid") != found.id:
        raise Failure(403, "Forbidden", "The caller is not the organizer.")
    refused = call.tenant.switches.get("meeting_policy_missing") or []
    if not call.delegated and (found.id in refused or "*" in refused):
        raise Failure(
            403,
            "Unauthorized",
            f"App {call.app_id} is not authorized to Create meeting on behalf of"
            f" user {found.id}",
        )
    return found


def _shape(call: Call, meeting: Meeting) -> Json:
    item: Json = {
        "id": meeting.key,
        "creationDateTime": stamp(meeting.start),
        "startDateTime": stamp(meeting.start),
        "endDateTime": stamp(meeting.end),
        "joinWebUrl": meeting.url,
        "subject": meeting.subject,
        "externalId": meeting.external,
        "chatInfo": {"threadId": meeting.thread, "messageId": "0"},
        "participants": {
            "organizer": {
                "identity": {
                    "user": {
                        "id": meeting.organizer,
                        "displayName": call.tenant.users[meeting.organizer].name,
                    }
                },
                "upn": call.tenant.users[meeting.organizer].mail,
                "role": "presenter",
            },
            "attendees": [],
        },
        "lobbyBypassSettings": {
            "scope": "organization",
            "isDialInBypassEnabled": False,
        },
        "allowedPresenters": "everyone",
        "isEntryExitAnnounced": False,
    }
    kept = {
        k: v
        for k, v in meeting.settings.items()
        if k not in {"subject", "startDateTime", "endDateTime"}
    }
    return item | kept


def _fields(call: Call) -> Json:
    fields = call.fields()
    typed.check(fields, typed.MEETING)
    return fields


def _span(fields: Json, now: datetime) -> tuple[datetime, datetime]:
    if fields.get("endDateTime") and not fields.get("startDateTime"):
        raise bad_request("endDateTime needs a startDateTime.", "InvalidArgument")
    begin = (
        read_instant(str(fields["startDateTime"]), "startDateTime")
        if fields.get("startDateTime")
        else now
    )
    end = (
        read_instant(str(fields["endDateTime"]), "endDateTime")
        if fields.get("endDateTime")
        else begin + timedelta(hours=1)
    )
    if end <= begin:
        raise bad_request("The meeting ends before it starts.", "InvalidArgument")
    return begin, end


def _settings(fields: Json) -> Json:
    lobby = fields.get("lobbyBypassSettings") or {}
    if lobby.get("scope", "organization") not in LOBBY:
        raise bad_request(f"The scope '{lobby['scope']}' is unknown.")
    return {k: v for k, v in fields.items() if k in SETTINGS}


def create(call: Call, user: str) -> Answer:
    fields, organizer = _fields(call), _organizer(call, user)
    begin, end = _span(fields, call.now)
    meeting = open_meeting(
        call.tenant, organizer.id, str(fields.get("subject") or ""), begin, end
    )
    meeting.visible_at = 0.0
    meeting.settings |= _settings(fields)
    return Answer(201, _shape(call, meeting))


def create_or_get(call: Call, user: str) -> Answer:
    fields, organizer = _fields(call), _organizer(call, user)
    external = fields.get("externalId")
    if not isinstance(external, str) or not external:
        raise bad_request("externalId is required.", "InvalidArgument")
    for meeting in call.tenant.meetings.values():
        if meeting.organizer == organizer.id and meeting.external == external:
            return Answer(200, _shape(call, meeting))
    begin, end = _span(fields, call.now)
    meeting = open_meeting(
        call.tenant,
        organizer.id,
        str(fields.get("subject") or ""),
        begin,
        end,
        external=external,
    )
    meeting.visible_at = 0.0
    meeting.settings |= _settings(fields)
    return Answer(201, _shape(call, meeting))


def find(call: Call, user: str) -> Answer:
    organizer = _organizer(call, user)
    wanted = call.query.get("$filter", "")
    if not wanted.replace(" ", "").lower().startswith("joinweburleq'"):
        raise bad_request("A filter by joinWebUrl is required.", "InvalidArgument")
    test = read_filter(wanted)
    found = [
        item
        for m in call.tenant.meetings.values()
        if m.organizer == organizer.id and test(item := _shape(call, m))
    ]
    return Answer(200, {"value": found})


def _known(call: Call, user: str, key: str) -> Meeting:
    organizer = _organizer(call, user)
    meeting = call.tenant.meetings.get(key)
    if meeting is None or meeting.organizer != organizer.id:
        raise Failure(404, "NotFound", "The meeting was not found.")
    return meeting


def get(call: Call, user: str, key: str) -> Answer:
    return Answer(200, _shape(call, _known(call, user, key)))


def change(call: Call, user: str, key: str) -> Answer:
    meeting, fields = _known(call, user, key), _fields(call)
    if "startDateTime" in fields or "endDateTime" in fields:
        if not ("startDateTime" in fields and "endDateTime" in fields):
            raise bad_request("Give both startDateTime and endDateTime.")
        meeting.start, meeting.end = _span(fields, call.now)
    meeting.subject = str(fields.get("subject", meeting.subject))
    meeting.settings |= _settings(fields)
    return Answer(200, _shape(call, meeting))


def remove(call: Call, user: str, key: str) -> Answer:
    meeting = _known(call, user, key)
    del call.tenant.meetings[meeting.key]
    return Answer(204)


def visit(call: Call, user: str, key: str) -> Answer:
    """getVirtualAppointmentJoinWebUrl: a link for a browser, without an account."""
    meeting = _known(call, user, key)
    context = call.context("Edm.String")
    url = f"{meeting.url}&visit=1"
    return Answer(200, {"@odata.context": context, "value": url})
