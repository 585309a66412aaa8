"""What a person does in Outlook's calendar, and what she sees of it.

Every act ends in the functions that Graph's own calls use, so change keys,
notifications, copies of attendees and delta follow by themselves. Times are wall clock
in Helsinki, as `2026-11-23T09:00`; an event is named by its key, one day of a series by
`key@day`, and by any of its Graph ids.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dev_tenant.graph import ids, invitations, recurrence, store
from dev_tenant.graph.answers import Failure
from dev_tenant.graph.manners import Manner
from dev_tenant.graph.recurrence import Occurrence
from dev_tenant.graph.shape import whole
from dev_tenant.graph.times import wall
from dev_tenant.graph.views import in_window
from dev_tenant.tenant import Event, Json, Mailbox, Tenant

ZONE = "Europe/Helsinki"
HELSINKI = ZoneInfo(ZONE)
PRIVATE = {"private", "confidential"}
PRIVATE_SUBJECT = "Private appointment"


@dataclass(frozen=True, slots=True)
class Found:
    """An event, or one day of a series, in a mailbox."""

    box: Mailbox
    event: Event
    day: str | None

    @property
    def name(self) -> str:
        return f"{self.event.key}@{self.day}" if self.day else self.event.key

    @property
    def props(self) -> Json:
        changed = self.event.overrides.get(self.day or "", {})
        return {**self.event.props, **changed}

    @property
    def occurrence(self) -> Occurrence:
        if self.day is None:
            return whole(self.event)
        found = recurrence.at(self.event, self.day)
        assert found is not None
        return found


class Diary:
    """Everybody's calendars, as Outlook works on them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def box(self, user_id: str) -> Mailbox:
        found = self.tenant.mailboxes.get(user_id)
        if found is None:
            raise Failure(404, "MailboxNotFound", "This person has no mailbox.")
        return found

    def find(self, user_id: str, name: str) -> Found:
        """Find by key, `key@day` or Graph id; Failure 404 when it is not there."""
        box = self.box(user_id)
        key, _, day = name.partition("@")
        event, at = ids.find(box, name) or (box.events.get(key), day or None)
        if event is None or (
            at is not None
            and (event.recurrence is None or not recurrence.exists(event, at))
        ):
            raise Failure(404, "ErrorItemNotFound", "The event is not there any more.")
        return Found(box, event, at)

    def between(self, user_id: str, start: datetime, end: datetime) -> list[Found]:
        """Give what lies between two instants in a person's own calendar."""
        box = self.box(user_id)
        calendar = store.calendar_of(box, None).id
        seen = in_window(box, calendar, start, end)
        return [Found(box, one.event, one.day) for one in seen]

    # Acts

    def create(self, user_id: str, fields: Json) -> Found:
        """Put an event into a calendar; `fields` as Graph's, times as pairs."""
        box = self.box(user_id)
        event = store.create(self.tenant, box, fields)
        invitations.invite(self.tenant, box, event)
        return Found(box, event, None)

    def change(self, found: Found, fields: Json) -> Found:
        """Edit an event, or one day of a series."""
        before = list(found.event.props["attendees"])
        if found.day is None:
            store.change(self.tenant, found.box, found.event, fields)
        else:
            store.change_occurrence(
                self.tenant, found.box, found.event, found.day, fields
            )
        invitations.update(self.tenant, found.box, found.event, before, fields)
        return found

    def drag(self, found: Found, start: datetime | None, end: datetime | None) -> Found:
        """Move to a new start, keeping the length, or pull one of the edges."""
        one = found.occurrence
        begin = start or one.begins
        finish = end or (begin + (one.ends - one.begins))
        if found.props.get("isAllDay"):
            days = one.end - one.start
            first = begin.astimezone(HELSINKI).replace(hour=0, minute=0, tzinfo=None)
            fields = {
                "isAllDay": True,
                "start": _label(first),
                "end": _label(first + days),
            }
        else:
            fields = {"start": pair(begin), "end": pair(finish)}
        return self.change(found, fields)

    def delete(self, found: Found) -> None:
        """Delete; the organizer of a meeting thereby cancels it."""
        invitations.withdraw(self.tenant, found.box, found.event, found.day, "")
        store.delete(self.tenant, found.box, found.event, found.day)

    def copy(
        self,
        found: Found,
        to: str,
        start: datetime | None = None,
        *,
        prefix: str = "",
        manner: Manner | None = None,
    ) -> Found:
        """Drop a copy into a colleague's calendar; the original stays."""
        box, source = self.box(to), _picked_up(found, start)
        made = store.copy(self.tenant, source, box, prefix=prefix, manner=manner)
        return Found(box, made, None)

    def hand(
        self,
        found: Found,
        to: str,
        start: datetime | None = None,
        *,
        manner: Manner | None = None,
        cut: bool = False,
    ) -> Found:
        """Drag into a colleague's calendar: a copy there, and the original goes.

        `cut`: it goes first, as where somebody cuts and pastes.
        """
        box, source = self.box(to), _picked_up(found, start)
        if cut:
            self.delete(found)
        made = store.copy(self.tenant, source, box, manner=manner)
        if not cut:
            self.delete(found)
        return Found(box, made, None)

    def invite(self, found: Found, to: str) -> Found:
        """Add a colleague as attendee, as the organizer does."""
        user = self.tenant.users[to]
        address = {"name": user.name, "address": user.mail}
        added = {"type": "required", "emailAddress": address}
        return self.change(found, {"attendees": [*found.props["attendees"], added]})

    def answer(self, found: Found, word: str) -> None:
        """Answer an invitation: accept, tentativelyaccept or decline."""
        invitations.answer(self.tenant, found.box, found.event, word, {})

    # Sight

    def seen(self, found: Found, viewer: str) -> Json:
        """Tell of an event as `viewer` sees it: another's private one says nothing."""
        props, one = found.props, found.occurrence
        own = viewer == found.box.user
        hidden = not own and props["sensitivity"] in PRIVATE
        meeting = self.tenant.meetings.get(found.event.meeting or "")
        all_day = bool(props.get("isAllDay"))
        told: Json = {
            "id": found.name,
            "user": found.box.user,
            "start": _wall(one.start if all_day else one.begins),
            "end": _wall(one.end if all_day else one.ends),
            "all_day": all_day,
            "show_as": props["showAs"],
            "sensitivity": props["sensitivity"],
            "series": found.event.recurrence is not None,
            "subject": PRIVATE_SUBJECT if hidden else props["subject"],
            "categories": [] if hidden else list(props["categories"]),
            "location": "" if hidden else str(props["location"].get("displayName", "")),
            "body": "" if hidden else props["body"],
            "join": "" if hidden or meeting is None else meeting.url,
            "online": not hidden and meeting is not None,
            "organizer": props["organizer"],
            "attendees": [] if hidden else props["attendees"],
            "response": props["responseStatus"]["response"],
            "cancelled": bool(props.get("isCancelled")),
            "version": found.event.version,
            "hidden": hidden,
            "by_app": bool(found.event.ext),
        }
        told["graph_id"] = ids.event_id(
            found.box, found.event, found.day, immutable=False
        )
        return told

    def version(self, user_ids: list[str]) -> str:
        """Give a mark that changes whenever one of the calendars does."""
        boxes = [self.tenant.mailboxes[user] for user in user_ids]
        return ".".join(str(box.version) for box in boxes)


