"""What Entra knows and signs: registrations, people, tokens; and the check of a token.

Shapes follow Microsoft's documents: version 2.0 tokens for the application's own API,
version 1.0 shaped application tokens for Graph, channel tokens with `serviceurl` for the
bot. A refusal is a value; nothing here speaks HTTP.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import jwt

from dev_tenant.entra.keys import Ring, foreign_key

GRAPH = "https://graph.microsoft.com"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
BOT_FRAMEWORK = "https://api.botframework.com"
#: For whom a managed identity's token is meant that vouches for a registration.
EXCHANGE = "api://AzureADTokenExchange"
TEAMS_WEB = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"
LEEWAY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Refused:
    """A token or a request that is not accepted, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the directory as tokens tell of them."""

    id: str
    name: str
    upn: str
    roles: tuple[str, ...] = ()  #: App roles of our application.
    groups: tuple[str, ...] = ()  #: Ids of the groups they belong to.


class Directory(Protocol):
    """Who lives in the tenant, as far as tokens need to know."""

    def person(self, who: str) -> Person | None:
        """Find a user by id or principal name."""


@dataclass(slots=True)
class Registration:
    """One app registration with its credentials and what has been granted to it."""

    app_id: str
    name: str
    secrets: set[str] = field(default_factory=set)
    certificates: list[str] = field(default_factory=list)  #: PEM, public part.
    trusts: set[str] = field(default_factory=set)  #: Managed identities, by their id.
    app_id_uri: str = ""
    graph_roles: tuple[str, ...] = ()
    consented: bool = True  #: Whether delegated Graph permissions were consented to.

    @property
    def audiences(self) -> set[str]:
        return {self.app_id, self.app_id_uri or f"api://{self.app_id}"}


class Entra:
    """The tenant's issuer. `base` is the https address that stands in every `iss`."""

    def __init__(
        self,
        tenant_id: str,
        base: str,
        directory: Directory,
        *,
        domains: tuple[str, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.tenant_id = tenant_id
        self.base = base.rstrip("/")
        self.directory = directory
        self.domains = domains
        self.clock = clock
        self.keys = Ring("entra", clock)
        self.bot_keys = Ring("bot", clock)
        self.registrations: dict[str, Registration] = {}
        self.identity_header = secrets.token_hex(16)
        self.lifetime_seconds = 3600
        self.second_factor: set[str] = set()  #: Ids of people who must sign in again.
        #: How many seconds this issuer's clock is ahead of everybody else's.
        self.skew: Callable[[], float] = lambda: 0.0
        #: Whether every secret has ended.
        self.secrets_ended: Callable[[], bool] = lambda: False
        #: Whether an admin has forbidden everybody to sign in to the application.
        self.disabled: Callable[[], bool] = lambda: False
        #: Application permissions of Graph that somebody has consented to besides.
        self.consented_too: Callable[[], tuple[str, ...]] = lambda: ()
        self.withheld: Callable[[], tuple[str, ...]] = lambda: ()
        self._used: set[str] = set()
        self._codes: dict[str, tuple[str, str]] = {}

    @property
    def issuer(self) -> str:
        return f"{self.base}/{self.tenant_id}/v2.0"

    def add(self, registration: Registration) -> Registration:
        self.registrations[registration.app_id] = registration
        return registration

    def knows_tenant(self, name: str) -> bool:
        aliases = {self.tenant_id, "common", "organizations", "botframework.com"}
        return name.lower() in aliases | {domain.lower() for domain in self.domains}

    def resource_owner(self, resource: str) -> Registration | None:
        """Find the registration whose API `resource` names."""
        return next(
            (r for r in self.registrations.values() if resource in r.audiences), None
        )

    # What is remembered between requests

    def first_use(self, jti: str) -> bool:
        """Say whether a client assertion is shown for the first time."""
        fresh = jti not in self._used
        self._used.add(jti)
        return fresh

    def step_up_for(self, person_id: str) -> bool:
        return person_id in self.second_factor

    def issue_code(self, app_id: str, person: Person) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = (app_id, person.id)
        return code

    def redeem(self, code: str, app_id: str) -> Person | None:
        """Give the person behind an authorization code, once."""
        owner, person_id = self._codes.pop(code, ("", ""))
        return self.directory.person(person_id) if owner == app_id else None

    # What is signed

    def application_token(self, app: Registration, resource: str) -> str | Refused:
        """Sign a token by which an application speaks for itself."""
        if resource in {GRAPH, GRAPH_APP_ID}:
            roles = sorted(
                {*app.graph_roles, *self.consented_too()}.difference(self.withheld())
            )
            more: dict[str, Any] = {"aud": GRAPH, "ver": "1.0", "idtyp": "app"}
            return self._sign({**more, "roles": roles, **self._application(app)})
        if resource == BOT_FRAMEWORK:
            return self._sign(
                {"aud": BOT_FRAMEWORK, "ver": "1.0", **self._application(app)}
            )
        if resource == EXCHANGE:
            more = {"aud": resource, "ver": "2.0", "iss": self.issuer}
            return self._sign({**more, "sub": app.app_id, "azp": app.app_id})
        if self.resource_owner(resource) is None:
            return Refused(f"The resource principal named {resource} was not found")
        claims = {"aud": resource.removeprefix("api://"), "ver": "2.0", "roles": []}
        return self._sign(
            {**claims, "azp": app.app_id, "iss": self.issuer, "sub": app.app_id}
        )

    def tab_token(
        self, app: Registration, person: Person, changes: Mapping[str, Any] = {}
    ) -> str:
        """Sign what `authentication.getAuthToken` gives a tab.

        `changes` overrides claims (None removes one), so that a test may ask for an
        expired or foreign token; `"key": "foreign"` signs with an unpublished key.
        """
        claims: dict[str, Any] = {
            **self._times(),
            "aud": app.app_id,
            "iss": self.issuer,
            "azp": TEAMS_WEB,
            "azpacr": "0",
            "name": person.name,
            "oid": person.id,
            "preferred_username": person.upn,
            "scp": "access_as_user",
            "sub": f"sub-{person.id}",
            "tid": self.tenant_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "2.0",
        }
        if person.roles:
            claims["roles"] = list(person.roles)
        if person.groups:
            claims["groups"] = list(person.groups)
        wanted = {**claims, **changes}
        forged = wanted.pop("key", None) == "foreign"
        kept = {name: value for name, value in wanted.items() if value is not None}
        return self.keys.sign(kept, foreign_key() if forged else None)

    def delegated_token(self, app: Registration, person: Person, scope: str) -> str:
        """Sign a Graph token by which an application speaks for a person."""
        return self._sign(
            {
                "aud": GRAPH,
                "iss": f"{self.base}/{self.tenant_id}/",
                "appid": app.app_id,
                "oid": person.id,
                "name": person.name,
                "upn": person.upn,
                "scp": scope,
                "ver": "1.0",
            }
        )

    def channel_token(self, app_id: str, service_url: str, **changes: Any) -> str:
        """Sign the token the channel shows to the bot."""
        claims = {
            **self._times(),
            "iss": BOT_FRAMEWORK,
            "aud": app_id,
            "serviceurl": service_url,
        }
        return self.bot_keys.sign({**claims, **changes})

    def _application(self, app: Registration) -> dict[str, Any]:
        return {
            "iss": f"{self.base}/{self.tenant_id}/",
            "appid": app.app_id,
            "app_displayname": app.name,
            "oid": f"sp-{app.app_id}",
            "sub": f"sp-{app.app_id}",
        }

    def _times(self) -> dict[str, Any]:
        now = int(self.clock() + self.skew())
        return {"iat": now, "nbf": now, "exp": now + self.lifetime_seconds}

    def _sign(self, claims: Mapping[str, Any]) -> str:
        unique = {"tid": self.tenant_id, "uti": secrets.token_urlsafe(16)}
        return self.keys.sign({**self._times(), **unique, **claims})

    # What is checked

    def check(self, token: str, audience: str | set[str]) -> dict[str, Any] | Refused:
        """Give the claims of a token this tenant signed for `audience`."""
        accepted = {audience} if isinstance(audience, str) else set(audience)
        if GRAPH in accepted:
            accepted.add(GRAPH_APP_ID)
        try:
            key = self.keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                return Refused("Signing key is invalid.")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.private.public_key(),
                algorithms=["RS256"],
                audience=sorted(accepted),
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            return Refused(str(error))
        if claims.get("exp", 0) <= self.clock():
            return Refused("Lifetime validation failed, the token is expired.")
        if claims.get("tid") != self.tenant_id:
            return Refused("The token is of another tenant.")
        return claims
