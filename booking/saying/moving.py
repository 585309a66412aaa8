"""Which appointment is to be moved, and what is left to say to when it goes.

*Siirrä K7Q2FM huomenna klo 10*, *flytta Maijas tid till fredag*: the word for moving comes
first, but for what says nothing, or after the reference.
"""

from dataclasses import dataclass

from booking.saying.clients import named, whole
from booking.saying.items import Items
from booking.saying.words import Kind

#: What may stand before the word for moving.
_BEFORE = frozenset({Kind.FILLER, Kind.GREETING, Kind.MARK, Kind.REFERENCE})


@dataclass(frozen=True, slots=True)
class Moving:
    """What is moved, as it was written; nothing, or several, where that is not clear."""

    whom: tuple[str, ...]
    rest: Items  #: Everything else, the word for moving left out.


def moving(items: Items) -> Moving | None:
    """Take out of a sentence what is to be moved; None: it is about something else."""
    at = _verb_at(items)
    if at is None or items.any_of(Kind.CANCEL):
        return None
    places = [each for each in range(len(items)) if each != at]
    references = [each for each in places if items.at(each).kind is Kind.REFERENCE]
    name = [] if references else _name(items, at)
    left = [each for each in places if each not in {*references, *name}]
    whom = dict.fromkeys(items.at(each).text.upper() for each in references)
    said = (named(items, name),) if name else tuple(whom)
    return Moving(said, Items([items.at(each) for each in left]))


def _verb_at(items: Items) -> int | None:
    for at in range(len(items)):
        if items.at(at).kind is Kind.MOVE or _books_again(items, at):
            return at
        if items.at(at).kind not in _BEFORE:
            return None
    return None


def _books_again(items: Items, at: int) -> bool:
    """Say whether it is *boka om* of somebody; of *boka om en vecka* it is not."""
    again = items.at(at).kind is Kind.BOOK and items.at(at + 1).text.casefold() == "om"
    return again and (items.any_of(Kind.REFERENCE) or bool(_name(items, at)))


def _name(items: Items, after: int) -> list[int]:
    """Give the places of the first words in a row that are not known, or are a name too."""
    strange: list[int] = []
    for each in range(after + 1, len(items)):
        here, follows = items.at(each), strange[-1:] in ([], [each - 1])
        unknown = here.kind is Kind.STRANGE and not here.value
        if unknown or (follows and _is_called_so(items, each)):
            strange.append(each)
    joined = whole(items, strange)
    ends = (n for n, each in enumerate(joined) if each != joined[0] + n)
    return joined[: next(ends, len(joined))]


#: So near to the name of a month stands the number of its day: *the 3rd of May*.
_NEAR = 3


def _is_called_so(items: Items, at: int) -> bool:
    """Say whether a month is somebody's name here: *Helmi*, *Maj*, *April*."""
    around = range(at - _NEAR, at + 2)
    dated = any(items.at(each).kind is Kind.NUMBER for each in around)
    return items.at(at).kind is Kind.MONTH and items.at(at).titled and not dated
