"""What an activity says of who speaks, where, and in which language.

Whatever is not of its kind, too long, or holds marks that cannot be seen is as if it
were not there: activities come from outside, and what is read here is stored.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from booking.model import Language
from teams_app.outside import Activity, Conversation

#: Teams' own ids are far shorter.
_WORD_MAX = 500
_ADDRESS_MAX = 2000
#: Of each value that comes with a press; the longest field of a form is far shorter.
_VALUE_MAX = 1000
#: How Teams' ids of chats with several people begin; a private one begins with `a:`.
_SHARED = "19:"


@dataclass(frozen=True, slots=True)
class Heard:
    """An activity, read."""

    kind: str
    tenant: str  #: In small letters; empty when it names none, or two.
    speaker: (
        str  #: Entra's object id of who caused it, in small letters; empty: nobody.
    )
    personal: bool  #: Nobody else sees what is answered.
    language: Language  #: That of the person's Teams; Finnish where it is not said.
    id: str
    card: str  #: The message it answers: the one a pressed button stands on.
    where: Conversation
    team: str = ""  #: Of what comes from a team: which one it is,
    channel: str = ""  #: and which of its channels. Both empty in any chat.
    teams: Language | None = None  #: `language`, where it is said.


def hear(activity: Activity) -> Heard:
    """Read an activity whose sender has been verified."""
    where, speaker = part(activity, "conversation"), part(activity, "from")
    tenant, language = _tenant(activity), _language(activity)
    return Heard(
        kind=word(activity, "type"),
        tenant=tenant,
        speaker=word(speaker, "aadObjectId").lower(),
        personal=_personal(where),
        language=language or Language.FI,
        teams=language,
        id=word(activity, "id"),
        card=word(activity, "replyToId"),
        where=Conversation(
            service_url=word(activity, "serviceUrl", _ADDRESS_MAX),
            conversation_id=word(where, "id"),
            tenant_id=tenant,
            bot_id=word(part(activity, "recipient"), "id"),
            channel=word(activity, "channelId"),
            user_id=word(speaker, "id"),
        ),
        **_channel(activity, where),
    )


def _channel(activity: Activity, where: dict[str, Any]) -> dict[str, str]:
    """Say in which channel of which team it was; a thread is no part of its name."""
    told = part(activity, "channelData")
    of, said = part(told, "team"), part(told, "channel")
    team, channel = word(of, "id"), word(said, "id")
    if not channel and where.get("conversationType") == "channel":
        channel = word(where, "id").partition(";")[0]
    return {"team": team, "channel": channel} if team else {}


def part(of: dict[str, Any], name: str) -> dict[str, Any]:
    """Give an object inside another."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def word(of: dict[str, Any], name: str, longest: int = _WORD_MAX) -> str:
    """Give an id, an address or a name of something, whole."""
    found = of.get(name)
    if not isinstance(found, str) or len(found) > longest:
        return ""
    return "" if any(unicodedata.category(mark) == "Cc" for mark in found) else found


def typed(value: object) -> str:
    """Give what a form sent as it was typed, but for marks that cannot be seen."""
    given = value if isinstance(value, str) else str(value if value is not None else "")
    return "".join(
        " " if mark.isspace() else mark
        for mark in given[:_VALUE_MAX]
        if mark.isspace() or unicodedata.category(mark)[0] != "C"
    )


def _tenant(activity: Activity) -> str:
    of_teams = word(part(part(activity, "channelData"), "tenant"), "id")
    of_chat = word(part(activity, "conversation"), "tenantId")
    named = {each.lower() for each in (of_teams, of_chat) if each}
    return named.pop() if len(named) == 1 else ""


def _personal(where: dict[str, Any]) -> bool:
    kind = where.get("conversationType")
    if kind is None:
        shared = where.get("isGroup") or word(where, "id").startswith(_SHARED)
        return not shared
    return bool(kind == "personal")


def _language(activity: Activity) -> Language | None:
    """Give the language that Teams is shown in; English where we do not speak it.

    None: the activity does not say, as most events of a conversation do not.
    """
    named = word(activity, "locale").partition("-")[0].lower()
    if not named:
        return None
    return next((each for each in Language if each.value == named), Language.EN)
