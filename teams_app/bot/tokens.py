"""Who may speak to the bot, and as whom the bot speaks.

Inbound: a request carries a token that Microsoft's connector signed for this bot, for
one service address, with a key endorsed for the channel. Keys are fetched in the
background of the loop, kept, fetched again when an unknown one appears (they rotate),
and used beyond their time while their server is down.

Outbound: one token for the connector, kept until it is due and renewed ahead of time,
so that no turn waits for it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import jwt

_log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512")
#: Microsoft's documents ask for five minutes between its clocks and ours.
SKEW_SECONDS = 300
#: Rotation shows itself by an unknown key; this is for keys that were withdrawn.
KEEP_SECONDS = 6 * 3600
#: A token this close to its end is not used any more.
SPARE_SECONDS = 30
#: From here on a new one is fetched beside the turns that still use the old one.
AHEAD_SECONDS = 600
#: What reading a document that is not what it should be may raise.
NONSENSE = (ValueError, LookupError, TypeError, AttributeError, jwt.PyJWTError)


class Untrusted(Exception):
    """The request does not prove that it comes from the channel."""


class KeysUnreachable(Exception):
    """The signing keys cannot be had, so nothing can be proven just now."""


@dataclass(frozen=True, slots=True)
class Key:
    public: Any
    endorsements: frozenset[str]  #: Channels that this key may speak for.


class Keys:
    """The connector's signing keys, found through its OpenID metadata."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str,
        *,
        cool_seconds: float = 30,
        patience_seconds: float = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`cool_seconds` pass between two fetches, however many ask for them."""
        self._session = session
        self._metadata_url = metadata_url
        self._cool = cool_seconds
        self._patience = patience_seconds
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._well = False
        self._lock = asyncio.Lock()

    async def get(self, kid: str) -> Key | None:
        """Give the key, or None if the issuer has none of this name."""
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
                metadata = await self._read(self._metadata_url)
                document = await self._read(metadata["jwks_uri"])
            self._keys = dict(_keys(document))
        except (aiohttp.ClientError, TimeoutError, *NONSENSE) as error:
            _log.warning("signing keys cannot be fetched: %s", type(error).__name__)
            return False
        self._fetched = self._clock()
        return True

    async def _read(self, url: str) -> Any:
        async with self._session.get(url) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _keys(document: Mapping[str, Any]) -> Iterator[tuple[str, Key]]:
    """Read the keys that are of use; one that is not must not hide the others."""
    for entry in document["keys"]:
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
            yield entry["kid"], Key(public, frozenset(entry.get("endorsements", ())))
        except NONSENSE:
            _log.warning("a signing key cannot be read")


@dataclass(frozen=True, slots=True)
class Trust:
    """The rules by which an inbound token is judged."""

    keys: Keys
    app_id: str
    issuer: str

    async def judge(
        self, header: str, service_url: str, channel: str
    ) -> dict[str, Any]:
        """Give the token's claims. Raises Untrusted or KeysUnreachable.

        Only the channel's own issuer is accepted. The tokens of the emulator, which
        the SDK takes from a list of Microsoft's tenants, are not.
        """
        token = token_of(header)
        key = await self._key(token)
        if channel not in key.endorsements:
            raise Untrusted("key is not endorsed for the channel")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public,
                algorithms=list(ALGORITHMS),
                audience=self.app_id,
                issuer=self.issuer,
                leeway=SKEW_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            raise Untrusted(type(error).__name__) from None
        if claims.get("serviceurl") != service_url:
            raise Untrusted("token is for another service address")
        return claims

    async def _key(self, token: str) -> Key:
        try:
            head = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise Untrusted("malformed token") from None
        kid = head.get("kid")
        if head.get("alg") not in ALGORITHMS or not isinstance(kid, str):
            raise Untrusted("malformed token")
        key = await self.keys.get(kid)
        if key is None:
            raise Untrusted("unknown signing key")
        return key


def token_of(header: str) -> str:
    """Give the token of an Authorization header. Raises Untrusted."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Untrusted("no bearer token")
    return token.strip()


class AccessToken(Protocol):
    @property
    def token(self) -> str: ...
    @property
    def expires_on(self) -> int: ...


class Credential(Protocol):
    """What azure-identity's asynchronous credentials are."""

    async def get_token(self, *scopes: str) -> AccessToken: ...


class Bearer:
    """The bot's own token: fetched once, kept, renewed before it is due."""

    def __init__(
        self, credential: Credential, scope: str, epoch: Callable[[], float]
    ) -> None:
        """`epoch` is real time, for that is what tokens expire by."""
        self._credential = credential
        self._scope = scope
        self._epoch = epoch
        self._held: AccessToken | None = None
        self._lock = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    async def get(self) -> str:
        left = self._left()
        if left <= SPARE_SECONDS:
            async with self._lock:
                if self._left() <= SPARE_SECONDS:
                    await self._fetch()
        elif left <= AHEAD_SECONDS and (self._renewal is None or self._renewal.done()):
            self._renewal = asyncio.create_task(self._renew())
        assert self._held is not None
        return self._held.token

    async def close(self) -> None:
        """End a renewal that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait({self._renewal})

    def _left(self) -> float:
        return self._held.expires_on - self._epoch() if self._held else 0

    async def _fetch(self) -> None:
        self._held = await self._credential.get_token(self._scope)

    async def _renew(self) -> None:
        try:
            await self._fetch()
        except Exception as error:  # noqa: BLE001  the old one is still good
            _log.warning("bot token cannot be renewed: %s", type(error).__name__)
