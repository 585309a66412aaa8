"""What stands in a sentence: what to do, the parts of when, and words not known."""

from dataclasses import dataclass, field

from booking.saying.clients import in_small, named, whole
from booking.saying.commands import FORMS, NARROWED, Verb
from booking.saying.days import DayPart
from booking.saying.items import END, Item, Items
from booking.saying.parts import Bare, Clock, Offset, Pair, Part, part_at
from booking.saying.words import WAYS, Kind

#: The first of these that is said decides: *varaa vapaa aika* is about booking.
_VERBS = {
    Kind.OFFER: Verb.OFFER,
    Kind.BOOK: Verb.BOOK,
    Kind.FREE: Verb.FREE,
    Kind.NEXT: Verb.NEXT,
    Kind.HELP: Verb.HELP,
}
#: Words that change nothing where they stand alone.
_QUIET = frozenset(
    {Kind.FILLER, Kind.MARK, Kind.GREETING, Kind.THANKS, Kind.CANCEL, Kind.FIND}
    | {Kind.ORDINAL, Kind.DAY, Kind.THIS, Kind.THE, Kind.AT}
)


#: After these every word begins as names do.
_ENDS = (".", "!", "?", ";")


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence, heard."""

    verb: Verb | None
    parts: tuple[Part, ...] = ()
    strange: tuple[str, ...] = ()
    #: The strange words change nothing: a name to book for, a question for help.
    harmless: bool = False
    whom: str = ""  #: The name of whom it is for.
    how: str = ""  #: The way of meeting, where one was named.
    cancels: bool = False  #: Whatever else is said, something is to be cancelled.

    @property
    def days(self) -> list[DayPart]:
        return [p for p in self.parts if not isinstance(p, Clock | Pair | Bare)]

    @property
    def clocks(self) -> list[Clock]:
        return [each for each in self.parts if isinstance(each, Clock)]


@dataclass(slots=True)
class _Scan:
    kinds: list[Kind] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)  #: Places of words not known.
    names: list[int] = field(default_factory=list)  #: Of those, perhaps names.
    ways: list[int] = field(default_factory=list)
    before: bool = False  #: Something strange was said before the word for booking.


def listen(items: Items, verb: Verb | None = None) -> Heard:
    """Hear a sentence from its beginning to its end; `verb`: what it is known to ask for."""
    scan = _Scan()
    at, last = 0, None
    while at < len(items):
        found = part_at(items, at)
        if found is not None:
            last, used = found
            scan.parts.append(last)
            at += used
            continue
        if not _of_an_hour(items, at, last):
            # A mark may end a date: only by itself it ends a sentence.
            _word(scan, items, at, items.at(at - 1) if last is None else END)
            last = None
        at += 1
    return _heard(scan, items, verb)


def _of_an_hour(items: Items, at: int, last: Part | None) -> bool:
    """Say whether it is *from* or *jälkeen* of an hour; of a day it is not known."""
    following = part_at(items, at + 1)
    beside = (last, following[0] if following else None)
    hour = any(isinstance(each, Clock | Pair | Bare) for each in beside)
    return items.at(at).kind is Kind.FROM and hour


def _word(scan: _Scan, items: Items, at: int, before: Item) -> None:
    here = items.at(at)
    if here.kind is Kind.STRANGE and not here.value and not before.is_(*_ENDS):
        scan.names += [at] if here.capital else []
    if here.kind is Kind.MODALITY:
        scan.ways.append(at)
    elif here.kind in _VERBS or here.kind in _QUIET:
        scan.before |= _VERBS.get(here.kind) in FORMS and bool(scan.strange)
        scan.kinds.append(here.kind)
    else:
        scan.strange.append(at)


def _limits(item: Item) -> bool:
    """Say whether a word is known, and known to say when: *ennen*, *joulukuussa*."""
    return item.kind is not Kind.STRANGE or bool(item.value)


def _heard(scan: _Scan, items: Items, known: Verb | None) -> Heard:
    said = next((_VERBS[kind] for kind in _VERBS if kind in scan.kinds), None)
    verb = known or said
    parts = list(scan.parts)
    nothing = verb is None and not any(not isinstance(p, Bare) for p in parts)
    if nothing:
        # A number alone is no day; a day alone is today, a greeting asks for help.
        parts = [Offset(0)] if Kind.DAY in scan.kinds else []
        verb = None if parts else _polite(scan, items)
    strange, whom = list(scan.strange), ""
    if verb in FORMS and not scan.before:
        # She is named whom it is for; whatever else would change when.
        name = whole(items, scan.names)
        small = "" if parts or len(scan.ways) > 1 else in_small(items, strange)
        whom = named(items, name) or small
        free = name if parts else strange
        strange = [at for at in strange if _limits(items.at(at)) or at not in free]
    ways = {items.at(at).value for at in scan.ways}
    if verb not in NARROWED or len(ways) > 1:
        strange, ways = sorted((*strange, *scan.ways)), set()
    return Heard(
        verb,
        tuple(parts),
        tuple(items.at(at).text for at in strange),
        harmless=verb in {Verb.HELP, Verb.THANKS},
        whom=whom,
        how="".join(WAYS[each].value for each in ways),
        cancels=Kind.CANCEL in scan.kinds,
    )


def _polite(scan: _Scan, items: Items) -> Verb | None:
    """Say what is meant where nothing is asked for; thanks may be somebody's by name."""
    if Kind.THANKS in scan.kinds and all(items.at(at).capital for at in scan.strange):
        return Verb.THANKS
    greets = Kind.GREETING in scan.kinds and not scan.strange
    return Verb.HELP if greets else None
