"""A line of the log in the words of whoever reads it, on the page and in the file.

What is about appointments is said by their references; of a client there is nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.appointments import Actor
from booking.model import Language, Words
from booking.spans import wall
from booking.views.admin import LogLine
from booking.views.health import job_word
from booking.wording import has, plural, text
from booking.wording.dates import clock, day_of_year
from teams_app.actions.log_lines import Line, kind_of
from teams_app.store.log import Entry

#: Of a list of appointments a line names so many.
_NAMED = 3
_STAFF = "staff:"
#: What a source says is where from, and not what exactly was done.
_ORIGINS = frozenset(
    {
        *("tab", "panel", "bot", "channel", "extension", "link", "health"),
        *("command", "remove", "entra", "retention", "hold"),
    }
)
#: Where whoever it was does what she does. All of the staff do it in Teams.
_WHERE = {
    Actor.CLIENT.value: "link",
    Actor.SYSTEM.value: "system",
    Actor.OUTLOOK.value: "outlook",
    Actor.PROFESSIONAL.value: "outlook",
    "admin": "command",
}


#: Of these a line without a name says the number.
_NUMBERED = frozenset(
    {
        *("unit", "service", "professional", "offer", "absence", "staff", "job"),
        *("appointment", "notes"),
    }
)


def line(language: Language, found: Line, zone: ZoneInfo) -> LogLine:
    entry, kind = found.entry, kind_of(found.entry)
    known = has(language, f"admin.log.about.{kind}")
    return LogLine(
        at=entry.at,
        who=_who(language, found.who),
        what=_or(language, f"admin.log.what.{entry.what}", entry.what),
        about=text(language, f"admin.log.about.{kind}") if known else entry.subject,
        thing=_thing(language, found, zone) if known else "",
        references=found.references[:_NAMED],
        more=max(0, len(found.references) - _NAMED),
        detail=_detail(language, found, zone),
        source=_source(language, entry),
    )


def _or(language: Language, key: str, otherwise: str) -> str:
    return text(language, key) if has(language, key) else otherwise


def _who(language: Language, who: str) -> str:
    """Name who is no person of ours in words; of whom no name is known, say so."""
    if who.startswith(_STAFF):
        return text(language, "admin.log.who.unnamed", id=who.removeprefix(_STAFF))
    return _or(language, f"admin.log.who.{who.partition(':')[0]}", who)


def _thing(language: Language, found: Line, zone: ZoneInfo) -> str:
    """Name it; what has no name, or is no more, by its number."""
    kind, _, which = found.entry.subject.partition(":")
    if found.thing is not None:
        called = found.thing
        said = called.in_(language) if isinstance(called, Words) else called
        made = found.made
        return said if made is None else f"{said}, {_moment(language, made, zone)}"
    if kind == "job" and found.job:
        return job_word(language, found.job)
    if kind == "channel":
        return _or(language, f"tenant.channel.{which}", which)
    return which if kind in _NUMBERED and not found.references else ""


def _moment(language: Language, when: datetime, zone: ZoneInfo) -> str:
    """Say when with its year: the log is never lost."""
    day = day_of_year(language, wall(when, zone).date())
    return f"{day} {clock(language, when, zone)}"


def named(language: Language, entry: Entry) -> str:
    """Name in words who is no member of the staff; of her it is empty."""
    return "" if entry.who.startswith(_STAFF) else _who(language, entry.who)


def _source(language: Language, entry: Entry) -> str:
    """Say where it was done; of a change only who made it is known, and so where."""
    origin = entry.source.partition(":")[0]
    if origin in _ORIGINS:
        return text(language, f"admin.log.source.{origin}")
    who = entry.who.partition(":")[0]
    return text(language, f"admin.log.source.{_WHERE.get(who, 'teams')}")


def _detail(language: Language, found: Line, zone: ZoneInfo) -> str:
    """Say what exactly was done, where the line knows."""
    entry = found.entry
    more = entry.source.partition(":")[2]
    if found.between or found.times:
        times = [_moment(language, each, zone) for each in found.times]
        parts = (" → ".join(found.between), " → ".join(times))
        return "; ".join(each for each in parts if each)
    if not more or entry.what not in _SAY:
        return ""
    return _SAY[entry.what](language, entry, more)


def _late(language: Language, _entry: Entry, minutes: str) -> str:
    late = minutes.isdecimal() and int(minutes) > 0
    return text(language, "admin.log.detail.minutes", n=minutes) if late else ""


def _answer(language: Language, _entry: Entry, name: str) -> str:
    return _or(language, f"admin.log.answer.{name}", name)


def _why(language: Language, _entry: Entry, why: str) -> str:
    return _or(language, f"admin.log.why.{why}", why)


def _came(language: Language, _entry: Entry, more: str) -> str:
    came, _, code = more.partition(":")
    said = _or(language, f"admin.log.came.{came}", came)
    return f"{said} ({code})" if code else said


def _clients(language: Language, _entry: Entry, number: str) -> str:
    return plural(language, "admin.log.detail.clients", int(number))


def _group(language: Language, _entry: Entry, id_: str) -> str:
    return text(language, "admin.log.detail.group", id=id_)


def _language(language: Language, _entry: Entry, chosen: str) -> str:
    return _or(language, f"cards.language.{chosen}", chosen)


def _set_up(language: Language, entry: Entry, more: str) -> str:
    return "; ".join(_changes(language, kind_of(entry), more))


def _changes(language: Language, kind: str, more: str) -> Iterator[str]:
    """Say what each setting is from then on."""
    for each in more.split(","):
        key, _, value = each.partition("=")
        yield f"{_setting(language, kind, key)}: {_or(language, f'admin.log.value.{value}', value)}"


def _setting(language: Language, kind: str, key: str) -> str:
    names = {
        "rules": f"tenant.rule.{key}",
        "texts": f"tenant.line.{key}",
        "channels": f"tenant.channel.{key}",
        "retention": f"tenant.kept.{key}",
    }
    return _or(language, names[kind], key) if kind in names else key


#: What is said of what was done, from what its source says besides where.
_SAY: Mapping[str, Callable[[Language, Entry, str], str]] = {
    "running_late": _late,
    "answer": _answer,
    "ask_desk": _why,
    "trial_ended": _came,
    "forgotten": _clients,
    "role_given": _group,
    "role_lost": _group,
    "set_up": _set_up,
    "message_language": _language,
}
