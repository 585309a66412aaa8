"""Time that stands still until it is told to move, for worlds that must be replayed.

A loop without waiting: when nothing can run, its clock jumps to the next timer. Business
time, the database's clock and the tenant's are one moment that follows the loop and can
leap ahead of it. Transactions run where they are asked for, in one thread, so that what
happens in which order depends on nothing but what was asked.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from dev_tenant.clock import Clock
from teams_app.store import clock as database_clock


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: when nothing is there, time has passed."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits, and nobody can ever come")
        if not ready and timeout is not None and timeout > 0:
            self.passed += timeout
        return ready


class StillLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps instead of waiting."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed


class Moment:
    """Where time stands: as far as the loop has come, and what was leapt."""

    def __init__(self, start: datetime, loop: StillLoop) -> None:
        self._start = start
        self._loop = loop
        self._leapt = timedelta()

    def now(self) -> datetime:
        return self._start + self._leapt + timedelta(seconds=self._loop.time())

    def leap(self, by: timedelta) -> None:
        assert by >= timedelta(), "time does not go back"
        self._leapt += by


class TenantClock(Clock):
    """The tenant's clock, real time and business time alike, at our moment."""

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> datetime:
        return self._moment.now()

    def real(self) -> datetime:
        return self._moment.now()


@contextmanager
def at_moment(now: Callable[[], datetime]) -> Iterator[None]:
    """Let the database's own clock stand where `now` says."""
    plain = database_clock.read
    database_clock.read = lambda _tx: now().astimezone(UTC).timestamp()
    try:
        yield
    finally:
        database_clock.read = plain
