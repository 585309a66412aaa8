"""What a link of ours shows of itself when it is pasted into a message.

The card it becomes is seen by everybody in the chat, and Teams keeps it for a while: it
says no more than a reference that was put there on purpose. An appointment is shown only
where she who pasted it may see it; who may not is not told from nothing being there. A
client's own link is a key, so nothing is looked up by it: there is a warning in place of
a card, whoever pastes it and whether the link is still good or not.
"""

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import cards
from booking.links import LinkKind
from booking.model import Appointment, Language
from booking.saying import as_reference
from teams_app.actions import access
from teams_app.actions.access import Look, Person
from teams_app.bot.searching import neutral
from teams_app.errands import World

#: The first part of the address of what a client alone has: her pages, and the door to
#: her meeting.
_SECRET = frozenset({each.value for each in LinkKind} | {"j"})
_APPOINTMENT, _TAB = "/teams/appointment/", "/teams/tab"


async def unfurled(
    world: World, who: Person | None, url: str, language: Language
) -> dict[str, Any]:
    """Give the card for a pasted link, or none."""
    if is_secret(world, url):
        return cards.results([cards.secret_link(language)])
    where = _inside(world, url) if who is not None else None
    if where is None or who is None:
        return cards.results(())
    if not where:
        tab = cards.our_tab(language, world.policy.tab_url)
        return cards.results([tab])
    look = Look(world.now(), "extension")
    found: Appointment | None = await world.database.write(
        access.appointment_by_reference, who, where, look
    )
    if found is None:
        return cards.results(())
    return cards.results([cards.shared_appointment(neutral(world, found, language))])


def is_secret(world: World, url: str) -> bool:
    """Say whether this may be a client's own link, in whatever way it is written."""
    path = _path(world, url)
    if path is None:
        return False
    first = [each for each in unquote(path).split("/") if each][:1]
    return bool(first) and first[0].casefold() in _SECRET


def _path(world: World, url: str) -> str | None:
    """Give the path of an address of ours."""
    base = urlsplit(world.outside.links.base)
    try:
        parts = urlsplit(url.strip())
        named = (parts.hostname, parts.port or _PORTS.get(parts.scheme))
        ours = (base.hostname, base.port or _PORTS.get(base.scheme))
    except ValueError:
        return None
    return parts.path if named == ours else None


_PORTS = {"http": 80, "https": 443}


def _inside(world: World, url: str) -> str | None:
    """Give the reference a link leads to; empty: the tab; None: nothing for staff."""
    path = _path(world, url)
    if path is None:
        in_teams = url.startswith(world.policy.tab_url)
        return _named(url) if in_teams else None
    if path.startswith(_APPOINTMENT):
        return as_reference(unquote(path.removeprefix(_APPOINTMENT)).partition("/")[0])
    return _named(url) if path.rstrip("/") == _TAB else None


def _named(url: str) -> str:
    """Give the appointment that a link into Teams names, if it names one."""
    asked = parse_qs(urlsplit(url).query).get("context", [""])[0]
    try:
        context = json.loads(asked or "{}")
    except (ValueError, RecursionError):
        return ""
    sub = context.get("subEntityId") if isinstance(context, dict) else None
    if not isinstance(sub, str):
        return ""
    return as_reference(sub.removeprefix("move:")) or ""
