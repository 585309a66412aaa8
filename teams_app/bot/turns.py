"""One turn of the bot: a verified activity in, perhaps an invoke answer out.

Who is speaking is what the verified activity says (tenant and Entra object id), never a
name. Clients' affairs are shown in the personal chat only; of a channel a unit's desk can
be made (`desk`). A message that Teams delivers
twice is answered once. What goes wrong is said beside the card that was pressed, which
stays as it is with everything typed on it.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from zlib import crc32

import cards
from booking.model import Language
from booking.policy import Policy
from booking.reach import NOT_INSTALLED
from booking.views.cards import Notice
from booking.wording import listed
from cards import verbs
from teams_app.actions import access, desks, postings, reach, staff_views, waiting
from teams_app.actions.access import Claims, Person
from teams_app.bot import commands, desk, extension, handovers, presses
from teams_app.bot.buttons import Press, number_in
from teams_app.bot.commands import Answered
from teams_app.bot.extension import Asked
from teams_app.bot.handovers import Pressed
from teams_app.bot.heard import Heard, hear, part, typed, word
from teams_app.errands import World
from teams_app.outside import Activity, ChatError, Conversation
from teams_app.store import appointments, chats, jobs
from teams_app.store.database import Tx

log = logging.getLogger("vuoro.bot")

Answer = dict[str, Any] | None

T = TypeVar("T")

_CARD = "application/vnd.microsoft.card.adaptive"
_MESSAGE = "application/vnd.microsoft.activity.message"
#: How often an answer is sent again that Teams could not take, for no reason it names.
_PATIENCE = 3
#: How long at most each time, and in all, it waits for Teams to have room, however often
#: it is told to: its longest limit but the hour's is of thirty seconds, and what the
#: worker sends meanwhile may take the room. The message that is answered was
#: acknowledged long before (see `connector`), and Teams does not bring it again.
_WAIT_MAX, _WAIT_ALL = 30.0, 180.0
#: Less is no waiting: a clock that is a little behind would find the door closed again.
_WAIT_MIN = 0.05
#: Before a first repeat where Teams says nothing but that something was in the way.
_UNSETTLED = 0.3
#: How Teams answers an update of a message that is gone, or not in this chat any more.
_GONE = frozenset({403, 404})


async def turn(world: World, activity: Activity) -> Answer:
    """Answer one activity. The connector has verified where it comes from."""
    heard = hear(activity)
    if extension.is_anonymous(activity):
        return extension.NOTHING
    ours = heard.tenant == world.policy.tenant_id.lower()
    if not ours or not heard.where.conversation_id:
        return _refusal(heard)
    try:
        return await _taken(world, activity, heard)
    except Exception as error:
        if heard.kind != "invoke":
            raise  # Teams brings a message once more.
        return _broken(world, activity, heard, error)


async def _taken(world: World, activity: Activity, heard: Heard) -> Answer:
    claims = Claims(world.policy.tenant_id, heard.speaker)
    who = await world.database.read(access.person, claims)
    # Beside a message one is in any chat, or in none: it is no way to reach her.
    hers = heard.personal and not extension.is_asked(activity)
    if who is not None and hers and not _leaves(activity):
        await _remember_chat(world, who, heard)
    match heard.kind:
        case "invoke":
            return await _invoke(world, activity, heard, who)
        case "message":
            await _message(world, activity, heard, who)
        case "installationUpdate":
            await _installed(world, activity, heard, who)
        case "conversationUpdate" if heard.team:
            await _team_changed(world, activity, heard)
        case _:
            pass
    return None


def _broken(world: World, activity: Activity, heard: Heard, error: Exception) -> Answer:
    """Answer a press for which not even the database was there: nothing typed is lost."""
    notice = _failed(world, heard.language, error)
    if extension.is_asked(activity):
        return extension.failed(Asked.read(activity, heard, None, None), notice)
    return _said(notice)


def late(activity: Activity) -> Answer:
    """Answer a press that takes longer than Teams waits: it goes on by itself."""
    if extension.is_asked(activity):
        return extension.late(activity, hear(activity).language)
    return _said(Notice(hear(activity).language, "late", {}))


def _leaves(activity: Activity) -> bool:
    """Whether this tells that the app is being taken away."""
    removed = activity.get("action") == "remove"
    return removed or bool(activity.get("membersRemoved"))


async def _remember_chat(world: World, who: Person, heard: Heard) -> None:
    """Keep where she is to be reached and in which language; what could not comes now."""
    row, language = asdict(heard.where), heard.teams
    known, closed = await world.database.read(reach.known_chat, who.object_id)
    if language is None and known is not None:
        language = known.language
    if known != chats.Chat(row, language):
        save = chats.save_conversation
        await world.database.write(save, who.object_id, row, language)
    if closed:
        await world.database.write(reach.reached, who.object_id, world.now())


async def _message(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> None:
    key = _key(heard)
    if key and not await world.database.write(_first_time, key, world.now()):
        return
    try:
        await _answer_message(world, activity, heard, who)
    except Exception:
        # Nothing was answered: should Teams deliver it again, it is heard again.
        await world.database.write(appointments.forget_request, key)
        raise


async def _answer_message(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> None:
    value = activity.get("value")
    if isinstance(value, dict) and "verb" in value:
        await _submitted(world, heard, who, value)
        return
    if extension.only_shows_a_card(activity):
        return
    if heard.channel:
        said = await _in_channel(world, activity, heard, who)
    elif not heard.personal:
        said = Answered(cards.notice(_notice(heard, who, "personal_only")), "notice")
    elif who is None or who.professional is None:
        said = Answered(cards.notice(await _told_why(world, heard, who)), "notice")
    else:
        spoken = commands.plain_text(activity)
        try:
            said = await commands.answer(world, who, who.professional, spoken)
        except Exception as error:  # noqa: BLE001  logged, and said to her
            failed = _failed(world, who.professional.language, error)
            said = Answered(cards.notice(failed), "notice")
    posted = await _reply(world, heard.where, cards.activity(said.card, said.about))
    if who is not None and said.subject:
        await world.database.write(
            postings.answered, who.object_id, posted, said.subject, world.now()
        )


async def _in_channel(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> Answered:
    try:
        card = await desk.say(world, heard, who, commands.plain_text(activity))
    except Exception as error:  # noqa: BLE001  logged, and said in the thread
        card = cards.notice(_failed(world, heard.language, error))
    return Answered(card, "desk")


async def _submitted(
    world: World, heard: Heard, who: Person | None, value: dict[str, Any]
) -> None:
    """Answer Action.Submit, where Teams is too old for Action.Execute."""
    shown = await _pressed(world, heard, who, value)
    if heard.channel:
        # Everybody would read what is hers alone: the card itself says how it stands.
        return
    if isinstance(shown, Notice):
        await _reply(world, heard.where, cards.activity(cards.notice(shown), "notice"))
        return
    said = cards.activity(shown, "notice")
    if heard.card:
        update = partial(world.outside.chat.update, heard.where, heard.card, said)
        try:
            await _once_there_is_room(world, heard.where, update)
        except ChatError as error:
            if error.status not in _GONE:
                raise
        else:
            return
    posted = await _reply(world, heard.where, said)
    if who is not None and heard.card:
        await world.database.write(
            postings.answered_below, who.object_id, heard.card, posted, world.now()
        )


async def _reply(world: World, to: Conversation, said: Activity) -> str:
    """Send an answer."""
    send = partial(world.outside.chat.send, to, said)
    return await _once_there_is_room(world, to, send)


async def _once_there_is_room(
    world: World, to: Conversation, call: Callable[[], Awaitable[T]]
) -> T:
    """Call Teams; when it says that it is too much at once, a little later."""
    spread = crc32(to.conversation_id.encode()) / 2**32
    again, waited = 0, 0.0
    while True:
        try:
            return await call()
        except ChatError as error:
            wait = error.retry_after
            if wait is None and error.passing and again < _PATIENCE:
                wait = _UNSETTLED * 2**again * (0.5 + spread)
                again += 1
            if wait is None or wait > _WAIT_MAX or waited + wait > _WAIT_ALL:
                raise
            wait = max(wait, _WAIT_MIN)
            waited += wait
            await world.outside.sleep(wait)


def _failed(world: World, language: Language, error: Exception) -> Notice:
    """Say that the fault is ours, with a code that stands in the log."""
    code = world.outside.ids.uuid()[:8]
    log.error("a turn failed", exc_info=error, extra={"request": code})
    return Notice(language, "failed", {"code": code})


def _key(heard: Heard) -> str:
    return f"activity:{heard.where.conversation_id}:{heard.id}" if heard.id else ""


def _first_time(tx: Tx, key: str, now: datetime) -> bool:
    return appointments.remember_request(tx, key, now.isoformat()) is None


async def _installed(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> None:
    """Greet somebody who has just got the app; forget where she was who removed it.

    An upgrade does both in one breath, and is neither.
    """
    if heard.team:
        await _in_team(world, activity, heard, who)
        return
    if activity.get("action") == "remove":
        await _gone(world, heard, who)
    if activity.get("action") != "add" or not heard.personal:
        return
    if who is None and not await _is_admin(world, heard):
        return
    key = _key(heard)
    if key and not await world.database.write(_first_time, key, world.now()):
        return
    await world.database.write(jobs.hurry, NOT_INSTALLED)
    if who is None or who.professional is None:
        card = cards.notice(await _told_why(world, heard, who))
    else:
        view = staff_views.help_(
            who.professional, world.policy, world.now(), unknown=False
        )
        card = cards.help_(view)
    await _reply(world, heard.where, cards.activity(card, "notice"))


async def _in_team(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> None:
    """Say in a team that has just got the app how a desk is made; forget one it left."""
    if activity.get("action") == "remove":
        await world.database.write(desks.gone, heard.team)
    by = await desk.speaker(world, heard, who)
    if activity.get("action") != "add" or not (who is not None or by.is_admin):
        return
    if await world.database.write(_first_time, _key(heard), world.now()):
        said = cards.activity(desk.hello(by), "desk")
        await _reply(world, heard.where, said)


async def _team_changed(world: World, activity: Activity, heard: Heard) -> None:
    """Forget the desk of a channel that is no more, or of a whole team."""
    event = word(part(activity, "channelData"), "eventType")
    if event == "channelDeleted":
        await world.database.write(desks.gone, heard.team, heard.channel)
    elif event in {"teamDeleted", "teamHardDeleted"}:
        await world.database.write(desks.gone, heard.team)


async def _gone(world: World, heard: Heard, who: Person | None) -> None:
    """Forget where she was; who took the app away is not given it again by us."""
    if who is None:
        await world.database.write(chats.forget_conversation, heard.speaker)
    else:
        await world.database.write(reach.removed, heard.speaker, world.now())


async def _told_why(world: World, heard: Heard, who: Person | None) -> Notice:
    """Say to who meets no clients what she is here; to a stranger, whom to ask.

    She need be none in the tab: no activity says which app roles somebody has.
    """
    admin = await _is_admin(world, heard)
    if who is not None:
        of = access.led(who) or access.received(who)
        units = await world.database.read(waiting.named, of, heard.language)
        key = "supervisor" if len(units) == 1 else "supervisor_of_many"
        key = key if access.led(who) else "reception"
        of_hers = {"units": listed(heard.language, units)}
        told = Notice(heard.language, key, of_hers, "tab", world.policy.tab_url)
    elif admin:
        told = Notice(heard.language, "admin", {})
    elif await world.database.read(access.has_left, _claims(heard)):
        told = Notice(heard.language, "stranger", {})
    else:
        told = Notice(heard.language, "unseen", {}, "tab", world.policy.tab_url)
    return replace(told, do="health", url=world.policy.tab_url) if admin else told


def _claims(heard: Heard) -> Claims:
    return Claims(heard.tenant, heard.speaker)


async def _is_admin(world: World, heard: Heard) -> bool:
    """Say whether she is named, or in the admins' group: app roles are in no activity."""
    return await world.database.read(_looks_after, _claims(heard), world.policy)


