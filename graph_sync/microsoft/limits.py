"""How many requests may be under way, for a mailbox and in all.

Graph lets an app have four requests at a time in a mailbox and answers the fifth with
429. So requests wait here instead, in the order they came; and when Graph has told a
mailbox to wait, everything for that mailbox waits, nothing for others.
"""

from asyncio import CancelledError, Future, get_running_loop
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from graph_sync.graph import Throttled

#: Said by ourselves of a mailbox that Graph has told to wait.
PAUSED: Final = "MailboxPaused"


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard Graph may be pressed. Seconds are real ones."""

    per_mailbox: int = 4
    in_all: int = 64
    timeout: float = 15.0  #: Of one request.
    patience: float = 8.0  #: Of our own repeats together; then the caller hears.
    tries: int = 4
    pause: float = 0.25  #: Before the first repeat of an unanswered request; doubles.


class Lane:
    """A fixed number of places, given out in the order they were asked for."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._free = places
        self._waiting: deque[tuple[int, Future[None]]] = deque()

    @property
    def taken(self) -> int:
        return self.places - self._free

    async def enter(self, count: int = 1) -> None:
        """Take `count` places at once, after everybody who came before."""
        assert 0 < count <= self.places, (count, self.places)
        if not self._waiting and self._free >= count:
            self._free -= count
            return
        turn: Future[None] = get_running_loop().create_future()
        self._waiting.append((count, turn))
        try:
            await turn
        except CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(count)  # it was our turn just as we gave up
            else:
                # Whoever left meanwhile may already have passed her over.
                if (count, turn) in self._waiting:
                    self._waiting.remove((count, turn))
                self._call()
            raise

    def leave(self, count: int = 1) -> None:
        self._free += count
        self._call()

    def _call(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            count, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= count
                turn.set_result(None)


class Gate:
    """The lanes of every mailbox, and one for all of them together."""

    def __init__(
        self,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self.limits = limits
        self._sleep = sleep
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._all = Lane(limits.in_all)
        self._closed_until: dict[str, float] = {}

    def lane(self, mailbox: str) -> Lane:
        return self._lanes.setdefault(mailbox.lower(), Lane(self.limits.per_mailbox))

    def pause(self, mailbox: str, seconds: float) -> None:
        """Let nothing more into the mailbox for a while."""
        until = self._clock() + seconds
        name = mailbox.lower()
        self._closed_until[name] = max(until, self._closed_until.get(name, until))

    def paused(self, mailbox: str) -> float:
        """Give the seconds until the mailbox opens again; 0 when it is open."""
        name = mailbox.lower()
        left = self._closed_until.get(name, 0.0) - self._clock()
        if left <= 0:
            self._closed_until.pop(name, None)
            return 0.0
        return left

    @asynccontextmanager
    async def through(
        self, wants: Mapping[str, int], patience: float
    ) -> AsyncIterator[None]:
        """Hold places in mailboxes' lanes. Raises Throttled rather than wait longer.

        Whoever waits keeps her places meanwhile; so this is for one mailbox's callers.
        """
        async with self._inside(self._lanes_of(wants)):
            await self._wait_for_opening(wants, patience)
            async with self._inside([(self._all, 1)]):
                yield

    @asynccontextmanager
    async def among(self, wants: Mapping[str, int]) -> AsyncIterator[None]:
        """Hold places in many mailboxes' lanes, whether or not some are closed.

        Nobody waits for one to open: that would hold up all the others.
        """
        async with self._inside([*self._lanes_of(wants), (self._all, 1)]):
            yield

    def _lanes_of(self, wants: Mapping[str, int]) -> list[tuple[Lane, int]]:
        """Name lanes in one order for everybody: two batches never await each other."""
        return [(self.lane(name), wants[name]) for name in sorted(wants) if name]

    @asynccontextmanager
    async def _inside(self, wanted: Sequence[tuple[Lane, int]]) -> AsyncIterator[None]:
        entered: list[tuple[Lane, int]] = []
        try:
            for lane, count in wanted:
                await lane.enter(count)
                entered.append((lane, count))
            yield
        finally:
            for lane, count in reversed(entered):
                lane.leave(count)

    async def _wait_for_opening(
        self, mailboxes: Mapping[str, int], patience: float
    ) -> None:
        gives_up = self._clock() + patience
        while wait := max(self.paused(mailbox) for mailbox in mailboxes):
            if self._clock() + wait > gives_up:
                raise closed(wait)
            await self._sleep(wait)


def closed(wait: float) -> Throttled:
    """Say that a mailbox opens only after `wait` seconds."""
    said = Throttled(PAUSED, "waiting as Graph asked")
    said.retry_after = wait
    return said
