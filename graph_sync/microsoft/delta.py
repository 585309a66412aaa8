"""A delta round over a calendar's window, with its stubs made whole.

Graph gives occurrences of a series as stubs with nothing but ids and times; the rest is
their master's, which may come later in the round or not at all. A stub therefore waits
for its master, at the longest until the round ends; then the missing masters are asked
for, all in one batch. An exception may come as bare: it differs from its master in
nobody knows what, so the calendar is looked at there.
"""

import logging
from collections.abc import Iterable
from typing import Any

from booking.calendar import AllDay, Event
from booking.spans import Span
from graph_sync.microsoft.errors import unreadable
from graph_sync.microsoft.events import (
    Unreadable,
    is_bare_exception,
    is_stub,
    read_event,
)

log = logging.getLogger(__name__)


class Round:
    """What a delta round has told so far."""

    def __init__(self) -> None:
        self._masters: dict[str, dict[str, Any]] = {}
        self._stubs: dict[str, dict[str, Any]] = {}
        self._exceptions: dict[str, Event] = {}

    def take(
        self, page: Iterable[dict[str, Any]]
    ) -> tuple[tuple[Event, ...], tuple[str, ...]]:
        """Read a page: the events that can be told now, and the ids removed."""
        said = [raw for raw in page if raw.get("id")]
        for raw in said:
            if raw.get("type") == "seriesMaster" and "@removed" not in raw:
                self._masters[str(raw["id"])] = raw
        # Whatever is said of an id later in a round replaces what was said before.
        last = {str(raw["id"]): raw for raw in said}
        for id_ in last:
            self._stubs.pop(id_, None)
            self._exceptions.pop(id_, None)
        removed = tuple(id_ for id_, raw in last.items() if "@removed" in raw)
        events: list[Event] = []
        for id_, raw in last.items():
            if "@removed" in raw:
                continue
            if is_stub(raw) and str(raw.get("seriesMasterId")) not in self._masters:
                self._stubs[id_] = raw
            elif is_bare_exception(raw):
                self._exceptions |= {each.id: each for each in self._read(raw)}
            else:
                events.extend(self._read(raw))
        return tuple(events), removed

    def missing(self) -> tuple[str, ...]:
        """Name the masters that stubs still wait for."""
        wanted = {str(raw.get("seriesMasterId")) for raw in self._stubs.values()}
        return tuple(sorted(wanted - self._masters.keys()))

    def learn(self, master: dict[str, Any]) -> None:
        if not master.get("id"):
            raise unreadable("a master that does not say which it is")
        self._masters[str(master["id"])] = master

    def unclear(self) -> Span | None:
        """Give the time over which exceptions lie that told nothing but their times."""
        spans = [each.when for each in self._exceptions.values()]
        bare = [when for when in spans if not isinstance(when, AllDay)]
        if not bare:
            return None
        return Span(min(when.start for when in bare), max(when.end for when in bare))

    def clear_up(self, seen: Iterable[Event]) -> None:
        """Take the exceptions as a look at the calendar has shown them."""
        self._exceptions |= {
            each.id: each for each in seen if each.id in self._exceptions
        }

    def late(self) -> tuple[Event, ...]:
        """Read what waited. What could not be made whole stays time of unknown kind."""
        waited = tuple(self._stubs.values())
        exceptions = tuple(self._exceptions.values())
        self._stubs.clear()
        self._exceptions.clear()
        return (*exceptions, *(event for raw in waited for event in self._read(raw)))

    def _read(self, raw: dict[str, Any]) -> tuple[Event, ...]:
        master = None
        if is_stub(raw):
            master = self._masters.get(str(raw.get("seriesMasterId")))
        try:
            return (read_event(raw, master),)
        except Unreadable:
            # One bad event must not stop a calendar from being read; the next live
            # check reads it again, and refuses.
            log.warning("unreadable event in a delta page", extra={"id": raw["id"]})
            return ()
