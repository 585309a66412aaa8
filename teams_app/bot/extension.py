"""The message extension and its dialogs: what is asked for beside a message.

A search, a dialog and a pasted link are answered in the shapes of Teams, within its five
seconds. What they show is seen by her alone who asks; what she then puts into the chat
names no client. Teams repeats what is not answered in time, so a form makes one thing
however often it comes.
"""

from dataclasses import dataclass
from typing import Any, Self

import cards
from booking.model import Language
from booking.views.cards import Notice
from booking.wording import text
from cards import verbs
from teams_app.actions.access import Person
from teams_app.bot import colleagues, commands, dialogs, searching, unfurling
from teams_app.bot.heard import Heard, part, typed, word
from teams_app.errands import World
from teams_app.outside import Activity

Answer = dict[str, Any]

_QUERY = "composeExtension/query"
_LINK = "composeExtension/queryLink"
_ANONYMOUS = "composeExtension/anonymousQueryLink"
_FETCH = "composeExtension/fetchTask"
_SUBMIT = "composeExtension/submitAction"
_TASK_FETCH, _TASK_SUBMIT = "task/fetch", "task/submit"
_LISTS = frozenset({_QUERY, _LINK})
_SENT = frozenset({_SUBMIT, _TASK_SUBMIT})
_NAMES = frozenset({*_LISTS, *_SENT, _FETCH, _TASK_FETCH})
_URL_MAX = 4000
#: As many as Teams shows without being asked for more.
_PAGE = 25
_SKIPPED_MAX = 1000

#: Of a link nothing is shown.
NOTHING: Answer = {"status": 200, "body": cards.results(())}


@dataclass(frozen=True, slots=True)
class Asked:
    """One of Teams' questions, read."""

    name: str
    value: dict[str, Any]
    language: Language
    who: Person | None
    why: Notice | None  #: What she is told who meets no clients.

    @classmethod
    def read(
        cls, activity: Activity, heard: Heard, who: Person | None, why: Notice | None
    ) -> Self:
        own = who.professional if who is not None else None
        language = own.language if own is not None else heard.language
        return cls(word(activity, "name"), part(activity, "value"), language, who, why)


def is_asked(activity: Activity) -> bool:
    return word(activity, "name") in _NAMES


def is_anonymous(activity: Activity) -> bool:
    """Say whether a link was pasted by somebody who is not told: nobody looks it up."""
    return activity.get("type") == "invoke" and word(activity, "name") == _ANONYMOUS


def only_shows_a_card(activity: Activity) -> bool:
    """Say whether a message is a card that somebody has chosen, and not a word to us."""
    if not commands.says_nothing(activity):
        return False
    given = activity.get("attachments")
    every = given if isinstance(given, list) else []
    return any(
        isinstance(each, dict) and each.get("contentType") == cards.CARD_TYPE
        for each in every
    )


async def answer(world: World, asked: Asked) -> Answer:
    """Answer one question."""
    match asked.name:
        case "composeExtension/query":
            body = await _searched(world, asked)
        case "composeExtension/queryLink":
            url = word(asked.value, "url", _URL_MAX)
            body = await unfurling.unfurled(world, asked.who, url, asked.language)
        case "composeExtension/fetchTask":
            body = await _begun(world, asked)
        case "task/fetch":
            body = await _opened(world, asked)
        case _:
            body = await _sent(world, asked)
    return {"status": 200, "body": body}


async def _searched(world: World, asked: Asked) -> dict[str, Any]:
    said = _parameter(asked.value)
    if asked.who is None:
        return cards.list_says(_told(asked.why))
    if word(asked.value, "commandId") == "find":
        found = await searching.appointments(world, asked.who, said, asked.language)
    elif asked.who.professional is None:
        return cards.list_says(_told(asked.why))
    else:
        found = await searching.times(world, asked.who.professional, said)
    if isinstance(found, str):
        return cards.list_says(found)
    options = part(asked.value, "queryOptions")
    skip, count = _number(options, "skip", 0), _number(options, "count", _PAGE)
    return cards.results(found[skip : skip + count])


