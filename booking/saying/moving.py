"""Which appointment is to be moved, and what is left to say to when it goes.

*Siirrä K7Q2FM huomenna klo 10*, *flytta Maijas tid till fredag*: the word for moving comes
first, but for what says nothing, or after the reference.
"""

from dataclasses import dataclass

from booking.saying.clients import named, whole
from booking.saying.hours import times
from booking.saying.items import Items
from booking.saying.parts import Clock, Pair, Part, part_at
from booking.saying.words import Kind

#: What may stand before the word for moving.
_BEFORE = frozenset({Kind.FILLER, Kind.GREETING, Kind.MARK, Kind.REFERENCE})


@dataclass(frozen=True, slots=True)
class Moving:
    """What is moved, as it was written; nothing, or several, where that is not clear."""

    whom: tuple[str, ...]
    rest: Items  #: Everything else, the word for moving left out.
    which: str = (
        ""  #: `next`, or at what hours today it may begin: as `Command` has it.
    )


def moving(items: Items) -> Moving | None:
    """Take out of a sentence what is to be moved; None: it is about something else."""
    at = _verb_at(items)
    if at is None or items.any_of(Kind.CANCEL):
        return None
    places = [each for each in range(len(items)) if each != at]
    references = [each for each in places if items.at(each).kind is Kind.REFERENCE]
    name = [] if references else _name(items, at)
    left = [each for each in places if each not in {*references, *name}]
    if not references and not name:
        pointed = _pointed(items, at)
        if pointed is not None:
            return pointed
    whom = dict.fromkeys(items.at(each).text.upper() for each in references)
    said = (named(items, name),) if name else tuple(whom)
    return Moving(said, Items([items.at(each) for each in left]))


#: What may stand between the word for moving and the hour of what is moved.
_BETWEEN = frozenset({Kind.FILLER, Kind.THE})
_WEEKS = frozenset({Kind.WEEK, Kind.WEEKDAY, Kind.DAY, Kind.MONTH, Kind.NUMBER})
_MONTHS = 12


def _pointed(items: Items, verb: int) -> Moving | None:
    """Say which is meant by its hour today, or by being the next; then comes to when.

    *Siirrä kello 10.45 aika huomiseksi*; *siirrä seuraavalle viikolle* says to when alone.
    """
    at = verb + 1
    while items.at(at).kind in _BETWEEN:
        at += 1
    found = part_at(items, at)
    which, used = "", 0
    if items.at(at).kind is Kind.NEXT and items.at(at + 1).kind not in _WEEKS:
        which, used = "next", 1
    elif found is not None:
        which, used = _hours(found[0]), found[1]
    before = [items.at(each) for each in range(at) if each != verb]
    rest = items.rest(at + used)
    if not which or not any(part_at(rest, each) for each in range(len(rest))):
        return None
    said = " ".join(items.at(each).text for each in range(at, at + used))
    if which != "next":
        said = which.partition(",")[0].replace(":", ".")
    after = [rest.at(each) for each in range(len(rest))]
    return Moving((said,), Items([*before, *after]), which)


def _hours(part: Part) -> str:
    """Write the hours that it can be, of what can be no date."""
    if isinstance(part, Pair) and part.minutes and part.second > _MONTHS:
        part = Clock(part.first, part.second, exact=part.exact)
    if not isinstance(part, Clock):
        return ""
    return ",".join(f"{each:%H:%M}" for each in times(part))


#: *Onko muuta aikaa* asks for another one, and moves none.
_ALSO_OTHER = "muuta"


def _verb_at(items: Items) -> int | None:
    for at in range(len(items)):
        before, here = items.at(at - 1), items.at(at).text.casefold()
        if before.kind is Kind.FILLER and here == _ALSO_OTHER:
            return None
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
