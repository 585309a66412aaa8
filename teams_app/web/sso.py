"""Who is behind a tab's token: verified with Entra's keys, never by name.

A token must be for this app, of this tenant, given by its authority for a user
(`scp` access_as_user).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt

from teams_app.actions.access import Claims
from teams_app.signing import Keys, KeysUnreachable, head_of

_LEEWAY = 60
#: Our registration asks for tokens of this version; another one's claims mean others.
_VERSION = "2.0"
_REQUIRED = ["exp", "iat", "aud", "iss", "tid", "oid", "ver"]


class NotSignedIn(Exception):
    """The request proves nobody."""


class AuthorityUnreachable(Exception):
    """The keys cannot be had, so nothing can be proven just now."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Verifies the bearer tokens of the tab."""

    keys: Keys
    tenant: str
    audiences: tuple[str, str]  #: Client id, and application id URI.
    issuer: str
    authorize_url: str = ""

    async def claims(self, header: str) -> Claims:
        """Verify `Bearer …`. Raises NotSignedIn or AuthorityUnreachable."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        head = head_of(token)
        if head is None:
            raise NotSignedIn
        try:
            key = await self.keys.get(str(head.get("kid", "")))
        except KeysUnreachable:
            raise AuthorityUnreachable from None
        if key is None:
            raise NotSignedIn
        return self._verified(token, key.public)

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
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError:
            raise NotSignedIn from None
        scopes = str(said.get("scp", "")).split()
        ours = said["tid"] == self.tenant and said["ver"] == _VERSION
        if not ours or "access_as_user" not in scopes:
            raise NotSignedIn
        given = said.get("roles")
        roles = frozenset(map(str, given)) if isinstance(given, list) else frozenset()
        name = str(said.get("name", ""))
        address = str(said.get("email") or said.get("preferred_username") or "")
        return Claims(str(said["tid"]), str(said["oid"]), name, roles, address)
