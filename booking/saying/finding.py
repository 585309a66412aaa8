"""Who or what is looked for: a reference anywhere, or what follows *hae* or *peru*."""

from booking.saying.commands import WHOM_MAX, Command, Unclear, Verb, Why
from booking.saying.items import Item, Items
from booking.saying.words import Kind

#: What may stand before the word for finding.
_BEFORE = frozenset({Kind.FILLER, Kind.GREETING, Kind.MARK})
_BETWEEN = frozenset({Kind.FILLER, Kind.MARK, Kind.THE, Kind.FROM, Kind.THANKS})
_WHEN = frozenset({Kind.OFFSET, Kind.WEEK, Kind.AT, Kind.NUMBER})
#: *Ti* and *La* are names as well as days.
_SHORT = 3


def find(said: str, items: Items) -> Command | Unclear | None:
    """Say what is looked for; None where nothing is, or no more than a time.

    `Unclear` with one reading: somebody is named, and a day beside her.
    """
    references = dict.fromkeys(
        each.text.upper() for each in items.every(Kind.REFERENCE)
    )
    if references:
        found = tuple(Command(Verb.FIND, whom=each) for each in references)
        return found[0] if len(found) == 1 else Unclear(Why.SEVERAL, found)
    at = _verb_at(items)
    if at is None:
        return None
    rest = items.rest(at + 1)
    return (_gone if items.at(at).kind is Kind.CANCEL else _who)(said, rest)


def _verb_at(items: Items) -> int | None:
    for at in range(len(items)):
        kind = items.at(at).kind
        if kind in {Kind.FIND, Kind.CANCEL}:
            return at
        if kind not in _BEFORE:
            return None
    return None


def _gone(said: str, rest: Items) -> Command | Unclear | None:
    """Give whose appointment is to be cancelled; None where nobody is named."""
    if all(each.value for each in rest.every(Kind.STRANGE)):
        return None
    first = next(
        at
        for at in range(len(rest))
        if rest.at(at).kind not in {*_BETWEEN, Kind.BOOK, Kind.OFFER}
    )
    return _who(said, rest.rest(first))


def _who(said: str, rest: Items) -> Command | Unclear | None:
    every = _trimmed([rest.at(index) for index in range(len(rest))])
    if not any(each.text[0].isalnum() for each in every):
        return None if rest.any_of(*_WHEN) else Unclear(Why.WHOM, ())
    times = [each for each in every if _is_time(each)]
    names = [each for each in every if _is_name(each)]
    if not names:
        asks = rest.any_of(Kind.FREE, Kind.NEXT, *_WHEN)
        return None if asks else _either(said, every)
    if times:
        named = [each for each in every if each not in times]
        whom = _trimmed(named[: _run(named)]) or names[:1]
        return Unclear(Why.SEVERAL, (_whom(said, whom),))
    return _whom(said, every)


def _trimmed(every: list[Item]) -> list[Item]:
    """Leave out what says nothing before and after: *the*, *aika*."""
    while every and every[0].kind in _BETWEEN and not every[0].titled:
        every = every[1:]
    while every and every[-1].kind in _BETWEEN and not every[-1].titled:
        every = every[:-1]
    return every


def _either(said: str, every: list[Item]) -> Command | Unclear:
    """A word for something else may be a name: *find Sunday*."""
    found = _whom(said, every)
    days = any(each.kind is Kind.WEEKDAY for each in every)
    return Unclear(Why.SEVERAL, (found,)) if days else found


def _is_time(item: Item) -> bool:
    long = item.kind is Kind.WEEKDAY and len(item.text) > _SHORT
    return item.kind in _WHEN or long


def _is_name(item: Item) -> bool:
    return item.kind is Kind.STRANGE


def _run(named: list[Item]) -> int:
    """Count the pieces that follow each other from the first on."""
    for index in range(1, len(named)):
        gap = named[index].start - named[index - 1].end
        if gap > 1:
            return index
    return len(named)


def _whom(said: str, pieces: list[Item]) -> Command:
    whole = said[pieces[0].start : pieces[-1].end]
    return Command(Verb.FIND, whom=" ".join(whole.split())[:WHOM_MAX])
