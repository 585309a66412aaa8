"""Nobody holds all the times, nor books for strangers: how many one address may have.

Anybody may hold a time on the public page, so a script could hold them all, and book
them with addresses of people who know nothing of it and would be mailed. A person books
once, and her neighbours behind the same address, as phones of one carrier are, a few
times more. The count is kept in memory by address, for an hour, and goes nowhere: each
process has its own, and begins with none.

Behind a proxy the address is what a trusted proxy says in X-Forwarded-For, read from
its end: what stands before the first name we do not trust was written by anybody.
"""

import ipaddress
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from aiohttp import web

from booking.model import AppointmentId

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

AT_ONCE = 20
#: So many may be booked in an hour: more than come to a library's computers.
BOOKINGS = 30
#: So often one appointment is moved in an hour: each time its client is mailed.
MOVES = 10
#: So often it is said in an hour of one appointment that its client cannot join.
STUCK = 10
#: In an hour somebody behind the address may try so many times as many.
_IN_AN_HOUR = 3
_HOUR = 3600.0
#: A hold ends by itself after ten minutes; a minute later another may be tried.
_SOON = 60
#: A household has a network of its own, and an address of it for every device.
_HOUSEHOLD_BITS = 64


class What(StrEnum):
    """What is counted, each by itself."""

    HOLD = "hold"
    BOOKING = "booking"
    MOVE = "move"
    STUCK = "stuck"


@dataclass(slots=True, eq=False)
class Try:
    """One time somebody tried to hold, to book, to move or to say; `held` is which."""

    at: float
    held: AppointmentId | None = None


@dataclass(slots=True)
class Fair:
    """Counts what each address holds and books. 0: something else sees to it."""

    clock: Callable[[], float]  #: Monotonic, real.
    at_once: int = AT_ONCE
    bookings: int = BOOKINGS
    trusted: tuple[Network, ...] = ()
    kept: int = 10_000  #: So many addresses are remembered; the quietest go first.
    _tries: dict[tuple[What, str], deque[Try]] = field(default_factory=dict)

    def enter(
        self, request: web.Request, what: What = What.HOLD
    ) -> tuple[Try, list[Try]]:
        """Note a try; give it, and those of the same address in the last hour."""
        now = self.clock()
        mine = Try(now)
        self._forget(now)
        known = self._known((what, address_of(request, self.trusted)), now)
        earlier = list(known)
        known.append(mine)
        return mine, earlier

    def leave(self, request: web.Request, mine: Try, what: What = What.HOLD) -> None:
        """Forget a try that came to nothing."""
        known = self._tries.get((what, address_of(request, self.trusted)))
        if known is not None and mine in known:
            known.remove(mine)

    def booked(self, request: web.Request) -> list[Try]:
        """Give what the address has booked in the last hour."""
        return list(
            self._known((What.BOOKING, address_of(request, self.trusted)), self.clock())
        )

    def wait(self, earlier: list[Try], still_held: int) -> int:
        """Give the seconds to wait before the next try; 0: none."""
        if self.at_once and len(earlier) >= self.at_once * _IN_AN_HOUR:
            return max(1, round(earlier[0].at + _HOUR - self.clock()))
        return _SOON if self.at_once and still_held >= self.at_once else 0

    def wait_to_book(self, booked: list[Try], mine: AppointmentId | None = None) -> int:
        """Give the seconds until one more may be booked; 0: none.

        Pressing again for the same one is no further booking.
        """
        others = {each.held for each in booked} - {mine}
        if not self.bookings or len(others) < self.bookings:
            return 0
        return max(1, round(booked[0].at + _HOUR - self.clock()))

    def wait_to_move(self, earlier: list[Try], mine: AppointmentId) -> int:
        """Give the seconds until this one may be moved once more; 0: none."""
        return self._wait_for_one(earlier, mine, MOVES)

    def wait_to_say(self, earlier: list[Try], mine: AppointmentId) -> int:
        """Give the seconds until its client may say once more that she is stuck."""
        return self._wait_for_one(earlier, mine, STUCK)

    def _wait_for_one(self, earlier: list[Try], mine: AppointmentId, most: int) -> int:
        same = [each for each in earlier if each.held == mine]
        if not self.bookings or len(same) < most:
            return 0
        return max(1, round(same[0].at + _HOUR - self.clock()))

    def unheard(self, request: web.Request) -> bool:
        """Whether a proxy named the address but is not one we trust."""
        named = "X-Forwarded-For" in request.headers
        peer = _read(request.remote or "")
        return named and not (peer is not None and _among(peer, self.trusted))

    def _known(self, of: tuple[What, str], now: float) -> deque[Try]:
        """Give the address's tries of the last hour. The last to ask stands last."""
        known = self._tries.pop(of, None) or deque()
        while known and known[0].at <= now - _HOUR:
            known.popleft()
        self._tries[of] = known
        return known

    def _forget(self, now: float) -> None:
        """Forget addresses quiet for an hour; the quietest, when there are too many."""
        for of, known in list(islice(self._tries.items(), 4)):
            quiet = not known or known[-1].at <= now - _HOUR
            if quiet or len(self._tries) > self.kept:
                del self._tries[of]


FAIR = web.AppKey("fair", Fair)


def networks(listed: str) -> tuple[Network, ...]:
    """Read addresses and networks, separated by commas. Raises ValueError."""
    names = [each.strip() for each in listed.split(",") if each.strip()]
    return tuple(ipaddress.ip_network(name) for name in names)


def address_of(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """Give the address a request came from, as far as it can be believed."""
    said = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    last = _read(request.remote or "")
    while last is not None and said and _among(last, trusted):
        named = _read(said.pop())
        if named is None:
            break
        last = named
    if last is None:
        return ""
    if last.version == 6:  # noqa: PLR2004
        return str(ipaddress.ip_network((last, _HOUSEHOLD_BITS), strict=False))
    return str(last)


def _among(address: Address, trusted: tuple[Network, ...]) -> bool:
    return any(address in network for network in trusted)


def _read(given: str) -> Address | None:
    """Read an address as proxies write it: some add the port."""
    bare = given.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
