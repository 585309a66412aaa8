"""`/_tenant/teams`: what a person does beside a message that she is writing, in JSON.

`chat` is personal or group; `user` an id or an address.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from dev_tenant.connector import groups
from dev_tenant.connector.composing import Composing, Given
from dev_tenant.connector.people import Answer, Teams
from dev_tenant.faces.asking import body_of, user_of, wrong
from dev_tenant.faces.package import Package, package_of
from dev_tenant.faces.teams import moment
from dev_tenant.tenant import Json, Tenant


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    control = ComposeControl(tenant)
    root = "/_tenant/teams"
    return [
        web.get(f"{root}/group", control.group),
        web.post(f"{root}/search", control.search),
        web.post(f"{root}/paste", control.paste),
        web.post(f"{root}/command", control.command),
        web.post(f"{root}/submit", control.submit),
        web.post(f"{root}/send", control.send),
    ]


class ComposeControl:
    """One handler an act."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.composing = Composing(Teams(tenant))

    async def group(self, request: web.Request) -> web.Response:
        """`?user=&since=`: the chat of everybody; 204 when nothing is new."""
        clock = {"Tenant-Clock": moment(self.tenant)}
        user = user_of(self.tenant, request.query.get("user"))
        chat = groups.of(self.tenant)
        rev = f"g{chat['rev']}"
        if request.query.get("since") == rev:
            return web.Response(status=204, headers=clock)
        messages = groups.seen_by(self.tenant, user.id)
        shown = {"id": chat["id"], "rev": rev, "messages": messages}
        return web.json_response(shown, headers=clock)

    async def search(self, request: web.Request) -> web.Response:
        """`{"user", "command", "text"?, "chat"?}` -> attachments, or a text."""
        body, user_id, chat = await self._asked(request)
        command, text = str(body.get("command", "")), str(body.get("text") or "")
        name = self._parameter(command)
        typed = {name: text} if text else {}
        found = await self.composing.search(user_id, command, typed, chat)
        return web.json_response(asdict(found))

    async def paste(self, request: web.Request) -> web.Response:
        """`{"user", "url", "chat"?}`: the card for a link of the app's, or none."""
        body, user_id, chat = await self._asked(request)
        hosts = self._package().watched
        url = str(body.get("url", ""))
        found = await self.composing.paste(user_id, url, hosts, chat)
        return web.json_response(asdict(found))

    async def command(self, request: web.Request) -> web.Response:
        """`{"user", "command", "chat"?}`: open the dialog of a command."""
        body, user_id, chat = await self._asked(request)
        command = str(body.get("command", ""))
        self._parameter(command)
        return _said(await self.composing.open(user_id, command, chat))

    async def submit(self, request: web.Request) -> web.Response:
        """`{"user", "command", "data", "chat"?}`: send what stands in the dialog."""
        body, user_id, chat = await self._asked(request)
        command = str(body.get("command", ""))
        found = await self.composing.submit(user_id, command, body.get("data"), chat)
        return _said(found)

    async def send(self, request: web.Request) -> web.Response:
        """`{"user", "text"?, "attachments"?, "chat"?}` -> the message."""
        body, user_id, chat = await self._asked(request)
        text, given = str(body.get("text") or "").strip(), body.get("attachments") or []
        if not text and not given:
            raise wrong("text or attachments are needed")
        sent = await self.composing.send(user_id, text, given, chat)
        return web.json_response(sent)

    def _package(self) -> Package:
        return package_of(self.tenant, "en")

    def _parameter(self, command: str) -> str:
        """Give the name under which a command is told what was typed."""
        for each in self._package().beside:
            if each.id == command:
                return each.parameter
        raise wrong(f"the app has no command {command!r}", 404)

    async def _asked(self, request: web.Request) -> tuple[Json, str, str]:
        body = await body_of(request)
        chat = str(body.get("chat") or groups.PERSONAL)
        if chat not in {groups.PERSONAL, groups.GROUP}:
            raise wrong("chat is personal or group")
        user_id = user_of(self.tenant, body.get("user")).id
        if user_id not in self.tenant.installed:
            raise wrong("she does not have the app", 403)
        return body, user_id, chat


def _said(found: Answer | Given) -> web.Response:
    if isinstance(found, Given):
        return web.json_response({"given": asdict(found)})
    shown: dict[str, Any] = {"answer": asdict(found)}
    return web.json_response(shown)
