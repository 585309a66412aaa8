"""Identifiers as Teams makes them: long, opaque, different for every bot, case matters."""

import base64
import hashlib

from dev_tenant.tenant import Tenant, User


def _long(tenant: Tenant, what: str, length: int) -> str:
    seed = f"{tenant.id}/{tenant.app.bot_id}/{what}".encode()
    return base64.urlsafe_b64encode(hashlib.sha512(seed).digest()).decode()[:length]


def of_user(tenant: Tenant, user_id: str) -> str:
    """Name a person towards this bot: `29:1...`."""
    return f"29:1{_long(tenant, f'user/{user_id}', 85)}"


def of_bot(tenant: Tenant) -> str:
    return f"28:{tenant.app.bot_id}"


def of_chat(tenant: Tenant, user_id: str) -> str:
    """Name the personal chat of a person with the bot: `a:1...`."""
    return f"a:1{_long(tenant, f'chat/{user_id}', 84)}"


def of_group(tenant: Tenant) -> str:
    """Name the chat of several people: `19:...@thread.v2`."""
    return f"19:{_long(tenant, 'group', 32)}@thread.v2"


def of_channel(tenant: Tenant, team: str, channel: str) -> str:
    """Name a channel of a team: `19:...@thread.tacv2`."""
    return f"19:{_long(tenant, f'channel/{team}/{channel}', 40)}@thread.tacv2"


def user_of(tenant: Tenant, name: object) -> User | None:
    """Find a person by `29:` name, object id or address."""
    if not isinstance(name, str):
        return None
    if name.startswith("29:"):
        users = tenant.users.values()
        return next((u for u in users if of_user(tenant, u.id) == name), None)
    return tenant.find_user(name.removeprefix("8:orgid:"))
