"""Entra for one tenant record: its people, its one registration, its Graph tokens."""

from typing import Any

from dev_tenant.entra.issuer import (
    GRAPH,
    Entra,
    Person,
    Refused,
    Registration,
)
from dev_tenant.tenant import Tenant, User

#: What the product has been granted: what docs/installation.md asks for, and no more. It
#: is granted in Exchange, each right within a scope, so no token of Graph's names it.
GRAPH_ROLES = (
    "Calendars.ReadWrite",
    "Mail.Read",
    "Mail.Send",
    "MailboxSettings.Read",
)
#: What an admin consents to in Entra where the professionals' group is kept in step: it
#: opens no mailbox, and every token of Graph's names it.
DIRECTORY_ROLES = ("GroupMember.Read.All", "User.Read.All")
#: And to reach whoever lacks the app, or has blocked it.
REACH_ROLES = ("TeamsActivity.Send", "TeamsAppInstallation.ReadWriteSelfForUser.All")

#: Seconds for which keys that were rotated out are still published.
ROTATION_GRACE = 3600.0


class Household:
    """The tenant's people as tokens tell of them."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def person(self, who: str) -> Person | None:
        user = self._tenant.find_user(who)
        if user is None or not user.enabled:
            return None
        return Person(
            user.id, user.name, user.mail, tuple(user.roles), self._groups(user)
        )

    def _groups(self, user: User) -> tuple[str, ...]:
        groups = self._tenant.groups.values()
        return tuple(group.id for group in groups if user.id in group.members)


class GraphTokens:
    """The check Graph makes of a bearer token; stands in `tenant.tokens`."""

    def __init__(self, entra: Entra) -> None:
        self.entra = entra

    def check(self, token: str) -> dict[str, Any] | None:
        claims = self.entra.check(token, GRAPH)
        return None if isinstance(claims, Refused) else claims


def entra_of(tenant: Tenant, https_base: str) -> Entra:
    """Make the tenant's Entra, with the product registered, and put it to work."""
    entra = Entra(tenant.id, https_base, Household(tenant), domains=(tenant.domain,))
    entra.add(
        Registration(
            tenant.app.client_id,
            tenant.app.name,
            secrets={tenant.app.secret},
            graph_roles=(*DIRECTORY_ROLES, *REACH_ROLES),
        )
    )
    tenant.scopes = tenant.scopes or _scopes(tenant)
    tenant.tokens = GraphTokens(entra)
    _obey(tenant, entra)
    return entra


def _scopes(tenant: Tenant) -> dict[str, list[str]]:
    """Give whose mailboxes each right reaches: the professionals', or the sender's."""
    people = tenant.users.values()
    calendars = [each.id for each in people if "professional" in each.roles]
    senders = [each.id for each in people if each.kind == "Shared"]
    return {
        name: senders if name.startswith("Mail.") else calendars for name in GRAPH_ROLES
    }


def _obey(tenant: Tenant, entra: Entra) -> None:
    """Let the tenant's switches act on its Entra."""

    def skew() -> float:
        seconds = float(tenant.switches.get("token_skew", 0))
        tenant.faults.strike("token_skew", times=bool(seconds))
        return seconds

    def ended() -> bool:
        over = bool(tenant.switches.get("secret_expired"))
        tenant.faults.strike("secret_expired", times=over)
        return over

    def disabled() -> bool:
        shut = bool(tenant.switches.get("app_disabled"))
        tenant.faults.strike("app_disabled", times=shut)
        return shut

    def rotate() -> int:
        for ring in (entra.keys, entra.bot_keys):
            ring.rotate(ROTATION_GRACE)
        return 1

    def consented() -> tuple[str, ...]:
        roles = tuple(tenant.switches.get("entra_roles") or ())
        tenant.faults.strike("entra_roles", times=bool(roles))
        return roles

    def withheld() -> tuple[str, ...]:
        roles = tuple(tenant.switches.get("entra_withheld") or ())
        tenant.faults.strike("entra_withheld", times=bool(roles))
        return roles

    entra.skew, entra.secrets_ended, entra.disabled = skew, ended, disabled
    entra.consented_too, entra.withheld = consented, withheld
    tenant.blows["rotate"] = rotate


def entra_in(tenant: Tenant) -> Entra:
    """Give the Entra that was put to work in a tenant by `entra_of`."""
    tokens = tenant.tokens
    assert isinstance(tokens, GraphTokens), tokens
    return tokens.entra
