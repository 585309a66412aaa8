"""The keys others sign with: Microsoft's connector its requests, Entra its tokens.

Keys are fetched when they are first needed, kept, fetched again when an unknown one
appears (they rotate), and used beyond their time while their server is down. However
many wait for them, and whatever their server answers, it is asked once in a while.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

_log = logging.getLogger(__name__)

#: Rotation shows itself by an unknown key; this is for keys that were withdrawn.
KEEP_SECONDS = 3600
#: What reading a document that is not what it should be may raise.
_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, jwt.PyJWTError)


class KeysUnreachable(Exception):
    """The signing keys cannot be had, so nothing can be proven just now."""


@dataclass(frozen=True, slots=True)
class Key:
    public: Any
    endorsements: frozenset[str]  #: Channels that this key may speak for.


class Keys:
    """The signing keys of one issuer."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        verify: ssl.SSLContext | None = None,
        cool_seconds: float = 30,
        patience_seconds: float = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`url`: of the keys, or of OpenID metadata that says where they are.

        `cool_seconds` pass between two fetches, however many ask for them. `verify` is
        the trust where it is not the system's.
        """
        self._session = session
        self._url = url
        self._verify = verify
        self._cool = cool_seconds
        self._patience = patience_seconds
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._well = False
        self._lock = asyncio.Lock()

    async def get(self, kid: str) -> Key | None:
        """Give the key, or None if the issuer has none of this name.

        Raises KeysUnreachable.
        """
        stale = self._clock() - self._fetched > KEEP_SECONDS
        if stale or kid not in self._keys:
            await self._renew(kid)
        return self._keys.get(kid)

    async def _renew(self, kid: str) -> None:
        async with self._lock:
            if self._clock() - self._tried >= self._cool:
                self._well = await self._fetch()
                self._tried = self._clock()
        if not self._well and kid not in self._keys:
            raise KeysUnreachable

    async def _fetch(self) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                document = await self._read(self._url)
                if "keys" not in document:
                    document = await self._read(document["jwks_uri"])
            found = dict(_keys(document))
        except (aiohttp.ClientError, TimeoutError, *_NONSENSE) as error:
            _log.warning("signing keys cannot be fetched: %s", type(error).__name__)
            return False
        if not found:
            _log.warning("signing keys cannot be fetched: there is none of use")
            return False
        self._keys = found
        self._fetched = self._clock()
        return True

    async def _read(self, url: str) -> Any:
        async with self._session.get(url, ssl=self._verify or True) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _keys(document: Any) -> Iterator[tuple[str, Key]]:
    """Read the keys that are of use; one that is not must not hide the others."""
    for entry in document["keys"]:
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
            key = Key(public, frozenset(entry.get("endorsements", ())))
            yield str(entry["kid"]), key
        except _NONSENSE:
            _log.warning("a signing key cannot be read")


def head_of(token: str) -> dict[str, Any] | None:
    """Read what a token says of its signature, proven by nothing; None: it is no token.

    A header may hold any bytes: ValueError is of those that are no text.
    """
    try:
        head: dict[str, Any] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        return None
    return head