def _looks_after(tx: Tx, claims: Claims, policy: Policy) -> bool:
    return not access.has_left(tx, claims) and access.is_admin(tx, claims, policy)


async def _invoke(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> Answer:
    if extension.is_asked(activity):
        return await _extended(world, activity, heard, who)
    if activity.get("name") != "adaptiveCard/action":
        return {"status": 501, "body": None}
    value = activity.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict):
        return {"status": 400, "body": None}
    data = action.get("data")
    sent = dict(data) if isinstance(data, dict) else {}
    sent["verb"] = action.get("verb") or sent.get("verb")
    shown = await _pressed(world, heard, who, sent)
    if isinstance(shown, Notice):
        return _said(shown)
    body = {"statusCode": 200, "type": _CARD, "value": shown}
    return {"status": 200, "body": body}


async def _extended(
    world: World, activity: Activity, heard: Heard, who: Person | None
) -> Answer:
    """Answer a search, a dialog or a pasted link: seen by her alone who asks."""
    meets = who is not None and who.professional is not None
    why = None if meets else await _told_why(world, heard, who)
    asked = Asked.read(activity, heard, who, why)
    try:
        return await extension.answer(world, asked)
    except Exception as error:  # noqa: BLE001  logged, and said to her
        return extension.failed(asked, _failed(world, asked.language, error))


