"""Events over Graph: list, get, create, change, delete, cancel, answer, instances."""

import re

from dev_tenant.graph import ids, invitations, odata, recurrence, store
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request, not_found
from dev_tenant.graph.recurrence import Occurrence
from dev_tenant.graph.shape import shape, whole
from dev_tenant.graph.views import page_of, window_of
from dev_tenant.tenant import Event, Json, Mailbox

_named = re.compile(r"'((?:String|Integer) \{[^']*)'")

LISTING = (
    "$top",
    "$skip",
    "$select",
    "$filter",
    "$orderby",
    "$expand",
    "$count",
)


def listed(call: Call, user: str, calendar: str | None = None) -> Answer:
    """Single events and series masters; no occurrences."""
    box = call.mailbox(user)
    odata.refuse(call.query, LISTING, "events")
    wanted = store.calendar_of(box, calendar).id
    expand = odata.expanded_properties(call.query.get("$expand", ""))
    needed = expand + _filtered_properties(call.query.get("$filter", ""))
    items = [
        shape(call.tenant, box, whole(e), call.prefer, expand=needed, master=True)
        for e in box.events.values()
        if e.calendar == wanted
    ]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    if not expand:
        for item in items:
            item.pop("singleValueExtendedProperties", None)
    items.sort(key=lambda i: str(i["start"]["dateTime"]))
    return page_of(call, items, f"users('{box.user}')/events", default=10)


def _filtered_properties(text: str) -> list[str]:
    """Ids of extended properties a filter names, so that it has them to look at."""
    return [odata.property_id(f) for f in _named.findall(text)]


def find(call: Call, user: str, id_: str) -> tuple[Mailbox, Event, Occurrence]:
    box = call.mailbox(user)
    found = ids.find(box, id_)
    if found is None:
        if ids.read_id(box, id_) is None:
            raise bad_request("Id is malformed.", "ErrorInvalidIdMalformed")
        raise not_found()
    event, day = found
    if day is None:
        return box, event, whole(event)
    if event.recurrence is None or not recurrence.exists(event, day):
        raise not_found()
    one = recurrence.at(event, day)
    assert one is not None
    return box, event, one


def reach(call: Call, user: str, id_: str) -> tuple[Mailbox, Event, Occurrence]:
    """Find an event as `find` does, or in Deleted Items where the switch lets one.

    Only an immutable id leads there: the default one has changed with the folder.
    """
    if call.tenant.switches.get("deleted_stay_readable"):
        box = call.mailbox(user)
        name = ids.read_id(box, id_)
        if name is not None and name.day is None and name.key in box.deleted:
            call.tenant.faults.strike("deleted_stay_readable")
            event = box.deleted[name.key]
            return box, event, whole(event)
    return find(call, user, id_)


def _answer(
    call: Call, box: Mailbox, one: Occurrence, status: int = 200, *, read: bool = True
) -> Answer:
    expand = odata.expanded_properties(call.query.get("$expand", ""))
    if not read:
        expand = expand or list(one.event.ext)
    item = shape(
        call.tenant,
        box,
        one,
        call.prefer,
        expand=expand,
        master=one.day is None,
    )
    item = odata.select(item, odata.names(call.query.get("$select", "")))
    if not read and not call.query.get("$expand"):
        item.pop("singleValueExtendedProperties", None)
    body = {"@odata.context": call.context(f"users('{box.user}')/events/$entity")}
    return Answer(status, body | item, {"ETag": item["@odata.etag"]})


def get(call: Call, user: str, id_: str) -> Answer:
    odata.refuse(call.query, ("$select", "$expand"), "an event")
    box, _, one = reach(call, user, id_)
    return _answer(call, box, one)


def create(call: Call, user: str, calendar: str | None = None) -> Answer:
    box, fields = call.mailbox(user), call.fields()
    known = len(box.events)
    event = store.create(call.tenant, box, fields, calendar)
    if len(box.events) > known:
        invitations.invite(call.tenant, box, event)
    answer = _answer(call, box, whole(event), 201, read=False)
    assert isinstance(answer.body, dict)
    place = f"{call.base}/users('{box.user}')/events('{answer.body['id']}')"
    return Answer(201, answer.body, {**answer.headers, "Location": place})


