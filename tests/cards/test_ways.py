"""Whatever a button of a card does can be done in the tab, and the card leads there.

Each verb of each sample is looked for among the views its card links to. Where a link of
a kind stands in life, and whom it opens for, is tried in `tests/web/test_deep_links.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from booking.model import Language
from cards import verbs
from teams_app.web import staff
from tests.bot.talk import nodes
from tests.cards import samples
from tests.support.leading import TAB, VIEWS, path_of

EXECUTE, OPEN = "Action.Execute", "Action.OpenUrl"
_ONE = r"/teams/appointment/\w+"
_BOOK = r"/teams/book\?form=\w*"
#: Every view of a professional's begins a booking, by the button above it.
_ANY = r"/teams/\S+"
#: Where the same can be done as by a verb, or by a group of them.
WAYS = {
    "book": _BOOK,
    verbs.BOOK_AGAIN: _ANY,
    "say": _ANY,
    "offer": r"/teams/offers",
    "appointment": rf"{_ONE}(/move)?",
    "arrival": _ONE,
    "conflict": _ONE,
    "handover": r"/teams/question/\d+",
    "away": r"/teams/away",
    "outcome": _ONE,
    "late": rf"{_ONE}|/teams/today",
    "cover": r"/teams/desk",
}
#: What has no place in the tab, and why.
NOWHERE = {
    verbs.DESK_HERE: "which channel it is Teams says in that channel alone",
    verbs.DESK_LEAVE: "as before: a channel is let go where it was chosen",
}
#: A supervisor's card leads to the team's day, where what is left is handed over, and
#: from there to the absence; its desk is asked on either.
OTHERWISE = {"away_news.desk": r"/teams/team\?day=[\d-]+|/teams/away"}


def ways_of(card: dict[str, Any]) -> set[str]:
    found = (each["url"] for each in nodes(card) if each.get("type") == OPEN)
    return {path_of(url) for url in found if url.startswith(TAB)}


def verbs_of(card: dict[str, Any]) -> set[str]:
    return {each["verb"] for each in nodes(card) if each.get("type") == EXECUTE}


def missing(name: str, card: dict[str, Any]) -> Iterator[str]:
    """Give the verbs of a card that it leads nowhere for."""
    there = ways_of(card)
    for verb in sorted(verbs_of(card) - set(NOWHERE)):
        pattern = WAYS.get(verb) or WAYS[verb.partition(".")[0]]
        wanted = OTHERWISE.get(name, pattern)
        if not any(re.fullmatch(wanted, each) for each in there):
            yield verb


@pytest.mark.parametrize("name", samples.NAMES)
def test_whatever_a_card_does_it_leads_to_where_the_tab_does_it(name: str):
    card = samples.card(name, Language.FI)

    assert list(missing(name, card)) == []
    for path in ways_of(card):
        assert is_view(path), path


def is_view(path: str) -> bool:
    """Say whether the tab has a view at an address."""
    patterns = (
        re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(each.path))
        for each in staff.routes()
        if each.method == "GET"
    )
    return any(re.fullmatch(each, path.partition("?")[0]) for each in patterns)


def test_a_card_without_its_link_is_found():
    """The check above, proven: a verb whose way is gone, and a view that is not there."""
    card = samples.card("handover.moved", Language.FI)
    (link,) = [each for each in nodes(card) if each.get("type") == OPEN]
    link["type"] = "Action.Submit"

    assert list(missing("handover.moved", card)) == [
        verbs.HANDOVER_LEAVE,
        verbs.HANDOVER_TAKE,
    ]
    assert is_view("/teams/question/9")
    assert not is_view("/teams/questions/9")


def test_every_exemption_is_one_and_every_named_view_is_there():
    pressed = {
        verb for name in samples.NAMES for verb in verbs_of(samples.card(name, "fi"))
    }

    assert set(NOWHERE) <= pressed
    assert set(OTHERWISE) <= set(samples.NAMES)
    assert all(
        is_view(f"{each}9" if each[-1] == "/" else each) for each in VIEWS.values()
    )
    assert len(VIEWS) >= 6
