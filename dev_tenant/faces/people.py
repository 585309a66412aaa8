"""Who can be looked at and signed in as, in the order a person expects."""

from aiohttp import web

from dev_tenant.faces.asking import user_of
from dev_tenant.tenant import Tenant, User

COOKIE = "who"


def members(tenant: Tenant) -> list[User]:
    """Give the people who sign in: no shared mailboxes, nobody who left."""
    users = tenant.users.values()
    return [user for user in users if user.kind == "Member" and user.enabled]


def with_role(tenant: Tenant, role: str) -> User | None:
    """Give the first member who has a role; None: nobody has."""
    return next((user for user in members(tenant) if role in user.roles), None)


def by_unit(tenant: Tenant) -> list[tuple[str, list[User]]]:
    """Give the members by department, in the order of the directory."""
    units: dict[str, list[User]] = {}
    for user in members(tenant):
        units.setdefault(user.department or tenant.name, []).append(user)
    return list(units.items())


def viewer(tenant: Tenant, request: web.Request) -> User:
    """Give who looks: the one asked for, the one of last time, or the first."""
    asked = request.query.get("user")
    if asked:
        return user_of(tenant, asked)
    last = tenant.find_user(request.cookies.get(COOKIE, ""))
    return last or members(tenant)[0]


def remember(response: web.Response, user: User) -> web.Response:
    """Let the next page without a name show the same person."""
    response.set_cookie(COOKIE, user.mail, httponly=True, samesite="Lax")
    return response
