"""Who can be looked at and signed in as, in the order a person expects."""

from dev_tenant.tenant import Tenant, User


def members(tenant: Tenant) -> list[User]:
    """Give the people who sign in: no shared mailboxes, nobody who left."""
    users = tenant.users.values()
    return [user for user in users if user.kind == "Member" and user.enabled]


def by_unit(tenant: Tenant) -> list[tuple[str, list[User]]]:
    """Give the members by department, in the order of the directory."""
    units: dict[str, list[User]] = {}
    for user in members(tenant):
        units.setdefault(user.department or tenant.name, []).append(user)
    return list(units.items())
