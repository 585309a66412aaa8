"""A call to Graph and its answer, apart from HTTP, so that a batch can make them too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dev_tenant.tenant import Json, Mailbox, Tenant, seeded_uuid


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Failure(Exception):
    """An answer in Graph's error shape."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def bad_request(message: str, code: str = "BadRequest") -> Failure:
    return Failure(400, code, message)


def invalid(message: str) -> Failure:
    return Failure(400, "ErrorInvalidRequest", message)


def not_found(code: str = "ErrorItemNotFound") -> Failure:
    return Failure(404, code, "The specified object was not found in the store.")


INACTIVE = "MailboxNotEnabledForRESTAPI"
UNDISCOVERED = "ResourceNotFound"


def no_mailbox(code: str = INACTIVE) -> Failure:
    if code == UNDISCOVERED:
        return Failure(404, code, "Resource could not be discovered.")
    return Failure(
        404,
        code,
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    )


def denied() -> Failure:
    return Failure(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


@dataclass(frozen=True)
class Prefer:
    """What the Prefer headers ask for."""

    zone: str = "UTC"
    text: bool = False
    page_size: int | None = None
    immutable: bool = False
    applied: tuple[str, ...] = ()


@dataclass
class Call:
    tenant: Tenant
    method: str
    segments: list[str]  #: decoded, after the version, `me` already resolved
    query: dict[str, str]
    headers: Mapping[str, str]  #: names in lower case
    body: Any
    claims: Json
    origin: str  #: scheme, host and port as the caller wrote them
    request_id: str
    delay: float = 0.0  #: Seconds this call takes on top of the usual.
    prefer: Prefer = field(default_factory=Prefer)

    @property
    def base(self) -> str:
        return f"{self.origin}/v1.0"

    @property
    def now(self) -> datetime:
        return self.tenant.clock.now()

    @property
    def delegated(self) -> bool:
        return "scp" in self.claims

    @property
    def app_id(self) -> str:
        return str(self.claims.get("appid") or self.claims.get("azp") or "any")

    def holds(self, *permissions: str) -> bool:
        """Say whether the token carries any of these."""
        if self.delegated:
            held = set(str(self.claims["scp"]).split())
        else:
            held = set(self.claims.get("roles") or [])
        return "*" in held or not held.isdisjoint(permissions)

    def may(self, user: str, *permissions: str) -> bool:
        """Say whether it holds any of these, or Exchange grants one for this mailbox.

        Somebody nobody knows is in no scope, and is for who answers to say.
        """
        if self.delegated or self.holds(*permissions):
            return self.holds(*permissions)
        granted = self.scoped(*permissions)
        found = self.tenant.find_user(user)
        if found is None:
            return any(granted)
        names = {found.id.lower(), found.mail.lower()}
        return any(names & lowered(each) for each in granted)

    def scoped(self, *permissions: str) -> list[list[str]]:
        """Give whose mailboxes each of these is granted for in Exchange."""
        if self.app_id != self.tenant.app.client_id:
            return []
        switched = self.tenant.switches.get("scopes")
        if switched is not None:
            self.tenant.faults.strike("scopes")
        scopes = self.tenant.scopes | (switched or {})
        return [each for name in permissions if (each := scopes.get(name))]

    def mailbox(self, user: str) -> Mailbox:
        """The mailbox of `user` (id or address), or a Failure as Exchange words it."""
        found = self.tenant.find_user(user)
        if found is None:
            raise Failure(
                404, "ErrorInvalidUser", f"The requested user '{user}' is invalid."
            )
        self.guard(found.id, found.mail)
        box = self.tenant.mailboxes.get(found.id)
        if box is None:
            raise no_mailbox()
        return box

    def guard(self, user_id: str, mail: str) -> None:
        """Refuse a mailbox that is closed to the caller."""
        if self.delegated and self.claims.get("oid") != user_id:
            raise denied()
        names = {user_id.lower(), mail.lower()}
        if names & lowered(self.tenant.switches.get("mailbox_missing")):
            self.tenant.faults.strike("mailbox_missing")
            code = self.tenant.switches.get("mailbox_missing_code")
            raise no_mailbox(code or INACTIVE)
        if names & lowered(self.tenant.switches.get("mailbox_denied")):
            self.tenant.faults.strike("mailbox_denied")
            raise Failure(
                403,
                "ErrorAccessDenied",
                "Access to OData is disabled: [RAOP] : Blocked by tenant configured"
                " AppOnly AccessPolicy settings.",
            )

    def fields(self) -> Json:
        """The JSON object of the body."""
        if not isinstance(self.body, dict):
            raise bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type"
                " header is set and payload is of valid JSON format."
            )
        return self.body

    def context(self, what: str) -> str:
        return f"{self.base}/$metadata#{what}"


def lowered(names: Any) -> set[str]:
    """The names a switch lists, in lower case; `*` is not special."""
    return {str(n).lower() for n in names or []}


def error_body(failure: Failure, call_id: str, moment: datetime) -> Json:
    inner = {
        "date": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": call_id,
        "client-request-id": call_id,
    }
    return {
        "error": {
            "code": failure.code,
            "message": failure.message,
            "innerError": inner,
        }
    }


def make_request_id(tenant: Tenant, number: int) -> str:
    return seeded_uuid(tenant.seed, f"request/{number}")
