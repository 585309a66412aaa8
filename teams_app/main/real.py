"""The real clock and the real ids: the only time and chance in the house."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta

from booking.links import LINK_BYTES, encode
from booking.model import REFERENCE_ALPHABET, REFERENCE_LENGTH


class RealIds:
    """Chance, as good as the operating system has it."""

    def reference(self) -> str:
        letters = (secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
        return "".join(letters)

    def link(self) -> str:
        return encode(secrets.token_bytes(LINK_BYTES))

    def secret(self) -> str:
        return secrets.token_urlsafe(32)

    def uuid(self) -> str:
        return str(uuid.uuid4())


def seconds_now() -> float:
    """Give the seconds since the epoch, by this machine's clock; no demo moves it."""
    return datetime.now(UTC).timestamp()


class BusinessClock:
    """Real time, and as far ahead of it as a demo has jumped."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset
