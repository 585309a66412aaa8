"""Who may call the connector, how fast, and how it says no."""

from typing import Any

from aiohttp import web

from dev_tenant.connector import channels, names, rates
from dev_tenant.connector.chats import Chats
from dev_tenant.entra import BOT_FRAMEWORK, Entra, Refused
from dev_tenant.tenant import Json, Tenant

BEARER = "Bearer "


def no(status: int, code: str, message: str, **headers: str) -> web.Response:
    """Make the connector's error answer."""
    body = {"error": {"code": code, "message": message}}
    return web.json_response(body, status=status, headers=headers or None)


def unauthorised(request: web.Request, tenant: Tenant, entra: Entra) -> Any:
    """Give the refusal of a caller who is not the bot, or None."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(BEARER):
        return no(401, "Unauthorized", "Authorization has been denied.")
    claims = entra.check(header.removeprefix(BEARER), BOT_FRAMEWORK)
    if isinstance(claims, Refused):
        return no(401, "Unauthorized", claims.reason)
    if claims.get("appid") != tenant.app.bot_id:
        return no(401, "BotNotRegistered", "No bot is registered with this bot id.")
    return None


def too_fast(
    counts: rates.Rates, key: str, windows: rates.Windows
) -> web.Response | None:
    """Give the 429 of a conversation, or of the whole bot, that speaks too fast."""
    for name, limit in ((key, windows), ("whole bot", rates.WHOLE_BOT)):
        seconds = counts.wait(name, limit)
        if seconds is not None:
            again = {"Retry-After": str(seconds)}
            return no(429, "Throttled", "Too many requests.", **again)
    return None


def may_write_in(tenant: Tenant, chat: Json) -> web.Response | None:
    """As `may_write`, for a chat of either kind: in a channel the team has the app."""
    if "team" not in chat:
        return may_write(tenant, chat["user"])
    if channels.has_bot(tenant, chat["team"]):
        return None
    return no(
        403,
        "BotNotInConversationRoster",
        "The bot is not part of the conversation roster.",
    )


def roster(tenant: Tenant, chat: Json) -> list[Json]:
    """Give everybody of a chat, as the roster describes them."""
    if "team" not in chat:
        return [member(tenant, chat["user"])]
    return [member(tenant, each.id) for each in channels.members(tenant, chat["team"])]


def may_write(tenant: Tenant, user_id: str) -> web.Response | None:
    """Give the 403 for a person who does not have the app, or blocked it."""
    switches = tenant.switches
    if switches.get("bot_blocked"):
        tenant.faults.strike("bot_blocked")
        return no(403, "ConversationBlockedByUser", "User blocked the conversation.")
    if user_id not in tenant.installed:
        return no(
            403,
            "BotNotInConversationRoster",
            "The bot is not part of the conversation roster.",
        )
    if user_id in tenant.chats.get("blocked", []):
        return no(403, "ConversationBlockedByUser", "User blocked the conversation.")
    return None


def member(tenant: Tenant, user_id: str) -> Json:
    """Describe a person as the roster does."""
    user = tenant.users[user_id]
    return {
        "id": names.of_user(tenant, user.id),
        "name": user.name,
        "objectId": user.id,
        "aadObjectId": user.id,
        "givenName": user.given,
        "surname": user.surname,
        "email": user.mail,
        "userPrincipalName": user.mail,
        "tenantId": tenant.id,
        "userRole": "user",
    }


def chat_named(tenant: Tenant, chats: Chats, chat_id: str) -> Json | web.Response:
    """Find a personal chat or a channel."""
    found = chats.by_id(chat_id) or channels.by_id(tenant, chat_id)
    if found is None:
        return no(404, "ConversationNotFound", "Conversation not found.")
    return found