def _picked_up(found: Found, start: datetime | None) -> Event:
    """Give what is being copied: an event, or one day of a series, perhaps later."""
    one = found.occurrence
    source = Event(**{**vars(found.event), "start": one.start, "end": one.end})
    if found.day is not None:
        source.recurrence = None
        edges = ("start", "end")
        source.props = {k: v for k, v in found.props.items() if k not in edges}
    if start is not None and not found.props.get("isAllDay"):
        source.start = wall(start, source.zone)
        source.end = source.start + (one.end - one.start)
    return source


def read_time(text: str) -> datetime:
    """Read Helsinki wall clock, or a moment with an offset, into an instant."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=HELSINKI)
    return moment.astimezone(UTC)


def pair(moment: datetime) -> Json:
    """Say an instant as Graph's pair, in Helsinki time."""
    return _label(moment.astimezone(HELSINKI).replace(tzinfo=None))


def day_pair(day: str, add: int = 0) -> Json:
    """Say midnight of a day as Graph's pair."""
    return _label(datetime.fromisoformat(day[:10]) + timedelta(days=add))


def _label(wall: datetime) -> Json:
    return {"dateTime": wall.isoformat(timespec="seconds"), "timeZone": ZONE}


def _wall(moment: datetime) -> str:
    wall = moment if moment.tzinfo is None else moment.astimezone(HELSINKI)
    return wall.replace(tzinfo=None).isoformat(timespec="minutes")


def truth(value: Any) -> bool:
    """Read a checkbox or a JSON boolean."""
    return value is True or str(value).lower() in {"true", "on", "yes", "1"}
