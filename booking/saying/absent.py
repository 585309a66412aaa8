"""*Olen poissa perjantaihin asti*: that she is away, and from when until when.

Why she is away is understood and goes no further: what comes out says *away* and nothing
else. Where the time can be read in two ways both are given; where it is not known, none,
and she is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from booking.absence import Away, span_of
from booking.model import Language
from booking.saying.commands import Command, Unclear, Verb, When, Why
from booking.saying.days import DayPart, days
from booking.saying.hours import times
from booking.saying.items import Item, Items, items
from booking.saying.parts import (
    Bare,
    Clock,
    Dated,
    Offset,
    Pair,
    Part,
    WeekNumber,
    part_at,
)
from booking.saying.words import Kind
from booking.spans import Span, wall

#: More readings than these are no help: the days are asked for.
_READINGS_MAX = 4
#: Each number that may be a date or an hour doubles the readings; nobody means so many.
_OPEN_MAX = 4
_AWAY = frozenset(
    [
        "poissa",
        "poissaolo",
        "poissaoloni",
        "poissaolon",
        "sairas",
        "sairaana",
        "kipeä",
        "kipeänä",
        "kipee",
        "kipeenä",
        "saikulla",
        "flunssassa",
        "sairastunut",
        "sairastuin",
        "sairaslomalla",
        "sairauslomalla",
        "lomalla",
        "vapaalla",
        "borta",
        "frånvaro",
        "frånvarande",
        "sjuk",
        "sjukskriven",
        "sjukanmäla",
        "sjukledig",
        "semester",
        "vabbar",
        "away",
        "absent",
        "absence",
        "ill",
        "sick",
        "vacation",
    ]
)
_OFF = (
    ("off", "work"),
    ("leave", "work"),
    ("on", "leave"),
    ("i'm", "off"),
    ("am", "off"),
)
#: What is recorded, rather than how she is: it can be taken back.
_RECORDED = frozenset(
    ["poissaolo", "poissaoloni", "poissaolon", "frånvaro", "frånvaron", "absence"]
)
_ENDED = frozenset(
    [
        "ohi",
        "poista",
        "päätä",
        "lopeta",
        "bort",
        "avsluta",
        "över",
        "over",
        "end",
        "remove",
    ]
)
#: Beside *away* the day that is named may be the first that she is not.
_RETURNS = frozenset(
    ["palaan", "palaa", "töissä", "töihin", "åter", "återkommer", "return", "returning"]
)
_BACK = frozenset(
    ["takaisin", "palasin", "palannut", "täällä", "tillbaka", "frisk", "back"]
)
_SETTINGS = frozenset(
    [
        "asetukset",
        "asetus",
        "asetuksia",
        "asetukseni",
        "inställningar",
        "inställning",
        "inställningarna",
        "settings",
        "setting",
        "preferences",
    ]
)
_NOT = frozenset(["ei", "inte", "not", "älä", "isn't", "never"])
#: Somebody else is ill: it is no concern of hers.
_OTHERS = ("asiakas", "asiakk", "klient", "kund", "client")
#: What is asked for in the same breath comes first.
_OTHERWISE = (Kind.BOOK, Kind.OFFER, Kind.FIND, Kind.REFERENCE)

_UNTIL_BEFORE = frozenset(["till", "tills", "tom", "until", "to", "through", "thru"])
_UNTIL_AFTER = frozenset(["asti", "saakka"])
_FROM_BEFORE = frozenset(["från", "from", "starting"])
_FROM_AFTER = frozenset(["alkaen", "lähtien"])
#: Words of these sentences, which may be written without their dots.
KNOWN = _AWAY | _RECORDED | _ENDED | _RETURNS | _BACK | _SETTINGS | _FROM_BEFORE
KNOWN |= _FROM_AFTER
_DASHES = ("-", "\u2013", "\u2014")
_LASTING = ("päiv", "viikk", "dag", "veck", "day", "week", "tun", "tim", "hour", "min")
#: *Till och med*: what may stand between *until* and its day.
_BETWEEN = frozenset(["och", "med", "the", "end", "of"])

#: What her absence is called with a word that takes it back: *peru poissaolo*.
_TAKEN_BACK = re.compile(
    r"\b(perun?|peruutan?|peruuttaa|poistan?|återkallar?|avbokar?|ångrar?|ta bort"
    r"|tar bort|dra tillbaka|cancel|withdraw|remove|delete|end)"
    r" ((minun|mun|huomisen|tämän|min|my|the) ){0,2}"
    r"(poissaolo(ni|n)?|frånvaron?|absence)\b"
)
_WHOLE_DAY = re.compile(
    r"\b(koko päivän|loppupäivän|hela dagen|resten av dagen|all day"
    r"|(the )?(whole|rest of the) day)\b"
)
_TO_END = {
    "maanantaihin": "maanantai",
    "tiistaihin": "tiistai",
    "keskiviikkoon": "keskiviikko",
    "torstaihin": "torstai",
    "perjantaihin": "perjantai",
    "lauantaihin": "lauantai",
    "sunnuntaihin": "sunnuntai",
    "huomiseen": "huomenna",
    "ylihuomiseen": "ylihuomenna",
}
_TO_START = {
    "maanantaista": "maanantai",
    "tiistaista": "tiistai",
    "keskiviikosta": "keskiviikko",
    "torstaista": "torstai",
    "perjantaista": "perjantai",
    "lauantaista": "lauantai",
    "sunnuntaista": "sunnuntai",
    "huomisesta": "huomenna",
    "ylihuomisesta": "ylihuomenna",
}
_CASES = {
    **{word: f"{day} asti" for word, day in _TO_END.items()},
    **{word: f"{day} alkaen" for word, day in _TO_START.items()},
    "t.o.m.": "tom",
    "fr.o.m.": "from",
}
_CASED = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in _CASES))


def absent(
    said: str, language: Language, now: datetime, zone: ZoneInfo
) -> Command | Unclear | None:
    """Say what a tidy sentence tells of her being away; None: it is about something else."""
    plain = _CASED.sub(lambda found: _CASES[found[0]], said.casefold())
    plain, whole = _WHOLE_DAY.subn(" ", plain)
    found = items(plain, language)
    words = [found.at(n).text.replace("\u2019", "'") for n in range(len(found))]
    taken_back = _takes_back(plain, words)
    otherwise = _OTHERWISE if taken_back else (*_OTHERWISE, Kind.CANCEL)
    about_others = any(each.startswith(_OTHERS) for each in words)
    if about_others or items(said, language).any_of(*otherwise):
        return None
    if taken_back:
        return Command(Verb.BACK)
    if _AWAY.isdisjoint(words) and not _is_off(words):
        return _otherwise(said, words)
    if not _NOT.isdisjoint(words) or _follow(words, "en", "ole"):
        return Command(Verb.BACK)
    returns = not (_BACK | _RETURNS).isdisjoint(words)
    parts = None if returns else _parts(found)
    if parts is None or _too_many(parts):
        return Command(Verb.AWAY)
    if whole and not parts:
        parts = [_Told(Offset(0))]
    return _read(parts, now, zone)


def _takes_back(plain: str, words: Sequence[str]) -> bool:
    """Whether what was recorded is to be ended: *peru poissaolo*, *poissaolo ohi*."""
    ended = not _ENDED.isdisjoint(words) and not _RECORDED.isdisjoint(words)
    return ended or _TAKEN_BACK.search(plain) is not None


def _is_off(words: Sequence[str]) -> bool:
    return any(_follow(words, *each) for each in _OFF)


def _follow(words: Sequence[str], first: str, second: str) -> bool:
    return (first, second) in pairwise(words)


def _otherwise(said: str, words: Sequence[str]) -> Command | None:
    """Hear that she is back, or asks for her settings; *Back* is a name as well."""
    back = [each for each in words if each in _BACK]
    named = any(f" {each.capitalize()}" in said for each in back)
    if (back and not named) or _follow(words, "olen", "terve"):
        return Command(Verb.BACK)
    if not _SETTINGS.isdisjoint(words):
        return Command(Verb.SETTINGS)
    return None


# What stands in the sentence of when.


@dataclass(frozen=True, slots=True)
class _Told:
    """A part of when, and of which end it is: `from`, `until`, or neither."""

    part: Part
    end: str = ""
    after: bool = False  #: It was said after the part: *perjantai asti*.


def _parts(found: Items) -> list[_Told] | None:
    """Give the parts with their ends; None: something changes them and is not known."""
    told: list[_Told] = []
    pending, at, fresh = "", 0, 0
    while at < len(found):
        here = found.at(at)
        marked = _mark(here)
        if marked is not None:
            end, after = marked
            if after:
                told[fresh:] = [replace(p, end=end, after=True) for p in told[fresh:]]
            pending, fresh, at = ("" if after else end), len(told), at + 1
            continue
        part = part_at(_up_to_dash(found, at), 0)
        if part is None:
            if _limits(found, at):
                return None
            at += 1
            continue
        if _lasts(found, at, part[1]):
            return None
        told.append(_Told(part[0], pending))
        at += part[1]
    return told


def _too_many(told: Sequence[_Told]) -> bool:
    return sum(isinstance(each.part, Pair | Bare) for each in told) > _OPEN_MAX


def _mark(item: Item) -> tuple[str, bool] | None:
    word = item.text
    if word in _UNTIL_BEFORE or item.is_(*_DASHES):
        return "until", False
    if word in _FROM_BEFORE:
        return "from", False
    if word in _UNTIL_AFTER:
        return "until", True
    return ("from", True) if word in _FROM_AFTER else None


def _up_to_dash(found: Items, at: int) -> Items:
    """Give what follows up to a dash that joins two times; of a date it may be part."""
    rest = found.rest(at)
    iso = rest.at(0).text.isdecimal() and len(rest.at(0).text) == len("2026")
    places = [n for n in range(len(rest)) if rest.at(n).is_(*_DASHES)]
    return rest if iso or not places else rest.until(places[0])


def _limits(found: Items, at: int) -> bool:
    """Whether a word is known to change the meaning: *aamulla*, *ennen*, *paitsi*."""
    here = found.at(at)
    return here.kind is Kind.STRANGE and bool(here.value)


def _lasts(found: Items, at: int, used: int) -> bool:
    """Whether it says how long, and not when: *3 päivää*, *viikon*."""
    here, after = found.at(at), found.at(at + used)
    if here.kind is Kind.WEEK and used == 1:
        return True
    return here.kind is Kind.NUMBER and after.text.startswith(_LASTING)


# What it means.


@dataclass(frozen=True, slots=True)
class _End:
    """One end: the days it may be, and the hours; empty where none was said."""

    days: tuple[When, ...]
    clocks: tuple[time, ...]
    told: bool
    after: bool = False


def _read(
    told: Sequence[_Told], now: datetime, zone: ZoneInfo
) -> Command | Unclear | None:
    found: dict[Away, Span] = {}
    for each in product(*(_alternatives(one, told) for one in told)):
        for away in _aways(each, wall(now, zone).date()):
            when = span_of(away, now, zone)
            if isinstance(when, Span):
                found.setdefault(away, when)
    # Two ways of saying the same are one.
    aways = {when: away for away, when in found.items()}.values()
    readings = tuple(Command(Verb.AWAY, away=each) for each in aways)
    if len(readings) == 1:
        return readings[0]
    if not readings or len(readings) > _READINGS_MAX:
        return Command(Verb.AWAY)
    return Unclear(Why.SEVERAL, readings)


def _alternatives(one: _Told, told: Sequence[_Told]) -> Iterator[_Told]:
    """Give what a number can be: a date, an hour."""
    others = [each.part for each in told if each is not one]
    part = _week_until(one, others)
    if not isinstance(part, Pair | Bare):
        yield replace(one, part=part)
        return
    dated = next((each for each in others if isinstance(each, Dated)), None)
    if isinstance(part, Pair):
        as_date, as_clock = (
            Dated(part.first, part.second),
            Clock(part.first, part.second, exact=part.exact),
        )
        known = any(isinstance(each, Clock) for each in others)
        if not known and 0 < part.second <= 12:  # noqa: PLR2004
            yield replace(one, part=as_date)
        if part.minutes and times(as_clock) and dated is None:
            yield replace(one, part=as_clock)
        return
    if dated is not None:
        yield replace(one, part=Dated(part.number, dated.month, dated.year))
        return
    if one.end or any(isinstance(each, Clock) for each in others):
        yield replace(one, part=Clock(part.number))
    if one.end and not any(isinstance(each, Clock) for each in others):
        yield replace(one, part=Dated(part.number))


def _week_until(one: _Told, others: Sequence[Part]) -> Part:
    """Take the end of *viikot 8-9* for a week as well."""
    weeks = any(isinstance(each, WeekNumber) for each in others)
    if one.end == "until" and weeks and isinstance(one.part, Bare):
        return WeekNumber(one.part.number)
    return one.part


def _aways(told: Sequence[_Told], today: date) -> Iterator[Away]:
    plain = _end([each for each in told if not each.end], today)
    begin = _end([each for each in told if each.end == "from"], today)
    if plain.told and begin.told:
        return
    first = begin if begin.told else plain
    start = first.days[0].first if first.days else today
    until = _end([each for each in told if each.end == "until"], start)
    if until.told:
        yield from _bounded(first, until, today)
    elif begin.told and begin.clocks:
        day = begin.days or (When.on(today),)
        yield from (Away(one.first, one.last, at) for one in day for at in begin.clocks)
    elif plain.told:
        yield from _plain(plain, today)


def _end(told: Sequence[_Told], today: date) -> _End:
    named: list[DayPart] = [
        each.part for each in told if not isinstance(each.part, Clock | Pair | Bare)
    ]
    hours = [each.part for each in told if isinstance(each.part, Clock)]
    found = days(named, today)
    known = found.choices if found is not None else ()
    if found is not None and found.why in {Why.PAST, Why.NO_SUCH_DAY}:
        known = ()
    if found is not None and found.why is Why.CONFLICT:
        known = _row(known)
    at = times(hours[0]) if len(hours) == 1 else ()
    whole = (not named or known) and (not hours or at)
    after = any(each.after for each in told)
    return _End(known, at, bool(told) and bool(whole), after)


def _row(choices: Sequence[When]) -> tuple[When, ...]:
    """Take two days that follow each other for both: *maanantaina ja tiistaina*."""
    ordered = sorted(choices)
    if len(ordered) == 2 and (ordered[1].first - ordered[0].last).days == 1:  # noqa: PLR2004
        return (When(ordered[0].first, ordered[1].last),)
    return ()


def _bounded(first: _End, until: _End, today: date) -> Iterator[Away]:
    begins = first.days or (When.on(today),)
    if not first.told and first.days:
        return
    starts = first.clocks or (None,)
    ends = until.clocks or (None,)
    for begin, at, stop in product(begins, starts, ends):
        lasts = until.days or (When.on(begin.last),)
        if first.days and until.days:
            lasts = lasts[:1]
        for last in lasts:
            yield Away(begin.first, last.last, at, stop)
            split = until.after and until.clocks and until.days and not first.told
            if split and last.first != today:
                yield Away(last.first, last.last, at, stop)


def _plain(plain: _End, today: date) -> Iterator[Away]:
    for each in plain.days or (When.on(today),):
        if not plain.clocks:
            yield Away(each.first, each.last)
        for clock in plain.clocks:
            yield Away(each.first, each.last, starts=clock)
            yield Away(each.first, each.last, ends=clock)
