"""calendarView/delta: rounds of changes to a fixed window.

A token holds everything a page needs, so rounds survive a restart: mailbox, calendar,
window, the change number to start after, the one to stop at, and how far this round has
come. Changes made during a round belong to the next one. Single events and masters come
whole, occurrences as stubs; what left the window, or never was in it, comes as removed.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from dev_tenant.graph import ids, recurrence, store
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request
from dev_tenant.graph.shape import shape, stub, whole
from dev_tenant.graph.times import instant
from dev_tenant.graph.views import window_of
from dev_tenant.tenant import Event, Json, Mailbox, Tombstone

PAGE = 10
#: The switch that lets every token be too old, and its value for a 410 without a link.
GONE, BARE = "delta_gone", "bare"


@dataclass(frozen=True)
class Mark:
    """Where a reader is."""

    box: str
    calendar: str
    start: str
    end: str
    since: int  #: -1: a first round, which tells of everything
    upto: int | None  #: None between rounds
    after: str  #: the last key told of in this round
    generation: int
    page: int = 0

    def text(self) -> str:
        raw = json.dumps(asdict(self), separators=(",", ":")).encode()
        return urlsafe_b64encode(raw).decode().rstrip("=")


def _read(token: str, call: Call, box: Mailbox) -> Mark:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mark = Mark(**json.loads(raw))
    except (ValueError, TypeError) as wrong:
        raise bad_request("Badly formed token.", "SyncStateInvalid") from wrong
    if mark.box != box.user:
        raise bad_request("The token belongs elsewhere.", "SyncStateInvalid")
    forgotten = call.tenant.switches.get(GONE)
    # Between rounds alone: a round that is cut short each time would never end.
    if mark.generation != box.generation or (forgotten and mark.upto is None):
        call.tenant.faults.strike(GONE, times=bool(forgotten))
        place = f"{call.base}/{'/'.join(call.segments)}?$deltaToken="
        raise Failure(
            410,
            "SyncStateNotFound",
            "The sync state generation is not found;"
            f" generation={mark.generation};[highest={box.generation}].",
            {} if forgotten == BARE else {"Location": place},
        )
    return mark


def delta(call: Call, user: str, calendar: str | None = None) -> Answer:
    box = call.mailbox(user)
    lower = {k.lower(): v for k, v in call.query.items()}
    token = lower.get("$skiptoken") or lower.get("$deltatoken")
    for name in ("$select", "$expand", "$filter", "$orderby", "$search", "$top"):
        if name in lower:
            raise bad_request(
                f"The query parameter '{name}' is not supported on change tracking.",
                "ErrorInvalidUrlQuery",
            )
    if token:
        mark = _read(token, call, box)
    else:
        start, end = window_of(call.query)
        mark = Mark(
            box=box.user,
            calendar=store.calendar_of(box, calendar).id,
            start=start.isoformat(),
            end=end.isoformat(),
            since=-1,
            upto=None,
            after="",
            generation=box.generation,
        )
    return _page(call, box, mark)


def _page(call: Call, box: Mailbox, mark: Mark) -> Answer:
    if mark.upto is None:
        mark = replace(mark, upto=_visible(call, box), after="", page=0)
    size = call.prefer.page_size or PAGE
    left = _changes(box, mark)
    items: list[Json] = []
    empty = mark.page == 1 and _middle_is_empty(call, mark)
    while left and len(items) < size and not empty:
        key, change = left.pop(0)
        items += _told(call, box, mark, change)
        mark = replace(mark, after=key)
    if call.tenant.switches.get("replay_delta"):
        call.tenant.faults.strike("replay_delta", times=len(items[:1]))
        items += items[:1]
    path = "/".join(call.segments)
    body: Json = {
        "@odata.context": call.context("Collection(event)"),
        "value": items,
    }
    if left:
        onward = replace(mark, page=mark.page + 1).text()
        body["@odata.nextLink"] = f"{call.base}/{path}?$skiptoken={onward}"
    else:
        assert mark.upto is not None
        done = replace(mark, since=mark.upto, upto=None, after="", page=0).text()
        body["@odata.deltaLink"] = f"{call.base}/{path}?$deltatoken={done}"
    return Answer(200, body)


def _middle_is_empty(call: Call, mark: Mark) -> bool:
    """The second page of a first round is empty; of every round by the switch."""
    if mark.since < 0:
        return True
    empty = bool(call.tenant.switches.get("empty_pages"))
    call.tenant.faults.strike("empty_pages", times=empty)
    return empty


def _visible(call: Call, box: Mailbox) -> int:
    """The newest change that shows by now; some lag behind when told to."""
    late = float(call.tenant.switches.get("eventual_delta", 0))
    if not late:
        return box.version
    shown = call.tenant.clock.real().timestamp() - late
    hidden = [version for version, at in box.changed_at if at > shown]
    call.tenant.faults.strike("eventual_delta", times=bool(hidden))
    return min(hidden) - 1 if hidden else box.version


Change = Event | list[Tombstone]


def _changes(box: Mailbox, mark: Mark) -> list[tuple[str, Change]]:
    """What is still to be told in this round, by key; a series is one change."""
    assert mark.upto is not None
    found: dict[str, Change] = {}
    graves: dict[str, list[Tombstone]] = {}
    if mark.since >= 0:
        for stone in box.tombstones:
            if (
                mark.since < stone.version <= mark.upto
                and stone.calendar == mark.calendar
            ):
                graves.setdefault(f"a-{stone.key}-{stone.number}", []).append(stone)
    found |= graves
    for event in box.events.values():
        if event.calendar == mark.calendar and mark.since < event.version <= mark.upto:
            found[f"b-{event.key}"] = event
    return sorted((k, c) for k, c in found.items() if k > mark.after)


def _told(call: Call, box: Mailbox, mark: Mark, change: Change) -> list[Json]:
    if isinstance(change, list):
        return [item for stone in change for item in _buried(call, box, mark, stone)]
    start, end = _window(mark)
    inside = recurrence.occurrences(change, start, end)
    if change.recurrence is None:
        if inside:
            return [_whole(call, box, change)]
        return _noise(call, box, mark, change)
    items: list[Json] = []
    if start <= instant(change.start, change.zone) < end:
        items.append(_whole(call, box, change))
    items += [_occurrence(call, box, o) for o in inside]
    if mark.since >= 0:
        items += _strayed(call, box, change, {o.day for o in inside})
    return items or _noise(call, box, mark, change)


def _strayed(
    call: Call, box: Mailbox, event: Event, inside: set[str | None]
) -> list[Json]:
    """Occurrences moved by themselves to outside the window."""
    return [
        _removed(ids.event_id(box, event, day, immutable=call.prefer.immutable))
        for day in event.overrides
        if day not in inside
    ]


def _whole(call: Call, box: Mailbox, event: Event) -> Json:
    item = shape(call.tenant, box, whole(event), call.prefer, master=True)
    return {"@odata.type": "#microsoft.graph.event"} | item


def _occurrence(call: Call, box: Mailbox, one: recurrence.Occurrence) -> Json:
    """A stub, also of an exception; those come whole by the switch."""
    if one.changed and call.tenant.switches.get("whole_exceptions"):
        call.tenant.faults.strike("whole_exceptions")
        item = shape(call.tenant, box, one, call.prefer)
        return {"@odata.type": "#microsoft.graph.event"} | item
    return stub(box, one, call.prefer)


def _noise(call: Call, box: Mailbox, mark: Mark, event: Event) -> list[Json]:
    """A change outside the window comes as a removal, but not in a first round."""
    if mark.since < 0:
        return []
    return [_removed(ids.event_id(box, event, immutable=call.prefer.immutable))]


def _buried(call: Call, box: Mailbox, mark: Mark, stone: Tombstone) -> list[Json]:
    """Removed, and its occurrences of this window with it, unless those go silent."""
    silent = bool(call.tenant.switches.get("silent_occurrences"))
    days = _days_gone(box, mark, stone)
    call.tenant.faults.strike("silent_occurrences", times=len(days) if silent else 0)
    items = [] if silent else [_removed(_id(call, box, stone, d)) for d in days]
    if stone.series_gone:
        items.append(_removed(_id(call, box, stone, None)))
    return items


def _days_gone(box: Mailbox, mark: Mark, stone: Tombstone) -> list[str]:
    """Give the days of a series that this window may have had, and has no more."""
    start, end = _window(mark)
    first, last = (at.date().isoformat() for at in (start - _DAY, end))
    near = [d for d in stone.occurrences if first <= d <= last or d in stone.moved]
    event = box.events.get(stone.key)
    if event is None or stone.series_gone:
        return near
    inside = {each.day for each in recurrence.occurrences(event, start, end)}
    return [day for day in near if day not in inside]


#: A day begins, somewhere, as much as this before it does in UTC.
_DAY = timedelta(days=1)


def _id(call: Call, box: Mailbox, stone: Tombstone, day: str | None) -> str:
    if call.prefer.immutable:
        return ids.immutable_id(box, stone.key, day)
    return ids.default_id(box, stone.number, day)


def _removed(id_: str) -> Json:
    return {
        "@odata.type": "#microsoft.graph.event",
        "id": id_,
        "@removed": {"reason": "deleted"},
    }


def _window(mark: Mark) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(mark.start), datetime.fromisoformat(mark.end)
