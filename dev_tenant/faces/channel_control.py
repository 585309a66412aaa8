"""`/_tenant/teams`: what a person does in the channels of her teams, in JSON.

`channel` is a channel's id, or its team's name and its own as `team/channel`.
"""

from collections.abc import Iterable
from dataclasses import asdict

from aiohttp import web

from dev_tenant.connector import channels, names, pressing
from dev_tenant.connector.chats import Chats
from dev_tenant.connector.in_channels import InChannels
from dev_tenant.connector.people import Teams
from dev_tenant.faces.asking import body_of, user_of, wrong
from dev_tenant.faces.teams import moment
from dev_tenant.tenant import Json, Tenant


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    control = ChannelControl(tenant)
    root = "/_tenant/teams/channel"
    return [
        web.get(root, control.channel),
        web.post(f"{root}/say", control.say),
        web.post(f"{root}/press", control.press),
        web.post(f"{root}/act", control.act),
        web.post(f"{root}/refresh", control.refresh),
        web.post(f"{root}/app", control.app),
        web.post(f"{root}/delete", control.delete),
    ]


class ChannelControl:
    """One handler an act."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.people = InChannels(Teams(tenant))
        self.chats = Chats(tenant)

    async def channel(self, request: web.Request) -> web.Response:
        """`?user=&channel=&since=`: the channel as she sees it; 204 when nothing is new."""
        clock = {"Tenant-Clock": moment(self.tenant)}
        user_id = user_of(self.tenant, request.query.get("user")).id
        chat = self._channel(user_id, request.query.get("channel"))
        there = channels.has_bot(self.tenant, chat["team"])
        rev = f"c{chat['rev']}.{there:d}"
        if request.query.get("since") == rev:
            return web.Response(status=204, headers=clock)
        shown = {
            **{name: chat[name] for name in ("id", "team", "name")},
            "rev": rev,
            "installed": there,
            "mri": names.of_user(self.tenant, user_id),
            "messages": channels.seen_by(self.tenant, chat, user_id),
        }
        return web.json_response(shown, headers=clock)

    async def say(self, request: web.Request) -> web.Response:
        """`{"user", "channel", "text", "thread"?}`; the bot hears what mentions it."""
        body, user_id, chat = await self._asked(request)
        text, thread = str(body.get("text", "")).strip(), str(body.get("thread") or "")
        if not text:
            raise wrong("text is needed")
        return web.json_response(await self.people.say(user_id, chat, text, thread))

    async def press(self, request: web.Request) -> web.Response:
        """`{"user", "channel", "action", "values"?}`, on the newest card that has it."""
        body, user_id, chat = await self._asked(request)
        wanted = body.get("action")
        if not wanted or not isinstance(wanted, str | dict):
            raise wrong("action is needed")
        try:
            answer, message = await self.people.press(
                user_id, chat, wanted, body.get("values") or {}
            )
        except LookupError as missing:
            raise wrong(str(missing), 404) from missing
        if isinstance(answer, pressing.NotSent):
            return web.json_response({"faults": answer.faults}, status=422)
        return web.json_response({"answer": asdict(answer), "message": message})

    async def act(self, request: web.Request) -> web.Response:
        """`{"user", "channel", "message", "action"}`: an action, its inputs in `data`."""
        body, user_id, chat = await self._asked(request)
        message, action = self._message(chat, body), body.get("action")
        if not isinstance(action, dict):
            raise wrong("action is needed")
        answer = await self.people.act(user_id, chat, message, action)
        return web.json_response({"answer": asdict(answer)})

    async def refresh(self, request: web.Request) -> web.Response:
        """`{"user", "channel", "message"}`: run a card's refresh, if it is for her."""
        body, user_id, chat = await self._asked(request)
        message = self._message(chat, body)
        answer = await self.people.refresh(user_id, chat, message)
        return web.json_response({"answer": asdict(answer)})

    async def app(self, request: web.Request) -> web.Response:
        """`{"user", "channel", "there": bool}`: the app comes to the team, or goes."""
        body, user_id, chat = await self._asked(request)
        there = body.get("there", True)
        tell = self.people.add_bot if there else self.people.remove_bot
        return web.json_response({"told": await tell(user_id, chat["team"])})

    async def delete(self, request: web.Request) -> web.Response:
        _, user_id, chat = await self._asked(request)
        return web.json_response({"told": await self.people.delete(user_id, chat)})

    async def _asked(self, request: web.Request) -> tuple[Json, str, Json]:
        body = await body_of(request)
        user_id = user_of(self.tenant, body.get("user")).id
        return body, user_id, self._channel(user_id, body.get("channel"))

    def _channel(self, user_id: str, named: object) -> Json:
        for each in channels.of_user(self.tenant, user_id):
            if named in {each["id"], f"{each['team']}/{each['name']}"}:
                return each
        raise wrong(f"she is in no channel {named!r}", 404)

    def _message(self, chat: Json, body: Json) -> Json:
        message = self.chats.message(chat, str(body.get("message")))
        if message is None or message["deleted"]:
            raise wrong("no such message", 404)
        return message
