"""What a person does in a channel: write, mention the bot, press a shared card."""

import asyncio
from collections.abc import Mapping
from typing import Any

from dev_tenant.connector import activities, channels, names, pressing
from dev_tenant.connector.chats import cards
from dev_tenant.connector.people import (
    INVOKE_SECONDS,
    UNREACHABLE,
    Answer,
    Teams,
    read_answer,
)
from dev_tenant.outgoing import Reply
from dev_tenant.tenant import Json


class InChannels:
    """The people's side of the channels; `Teams` delivers."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.tenant, self.chats = teams.tenant, teams.chats

    async def add_bot(self, user_id: str, team: str) -> list[int]:
        """Add the app to a team; gives the bot's statuses."""
        channels.set_bot(self.tenant, team, there=True)
        return await self._told(user_id, team, added=True)

    async def remove_bot(self, user_id: str, team: str) -> list[int]:
        channels.set_bot(self.tenant, team, there=False)
        return await self._told(user_id, team, added=False)

    async def _told(self, user_id: str, team: str, *, added: bool) -> list[int]:
        general = channels.of(self.tenant, team, channels.CHANNELS[0])
        where = activities.in_channel(self.tenant, general)
        bot = {"id": names.of_bot(self.tenant)}
        event = "teamMemberAdded" if added else "teamMemberRemoved"
        changed = "membersAdded" if added else "membersRemoved"
        data = {**where["channelData"], "eventType": event}
        told: list[Json] = [
            {"type": "installationUpdate", "action": "add" if added else "remove"},
            {"type": "conversationUpdate", changed: [bot], "channelData": data},
        ]
        replies = await asyncio.gather(
            *(self.teams.deliver(user_id, {**where, **each}) for each in told)
        )
        return [each.status for each in replies]

    async def delete(self, user_id: str, chat: Json) -> int:
        """Delete a channel; the team's bot hears of it. Gives its status."""
        kept: list[str] = self.tenant.chats.setdefault("deleted_channels", [])
        kept.append(chat["id"])
        if not channels.has_bot(self.tenant, chat["team"]):
            return 0
        where = activities.in_channel(self.tenant, chat)
        where["channelData"]["eventType"] = "channelDeleted"
        told = {**where, "type": "conversationUpdate"}
        return (await self.teams.deliver(user_id, told)).status

    async def say(self, user_id: str, chat: Json, text: str, thread: str = "") -> Json:
        """Write in a channel; the bot hears it if it is mentioned and in the team."""
        spoken = activities.mentioning(self.tenant, text)
        shown = activities.message(text)
        if thread:
            shown["thread"] = thread
        message = self.chats.add(chat, shown, by=user_id)
        if spoken is None or not channels.has_bot(self.tenant, chat["team"]):
            return message
        self.chats.set_state(chat, message, "sending")
        where = activities.in_channel(self.tenant, chat, thread or message["id"])
        activity = {**spoken, **where, "id": message["id"]}
        reply = await self.teams.deliver(user_id, activity)
        self.chats.set_state(chat, message, "sent" if reply.ok else "failed")
        return message

    async def press(
        self, user_id: str, chat: Json, wanted: Any, values: Mapping[str, Any]
    ) -> tuple[Answer | pressing.NotSent, Json]:
        """Press a button as she sees it, the newest card that has it.

        LookupError where there is none.
        """
        for message in reversed(chat["messages"]):
            own = message.get("seen", {}).get(user_id)
            shown = cards(own or message["activity"])
            found = next((f for c in shown if (f := pressing.find(c, wanted))), None)
            if found is None or message["deleted"]:
                continue
            data = pressing.fill(found, values)
            if isinstance(data, pressing.NotSent):
                return data, message
            action = {**found.action, "data": data}
            return await self.act(user_id, chat, message, action), message
        raise LookupError(f"no card in the channel has the action {wanted!r}")

    async def act(
        self, user_id: str, chat: Json, message: Json, action: Json
    ) -> Answer:
        """Carry out an action whose `data` already holds the inputs."""
        kind = action.get("type")
        if kind == "Action.OpenUrl":
            return Answer(200, None, "link", str(action.get("url", "")))
        if kind == "Action.Execute":
            return await self._execute(user_id, chat, message, action, "manual")
        if kind != "Action.Submit":
            return Answer(200, None, "nothing")
        sent = activities.submitted(action.get("data") or {}, message["id"])
        reply = await self._deliver(user_id, chat, message, sent)
        if reply.ok:
            return Answer(200, None, "nothing")
        return Answer(0, None, "error", UNREACHABLE)

    async def refresh(self, user_id: str, chat: Json, message: Json) -> Answer:
        """Run the card's own refresh, for one whom the card names."""
        mri = names.of_user(self.tenant, user_id)
        for card in cards(message["activity"]):
            wanted = card.get("refresh") or {}
            if wanted.get("action") and mri in (wanted.get("userIds") or []):
                return await self._execute(
                    user_id, chat, message, wanted["action"], "automatic"
                )
        return Answer(200, None, "nothing")

    async def _execute(
        self, user_id: str, chat: Json, message: Json, action: Json, trigger: str
    ) -> Answer:
        kept = {k: action[k] for k in ("type", "id", "verb", "data") if k in action}
        value = {"action": kept, "trigger": trigger}
        invoked = activities.invoke("adaptiveCard/action", value, message["id"])
        answer = read_answer(await self._deliver(user_id, chat, message, invoked))
        if answer.shown == "card":
            card = answer.body["value"]
            channels.show(self.chats, chat, message, user_id, card)
        return answer

    async def _deliver(
        self, user_id: str, chat: Json, message: Json, activity: Json
    ) -> Reply:
        if not channels.has_bot(self.tenant, chat["team"]):
            return Reply(0, {}, "")
        thread = channels.thread_of(message)
        where = activities.in_channel(self.tenant, chat, thread)
        return await self.teams.deliver(
            user_id, {**where, **activity}, seconds=INVOKE_SECONDS
        )