def _parameter(value: dict[str, Any]) -> str:
    """Give what was typed; Teams sends another name when nothing has been yet."""
    given = value.get("parameters")
    for each in given if isinstance(given, list) else []:
        if isinstance(each, dict) and each.get("name") in {"when", "whom"}:
            return typed(each.get("value"))
    return ""


def _number(options: dict[str, Any], name: str, otherwise: int) -> int:
    found = options.get(name)
    if not isinstance(found, int) or not 0 <= found <= _SKIPPED_MAX:
        return otherwise
    return found


def _told(why: Notice | None) -> str:
    assert why is not None
    return cards.in_words(why)


async def _begun(world: World, asked: Asked) -> dict[str, Any]:
    if asked.who is None or asked.who.professional is None:
        return cards.dialog_says(_told(asked.why))
    command = word(asked.value, "commandId")
    if command not in dialogs.COMMANDS:
        return _bad(asked)
    card = await dialogs.begun(world, asked.who.professional, command)
    return _dialog(asked, card)


async def _opened(world: World, asked: Asked) -> dict[str, Any]:
    """Open the dialog that a card in a chat leads to."""
    data = _data(asked)
    if asked.who is None:
        return cards.dialog_says(_told(asked.why))
    if data.get("verb") != verbs.COLLEAGUE_FORM:
        return _bad(asked)
    return _shown(asked, await colleagues.opened(world, _booker(asked), data))


async def _sent(world: World, asked: Asked) -> dict[str, Any]:
    """Do what a button of a dialog says."""
    data = _data(asked)
    if asked.who is None:
        return cards.dialog_says(_told(asked.why))
    verb = data.get("verb", "")
    if verb == verbs.COLLEAGUE_BOOK:
        return _shown(asked, await colleagues.booked(world, _booker(asked), data))
    if verb == verbs.SHARE and asked.name == _SUBMIT:
        return await _to_share(world, asked, asked.who, data)
    if asked.who.professional is None:
        return cards.dialog_says(_told(asked.why))
    if verb not in verbs.ALL:
        return _bad(asked)
    into_message = word(asked.value, "commandContext") in {"compose", "message"}
    card = await dialogs.sent(world, asked.who, data, sharing=into_message)
    return _dialog(asked, card)


async def _to_share(
    world: World, asked: Asked, who: Person, data: dict[str, str]
) -> dict[str, Any]:
    found = await dialogs.shared(world, who, data, asked.language)
    if found is None:
        return cards.dialog_says(text(asked.language, "extension.gone"))
    return cards.results([found])


def _booker(asked: Asked) -> colleagues.Booker:
    assert asked.who is not None
    return colleagues.Booker(asked.who, asked.language)


def _shown(asked: Asked, found: cards.Card | str) -> dict[str, Any]:
    if isinstance(found, str):
        return cards.dialog_says(found)
    return _dialog(asked, found)


def _dialog(asked: Asked, card: cards.Card) -> dict[str, Any]:
    return cards.dialog(text(asked.language, "extension.dialog.title"), card)


def _bad(asked: Asked) -> dict[str, Any]:
    return cards.dialog_says(text(asked.language, "extension.bad"))


def _data(asked: Asked) -> dict[str, str]:
    return _plain(part(asked.value, "data"))


def _plain(given: dict[str, Any]) -> dict[str, str]:
    return {typed(name): typed(each) for name, each in given.items()}


# Where there is no proper answer.


def failed(asked: Asked, notice: Notice) -> Answer:
    """Say that it went wrong, with a code; what was typed can be sent once more."""
    return _instead(asked.name, asked.value, notice)


def late(activity: Activity, language: Language) -> Answer:
    """Say that it takes longer. What has begun goes on, and is done once."""
    value = part(activity, "value")
    return _instead(word(activity, "name"), value, Notice(language, "slow", {}))


def _instead(name: str, value: dict[str, Any], notice: Notice) -> Answer:
    if name == _LINK:
        return NOTHING
    if name == _QUERY:
        body = cards.list_says(cards.in_words(notice))
    elif name in _SENT:
        sent = _plain(part(value, "data"))
        card = cards.stuck(notice, sent)
        title = text(notice.language, "extension.dialog.title")
        body = cards.dialog(title, card)
    else:
        body = cards.dialog_says(cards.in_words(notice))
    return {"status": 200, "body": body}
