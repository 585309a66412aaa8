"""Public links: who holds one may see and change one appointment or offer.

A link is the public half (random, kept in the row) and a signature over kind, half and
generation. Nothing secret is stored, the same link can be sent again in a later message,
and raising the generation makes every copy worthless.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

LINK_BYTES = 6
_MAC_BYTES = 12


class LinkKind(StrEnum):
    APPOINTMENT = "a"
    OFFER = "o"


@dataclass(frozen=True, slots=True)
class Links:
    """Signs and reads links. `base` is the public address, without a slash at its end."""

    key: bytes
    base: str

    def token(self, kind: LinkKind, link: str, generation: int) -> str:
        return link + self._mac(kind, link, generation)

    def url(self, kind: LinkKind, link: str, generation: int) -> str:
        return f"{self.base}/{kind.value}/{self.token(kind, link, generation)}"

    def join_url(self, link: str, generation: int) -> str:
        token = self.token(LinkKind.APPOINTMENT, link, generation)
        return f"{self.base}/j/{token}"

    def half(self, token: str) -> str | None:
        """Give the public half to look up by, or None for what is no link at all."""
        size = len(encode(bytes(LINK_BYTES)))
        sound = token.isascii() and token.isprintable()
        if len(token) != size + len(encode(bytes(_MAC_BYTES))) or not sound:
            return None
        return token[:size]

    def genuine(self, kind: LinkKind, token: str, link: str, generation: int) -> bool:
        """Compare in constant time with what we would have sent."""
        wanted = self.token(kind, link, generation)
        return hmac.compare_digest(token.encode(), wanted.encode())

    def _mac(self, kind: LinkKind, link: str, generation: int) -> str:
        said = f"{kind.value}:{link}:{generation}".encode()
        return encode(hmac.digest(self.key, said, hashlib.sha256)[:_MAC_BYTES])


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
