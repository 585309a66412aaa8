"""Events of Graph's JSON as our values, and our drafts as Graph's models.

Reading is forgiving about what we do not use and strict about time: an event whose
time cannot be read raises `Unreadable`, for a calendar with a hole in it is not free.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.event import Event as EventModel
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.online_meeting_provider_type import (
    OnlineMeetingProviderType,
)
from msgraph.generated.models.sensitivity import Sensitivity
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)

from booking.calendar import AllDay, Event, EventDraft, ShowAs
from booking.spans import Span
from graph_sync.microsoft.zones import instant
from graph_sync.subscriptions import change_key_of

#: Our own named property. The set's id is Vuoro's and never changes: named properties
#: are a finite quota of a mailbox, and old events must stay findable.
KEY_ID: Final = "String {6a4f1f0e-3b57-4f0c-9c53-7d1f8e2b90a1} Name vuoro"
EXPAND_KEY: Final = f"singleValueExtendedProperties($filter=id eq '{KEY_ID}')"

#: All that is read of events in a list; the body only of one event at a time.
FIELDS: Final = (
    "id",
    "changeKey",
    "iCalUId",
    "seriesMasterId",
    "type",
    "start",
    "end",
    "isAllDay",
    "showAs",
    "subject",
    "categories",
    "sensitivity",
    "isCancelled",
    "isOnlineMeeting",
    "onlineMeeting",
    "location",
    "isOrganizer",
)
_SHORTEST: Final = timedelta(minutes=1)
_ALL: Final = frozenset(
    [
        "subject",
        "span",
        "body",
        "location",
        "sensitivity",
        "online",
        "key",
        "reminder_minutes",
        "category",
    ]
)


class Unreadable(ValueError):
    """An event that does not say which it is, or when."""


def read_event(raw: dict[str, Any], master: dict[str, Any] | None = None) -> Event:
    """Read an event; what a stub of a delta page leaves out comes from its master."""
    if not raw.get("id"):
        raise Unreadable("an event without an id")
    said = raw if master is None else {**master, **_stub(raw)}
    return Event(
        id=str(raw["id"]),
        when=_when(said),
        change_key=_change_key(raw),
        series=raw.get("seriesMasterId"),
        type=raw.get("type") or "singleInstance",
        show_as=ShowAs.read(said.get("showAs")) if "showAs" in said else None,
        subject=said.get("subject"),
        categories=tuple(said.get("categories") or ()),
        sensitivity=said.get("sensitivity") or "normal",
        cancelled=bool(said.get("isCancelled")),
        join_url=_join_url(said),
        online=bool(said.get("isOnlineMeeting")),
        body=(said.get("body") or {}).get("content"),
        location=(said.get("location") or {}).get("displayName"),
        ical_uid=raw.get("iCalUId"),
        key=_key(raw),
        invited=said.get("isOrganizer") is False,
        transaction=raw.get("transactionId"),
    )


def is_stub(raw: dict[str, Any]) -> bool:
    """Say whether a delta page gave only the times of an occurrence."""
    return raw.get("type") == "occurrence" and "showAs" not in raw


def is_bare_exception(raw: dict[str, Any]) -> bool:
    """Say whether a delta page gave only the times of a changed occurrence.

    Not even whether it lasts all day can be had from its master.
    """
    return raw.get("type") == "exception" and "showAs" not in raw


def _stub(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if value is not None}


def _when(raw: dict[str, Any]) -> Span | AllDay:
    try:
        if raw.get("isAllDay"):
            first = date.fromisoformat(raw["start"]["dateTime"][:10])
            after_last = date.fromisoformat(raw["end"]["dateTime"][:10])
            return AllDay(first, max(after_last, first + timedelta(days=1)))
        start, end = instant(raw["start"]), instant(raw["end"])
    except (AttributeError, KeyError, TypeError, ValueError) as missing:
        raise Unreadable(str(raw.get("id"))) from missing
    # Outlook allows events of no length; to us even those take their minute.
    return Span(start, max(end, start + _SHORTEST))


def _change_key(raw: dict[str, Any]) -> str:
    """Take the change key, or read it from the etag, which is all that a stub has."""
    if key := raw.get("changeKey"):
        return str(key)
    return change_key_of(raw.get("@odata.etag") or "")


def _join_url(raw: dict[str, Any]) -> str | None:
    return (raw.get("onlineMeeting") or {}).get("joinUrl") or None


def _key(raw: dict[str, Any]) -> str | None:
    for found in raw.get("singleValueExtendedProperties") or ():
        if str(found.get("id", "")).lower() == KEY_ID.lower():
            return str(found.get("value"))
    return None


def whole(draft: EventDraft, transaction_id: str) -> EventModel:
    """Say everything of our event, for its creation."""
    event = part(draft, _ALL)
    event.transaction_id = transaction_id
    event.show_as = FreeBusyStatus.Busy
    event.response_requested = False
    return event


def bare(body: str) -> EventModel:
    """Say that our event is ours no more: these words alone, and an empty property.

    Graph has no way to take a property off again.
    """
    event = EventModel()
    event.body = html_body(body)
    event.single_value_extended_properties = [extended(KEY_ID, "")]
    return event


def part(draft: EventDraft, names: Collection[str]) -> EventModel:
    """Say only the named fields of our event; what is not said is not changed."""
    assert _SAY.keys() >= set(names), names
    event = EventModel()
    for name in names:
        _SAY[name](event, draft)
    return event


def _say_subject(event: EventModel, draft: EventDraft) -> None:
    event.subject = draft.subject


def _say_span(event: EventModel, draft: EventDraft) -> None:
    event.start = _utc(draft.span.start)
    event.end = _utc(draft.span.end)
    event.is_all_day = False


def _say_body(event: EventModel, draft: EventDraft) -> None:
    event.body = html_body(draft.body)


def _say_location(event: EventModel, draft: EventDraft) -> None:
    event.location = Location(display_name=draft.location)


def _say_sensitivity(event: EventModel, draft: EventDraft) -> None:
    event.sensitivity = Sensitivity(draft.sensitivity)


def _say_online(event: EventModel, draft: EventDraft) -> None:
    # An online meeting cannot be made an ordinary one again: Graph refuses that.
    if draft.online:
        event.is_online_meeting = True
        event.online_meeting_provider = OnlineMeetingProviderType.TeamsForBusiness


def _say_repeats(event: EventModel, draft: EventDraft) -> None:
    # An appointment is one event; the model alone would leave out that it is none.
    assert not draft.repeats
    event.additional_data = {"recurrence": None}


def _say_key(event: EventModel, draft: EventDraft) -> None:
    event.single_value_extended_properties = [extended(KEY_ID, draft.key)]


def _say_reminder(event: EventModel, draft: EventDraft) -> None:
    event.is_reminder_on = True
    event.reminder_minutes_before_start = draft.reminder_minutes


def _say_category(event: EventModel, draft: EventDraft) -> None:
    if draft.category:
        event.categories = [draft.category]


_SAY: Final = {
    "subject": _say_subject,
    "span": _say_span,
    "body": _say_body,
    "location": _say_location,
    "sensitivity": _say_sensitivity,
    "online": _say_online,
    "repeats": _say_repeats,
    "key": _say_key,
    "reminder_minutes": _say_reminder,
    "category": _say_category,
}


def html_body(content: str) -> ItemBody:
    return ItemBody(content_type=BodyType.Html, content=content)


def extended(id_: str, value: str) -> SingleValueLegacyExtendedProperty:
    return SingleValueLegacyExtendedProperty(id=id_, value=value)


def _utc(moment: datetime) -> DateTimeTimeZone:
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return DateTimeTimeZone(date_time=text, time_zone="UTC")


def differing(event: Event, draft: EventDraft) -> tuple[str, ...]:
    """Name what a just created event says otherwise than the draft.

    A repeat of a create is answered with what the first try made, and the draft may
    have changed since. Bodies are left out: Exchange never keeps them as they were.
    """
    found: Iterable[tuple[str, bool]] = (
        ("subject", event.subject == draft.subject),
        ("span", event.when == draft.span),
        # Exchange may name the Teams meeting beside our place.
        ("location", draft.location.strip() in (event.location or "")),
    )
    return tuple(name for name, same in found if not same)
