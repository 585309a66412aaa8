"""Who is behind a tab's token: verified with Entra's keys, never by name.

A token must be for this app, of this tenant, given by its authority for a user
(`scp` access_as_user). Keys are kept and fetched again when an unknown one appears, at
most once in a while; when the authority is down, known keys go on working.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt

from teams_app.actions.access import Claims

_KEPT_SECONDS = 3600.0
_COOL_SECONDS = 60.0
_LEEWAY = 60


class NotSignedIn(Exception):
    """The request proves nobody."""


class AuthorityUnreachable(Exception):
    """The keys cannot be had, so nothing can be proven just now."""


@dataclass(slots=True)
class SignIn:
    """Verifies the bearer tokens of the tab."""

    session: aiohttp.ClientSession
    tenant: str
    audiences: tuple[str, str]  #: Client id, and application id URI.
    issuer: str
    keys_url: str
    clock: Callable[[], float]  #: Monotonic, real.
    verify: ssl.SSLContext | None = None  #: Trust, where it is not the system's.
    authorize_url: str = ""
    _keys: dict[str, Any] = field(default_factory=dict)
    _fetched: float = float("-inf")
    _tried: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def claims(self, header: str) -> Claims:
        """Verify `Bearer …`. Raises NotSignedIn or AuthorityUnreachable."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
        except jwt.PyJWTError:
            raise NotSignedIn from None
        key = await self._key(str(kid))
        if key is None:
            raise NotSignedIn
        return self._verified(token, key)

    def window(self, back: str, hint: str) -> str:
        """Give where the authority asks a person for her consent to sign in here."""
        client, identifier = self.audiences
        asked = {
            "client_id": client,
            "response_type": "code",
            "response_mode": "query",
            "redirect_uri": back,
            "scope": f"openid {identifier}/access_as_user",
        }
        return f"{self.authorize_url}?{urlencode(asked | {'login_hint': hint})}"

    def _verified(self, token: str, key: Any) -> Claims:
        try:
            said = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=list(self.audiences),
                issuer=self.issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "aud", "iss", "tid", "oid"]},
            )
        except jwt.PyJWTError:
            raise NotSignedIn from None
        scopes = str(said.get("scp", "")).split()
        if said["tid"] != self.tenant or "access_as_user" not in scopes:
            raise NotSignedIn
        given = said.get("roles")
        roles = frozenset(map(str, given)) if isinstance(given, list) else frozenset()
        name = str(said.get("name", ""))
        return Claims(str(said["tid"]), str(said["oid"]), name, roles)

    async def _key(self, kid: str) -> Any:
        now = self.clock()
        if now - self._fetched > _KEPT_SECONDS or kid not in self._keys:
            await self._renew(now)
        return self._keys.get(kid)

    async def _renew(self, asked: float) -> None:
        async with self._lock:
            if self._fetched > asked or self.clock() - self._tried < _COOL_SECONDS:
                return
            self._tried = self.clock()
            try:
                self._keys = await self._fetch()
                self._fetched = self.clock()
            except (aiohttp.ClientError, TimeoutError, ValueError, LookupError):
                if not self._keys:
                    self._tried = float("-inf")
                    raise AuthorityUnreachable from None

    async def _fetch(self) -> dict[str, Any]:
        patience = aiohttp.ClientTimeout(total=5)
        async with self.session.get(
            self.keys_url, timeout=patience, ssl=self.verify or True
        ) as answer:
            answer.raise_for_status()
            document = await answer.json(content_type=None)
        return {
            str(key["kid"]): jwt.PyJWK(key, algorithm="RS256").key
            for key in document["keys"]
            if key.get("kty") == "RSA"
        }
