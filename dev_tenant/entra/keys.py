"""Signing keys that can be rotated.

A ring holds the key that signs now and the ones that signed before. A retired key stays
published for a grace time and is then gone from the document, and with it every token it
signed: that is how a relying party that caches keys for too long is found out.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_BITS = 2048
GRACE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key; `ends` is when a retired one leaves the published document."""

    kid: str
    private: rsa.RSAPrivateKey
    ends: float | None = None


class Ring:
    """The keys of one issuer. `clock` is real time in epoch seconds."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self._name = name
        self._clock = clock
        self._made = 0
        self._retired: list[Key] = []
        self._current = self._make()

    def _make(self) -> Key:
        private = _private_key(self._name, self._made)
        self._made += 1
        return Key(_thumbprint(private), private)

    @property
    def current(self) -> Key:
        return self._current

    def rotate(self, grace_seconds: float = GRACE_SECONDS) -> Key:
        """Sign with a new key from now on; the old one stays for the grace time."""
        old = self._current
        ends = self._clock() + grace_seconds
        self._retired.append(Key(old.kid, old.private, ends))
        self._current = self._make()
        return self._current

    def published(self) -> list[Key]:
        now = self._clock()
        kept = [key for key in self._retired if key.ends is not None and key.ends > now]
        return [self._current, *kept]

    def find(self, kid: object) -> Key | None:
        return next((key for key in self.published() if key.kid == kid), None)

    def sign(self, claims: Mapping[str, Any], key: Key | None = None) -> str:
        signing = key or self._current
        headers = {"kid": signing.kid, "x5t": signing.kid}
        return jwt.encode(
            dict(claims), signing.private, algorithm="RS256", headers=headers
        )

    def document(self, **more: Any) -> dict[str, Any]:
        """Give the JSON Web Key Set; `more` is put on every key (endorsements)."""
        return {"keys": [{**_public(key), **more} for key in self.published()]}


def foreign_key() -> Key:
    """Give a key nobody publishes, to forge with."""
    private = _private_key("foreign", 0)
    return Key(_thumbprint(private), private)


@cache
def _private_key(name: str, number: int) -> rsa.RSAPrivateKey:
    # Making a key costs a tenth of a second: one process makes each only once.
    assert name, number
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _thumbprint(private: rsa.RSAPrivateKey) -> str:
    modulus = private.public_key().public_numbers().n
    digest = hashlib.sha256(modulus.to_bytes(KEY_BITS // 8, "big")).digest()
    return base64.urlsafe_b64encode(digest[:20]).rstrip(b"=").decode()


def _public(key: Key) -> dict[str, Any]:
    numbers = key.private.public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": "sig",
        "kid": key.kid,
        "x5t": key.kid,
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
        "alg": "RS256",
    }


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
