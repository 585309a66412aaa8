"""Access tokens for Microsoft's APIs, asked for once however many want one.

azure-identity keeps a token until it nears its end, but lets ten callers who come at
the same moment fetch ten. `TokenSource` lets the first fetch and the others wait.
"""

import re
import ssl
from asyncio import Lock
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
)

from graph_sync.graph import (
    REFUSED_BY_ENTRA,
    Forbidden,
    GraphError,
    Throttled,
    Unavailable,
)
from graph_sync.microsoft.errors import RETRY_AFTER_UNSAID, retry_after

GRAPH_SCOPE = "https://graph.microsoft.com/.default"
BOT_SCOPE = "https://api.botframework.com/.default"
#: Whom a managed identity speaks to when it vouches for an app registration.
_EXCHANGE: Final = "api://AzureADTokenExchange/.default"

#: Entra's word that the app, its proof or its consent is wrong.
_REFUSALS: Final = frozenset(
    [HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
)
#: Of all that Entra says of a refusal, its code alone is kept.
_ENTRAS: Final = re.compile(r"AADSTS\d+")


class Credential(Protocol):
    """Anything of azure-identity's asynchronous kind."""

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Give a token for the scopes, from memory while it lasts."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class TokenSource:
    """A credential with a lock against the stampede; itself a credential."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._lock = Lock()

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        # One cache instead of two: azure-identity keeps tokens for continuous access
        # evaluation apart from the others.
        options.setdefault("enable_cae", False)
        async with self._lock:
            return await self._credential.get_token(*scopes, **options)

    async def bearer(self, scope: str) -> str:
        """Give the bare token of a scope, for whoever speaks HTTP by himself."""
        token: str = (await self.get_token(scope)).token
        return token

    async def close(self) -> None:
        await self._credential.close()


class _VouchedFor:
    """The app registration, for which a managed identity vouches: nothing to keep.

    The registration trusts the identity by a federated credential. It stays the one
    application that Graph, the bot and the tab's sign-in know: an identity alone could
    not be signed in to.
    Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
    """

    def __init__(self, identity: "Identity", options: dict[str, Any]) -> None:
        own = {"client_id": identity.managed_id} if identity.managed_id else {}
        self._identity = ManagedIdentityCredential(**own)
        self._word = ""
        self._app = ClientAssertionCredential(
            identity.tenant, identity.client_id, lambda: self._word, **options
        )

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        # Asked for here, because the credential would wait for it without giving way.
        self._word = (await self._identity.get_token(_EXCHANGE)).token
        return await self._app.get_token(*scopes, **options)

    async def close(self) -> None:
        await self._app.close()
        await self._identity.close()


@dataclass(frozen=True, slots=True)
class Identity:
    """How the app proves who it is: a secret, a certificate, or its host's word."""

    tenant: str
    client_id: str
    secret: str = ""
    certificate: Path | None = None  #: PEM or PFX with the private key.
    certificate_password: str = ""
    managed: bool = False  #: A managed identity vouches for the app.
    managed_id: str = ""  #: Its client id; empty: the machine's own identity.
    authority: str = "https://login.microsoftonline.com"
    ca_file: Path | None = None  #: Further trust, for an authority of our own.


def credential(identity: Identity) -> TokenSource:
    """Make the one credential of the process. Raises ValueError when none is set."""
    common: dict[str, Any] = {
        "authority": identity.authority,
        "disable_instance_discovery": True,
        # Everybody waits behind one fetch, so it must not try for long by itself.
        "retry_total": 1,
        # Nor sleep inside for as long as Entra asks: whoever asked us waits better.
        "retry_status": 0,
        "connection_timeout": 5,
        "read_timeout": 10,
    }
    if identity.ca_file is not None:
        common["connection_verify"] = str(identity.ca_file)
    if identity.managed:
        return TokenSource(_VouchedFor(identity, common))
    if identity.certificate is not None:
        if identity.certificate_password:
            common["password"] = identity.certificate_password
        return TokenSource(
            CertificateCredential(
                identity.tenant,
                identity.client_id,
                certificate_path=str(identity.certificate),
                **common,
            )
        )
    if identity.secret:
        return TokenSource(
            ClientSecretCredential(
                identity.tenant, identity.client_id, identity.secret, **common
            )
        )
    raise ValueError("no secret, certificate or managed identity is set")


def refusal(refused: ClientAuthenticationError) -> GraphError:
    """Say what it means that Entra gave no token.

    azure-identity calls any answer of Entra with an error in it a refusal; only some
    statuses are one. What came without a status, or with a good one, says nothing.
    """
    status = getattr(refused, "status_code", None)
    if status in _REFUSALS:
        forbidden = Forbidden(REFUSED_BY_ENTRA, "Entra gave no token")
        found = _ENTRAS.search(str(refused))
        forbidden.entra = found.group() if found else ""
        return forbidden
    if status != HTTPStatus.TOO_MANY_REQUESTS:
        return Unavailable("NoToken", f"Entra answered {status}")
    throttled = Throttled("TokenThrottled", "Entra asks to wait")
    headers = getattr(refused.response, "headers", None) or {}
    wait = retry_after({str(k).lower(): str(v) for k, v in headers.items()})
    throttled.retry_after = RETRY_AFTER_UNSAID if wait is None else wait
    return throttled


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Give the system's trust, and that of a file beside it."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context
