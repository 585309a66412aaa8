"""One turn of the bot: a verified activity in, perhaps an invoke answer out.

Who is speaking is what the verified activity says (tenant and Entra object id), never a
name. Clients' affairs are shown in the personal chat only. A message that Teams delivers
twice is answered once.
"""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

import cards
from booking.model import Language, Professional
from booking.views.cards import Notice
from cards import verbs
from cards.activities import About
from teams_app.actions import access, staff_views
from teams_app.actions.access import Claims, Person
from teams_app.bot import commands, presses
from teams_app.bot.presses import Press
from teams_app.errands import World
from teams_app.outside import Activity, ChatError, Conversation
from teams_app.store import appointments, chats
from teams_app.store.database import Tx

log = logging.getLogger("vuoro.bot")

Answer = dict[str, Any] | None

_CARD = "application/vnd.microsoft.card.adaptive"
#: How often, and how long at most each time, an answer waits for Teams to have room.
_PATIENCE, _WAIT_MAX = 3, 5.0


async def turn(world: World, activity: Activity) -> Answer:
    """Answer one activity. The connector has verified where it comes from."""
    if _tenant(activity) != world.policy.tenant_id:
        return _refusal(activity)
    speaker = str((activity.get("from") or {}).get("aadObjectId") or "")
    who = await world.database.read(
        access.person, Claims(world.policy.tenant_id, speaker)
    )
    if _personal(activity) and speaker:
        await _remember_chat(world, speaker, activity)
    match activity.get("type"):
        case "invoke":
            return await _invoke(world, activity, who)
        case "message":
            await _message(world, activity, who)
        case "installationUpdate":
            await _installed(world, activity, who)
        case _:
            pass
    return None


def _tenant(activity: Activity) -> str:
    data = activity.get("channelData") or {}
    named = (data.get("tenant") or {}).get("id")
    return str(named or (activity.get("conversation") or {}).get("tenantId") or "")


def _personal(activity: Activity) -> bool:
    kind = (activity.get("conversation") or {}).get("conversationType", "personal")
    return str(kind) == "personal"


def conversation_of(activity: Activity) -> Conversation:
    """Read where to answer, in a shape of our own that loses nothing we need."""
    where, bot = activity.get("conversation") or {}, activity.get("recipient") or {}
    return Conversation(
        service_url=str(activity.get("serviceUrl") or ""),
        conversation_id=str(where.get("id") or ""),
        tenant_id=_tenant(activity),
        bot_id=str(bot.get("id") or ""),
        channel=str(activity.get("channelId") or "msteams"),
        user_id=str((activity.get("from") or {}).get("id") or ""),
    )


async def _remember_chat(world: World, speaker: str, activity: Activity) -> None:
    row = asdict(conversation_of(activity))
    known = await world.database.read(chats.conversation, speaker)
    if known != row:
        await world.database.write(chats.save_conversation, speaker, row)


async def _message(world: World, activity: Activity, who: Person | None) -> None:
    said_once = await world.database.write(_first_time, activity, world.now())
    if not said_once:
        return
    to = conversation_of(activity)
    about: About = "notice"
    value = activity.get("value")
    if isinstance(value, dict) and "verb" in value:
        # Action.Submit, where Teams is too old for Action.Execute.
        card = await _pressed(world, activity, who, value)
        replied = str(activity.get("replyToId") or "")
        if replied:
            await world.outside.chat.update(to, replied, cards.activity(card, "notice"))
            return
    elif not _personal(activity):
        card = _note(_language(who), "personal_only")
    elif who is None or who.professional is None:
        card = _note(_language(who), "stranger")
    else:
        spoken = commands.plain_text(activity)
        try:
            card, about = await commands.answer(world, who.professional, spoken)
        except Exception as error:  # noqa: BLE001  logged, and said to her
            card = _failed(world, who.professional.language, error)
    await _reply(world, to, cards.activity(card, about))


async def _reply(world: World, to: Conversation, said: Activity) -> None:
    """Send an answer; when Teams says that it is too much at once, a little later."""
    for _ in range(_PATIENCE):
        try:
            await world.outside.chat.send(to, said)
        except ChatError as error:
            wait = error.retry_after
            if wait is None or wait > _WAIT_MAX:
                raise
            await world.outside.sleep(wait)
        else:
            return
    await world.outside.chat.send(to, said)


def _failed(world: World, language: Language, error: Exception) -> cards.Card:
    """Say that the fault is ours, with a code that stands in the log."""
    code = world.outside.ids.uuid()[:8]
    log.error("a turn failed", exc_info=error, extra={"request": code})
    return cards.notice(Notice(language, "failed", {"code": code}))


def _first_time(tx: Tx, activity: Activity, now: datetime) -> bool:
    where = (activity.get("conversation") or {}).get("id", "")
    key = f"activity:{where}:{activity.get('id', '')}"
    return appointments.remember_request(tx, key, now.isoformat()) is None


async def _installed(world: World, activity: Activity, who: Person | None) -> None:
    """Greet somebody who has just got the app; forget who removed it."""
    speaker = str((activity.get("from") or {}).get("aadObjectId") or "")
    if activity.get("action") in {"remove", "remove-upgrade"}:
        await world.database.write(chats.forget_conversation, speaker)
        return
    if not _personal(activity) or who is None or who.professional is None:
        return
    if not await world.database.write(_first_time, activity, world.now()):
        return
    view = staff_views.help_(who.professional, world.policy, unknown=False)
    card = cards.activity(cards.help_(view), "notice")
    await _reply(world, conversation_of(activity), card)


async def _invoke(world: World, activity: Activity, who: Person | None) -> Answer:
    if activity.get("name") != "adaptiveCard/action":
        return {"status": 501, "body": None}
    value = activity.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict):
        return {"status": 400, "body": None}
    data = action.get("data")
    sent = dict(data) if isinstance(data, dict) else {}
    sent["verb"] = str(action.get("verb") or sent.get("verb") or "")
    card = await _pressed(world, activity, who, sent)
    body = {"statusCode": 200, "type": _CARD, "value": card}
    return {"status": 200, "body": body}


async def _pressed(
    world: World, activity: Activity, who: Person | None, data: dict[str, Any]
) -> cards.Card:
    if not _personal(activity):
        return _note(_language(who), "personal_only")
    if who is None or who.professional is None:
        return _note(_language(who), "stranger")
    press = Press(
        verb=str(data.get("verb") or ""),
        data={str(key): _as_text(each) for key, each in data.items()},
        person=who,
        professional=who.professional,
        card=str(activity.get("replyToId") or ""),
    )
    if press.verb not in verbs.ALL:
        return _note(press.professional.language, "bad_press")
    try:
        return await presses.answer(world, press)
    except Exception as error:  # noqa: BLE001  logged, and said to her
        return _failed(world, press.professional.language, error)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else str(value if value is not None else "")


def _language(who: Person | None) -> Language:
    found: Professional | None = who.professional if who else None
    return found.language if found else Language.FI


def _note(language: Language, key: str) -> cards.Card:
    return cards.notice(Notice(language, key, {}))


def _refusal(activity: Activity) -> Answer:
    """Another tenant's people get no answer, and an invoke a plain refusal."""
    return {"status": 403, "body": None} if activity.get("type") == "invoke" else None
