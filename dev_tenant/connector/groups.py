"""A chat of several people, in which the app's bot is not: everybody of the house.

What is written there reaches no bot. A card put there can be opened by anybody in it,
and what opens is hers alone who opened it.
"""

from typing import Any

from dev_tenant.connector import names
from dev_tenant.connector.chats import Chats
from dev_tenant.tenant import Json, Tenant

#: How the faces call the two kinds of chat.
PERSONAL, GROUP = "personal", "group"


def of(tenant: Tenant) -> Json:
    """Give the chat, begun now when there was none."""
    fresh = {
        "id": names.of_group(tenant),
        "rev": 0,
        "last_id": 0,
        "unread": 0,
        "messages": [],
    }
    found: Json = tenant.chats.setdefault(GROUP, fresh)
    return found


def put(tenant: Tenant, user_id: str, activity: Json) -> Json:
    """Put a person's message at the end; no bot hears of it."""
    return Chats(tenant).add(of(tenant), activity, by=user_id)


def message(tenant: Tenant, message_id: str) -> Json | None:
    messages: list[Json] = of(tenant)["messages"]
    return next((each for each in messages if each["id"] == message_id), None)


def seen_by(tenant: Tenant, user_id: str) -> list[Json]:
    """Give the messages as one of those in it sees them, each with who wrote it."""
    return [
        {
            **each,
            "by": "user" if each["by"] == user_id else "other",
            "name": tenant.users[each["by"]].name,
        }
        for each in of(tenant)["messages"]
        if each["by"] in tenant.users
    ]


def named(tenant: Tenant, chat: str) -> dict[str, Any]:
    """Give what an invoke from a chat says of where it comes from."""
    if chat != GROUP:
        return {}
    return {
        "conversation": {
            "isGroup": True,
            "conversationType": "groupChat",
            "tenantId": tenant.id,
            "id": names.of_group(tenant),
        }
    }
