"""How fast the bot may speak, kept by us before Teams refuses.

Teams counts what a bot does in one conversation, and in all of a tenant together. Whoever
would be one too many is told how long to wait; nobody waits here, so that a burst to one
person holds back no other. Several replicas do not ask each other: each takes its part of
every limit, so that all of them together keep it.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

#: So many calls in so many seconds.
Windows = tuple[tuple[int, float], ...]

#: What Teams lets a bot send to one conversation, updates and deletions included.
SEND: Final[Windows] = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
#: And how often it may ask who is in one.
MEMBERS: Final[Windows] = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
#: Everything of one app in one tenant.
TENANT: Final[Windows] = ((50, 1.0),)
_EVERYTHING: Final = "tenant"

#: What may go on for long: sixty in thirty seconds.
_STEADY: Final = 2.0
_BEHIND_MAX: Final = 900.0
#: So many conversations are remembered before those long silent are forgotten.
_KEPT: Final = 2000
RETRY_AFTER_UNSAID: Final = 1.0
_RETRY_AFTER_MAX: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Wait:
    """One too many: `seconds` until there is room, `behind` those who wait already."""

    seconds: float
    behind: float = 0.0


class Pace:
    """Counts what was let through. `clock` gives real seconds."""

    def __init__(self, clock: Callable[[], float], replicas: int = 1) -> None:
        self._clock = clock
        self._replicas = replicas
        self._times: dict[str, deque[float]] = {}
        self._closed_until: dict[str, float] = {}
        #: When the last of those who wait was told to come back.
        self._last_back: dict[str, float] = {}

    def ask(self, name: str, windows: Windows) -> Wait | None:
        """Let one more through (None), or say how long to wait."""
        now = self._clock()
        asked = ((name, windows), (_EVERYTHING, TENANT))
        wait = max(self._room(each, limits, now) for each, limits in asked)
        if wait > 0:
            return Wait(wait, self._queue(name, now + wait))
        for each, _ in asked:
            self._times[each].append(now)
        self._forget(now)
        return None

    def _queue(self, name: str, room: float) -> float:
        """Give the seconds after there is room until those who wait already are through.

        Each has a moment of its own: once that has passed it holds back nobody, also
        where it never came back.
        """
        last = self._last_back.get(name)
        back = room if last is None else max(room, last + self._replicas / _STEADY)
        behind = min(back - room, _BEHIND_MAX)
        self._last_back[name] = room + behind
        return behind

    def pause(self, name: str, seconds: float) -> None:
        """Let nothing through for as long as Teams has said."""
        until = self._clock() + seconds
        self._closed_until[name] = max(until, self._closed_until.get(name, until))

    def _room(self, name: str, windows: Windows, now: float) -> float:
        """Give the seconds until there is room; 0 where there is."""
        times = self._times.setdefault(name, deque())
        longest = windows[-1][1]
        while times and times[0] <= now - longest:
            times.popleft()
        wait = self._closed_until.get(name, now) - now
        if wait <= 0:
            self._closed_until.pop(name, None)
        for most, seconds in windows:
            share = max(1, most // self._replicas)
            if len(times) >= share:
                wait = max(wait, times[-share] + seconds - now)
        return max(wait, 0.0)

    def _forget(self, now: float) -> None:
        if len(self._times) <= _KEPT:
            return
        for name, times in list(self._times.items()):
            if not times or times[-1] <= now - SEND[-1][1]:
                del self._times[name]
                self._last_back.pop(name, None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After: seconds, whole or not, or a date by the answer's own clock."""
    said = headers.get("Retry-After", "").strip()
    if not said:
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            there = parsedate_to_datetime(said)
            wait = there - parsedate_to_datetime(headers.get("Date", ""))
        except (TypeError, ValueError):
            return RETRY_AFTER_UNSAID
        seconds = wait.total_seconds()
    if seconds != seconds:  # noqa: PLR0124  NaN
        return RETRY_AFTER_UNSAID
    return min(max(seconds, 0.0), _RETRY_AFTER_MAX)
