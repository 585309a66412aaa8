"""Teams with channels, in `tenant.chats`: one for each unit of the house.

A channel is read by everybody of its team. A bot hears there what mentions it, if it has
been added to the team, and a card it answers a press with is seen by her alone who
pressed; what it writes to the message is seen by all, and ends what each saw before.
"""

from collections.abc import Iterator
from typing import Any

from dev_tenant.connector import names
from dev_tenant.connector.chats import CARD_TYPE, Chats
from dev_tenant.tenant import Json, Tenant, User

#: A team's channels: the first is made with it, and has the team's own id.
CHANNELS = ("Yleinen", "Päivystys")
#: Joins a channel's id and that of the message a thread begins with.
THREAD = ";messageid="


def teams(tenant: Tenant) -> list[str]:
    """Name the teams: a unit's people are one."""
    members = (each for each in tenant.users.values() if each.kind == "Member")
    leads = {"supervisor", "professional"}
    kept = [each.department for each in members if leads & set(each.roles)]
    return [each for each in dict.fromkeys(kept) if each]


def members(tenant: Tenant, team: str) -> list[User]:
    """Give who is in a team: the unit's people, and every supervisor."""
    return [
        each
        for each in tenant.users.values()
        if each.kind == "Member"
        and each.enabled
        and (each.department == team or "supervisor" in each.roles)
    ]


def of(tenant: Tenant, team: str, name: str) -> Json:
    """Give a channel, begun now when there was none."""
    id_ = names.of_channel(tenant, team, name)
    fresh = {
        "id": id_,
        "team": team,
        "name": name,
        "rev": 0,
        "last_id": 0,
        "unread": 0,
        "messages": [],
    }
    kept: dict[str, Json] = tenant.chats.setdefault("channels", {})
    return kept.setdefault(id_, fresh)


def every(tenant: Tenant) -> Iterator[Json]:
    gone = tenant.chats.get("deleted_channels", [])
    for team in teams(tenant):
        for name in CHANNELS:
            found = of(tenant, team, name)
            if found["id"] not in gone:
                yield found


def by_id(tenant: Tenant, id_: str) -> Json | None:
    """Find a channel by its id, with or without a thread's suffix."""
    bare = id_.partition(THREAD)[0]
    return next((each for each in every(tenant) if each["id"] == bare), None)


def of_user(tenant: Tenant, user_id: str) -> list[Json]:
    """Give the channels that somebody sees."""
    return [
        each
        for each in every(tenant)
        if user_id in {one.id for one in members(tenant, each["team"])}
    ]


def team_id(tenant: Tenant, team: str) -> str:
    """Name a team as a bot hears it: by the channel it was made with."""
    return names.of_channel(tenant, team, CHANNELS[0])


def has_bot(tenant: Tenant, team: str) -> bool:
    return team in tenant.chats.get("in_teams", [])


def set_bot(tenant: Tenant, team: str, *, there: bool) -> None:
    kept: list[str] = tenant.chats.setdefault("in_teams", [])
    if team in kept:
        kept.remove(team)
    if there:
        kept.append(team)


def thread_of(message: Json) -> str:
    """Give the id of the message with which its thread begins."""
    return str(message["activity"].get("thread") or message["id"])


def show(chats: Chats, chat: Json, message: Json, user_id: str, card: Json) -> None:
    """Show a card to one person alone, until the message itself is changed."""
    attachment = {"contentType": CARD_TYPE, "content": card}
    own = {"type": "message", "attachments": [attachment]}
    message.setdefault("seen", {})[user_id] = own
    chats.touch(chat)


def seen_by(tenant: Tenant, chat: Json, user_id: str) -> list[Json]:
    """Give the messages as one person sees them, each with who wrote it."""
    return [_seen(tenant, each, user_id) for each in chat["messages"]]


def _seen(tenant: Tenant, message: Json, user_id: str) -> Json:
    own = message.get("seen", {}).get(user_id)
    by = message["by"]
    writer = "bot" if by == "bot" else "user" if by == user_id else "other"
    shown: dict[str, Any] = {
        **{name: value for name, value in message.items() if name != "seen"},
        "by": writer,
        "own": own is not None,
        "activity": own or message["activity"],
        "thread": message["activity"].get("thread", ""),
    }
    if writer == "other":
        shown["name"] = tenant.users[by].name
    return shown
