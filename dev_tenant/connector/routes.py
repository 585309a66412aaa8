"""The Bot Connector under `/connector/v3`: what the bot may do in the chats.

Statuses and error codes follow Microsoft's table for bots in Teams. Text that a person
would not see (no text, no card) is refused as bad syntax.
"""

import json
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from dev_tenant.connector import access, channels, names, rates
from dev_tenant.connector.chats import MESSAGE_MAX_BYTES, Chats, cards, size
from dev_tenant.connector.people import Teams, service_url
from dev_tenant.entra import entra_in
from dev_tenant.tenant import Json, Tenant, User

REFRESH_USERS_MAX = 60


def routes(tenant: Tenant, _config: object) -> Iterable[web.RouteDef]:
    """Offer the connector's routes to the server."""
    connector = Connector(tenant)
    tenant.install_listeners.append(Teams(tenant).installed_by_graph)
    chat = "/connector/v3/conversations/{chat}"
    message = chat + "/activities/{message}"
    return [
        web.post("/connector/v3/conversations", connector.create),
        web.post(chat + "/activities", connector.send),
        web.post(message, connector.reply),
        web.put(message, connector.update),
        web.delete(message, connector.delete),
        web.get(message + "/members", connector.members),
        web.get(chat + "/members", connector.members),
        web.get(chat + "/pagedmembers", connector.paged_members),
        web.get(chat + "/members/{member}", connector.one_member),
    ]


