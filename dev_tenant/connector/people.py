"""What a person can do in Teams with the bot: install it, write, press buttons.

`Teams` changes the chat and tells the bot by a signed activity, the way the channel
does: a message is shown at once and marked when it could not be delivered; an invoke
waits for its answer, and a card in the answer takes the place of the card pressed.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dev_tenant.connector import activities, groups, pressing
from dev_tenant.connector.chats import CARD_TYPE, Chats, cards
from dev_tenant.entra import Entra, entra_in
from dev_tenant.graph import apps
from dev_tenant.outgoing import Outgoing, Reply
from dev_tenant.tenant import Json, Tenant

MESSAGE_SECONDS = 15.0
INVOKE_SECONDS = 15.0
BESIDE_SECONDS, BESIDE_ATTEMPTS = 5.0, 3
UNREACHABLE = "Unable to reach app. Please try again."
Shown = Literal["nothing", "card", "message", "error", "dialog", "link", "sign-in"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a press: the bot's answer and what the person sees of it."""

    status: int  #: HTTP status of the bot's answer; 0 when none came.
    body: Any
    shown: Shown
    text: str = ""
    dialog: Json | None = None


def service_url(tenant: Tenant) -> str:
    """Give the address the bot is told to answer to."""
    return f"{tenant.base_url}/connector/"


class Teams:
    """The people's side of Teams in one tenant."""

    def __init__(self, tenant: Tenant, entra: Entra | None = None) -> None:
        self.tenant = tenant
        self.entra = entra or entra_in(tenant)
        self.chats = Chats(tenant)
        self.outgoing = Outgoing(tenant)
        self._telling: set[asyncio.Task[list[int]]] = set()
        tenant.closers.append(self._close)

    async def _close(self) -> None:
        for telling in list(self._telling):
            telling.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    @property
    def service_url(self) -> str:
        return service_url(self.tenant)

    # The app

    async def install(self, user_id: str) -> list[int]:
        """Give a person the app; the bot hears of it twice, in no certain order."""
        apps.put_in(self.tenant, user_id)
        self.chats.of(user_id)
        return await self.tell_installation(user_id, added=True)

    def installed_by_graph(self, user_id: str) -> None:
        """Hear that Graph installed the app; the bot is told in the background."""
        self.chats.of(user_id)
        telling = asyncio.get_running_loop().create_task(
            self.tell_installation(user_id, added=True)
        )
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def uninstall(self, user_id: str) -> list[int]:
        self.tenant.installed.pop(user_id, None)
        return await self.tell_installation(user_id, added=False)

    async def tell_installation(self, user_id: str, *, added: bool) -> list[int]:
        """Tell the bot that it came or went; gives the bot's statuses."""
        told = activities.installation(self.tenant, user_id, added=added)
        replies = await asyncio.gather(*(self.deliver(user_id, a) for a in told))
        return [reply.status for reply in replies]

    # The chat

    async def say(self, user_id: str, text: str) -> Json:
        """Write a line to the bot; gives the message, its `state` sent or failed."""
        return await self._send(user_id, activities.message(text))

    async def again(self, user_id: str, message: Json) -> Json:
        """Send once more what could not be delivered."""
        return await self._hand_over(user_id, message)

    async def write(self, user_id: str, activity: Json) -> Json:
        """Send a message that is more than a line."""
        return await self._send(user_id, activity)

    async def _send(self, user_id: str, activity: Json) -> Json:
        chat = self.chats.of(user_id)
        message = self.chats.add(chat, activity, by="user")
        return await self._hand_over(user_id, message)

    async def _hand_over(self, user_id: str, message: Json) -> Json:
        chat = self.chats.of(user_id)
        self.chats.set_state(chat, message, "sending")
        activity = {**message["activity"], "id": message["id"]}
        reply = await self.deliver(user_id, activity)
        self.chats.set_state(chat, message, "sent" if reply.ok else "failed")
        return message

    async def press(
        self,
        user_id: str,
        message: Json,
        wanted: str | Mapping[str, Any],
        values: Mapping[str, Any],
        version: int | None = None,
    ) -> Answer | pressing.NotSent:
        """Press a button as the renderer would; LookupError when there is none.

        `version` counts the earlier states of the message: the copy a phone still
        shows. None is what stands there now.
        """
        states = [*message["versions"], message["activity"]]
        shown = states[-1 if version is None else version]
        found = next((f for c in cards(shown) if (f := pressing.find(c, wanted))), None)
        if found is None:
            offered = [
                f.action.get("title") for c in cards(shown) for f in pressing.actions(c)
            ]
            raise LookupError(f"no action {wanted!r}; there are {offered}")
        data = pressing.fill(found, values)
        if isinstance(data, pressing.NotSent):
            return data
        return await self.act(user_id, message, {**found.action, "data": data})

    async def act(
        self, user_id: str, message: Json, action: Json, chat: str = groups.PERSONAL
    ) -> Answer:
        """Carry out an action whose `data` already holds the inputs."""
        kind = action.get("type")
        if kind == "Action.OpenUrl":
            return Answer(200, None, "link", str(action.get("url", "")))
        if chat == groups.GROUP and not _opens_dialog(action):
            return Answer(0, None, "error", UNREACHABLE)  # The bot is not in it.
        if kind == "Action.Execute":
            return await self.execute(user_id, message, action, trigger="manual")
        if kind == "Action.Submit":
            data = action.get("data") or {}
            return await self._submit(user_id, message, data, chat)
        return Answer(200, None, "nothing")

    async def refresh(self, user_id: str, message: Json) -> Answer:
        """Run the card's own refresh, as Teams does when it comes into view."""
        for card in cards(message["activity"]):
            action = (card.get("refresh") or {}).get("action")
            if action:
                return await self.execute(user_id, message, action, trigger="automatic")
        return Answer(200, None, "nothing")

    async def execute(
        self, user_id: str, message: Json, action: Json, *, trigger: str
    ) -> Answer:
        kept = {k: action[k] for k in ("type", "id", "verb", "data") if k in action}
        value = {"action": kept, "trigger": trigger}
        reply = await self._invoke(user_id, "adaptiveCard/action", value, message["id"])
        answer = read_answer(reply)
        if answer.shown == "card":
            self._show(user_id, message, answer.body["value"])
        return answer

    async def _submit(
        self, user_id: str, message: Json, data: Any, chat: str
    ) -> Answer:
        special = data.get("msteams") if isinstance(data, dict) else None
        kind = special.get("type") if isinstance(special, dict) else None
        if kind == "task/fetch":
            return await self.dialog(user_id, "task/fetch", data, message["id"], chat)
        if isinstance(special, dict) and kind in {"imBack", "messageBack"}:
            text = str(special.get("text") or special.get("value") or "")
            sent = await self._send(user_id, activities.message(text))
        else:
            sent = await self._send(user_id, activities.submitted(data, message["id"]))
        delivered = sent["state"] == "sent"
        if delivered:
            return Answer(200, None, "nothing")
        return Answer(0, None, "error", UNREACHABLE)

    async def dialog(
        self,
        user_id: str,
        name: str,
        data: Any,
        reply_to: str | None = None,
        chat: str = groups.PERSONAL,
    ) -> Answer:
        """Open (`task/fetch`) or send (`task/submit`) a dialog."""
        value = {"data": data, "context": {"theme": "default"}}
        reply = await self._invoke(user_id, name, value, reply_to, chat)
        body = answered(reply)
        return read_dialog(reply.status, body)

    async def beside(
        self, user_id: str, name: str, value: Json, chat: str
    ) -> tuple[int, Any]:
        """Ask the bot what somebody asks who is writing a message: status and body.

        What is not answered in five seconds is asked twice more.
        """
        activity = activities.beside(self.tenant, name, value)
        activity |= groups.named(self.tenant, chat)
        reply = Reply(0, {}, "")
        for _ in range(BESIDE_ATTEMPTS):
            reply = await self.deliver(user_id, activity, seconds=BESIDE_SECONDS)
            if reply.status:
                break
        return reply.status, answered(reply)

    async def _invoke(
        self,
        user_id: str,
        name: str,
        value: Any,
        reply_to: str | None,
        chat: str = groups.PERSONAL,
    ) -> Reply:
        activity = activities.invoke(name, value, reply_to)
        activity |= groups.named(self.tenant, chat)
        return await self.deliver(user_id, activity, seconds=INVOKE_SECONDS)

    def _show(self, user_id: str, message: Json, card: Json) -> None:
        attachment = {"contentType": CARD_TYPE, "content": card}
        self.chats.replace(
            self.chats.of(user_id),
            message,
            {"type": "message", "attachments": [attachment]},
        )

    async def deliver(
        self, user_id: str, parts: Json, seconds: float = MESSAGE_SECONDS
    ) -> Reply:
        """Send the bot a signed activity that a person causes."""
        activity = activities.of_user(self.tenant, user_id, self.service_url, **parts)
        token = self.entra.channel_token(self.tenant.app.bot_id, self.service_url)
        return await self.outgoing.send(
            "POST",
            f"{self.tenant.app_url}/api/messages",
            body=activity,
            headers={"Authorization": f"Bearer {token}"},
            timeout=seconds,
            comment=f"bot activity {activity.get('name') or activity['type']}",
        )


