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
#: Between what is sealed and its seal, which holds no such mark.
_SEAL = "~"
#: No kind of link: what is sealed is never taken for one, nor one for it.
_SEALED = "sealed"


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

    def sealed(self, said: str) -> str:
        """Write something on a card so that only we can have written it.

        Whoever has the card can read it.
        """
        return f"{said}{_SEAL}{self._signed(f'{_SEALED}:{said}')}"

    def unsealed(self, given: str) -> str | None:
        """Give what was sealed, or None for what nobody here has written."""
        said, mark, seal = given.rpartition(_SEAL)
        wanted = self._signed(f"{_SEALED}:{said}")
        genuine = hmac.compare_digest(seal.encode(), wanted.encode())
        return said if mark and genuine else None

    def _mac(self, kind: LinkKind, link: str, generation: int) -> str:
        return self._signed(f"{kind.value}:{link}:{generation}")

    def _signed(self, said: str) -> str:
        made = hmac.digest(self.key, said.encode(), hashlib.sha256)
        return encode(made[:_MAC_BYTES])


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
