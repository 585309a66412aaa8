"""Time and identifiers that a test decides."""

import random
import uuid
from datetime import UTC, datetime, timedelta

from booking.links import LINK_BYTES, encode
from booking.model import REFERENCE_ALPHABET, REFERENCE_LENGTH

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  #: A Monday, ten o'clock in Helsinki.


class Clock:
    """A clock that moves only when told."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a timedelta, or by its parts: `advance(hours=2)`."""
        self._now += (by or timedelta()) + timedelta(**parts)
        return self._now

    def set(self, to: datetime) -> None:
        assert to.tzinfo is not None, "clocks are aware"
        self._now = to.astimezone(UTC)


class Ids:
    """Identifiers that are the same in every run of the same seed (`outside.Ids`)."""

    def __init__(self, seed: int = 4711) -> None:
        self._random = random.Random(seed)

    def reference(self) -> str:
        return "".join(self._random.choices(REFERENCE_ALPHABET, k=REFERENCE_LENGTH))

    def link(self) -> str:
        return encode(self._random.randbytes(LINK_BYTES))

    def secret(self) -> str:
        return encode(self._random.randbytes(24))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
