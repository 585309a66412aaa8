"""Activities as Teams sends them to a bot: one function a kind, plain JSON out."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dev_tenant.connector import channels, names
from dev_tenant.tenant import Json, Tenant

ZONE = "Europe/Helsinki"


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def of_user(tenant: Tenant, user_id: str, service_url: str, **parts: Any) -> Json:
    """Make an activity a person caused in the personal chat."""
    user = tenant.users[user_id]
    now = tenant.clock.now()
    local = now.astimezone(ZoneInfo(ZONE))
    country = user.language.partition("-")[2] or "FI"
    return {
        "id": f"f:{uuid.uuid4()}",
        "timestamp": _stamp(now),
        "localTimestamp": local.isoformat(timespec="milliseconds"),
        "localTimezone": ZONE,
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {
            "id": names.of_user(tenant, user_id),
            "name": user.name,
            "aadObjectId": user_id,
        },
        "conversation": {
            "conversationType": "personal",
            "tenantId": tenant.id,
            "id": names.of_chat(tenant, user_id),
        },
        "recipient": {"id": names.of_bot(tenant), "name": tenant.app.name},
        "entities": [
            {
                "type": "clientInfo",
                "locale": user.language,
                "country": country,
                "platform": "Web",
                "timezone": ZONE,
            }
        ],
        "channelData": {"tenant": {"id": tenant.id}},
        "locale": user.language,
        **parts,
    }


def message(text: str, **parts: Any) -> Json:
    return {"type": "message", "text": text, "textFormat": "plain", **parts}


def submitted(value: Any, reply_to: str) -> Json:
    """Give the message an Action.Submit sends: a value and no text."""
    return {"type": "message", "value": value, "replyToId": reply_to}


def invoke(name: str, value: Any, reply_to: str | None) -> Json:
    parts = {"type": "invoke", "name": name, "value": value}
    return parts | ({"replyToId": reply_to} if reply_to else {})


def beside(tenant: Tenant, name: str, value: Json) -> Json:
    """Give the invoke of somebody who is writing a message, not sent yet."""
    source = {"tenant": {"id": tenant.id}, "source": {"name": "compose"}}
    return {**invoke(name, value, None), "channelData": source}


def in_channel(tenant: Tenant, chat: Json, thread: str = "") -> Json:
    """Give what an activity says that comes from a channel, perhaps out of a thread."""
    team, id_ = channels.team_id(tenant, chat["team"]), chat["id"]
    return {
        "conversation": {
            "isGroup": True,
            "conversationType": "channel",
            "tenantId": tenant.id,
            "id": f"{id_}{channels.THREAD}{thread}" if thread else id_,
        },
        "channelData": {
            "teamsChannelId": id_,
            "teamsTeamId": team,
            "channel": {"id": id_, "name": chat["name"]},
            "team": {"id": team, "name": chat["team"]},
            "tenant": {"id": tenant.id},
        },
    }


def mentioning(tenant: Tenant, text: str) -> Json | None:
    """Give a message that mentions the bot; None: it does not, and no bot hears of it."""
    name = tenant.app.name
    before, at, after = text.partition(f"@{name}")
    if not at:
        return None
    said = f"<at>{name}</at>"
    mention = {
        "type": "mention",
        "text": said,
        "mentioned": {"id": names.of_bot(tenant), "name": name},
    }
    return message(f"{before}{said}{after}", entities=[mention])


def installation(tenant: Tenant, user_id: str, *, added: bool) -> list[Json]:
    """Give the two activities an installation causes; their order is not promised."""
    bot = {"id": names.of_bot(tenant)}
    person = {"id": names.of_user(tenant, user_id), "aadObjectId": user_id}
    changed = "membersAdded" if added else "membersRemoved"
    return [
        {"type": "installationUpdate", "action": "add" if added else "remove"},
        {"type": "conversationUpdate", changed: [person, bot] if added else [bot]},
    ]
