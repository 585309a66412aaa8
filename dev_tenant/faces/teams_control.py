"""`/_tenant/teams`: acting in Teams as a person, in JSON.

The small Teams uses these same addresses. `user` is an id or an address.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from dev_tenant.connector import groups, names, pressing
from dev_tenant.connector.chats import Chats, cards
from dev_tenant.connector.people import Answer, Teams
from dev_tenant.faces.asking import body_of, user_of, wrong
from dev_tenant.faces.teams import moment
from dev_tenant.tenant import Json, Tenant


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    control = TeamsControl(tenant)
    root = "/_tenant/teams"
    return [
        web.get(f"{root}/people", control.people),
        web.get(f"{root}/chat", control.chat),
        web.post(f"{root}/say", control.say),
        web.post(f"{root}/again", control.again),
        web.post(f"{root}/press", control.press),
        web.post(f"{root}/act", control.act),
        web.post(f"{root}/refresh", control.refresh),
        web.post(f"{root}/dialog", control.dialog),
        web.post(f"{root}/read", control.read),
        web.post(f"{root}/install", control.install),
        web.post(f"{root}/uninstall", control.uninstall),
        web.post(f"{root}/block", control.block),
    ]


class TeamsControl:
    """One handler an act."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.teams = Teams(tenant)
        self.chats = Chats(tenant)

    async def people(self, _: web.Request) -> web.Response:
        """Tell who can sign in to Teams, and who has the app."""
        return web.json_response({"value": [self._person(u) for u in self._members()]})

    def _members(self) -> list[str]:
        return [u.id for u in self.tenant.users.values() if u.kind == "Member"]

    def _person(self, user_id: str) -> Json:
        user = self.tenant.users[user_id]
        begun = self.chats.begun(user_id)
        return {
            "id": user.id,
            "name": user.name,
            "mail": user.mail,
            "title": user.title,
            "department": user.department,
            "language": user.language,
            "roles": user.roles,
            "installed": user_id in self.tenant.installed,
            "unread": self.chats.of(user_id)["unread"] if begun else 0,
        }

    async def chat(self, request: web.Request) -> web.Response:
        """`?user=&since=`: the chat; 204 when nothing changed since `rev` `since`.

        Either way a header tells what the tenant's clock shows.
        """
        clock = {"Tenant-Clock": moment(self.tenant)}
        user = user_of(self.tenant, request.query.get("user"))
        chat = self.chats.of(user.id)
        feed = self._feed(user.id)
        newest = feed[0]["at"] if feed else ""
        blocked = user.id in self.tenant.chats.get("blocked", [])
        has = user.id in self.tenant.installed
        rev = f"{chat['rev']}.{len(feed)}.{newest}.{has:d}{blocked:d}"
        if request.query.get("since") == rev:
            return web.Response(status=204, headers=clock)
        return web.json_response(
            headers=clock,
            data={
                **{k: chat[k] for k in ("id", "unread", "messages")},
                "rev": rev,
                "typing": chat.get("typing", False),
                "installed": has,
                "blocked": blocked,
                "mri": names.of_user(self.tenant, user.id),
                "feed": feed,
            },
        )

    def _feed(self, user_id: str) -> list[Json]:
        """Give a person's activity notifications, newest first."""
        told = [_notice(a) for a in self.tenant.activities if a["user"] == user_id]
        return told[::-1]

    async def say(self, request: web.Request) -> web.Response:
        """`{"user", "text"}` -> the message, its state sent or failed."""
        body, user_id = await self._asked(request)
        text = str(body.get("text", "")).strip()
        if not text:
            raise wrong("text is needed")
        return web.json_response(await self.teams.say(user_id, text))

    async def again(self, request: web.Request) -> web.Response:
        """`{"user", "message"}`: send once more what failed."""
        body, user_id = await self._asked(request)
        message = self._message(user_id, body)
        return web.json_response(await self.teams.again(user_id, message))

    async def press(self, request: web.Request) -> web.Response:
        """`{"user", "action", "values"?, "message"?, "version"?}`.

        `action` is a title, id or verb, or an object of properties (`data` too).
        Without `message` the newest card that has the action; `version` 0 is the
        first copy of the message. 422 with `faults` when the renderer keeps it back.
        """
        body, user_id = await self._asked(request)
        wanted = body.get("action")
        if not wanted or not isinstance(wanted, str | dict):
            raise wrong("action is needed")
        message = self._message(user_id, body, wanted)
        values, version = body.get("values") or {}, body.get("version")
        try:
            answer = await self.teams.press(user_id, message, wanted, values, version)
        except LookupError as missing:
            raise wrong(str(missing), 404) from missing
        if isinstance(answer, pressing.NotSent):
            return web.json_response({"faults": answer.faults}, status=422)
        return _said(answer, message)

    async def act(self, request: web.Request) -> web.Response:
        """`{"user", "message", "action", "chat"?}`: an action, its inputs in `data`."""
        body, user_id = await self._asked(request)
        chat = _chat(body)
        in_group = chat == groups.GROUP
        message = self._in_group(body) if in_group else self._message(user_id, body)
        action = body.get("action")
        if not isinstance(action, dict):
            raise wrong("action is needed")
        return _said(await self.teams.act(user_id, message, action, chat), message)

    async def refresh(self, request: web.Request) -> web.Response:
        """`{"user", "message"}`: run the refresh action of a card."""
        body, user_id = await self._asked(request)
        message = self._message(user_id, body)
        return _said(await self.teams.refresh(user_id, message), message)

    async def dialog(self, request: web.Request) -> web.Response:
        """`{"user", "name": "task/fetch" | "task/submit", "data", "message"?, "chat"?}`."""
        body, user_id = await self._asked(request)
        name = str(body.get("name", "task/submit"))
        answer = await self.teams.dialog(
            user_id, name, body.get("data"), body.get("message"), _chat(body)
        )
        return _said(answer, None)

    async def read(self, request: web.Request) -> web.Response:
        _, user_id = await self._asked(request)
        self.chats.read(self.chats.of(user_id))
        return web.json_response({"unread": 0})

    async def install(self, request: web.Request) -> web.Response:
        """`{"user"}` -> the statuses with which the bot took the news."""
        _, user_id = await self._asked(request)
        return web.json_response({"told": await self.teams.install(user_id)})

    async def uninstall(self, request: web.Request) -> web.Response:
        _, user_id = await self._asked(request)
        return web.json_response({"told": await self.teams.uninstall(user_id)})

    async def block(self, request: web.Request) -> web.Response:
        """`{"user", "blocked": bool}`: the bot's writes are then refused with 403."""
        body, user_id = await self._asked(request)
        blocked: list[str] = self.tenant.chats.setdefault("blocked", [])
        if user_id in blocked:
            blocked.remove(user_id)
        if body.get("blocked", True):
            blocked.append(user_id)
        return web.json_response({"blocked": user_id in blocked})

    async def _asked(self, request: web.Request) -> tuple[Json, str]:
        body = await body_of(request)
        return body, user_of(self.tenant, body.get("user")).id

    def _in_group(self, body: Json) -> Json:
        message = groups.message(self.tenant, str(body.get("message")))
        if message is None:
            raise wrong("no such message", 404)
        return message

    def _message(self, user_id: str, body: Json, wanted: Any = None) -> Json:
        chat = self.chats.of(user_id)
        if body.get("message"):
            message = self.chats.message(chat, str(body["message"]))
            if message is None or message["deleted"]:
                raise wrong("no such message", 404)
            return message
        messages: list[Json] = chat["messages"]
        for candidate in reversed(messages):
            if candidate["by"] == "bot" and _offers(candidate, wanted):
                return candidate
        raise wrong(f"no card in the chat has the action {wanted!r}", 404)


def _chat(body: Json) -> str:
    return groups.GROUP if body.get("chat") == groups.GROUP else groups.PERSONAL


def _offers(message: Json, wanted: Any) -> bool:
    if message["deleted"]:
        return False
    return any(pressing.find(card, wanted) for card in cards(message["activity"]))


def _said(answer: Answer, message: Json | None) -> web.Response:
    return web.json_response({"answer": asdict(answer), "message": message})


def _notice(activity: Json) -> Json:
    topic: Json = activity["topic"]
    title = topic["value"] if topic.get("source") == "text" else ""
    return {
        "at": activity["at"],
        "title": title,
        "text": activity["preview"],
        "url": topic.get("webUrl") or "",
    }
