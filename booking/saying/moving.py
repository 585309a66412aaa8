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
        if items.at(at).kind is Kind.MOVE:
            return at
        if items.at(at).kind not in _BEFORE:
            return None
    return None


def _name(items: Items, after: int) -> list[int]:
    """Give the places of the first words in a row that are not known."""
    strange = [
        each
        for each in range(after + 1, len(items))
        if items.at(each).kind is Kind.STRANGE and not items.at(each).value
    ]
    joined = whole(items, strange)
    ends = (n for n, each in enumerate(joined) if each != joined[0] + n)
    return joined[: next(ends, len(joined))]