def _opens_dialog(action: Json) -> bool:
    data = action.get("data")
    special = data.get("msteams") if isinstance(data, dict) else None
    return isinstance(special, dict) and special.get("type") == "task/fetch"


def answered(reply: Reply) -> Json | None:
    """Give the body of an answer; None: there is none that Teams could show."""
    body = _json(reply.text)
    return body if reply.ok and isinstance(body, dict) else None


def read_dialog(status: int, body: Json | None) -> Answer:
    """Make of an answer to a dialog what Teams shows of it."""
    if body is None:
        return Answer(status, body, "error", UNREACHABLE)
    task = body.get("task") or {}
    if task.get("type") == "continue":
        return Answer(status, body, "dialog", dialog=task.get("value"))
    text = task.get("value")
    if isinstance(text, str) and text:
        return Answer(status, body, "message", text)
    return Answer(status, body, "nothing")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def read_answer(reply: Reply) -> Answer:
    """Make of an Action.Execute's answer what Teams shows of it."""
    body = _json(reply.text)
    if not reply.ok or not isinstance(body, dict):
        return Answer(reply.status, body, "error", UNREACHABLE)
    kind, value = str(body.get("type", "")), body.get("value")
    if kind.endswith("card.adaptive") and isinstance(value, dict):
        return Answer(reply.status, body, "card")
    if kind.endswith("activity.message"):
        return Answer(reply.status, body, "message", str(value))
    if kind.endswith("activity.loginRequest"):
        return Answer(reply.status, body, "sign-in")
    if kind.endswith(("error", "error.preconditionFailed")):
        said = value.get("message") if isinstance(value, dict) else value
        return Answer(reply.status, body, "error", str(said or UNREACHABLE))
    return Answer(reply.status, body, "error", UNREACHABLE)
