"""The tenant's clock: real time plus an offset that a demonstration may move.

Business time (what an event was created at, which day is today) is asked here.
Leases, timeouts and tokens use real time, so moving this clock ends none of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    offset: timedelta = timedelta()
    frozen: datetime | None = None  #: When set, time stands still until it is moved.

    def now(self) -> datetime:
        if self.frozen is not None:
            return self.frozen
        return datetime.now(UTC) + self.offset

    def real(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, by: timedelta) -> datetime:
        if self.frozen is not None:
            self.frozen += by
        else:
            self.offset += by
        return self.now()

    def move_to(self, moment: datetime) -> datetime:
        assert moment.tzinfo is not None
        if self.frozen is not None:
            self.frozen = moment
        else:
            self.offset = moment - datetime.now(UTC)
        return self.now()
