"""What the doctor found, in words: lines to read, and values for a program."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.doctor import Finding, Level, Step, Value, status
from booking.wording import text
from booking.wording.dates import when_short

#: So many names are told; of more, how many there are.
NAMES_MAX = 10
#: Letters that the longest mark has, in whichever language.
_MARK = 12
#: Of what the health page says too, its words are used.
_OF_HEALTH = frozenset({"credential_over", "credential_ends", "credential_unknown"})


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in words: what is so and why, and what to do about it."""

    step: Step
    level: Level
    name: str
    said: str
    do: str = ""


def line(language: str, found: Finding, zone: ZoneInfo) -> Line:
    """Put a finding into words."""
    values = {name: _word(language, each, zone) for name, each in found.values.items()}
    if found.level is Level.UNTRIED:
        if found.name == "because":
            because = text(language, f"doctor.step.{found.values['because']}")
            values["because"] = because
        said = text(language, f"doctor.said.untried.{found.name}", **values)
        return Line(found.step, found.level, found.name, said)
    if found.name in _OF_HEALTH:
        said = text(language, f"health.sign.{found.name}", **values)
        do = text(language, f"health.do.{found.name}", **values)
        return Line(found.step, found.level, found.name, said, do)
    name = f"{found.step.value}.{found.name}"
    said = text(language, f"doctor.said.{name}", **values)
    if found.level is Level.OK:
        return Line(found.step, found.level, found.name, said)
    do = text(language, f"doctor.do.{name}", **values)
    return Line(found.step, found.level, found.name, said, do)


def _word(language: str, value: Value, zone: ZoneInfo) -> int | str:
    if isinstance(value, datetime):
        return when_short(language, value, zone)
    if isinstance(value, int | str):
        return value
    if len(value) <= NAMES_MAX:
        return ", ".join(value)
    shown, more = ", ".join(value[:NAMES_MAX]), len(value) - NAMES_MAX
    return text(language, "doctor.names", names=shown, n=more)


def written(
    language: str, step: Step, found: Sequence[Finding], zone: ZoneInfo
) -> Iterator[str]:
    """Give a step as lines of text, each finding under the step's name."""
    yield text(language, f"doctor.step.{step.value}")
    for each in found:
        shown = line(language, each, zone)
        mark = text(language, f"doctor.level.{shown.level.value}")
        yield f"  {mark:<{_MARK}} {shown.said}"
        if shown.do:
            yield f"  {'':<{_MARK}} {shown.do}"


def summed_up(language: str, found: Sequence[Finding]) -> str:
    """Say in one line how it is."""
    counts = {each: sum(one.level is each for one in found) for each in Level}
    if counts[Level.MEND]:
        return text(language, "doctor.all.mend", n=counts[Level.MEND])
    if counts[Level.LOOK]:
        return text(language, "doctor.all.look", n=counts[Level.LOOK])
    if counts[Level.UNTRIED]:
        return text(language, "doctor.all.untried", n=counts[Level.UNTRIED])
    return text(language, "doctor.all.ok")


def as_json(language: str, found: Sequence[Finding], zone: ZoneInfo) -> str:
    """Give everything as one JSON object."""
    said: dict[str, Any] = {
        "status": status(found),
        "said": summed_up(language, found),
        "findings": [_plain(line(language, each, zone), each) for each in found],
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def _plain(shown: Line, found: Finding) -> dict[str, Any]:
    values = {
        name: each.isoformat()
        if isinstance(each, datetime)
        else each
        if isinstance(each, int | str)
        else list(each)
        for name, each in found.values.items()
    }
    return {
        "step": shown.step.value,
        "level": shown.level.value,
        "name": shown.name,
        "said": shown.said,
        "do": shown.do,
        "values": values,
    }