def _said(notice: Notice) -> Answer:
    """Have Teams say something beside the card, which stays as it is."""
    body = {"statusCode": 200, "type": _MESSAGE, "value": cards.in_words(notice)}
    return {"status": 200, "body": body}


async def _pressed(
    world: World, heard: Heard, who: Person | None, data: dict[str, Any]
) -> cards.Card | Notice:
    """Do what a button asks for: the card in its place, or what is said beside it."""
    given = {typed(name): typed(each) for name, each in data.items()}
    if given.get("verb") in verbs.CHANNEL:
        return await _pressed_at_desk(world, heard, who, given)
    return await _pressed_alone(world, heard, who, given)


async def _pressed_alone(
    world: World, heard: Heard, who: Person | None, given: dict[str, str]
) -> cards.Card | Notice:
    """Answer on a card in her own chat, where nobody else reads along."""
    if not heard.personal:
        return _notice(heard, who, "personal_only")
    if who is not None and given.get("verb") in {*handovers.VERBS, verbs.AWAY_DESK}:
        return await _answered(world, heard, who, given)
    if who is None or who.professional is None:
        return await _told_why(world, heard, who)
    press = Press(
        verb=given.get("verb", ""),
        data=given,
        person=who,
        professional=who.professional,
        card=heard.card,
    )
    if press.verb not in verbs.ALL:
        return _notice(heard, who, "bad_press")
    try:
        return await presses.answer(world, press)
    except Exception as error:  # noqa: BLE001  logged, and said to her
        return _failed(world, press.professional.language, error)