class Connector:
    """One handler a call; a refusal at any step is the answer."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.entra = entra_in(tenant)
        self.chats = Chats(tenant)
        self.rates = rates.Rates()
        self.service_url = service_url(tenant)

    async def create(self, request: web.Request) -> web.Response:
        """Open the personal chat with one person; an `activity` is posted at once."""
        body = await self._body(request, "conversations")
        if isinstance(body, web.Response):
            return body
        if _channel_in(body):
            return self._begin(body)
        user = self._invited(body)
        if isinstance(user, web.Response):
            return user
        chat = self.chats.of(user.id)
        answer = {"id": chat["id"], "serviceUrl": self.service_url}
        if body.get("activity"):
            posted = self._post(chat, body["activity"])
            if isinstance(posted, web.Response):
                return posted
            answer["activityId"] = posted
        return web.json_response(answer, status=201)

    def _begin(self, body: Json) -> web.Response:
        """Begin a thread in a channel; there is an `activity` to begin it with."""
        chat = channels.by_id(self.tenant, _channel_in(body))
        if chat is None:
            return access.no(404, "ConversationNotFound", "Conversation not found.")
        refused = access.may_write_in(self.tenant, chat)
        if refused or not body.get("activity"):
            return refused or access.no(400, "BadSyntax", "There is no activity.")
        posted = self._post(chat, body["activity"])
        if isinstance(posted, web.Response):
            return posted
        thread = f"{chat['id']}{channels.THREAD}{posted}"
        answer = {"id": thread, "activityId": posted}
        return web.json_response(answer, status=201)

    def _invited(self, body: Json) -> User | web.Response:
        """Find the one member a new personal chat is to have."""
        members = body.get("members") or []
        asked = (body.get("channelData") or {}).get("tenant", {}).get("id")
        if (body.get("tenantId") or asked) != self.tenant.id:
            return access.no(400, "BadArgument", "tenantId is missing or not ours.")
        if len(members) != 1 or body.get("isGroup"):
            return access.no(
                400, "BadArgument", "A personal conversation has one member."
            )
        user = names.user_of(self.tenant, members[0].get("id"))
        if user is None:
            return access.no(404, "UserNotFound", "The member is not known.")
        return access.may_write(self.tenant, user.id) or user

    async def send(self, request: web.Request) -> web.Response:
        return await self._write(request, None)

    async def reply(self, request: web.Request) -> web.Response:
        return await self._write(request, request.match_info["message"])

    async def _write(self, request: web.Request, to: str | None) -> web.Response:
        name = request.match_info["chat"]
        activity = await self._body(request, name)
        if isinstance(activity, web.Response):
            return activity
        chat = access.chat_named(self.tenant, self.chats, name)
        if isinstance(chat, web.Response):
            return chat
        refused = access.may_write_in(self.tenant, chat)
        if refused:
            return refused
        if activity.get("type") == "typing":
            self.chats.set_typing(chat, typing=True)
            return web.json_response({}, status=202)
        if to is not None:
            activity = {"replyToId": to, **activity}
        thread = name.partition(channels.THREAD)[2]
        if thread and "team" in chat:
            activity = {**activity, "thread": thread}
        posted = self._post(chat, activity)
        if isinstance(posted, web.Response):
            return posted
        return web.json_response({"id": posted}, status=201)

    def _post(self, chat: Json, activity: Json) -> str | web.Response:
        fault = _fault(activity)
        if fault:
            return fault
        message = self.chats.add(chat, activity, by="bot")
        self.tenant.changed.set()
        return str(message["id"])

    async def update(self, request: web.Request) -> web.Response:
        found = await self._message(request)
        if isinstance(found, web.Response):
            return found
        chat, message, activity = found
        fault = _fault(activity)
        if fault:
            return fault
        if "thread" in message["activity"]:
            activity = {**activity, "thread": message["activity"]["thread"]}
        self.chats.replace(chat, message, activity)
        return web.json_response({"id": message["id"]})

    async def delete(self, request: web.Request) -> web.Response:
        found = await self._message(request)
        if isinstance(found, web.Response):
            return found
        chat, message, _ = found
        self.chats.delete(chat, message)
        return web.json_response({})

    async def _message(
        self, request: web.Request
    ) -> tuple[Json, Json, Json] | web.Response:
        """Find the bot's own message that a request is about."""
        name = request.match_info["chat"]
        body = await self._body(request, name)
        if isinstance(body, web.Response):
            return body
        chat = access.chat_named(self.tenant, self.chats, name)
        if isinstance(chat, web.Response):
            return chat
        refused = access.may_write_in(self.tenant, chat)
        if refused:
            return refused
        message = self.chats.message(chat, request.match_info["message"])
        if message is None or message["deleted"]:
            return access.no(
                404,
                "ActivityNotFoundInConversation",
                "The activity was not found in the conversation.",
            )
        if message["by"] != "bot":
            return access.no(
                403, "ForbiddenOperationException", "A bot edits only its own."
            )
        return chat, message, body

    async def members(self, request: web.Request) -> web.Response:
        chat = self._roster(request)
        if isinstance(chat, web.Response):
            return chat
        return web.json_response(access.roster(self.tenant, chat))

    async def paged_members(self, request: web.Request) -> web.Response:
        chat = self._roster(request)
        if isinstance(chat, web.Response):
            return chat
        return web.json_response({"members": access.roster(self.tenant, chat)})

    async def one_member(self, request: web.Request) -> web.Response:
        chat = self._roster(request)
        if isinstance(chat, web.Response):
            return chat
        user = names.user_of(self.tenant, request.match_info["member"])
        there = {each["id"] for each in access.roster(self.tenant, chat)}
        if user is None or names.of_user(self.tenant, user.id) not in there:
            return access.no(
                404, "MemberNotFoundInConversation", "The member was not found."
            )
        return web.json_response(access.member(self.tenant, user.id))

    def _roster(self, request: web.Request) -> Json | web.Response:
        name = request.match_info["chat"]
        refused = access.unauthorised(request, self.tenant, self.entra)
        refused = refused or access.too_fast(
            self.rates, f"members {name}", rates.MEMBERS
        )
        return refused or access.chat_named(self.tenant, self.chats, name)

    async def _body(self, request: web.Request, key: str) -> Json | web.Response:
        """Read a write's body, once its caller, its rate and its size are all right."""
        refused = access.unauthorised(request, self.tenant, self.entra)
        refused = refused or access.too_fast(self.rates, f"send {key}", rates.SEND)
        if refused or request.method == "DELETE":
            return refused or {}
        try:
            body: Any = json.loads(await request.text())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return access.no(400, "BadSyntax", "The body is not a JSON object.")
        return body


def _channel_in(body: Json) -> str:
    told = body.get("channelData")
    found = told.get("channel") if isinstance(told, dict) else None
    return str(found.get("id") or "") if isinstance(found, dict) else ""


def _fault(activity: Any) -> web.Response | None:
    """Give the refusal of an activity that Teams would not take."""
    if not isinstance(activity, dict) or not activity.get("type"):
        return access.no(400, "BadSyntax", "The activity has no type.")
    if size(activity) > MESSAGE_MAX_BYTES:
        return access.no(413, "MessageSizeTooBig", "Message size too large.")
    if not any(activity.get(part) for part in ("text", "attachments", "summary")):
        return access.no(400, "BadSyntax", "The activity shows nothing.")
    for card in cards(activity):
        users = (card.get("refresh") or {}).get("userIds") or []
        if card.get("type") != "AdaptiveCard" or len(users) > REFRESH_USERS_MAX:
            return access.no(400, "BadSyntax", "The card is not an Adaptive Card.")
    return None
