"""The chats of people with the bot, kept as plain JSON in `tenant.chats`.

A message keeps every earlier version of itself, for a person may have an old copy on a
phone in a pocket and press it there. Anything that changes a chat raises its `rev`.
"""

from typing import Any

from dev_tenant.connector import names
from dev_tenant.graph import apps
from dev_tenant.tenant import Json, Tenant

MESSAGE_MAX_BYTES = 100 * 1024
CARD_MAX_BYTES = 28 * 1024
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


class Chats:
    """Every personal chat of the tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def of(self, user_id: str) -> Json:
        """Give a person's chat with the bot, begun now when there was none."""
        chats: dict[str, Json] = self._tenant.chats.setdefault("personal", {})
        fresh = {
            "id": names.of_chat(self._tenant, user_id),
            "user": user_id,
            "rev": 0,
            "last_id": 0,
            "unread": 0,
            "messages": [],
        }
        return chats.setdefault(user_id, fresh)

    def begun(self, user_id: str) -> bool:
        return user_id in self._tenant.chats.get("personal", {})

    def by_id(self, chat_id: str) -> Json | None:
        """Find a chat by the bot's id of it, or by Graph's (`19:...`).

        A thread suffix (`;messageid=`) is not part of either.
        """
        chats: dict[str, Json] = self._tenant.chats.get("personal", {})
        bare = chat_id.split(";", 1)[0]
        for user_id, chat in chats.items():
            if bare in (chat["id"], apps.chat_id(self._tenant, user_id)):
                return chat
        return None

    def message(self, chat: Json, message_id: str) -> Json | None:
        messages: list[Json] = chat["messages"]
        return next((m for m in messages if m["id"] == message_id), None)

    def add(self, chat: Json, activity: Json, *, by: str) -> Json:
        """Put a message at the end. Its id is the time in milliseconds, as in Teams."""
        now = self._tenant.clock.now()
        number = max(int(now.timestamp() * 1000), chat["last_id"] + 1)
        chat["last_id"] = number
        message: Json = {
            "id": str(number),
            "by": by,
            "at": now.isoformat(),
            "activity": activity,
            "versions": [],
            "edited": None,
            "deleted": False,
            "state": "sent",
            "notes": _notes(activity),
        }
        chat["messages"].append(message)
        chat["typing"] = False
        if by == "bot":
            chat["unread"] += 1
        self.touch(chat)
        return message

    def replace(self, chat: Json, message: Json, activity: Json) -> None:
        """Show something else in place of a message; the old copy is kept."""
        if activity == message["activity"]:
            return
        message["versions"].append(message["activity"])
        message["activity"] = activity
        message["edited"] = self._tenant.clock.now().isoformat()
        message["notes"] = _notes(activity)
        message.pop("seen", None)  # What each saw of it ends.
        self.touch(chat)

    def delete(self, chat: Json, message: Json) -> None:
        message["deleted"] = True
        self.touch(chat)

    def set_typing(self, chat: Json, *, typing: bool) -> None:
        chat["typing"] = typing
        self.touch(chat)

    def set_state(self, chat: Json, message: Json, state: str) -> None:
        message["state"] = state
        self.touch(chat)

    def read(self, chat: Json) -> None:
        if chat["unread"]:
            chat["unread"] = 0
            self.touch(chat)

    def touch(self, chat: Json) -> None:
        chat["rev"] += 1


def cards(activity: Json) -> list[Json]:
    """Give the Adaptive Cards of an activity."""
    attachments: list[Any] = activity.get("attachments") or []
    return [
        attachment["content"]
        for attachment in attachments
        if isinstance(attachment, dict)
        and attachment.get("contentType") == CARD_TYPE
        and isinstance(attachment.get("content"), dict)
    ]


def size(value: Any) -> int:
    """Count bytes the way Teams does: UTF-16, images inside not counted."""
    if isinstance(value, str):
        return 0 if value.startswith("data:image/") else 2 * len(value) + 4
    if isinstance(value, dict):
        return 4 + sum(size(key) + 4 + size(inner) for key, inner in value.items())
    if isinstance(value, list):
        return 4 + sum(size(inner) + 2 for inner in value)
    return 2 * len(str(value))


def _notes(activity: Json) -> list[str]:
    """Say what Teams would put up with but a developer should know."""
    notes = []
    for card in cards(activity):
        bytes_ = size(card) // 2
        if bytes_ > CARD_MAX_BYTES:
            notes.append(f"This card has {bytes_} bytes; keep cards under 28 KB.")
        if not card.get("version"):
            notes.append("This card states no version.")
    return notes
