"""How fast a bot may speak in one conversation.

The figures are Microsoft's for one bot and one conversation; real time is counted, for
the limit protects real servers.
"""

import math
import time
from collections import deque
from collections.abc import Callable

SEND = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
MEMBERS = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
WHOLE_BOT = ((50, 1.0),)
Windows = tuple[tuple[int, float], ...]


class Rates:
    """Counts what was let through. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def wait(self, key: str, windows: Windows) -> int | None:
        """Let one more through (None), or say how many seconds to wait."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        longest = max(seconds for _, seconds in windows)
        while times and times[0] <= now - longest:
            times.popleft()
        waits = [
            recent[-most] + seconds - now
            for most, seconds in windows
            if len(recent := [t for t in times if t > now - seconds]) >= most
        ]
        if waits:
            return max(1, math.ceil(max(waits)))
        times.append(now)
        return None
