"""Meetings with attendees: copies in their mailboxes, mail to everybody, answers.

Attendees of the tenant get a copy with the same iCalUId; everybody gets mail. A
cancelled meeting stays in the attendee's calendar, marked so; extended properties and
the organizer's categories do not travel.
"""

from dev_tenant.graph import post, store
from dev_tenant.graph.people import NO_ANSWER, addresses
from dev_tenant.graph.times import instant, stamp
from dev_tenant.tenant import Event, Json, Mailbox, Tenant

ANSWERS = {
    "accept": "accepted",
    "tentativelyaccept": "tentativelyAccepted",
    "decline": "declined",
}


def invite(tenant: Tenant, box: Mailbox, event: Event) -> None:
    """Mail every attendee, and put a copy where the attendee has a mailbox here."""
    for address in addresses(event.props["attendees"]):
        _invite_one(tenant, box, event, address)


def _invite_one(tenant: Tenant, box: Mailbox, event: Event, address: str) -> None:
    _mail(tenant, box, event, address, event.props["subject"], "request")
    user = tenant.find_user(address)
    other = tenant.mailboxes.get(user.id) if user else None
    if other is None or other.user == box.user:
        return
    number = other.next_number()
    copy = Event(
        key=f"e{number}",
        number=number,
        calendar=other.default_calendar.id,
        start=event.start,
        end=event.end,
        zone=event.zone,
        created=tenant.clock.now(),
        modified=tenant.clock.now(),
        version=other.next_version(tenant.clock.real().timestamp()),
        ical=event.ical,
        props=_copied(event, answered="notResponded"),
        recurrence=event.recurrence,
        meeting=event.meeting,
    )
    other.events[copy.key] = copy
    event.organizer_of.append(other.user)
    tenant.tell(other.user, copy.key, None, "created")


def _copied(event: Event, answered: str) -> Json:
    return event.props | {
        "categories": [],
        "showAs": "tentative" if event.props["showAs"] == "busy" else "free",
        "transactionId": None,
        "responseStatus": {"response": answered, "time": NO_ANSWER["time"]},
    }


def _copies(tenant: Tenant, event: Event) -> list[tuple[Mailbox, Event]]:
    return [
        (other, copy)
        for user in event.organizer_of
        if (other := tenant.mailboxes.get(user)) is not None
        for copy in list(other.events.values())
        if copy.ical == event.ical
    ]


def update(
    tenant: Tenant, box: Mailbox, event: Event, before: list[Json], fields: Json
) -> None:
    """After a PATCH: new attendees are invited, dropped ones told, others updated."""
    was, now = set(addresses(before)), addresses(event.props["attendees"])
    for address in now:
        if address not in was:
            _invite_one(tenant, box, event, address)
    for address in sorted(was - set(now)):
        _mail(tenant, box, event, address, _cancelled(event), "cancel")
        _end_copies(tenant, event, address)
    told = {"subject", "body", "start", "end", "location", "locations", "recurrence"}
    if not told & set(fields):
        return
    for address in was & set(now):
        _mail(tenant, box, event, address, event.props["subject"], "request")
    for other, copy in _copies(tenant, event):
        store.follow(tenant, other, copy, event)
        for name in ("subject", "body", "location", "locations", "isAllDay"):
            copy.props[name] = event.props[name]
        copy.meeting = event.meeting
        store.touch(tenant, other, copy)
        tenant.tell(other.user, copy.key, None, "updated")


def withdraw(
    tenant: Tenant, box: Mailbox, event: Event, day: str | None, comment: str
) -> None:
    """The organizer cancels (everybody is told), or an attendee removes her copy."""
    owner = tenant.users[box.user]
    if event.props["organizer"]["address"].lower() != owner.mail.lower():
        return
    for address in addresses(event.props["attendees"]):
        _mail(tenant, box, event, address, _cancelled(event), "cancel", comment=comment)
    if day is None:
        for address in addresses(event.props["attendees"]):
            _end_copies(tenant, event, address)


def _end_copies(tenant: Tenant, event: Event, address: str) -> None:
    for other, copy in _copies(tenant, event):
        if tenant.users[other.user].mail.lower() != address:
            continue
        copy.props["isCancelled"] = True
        copy.props["subject"] = _cancelled(event)
        copy.props["showAs"] = "free"
        store.touch(tenant, other, copy)
        tenant.tell(other.user, copy.key, None, "updated")


def _cancelled(event: Event) -> str:
    return f"Canceled: {event.props['subject']}"


def answer(tenant: Tenant, box: Mailbox, event: Event, word: str, fields: Json) -> None:
    """An attendee's answer: in her copy, in the organizer's list, by mail."""
    status = {"response": ANSWERS[word], "time": stamp(tenant.clock.now())}
    event.props["responseStatus"] = status
    event.props["showAs"] = {"accept": "busy", "decline": "free"}.get(word, "tentative")
    mine = tenant.users[box.user].mail.lower()
    organizer = tenant.find_user(event.props["organizer"]["address"])
    origin = tenant.mailboxes.get(organizer.id) if organizer else None
    if origin is not None:
        for original in origin.events.values():
            if original.ical == event.ical:
                _note(original, mine, status, fields)
                store.touch(tenant, origin, original)
                tenant.tell(origin.user, original.key, None, "updated")
    if fields.get("sendResponse", True) is True:
        title = f"{status['response'].capitalize()}: {event.props['subject']}"
        _mail(
            tenant,
            box,
            event,
            event.props["organizer"]["address"],
            title,
            "reply",
            comment=str(fields.get("comment") or ""),
        )
    if word == "decline":
        store.delete(tenant, box, event)
        return
    store.touch(tenant, box, event)
    tenant.tell(box.user, event.key, None, "updated")


def _note(original: Event, address: str, status: Json, fields: Json) -> None:
    for attendee in original.props["attendees"]:
        if attendee["emailAddress"]["address"].lower() == address:
            attendee["status"] = dict(status)
            if fields.get("proposedNewTime"):
                attendee["proposedNewTime"] = fields["proposedNewTime"]


def _mail(  # noqa: PLR0913 - what a meeting message says
    tenant: Tenant,
    box: Mailbox,
    event: Event,
    to: str,
    subject: str,
    method: str,
    *,
    comment: str = "",
) -> None:
    owner = tenant.users[box.user]
    user = tenant.find_user(to)
    post.deliver(
        tenant,
        sender={"name": owner.name, "address": owner.mail},
        to=to,
        to_name=user.name if user else to,
        message={
            "subject": subject,
            "body": {
                "contentType": "html",
                "content": comment or event.props["body"],
            },
            "calendar": {
                "method": method,
                "start": stamp(instant(event.start, event.zone)),
                "end": stamp(instant(event.end, event.zone)),
            },
        },
    )