def change(call: Call, user: str, id_: str) -> Answer:
    box, event, one = reach(call, user, id_)
    fields = call.fields()
    before = list(event.props["attendees"])
    if one.day is None:
        store.change(call.tenant, box, event, fields)
    else:
        store.change_occurrence(call.tenant, box, event, one.day, fields)
    invitations.update(call.tenant, box, event, before, fields)
    return _answer(call, box, _again(event, one), read=False)


def _again(event: Event, one: Occurrence) -> Occurrence:
    if one.day is None:
        return whole(event)
    found = recurrence.at(event, one.day)
    assert found is not None
    return found


def delete(call: Call, user: str, id_: str) -> Answer:
    box, event, one = reach(call, user, id_)
    wanted = call.headers.get("if-match", "*")
    key = ids.change_key(box, event.version)
    if wanted not in {"*", f'W/"{key}"', f'"{key}"', key}:
        raise Failure(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change"
            " key passed in the request does not match the current change key for the"
            " item.",
        )
    if event.key in box.deleted:
        del box.deleted[event.key]
        return Answer(204)
    invitations.withdraw(call.tenant, box, event, one.day, "")
    store.delete(call.tenant, box, event, one.day)
    return Answer(204)


def cancel(call: Call, user: str, id_: str) -> Answer:
    box, event, one = find(call, user, id_)
    owner = call.tenant.users[box.user]
    if event.props["organizer"]["address"].lower() != owner.mail.lower():
        raise bad_request(
            "Your request can't be completed. You need to be an organizer to cancel a"
            " meeting.",
            "ErrorAccessDenied",
        )
    comment = str(_optional(call).get("comment") or "")
    invitations.withdraw(call.tenant, box, event, one.day, comment)
    store.delete(call.tenant, box, event, one.day)
    return Answer(202)


def permanent_delete(call: Call, user: str, id_: str) -> Answer:
    """Past Deleted Items, at once."""
    box, event, one = find(call, user, id_)
    store.delete(call.tenant, box, event, one.day)
    box.deleted.pop(event.key, None)
    return Answer(204)


def respond(call: Call, user: str, id_: str) -> Answer:
    """accept, tentativelyAccept and decline; the word is the last of the path."""
    box, event, _ = find(call, user, id_)
    word = call.segments[-1].lower()
    fields = _optional(call)
    owner = call.tenant.users[box.user]
    if event.props["organizer"]["address"].lower() == owner.mail.lower():
        raise bad_request(
            "Your request can't be completed. You can't respond to this meeting"
            " because you're the meeting organizer.",
            "ErrorInvalidRequest",
        )
    if fields.get("proposedNewTime") is not None and (
        word == "accept"
        or fields.get("sendResponse", True) is not True
        or not event.props["allowNewTimeProposals"]
    ):
        raise bad_request("A new time cannot be proposed here.", "ErrorInvalidRequest")
    invitations.answer(call.tenant, box, event, word, fields)
    return Answer(202)


def _optional(call: Call) -> Json:
    """The body, or an empty one; names are read whatever their first letter's case."""
    if call.body is None:
        return {}
    fields = call.fields()
    return {k[:1].lower() + k[1:]: v for k, v in fields.items()}


def instances(call: Call, user: str, id_: str) -> Answer:
    box, event, _ = find(call, user, id_)
    start, end = window_of(call.query)
    if event.recurrence is None:
        raise bad_request("The event is not a series master.", "ErrorInvalidRequest")
    items = [
        shape(call.tenant, box, o, call.prefer)
        for o in recurrence.occurrences(event, start, end)
    ]
    return page_of(call, items, f"users('{box.user}')/events/instances", default=10)


def reminder(call: Call, user: str, id_: str) -> Answer:
    """A reminder dismissed or snoozed leaves no trace here."""
    find(call, user, id_)
    return Answer(202)
