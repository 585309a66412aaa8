"""From a sentence to what it asks for, or to the question what it means.

The parts are weighed together: a number is an hour beside a day and a day beside an
hour. Where two readings are left, or a word is not known, the writer is asked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.model import Language
from booking.saying.absent import absent
from booking.saying.commands import (
    FORMS,
    NARROWED,
    TIMED,
    Command,
    Unclear,
    Verb,
    When,
    Why,
)
from booking.saying.days import Days, days
from booking.saying.dots import dotted
from booking.saying.finding import find
from booking.saying.hearing import Heard, listen
from booking.saying.hours import is_ahead, moments, times
from booking.saying.items import items, tidy
from booking.saying.moving import Moving, moving
from booking.saying.parts import Bare, Clock, Dated, Pair, Weekday
from booking.saying.reporting import report
from booking.saying.services import take
from booking.saying.spoken import written
from booking.spans import wall

Answer = Command | Unclear | None

#: So many readings are asked about; nobody reads more buttons.
READINGS_MAX = 6
_SAID_MAX = 60
_TIMED = (Verb.BOOK, Verb.FREE)
_MONTHS, _DAYS = 12, 31


def understand(
    said: str,
    language: Language,
    now: datetime,
    zone: ZoneInfo,
    services: Mapping[str, Collection[str]] | None = None,
) -> Answer:
    """Say what is asked for, by somebody who reads this language.

    `services`: by their keys the names of those that may be named. Nothing written asks
    for help; what holds no word that is known gives None. Nothing that has been is ever
    asked for in a `Command`.
    """
    whole = dotted(tidy(said))
    reported = report(whole)
    if reported is not None:
        return reported
    whole = written(whole)
    told = absent(whole, language, now, zone)
    if told is not None:
        return told
    left, service = take(whole, services or {})
    if service:
        answer = _understood(left, language, now, zone)
        if any(each.verb in NARROWED for each in _readings(answer)):
            return _each(answer, what=service)
        if any(each.verb is Verb.MOVE for each in _readings(answer)):
            return answer  # Which of hers is to be moved, her appointments say.
    return _understood(whole, language, now, zone)


def _understood(
    whole: str, language: Language, now: datetime, zone: ZoneInfo
) -> Answer:
    found = items(whole, language)
    if not len(found):
        return Command(Verb.HELP)
    moved = moving(found)
    if moved is not None:
        return _moving(moved, now, zone)
    sought = find(whole, found)
    if isinstance(sought, Command):
        return sought
    heard = listen(found)
    answer = _answer(heard, now, zone)
    if sought is None or answer is None:
        return sought or answer
    # Somebody is named, and a day as well: either may be what matters.
    return _asked(sought.why, [*sought.readings, *_readings(answer)])


def _moving(moved: Moving, now: datetime, zone: ZoneInfo) -> Answer:
    """Say what is moved to when; of several, or of none, it is asked which."""
    heard = replace(listen(moved.rest, Verb.MOVE), harmless=False)
    every = [replace(heard, whom=each) for each in moved.whom or ("",)]
    answers = [_which_of_hers(_answer(each, now, zone), moved.which) for each in every]
    if len(answers) == 1:
        return answers[0]
    return _asked(Why.SEVERAL, [one for each in answers for one in _readings(each)])


def _which_of_hers(answer: Answer, which: str) -> Answer:
    """Add to each move which it is of, where that is not said by a name."""

    def pointed(one: Command) -> Command:
        return replace(one, which=which) if one.verb is Verb.MOVE else one

    if isinstance(answer, Unclear):
        return replace(answer, readings=tuple(map(pointed, answer.readings)))
    return pointed(answer) if answer is not None else None


def _answer(heard: Heard, now: datetime, zone: ZoneInfo) -> Answer:
    variants = list(_variants(heard, now, zone))
    answers = [
        _each(_one(each, now, zone), whom=heard.whom, how=heard.how)
        for each in variants
    ]
    known = [each for each in answers if each is not None]
    if len(known) > 1:
        every = [one for each in known for one in _readings(each)]
        return _asked(Why.SEVERAL, every)
    answer = known[0] if known else None
    afternoon = _in_afternoon(answer, heard, now, zone)
    if afternoon is not None:
        return afternoon
    if answer is None or not heard.strange or heard.harmless:
        return answer
    readings = _readings(answer)
    unknown = " ".join(heard.strange)[:_SAID_MAX]
    return Unclear(Why.STRANGE, readings, unknown) if readings else None


#: Of free times it is said from when on; a form asks for an hour.
_AFTERNOON = frozenset(
    "iltapäivällä iltapäivä eftermiddag eftermiddagen afternoon".split()  # noqa: SIM905
)
_NOON = time(12)


def _in_afternoon(
    answer: Answer, heard: Heard, now: datetime, zone: ZoneInfo
) -> Command | None:
    """Give the free times from noon on, where it is the afternoon of one day; else None."""
    strange = {each.casefold() for each in heard.strange}
    asked = isinstance(answer, Command) and answer.verb is Verb.FREE
    if not asked or not strange or not strange <= _AFTERNOON:
        return None
    assert isinstance(answer, Command)
    when = answer.when
    if when is None or when.first != when.last or when.clock is not None:
        return None
    from_noon = When.on(when.first, _NOON)
    # Of today the hours left are of the afternoon by then.
    ahead = from_noon.begins(zone) >= now
    return replace(answer, when=from_noon) if ahead else answer


def _each(answer: Answer, *, whom: str = "", how: str = "", what: str = "") -> Answer:
    """Add to each reading what was named beside it, where that fits."""

    def named(one: Command) -> Command:
        if one.verb is Verb.MOVE:
            return replace(one, whom=whom)
        if one.verb not in NARROWED:
            return one
        name = whom if one.verb in FORMS else ""
        return replace(
            one, whom=name or one.whom, how=how or one.how, what=what or one.what
        )

    if isinstance(answer, Unclear):
        return replace(answer, readings=tuple(map(named, answer.readings)))
    return named(answer) if answer is not None else None


def _readings(answer: Answer) -> tuple[Command, ...]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Command) else answer.readings


def _asked(why: Why, readings: Iterable[Command]) -> Unclear:
    return Unclear(why, tuple(dict.fromkeys(readings))[:READINGS_MAX])


# Numbers that may be a date or an hour.


def _variants(heard: Heard, now: datetime, zone: ZoneInfo) -> Iterator[Heard]:
    """Give the sentence once for each thing that its open number can be."""
    number = next((p for p in heard.parts if isinstance(p, Pair | Bare)), None)
    if number is None:
        yield heard
        return
    others = tuple(each for each in heard.parts if each is not number)
    without = replace(heard, parts=others)
    for each in _read(number, without, now, zone):
        yield from _variants(replace(heard, parts=(*others, each)), now, zone)


def _read(
    number: Pair | Bare, heard: Heard, now: datetime, zone: ZoneInfo
) -> list[Dated | Clock]:
    clock = _as_clock(number)
    dated = _as_date(number, else_=clock is None)
    if dated is None or clock is None:
        return [each for each in (dated, clock) if each is not None]
    if heard.clocks:
        return [dated]
    named = [each for each in heard.days if isinstance(each, Weekday)]
    if len(named) < len(heard.days):
        return [clock]  # Its day has been named.
    fits = days((*named, dated), wall(now, zone).date())
    is_it = fits is not None and fits.why is None
    if isinstance(number, Pair):
        alone = is_it if named else heard.verb not in TIMED
        return [dated] if alone else [dated, clock]
    return [clock] if named and not is_it else [dated, clock]


def _as_date(number: Pair | Bare, *, else_: bool) -> Dated | None:
    """Give the date it may be; `else_`: it can be nothing else."""
    if isinstance(number, Bare):
        is_day = 0 < number.number <= _DAYS
        return Dated(number.number) if is_day or else_ else None
    is_day = 0 < number.first <= _DAYS and 0 < number.second <= _MONTHS
    return Dated(number.first, number.second) if is_day or else_ else None


def _as_clock(number: Pair | Bare) -> Clock | None:
    if isinstance(number, Bare):
        clock = Clock(number.number)
        return clock if times(clock) else None
    clock = Clock(number.first, number.second, exact=number.exact)
    return clock if number.minutes and times(clock) else None


# What is asked for, and when.


@dataclass(frozen=True, slots=True)
class _Now:
    """The moment of asking, and the hours that were named."""

    now: datetime
    zone: ZoneInfo
    clocks: tuple[time, ...]
    told: bool  #: An hour was named, though there may be no such hour.

    @property
    def days(self) -> tuple[When, When]:
        """Give today and tomorrow."""
        today = wall(self.now, self.zone).date()
        return When.on(today), When.on(today + timedelta(days=1))


def _one(heard: Heard, now: datetime, zone: ZoneInfo) -> Answer:
    """Say what a sentence asks for, all of whose numbers are known for what they are."""
    verb = heard.verb
    if heard.cancels or (verb is Verb.MOVE and not heard.whom):
        why = Why.CANCEL if heard.cancels else Why.MOVE
        return _which(heard, wall(now, zone).date(), why)
    if verb in {Verb.HELP, Verb.THANKS}:
        return Command(verb)
    clocks = [each for clock in heard.clocks for each in times(clock)]
    here = _Now(now, zone, tuple(dict.fromkeys(clocks)), bool(heard.clocks))
    found = days(heard.days, here.days[0].first)
    if found is None:
        if here.told:
            return _without_day(verb or Verb.BOOK, here)
        return Command(verb) if verb else None
    return _on_days(verb, found, here)


def _which(heard: Heard, today: date, why: Why) -> Unclear:
    """Ask which appointment: where it is seen there is the way to cancel or move it."""
    found = days(heard.days, today)
    if found is None or not found.choices:
        return Unclear(why, (Command(Verb.NEXT), _list(When.on(today))))
    return _asked(why, map(_list, found.choices))


def _on_days(verb: Verb | None, found: Days, here: _Now) -> Command | Unclear:
    """Say what is asked for of days that are known, or nearly."""
    lists = [_list(each) for each in found.choices]
    if verb is Verb.NEXT:
        return _asked(Why.SEVERAL, [Command(verb), *lists])
    if verb is not None:
        return _timed(verb, found.choices, found.why, here)
    if here.told:
        both = (_timed(each, found.choices, found.why, here) for each in _TIMED)
        every = [one for each in both for one in _readings(each)]
        return _asked(Why.WHAT, [*every, *lists])
    return lists[0] if found.why is None else _asked(found.why, lists)


def _list(when: When) -> Command:
    return Command(Verb.DAY if when.first == when.last else Verb.WEEK, when)


def _without_day(verb: Verb, here: _Now) -> Command | Unclear:
    if not here.clocks:
        return Unclear(Why.NO_SUCH_TIME, (Command(verb),))
    if verb is Verb.MOVE:
        # On the day that it has: no other has been named.
        same = [Command(verb, what=f"{each:%H:%M}") for each in here.clocks]
        return same[0] if len(same) == 1 else _asked(Why.SEVERAL, same)
    every = [
        Command(verb, one)
        for day in here.days
        for one in moments(day.first, here.clocks, here.now, here.zone).choices
    ]
    return _asked(Why.WHICH_DAY, every)


def _timed(
    verb: Verb, choices: Sequence[When], why: Why | None, here: _Now
) -> Command | Unclear:
    """Say when to book, or when to look for free times: never in what has been."""
    coming = [each for each in choices if is_ahead(each, here.now, here.zone)]
    if not coming:
        return Unclear(why or Why.PAST, (Command(verb),))
    if why is None and not here.told:
        return Command(verb, coming[0])
    if not here.told:
        return _asked(why or Why.SEVERAL, (Command(verb, each) for each in coming))
    single = [day for each in coming for day in _days(each, here)]
    each_day = [moments(d.first, here.clocks, here.now, here.zone) for d in single]
    every = [one for found in each_day for one in found.choices]
    wrong = why or (Why.WHICH_DAY if len(single) > 1 else each_day[0].why)
    if wrong is None:
        return Command(verb, every[0])
    if not every:
        every = _instead(single, wrong, here)
    return _asked(wrong, (Command(verb, each) for each in every))


def _days(when: When, here: _Now) -> list[When]:
    """Give the days of a week that are worked on and still to come."""
    if when.first == when.last:
        return [when]
    first, working = when.first, 5
    every = [When.on(first + timedelta(days=n)) for n in range(working)]
    ahead = [each for each in every if is_ahead(each, here.now, here.zone)]
    return ahead or [When.on(when.last)]


def _instead(days_: Sequence[When], why: Why, here: _Now) -> list[When]:
    """Give what may do where the hour is none, or has been."""
    found = list(days_)
    if why is Why.PAST:
        _, tomorrow = here.days
        found += moments(tomorrow.first, here.clocks, here.now, here.zone).choices
    return found