async def _pressed_at_desk(
    world: World, heard: Heard, who: Person | None, given: dict[str, str]
) -> cards.Card | Notice:
    """Answer on a card in a channel: to her alone, but for what it is for everybody."""
    try:
        shown = await desk.press(world, heard, who, given)
    except Exception as error:  # noqa: BLE001  logged, and said to her
        return _failed(world, (await desk.speaker(world, heard, who)).language, error)
    if isinstance(shown, Notice):
        return shown
    if shown.to_all and heard.card:
        with suppress(ChatError):  # It stands in the thread, old: pressed, it says so.
            said = cards.activity(shown.card, "desk")
            await world.outside.chat.update(heard.where, heard.card, said)
    return shown.card


async def _answered(
    world: World, heard: Heard, who: Person, given: dict[str, str]
) -> cards.Card | Notice:
    """Answer about a hand-over: a supervisor may, who need not be a professional."""
    asks = given["verb"] == verbs.AWAY_DESK
    pressed = Pressed(
        given["verb"],
        number_in(given, "conflict"),
        number_in(given, "version"),
        who,
        heard.card,
    )
    try:
        if asks:
            return await desk.ask(world, heard, who, given)
        return await handovers.answer(world, pressed)
    except Exception as error:  # noqa: BLE001  logged, and said to her
        known = who.professional
        language = known.language if known is not None else heard.language
        return _failed(world, language, error)


def _notice(heard: Heard, who: Person | None, key: str) -> Notice:
    known = who.professional if who else None
    return Notice(known.language if known else heard.language, key, {})


def _refusal(heard: Heard) -> Answer:
    """Another tenant's people get no answer, and an invoke a plain refusal."""
    return {"status": 403, "body": None} if heard.kind == "invoke" else None
