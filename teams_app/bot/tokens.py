"""Who may speak to the bot, and as whom the bot speaks.

Inbound: a request carries a token that Microsoft's connector signed for this bot, for
one service address, with a key endorsed for the channel.

Outbound: one token for the connector, kept until it is due and renewed ahead of time,
so that no turn waits for it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from teams_app.signing import Key, Keys, head_of

_log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512")
#: Microsoft's documents ask for five minutes between its clocks and ours.
SKEW_SECONDS = 300
#: A token this close to its end is not used any more.
SPARE_SECONDS = 30
#: From here on a new one is fetched beside the turns that still use the old one.
AHEAD_SECONDS = 600


class Untrusted(Exception):
    """The request does not prove that it comes from the channel."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A genuine token: what it claims, and for which channels its key may speak."""

    claims: dict[str, Any]
    endorsements: frozenset[str]

    def check(self, service_url: str, channel: str) -> None:
        """Hold what a request says against it. Raises Untrusted."""
        if channel not in self.endorsements:
            raise Untrusted("key is not endorsed for the channel")
        if self.claims.get("serviceurl") != service_url:
            raise Untrusted("token is for another service address")


@dataclass(frozen=True, slots=True)
class Trust:
    """The rules by which an inbound token is judged."""

    keys: Keys
    app_id: str
    issuer: str

    async def judge(self, header: str) -> Proof:
        """Give what the token proves. Raises Untrusted or KeysUnreachable.

        Only the channel's own issuer is accepted. The tokens of the emulator, which
        the SDK takes from a list of Microsoft's tenants, are not.
        """
        token = _token_of(header)
        key = await self._key(token)
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
        return Proof(claims, key.endorsements)

    async def _key(self, token: str) -> Key:
        head = head_of(token) or {}
        kid = head.get("kid")
        if head.get("alg") not in ALGORITHMS or not isinstance(kid, str):
            raise Untrusted("malformed token")
        key = await self.keys.get(kid)
        if key is None:
            raise Untrusted("unknown signing key")
        return key


def _token_of(header: str) -> str:
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
