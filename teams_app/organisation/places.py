"""Reading a file that a person wrote: every fault is noted, nothing is raised.

A `Place` is one object of the file and knows where it stands. What is asked for is
ticked off; what stands there and nobody asked for is a fault too, so that a misspelt
name is never silently ignored.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from booking import skills
from booking.bounds import TEXT_MAX
from booking.model import Words

Good = Callable[[Any], bool]


@dataclass(slots=True)
class Place:
    """One object of a file: what is asked for is ticked off, the rest is a fault."""

    where: str
    raw: Mapping[str, Any]
    faults: list[str]
    asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, where: str, raw: object, faults: list[str]) -> "Place":
        if isinstance(raw, dict):
            return cls(where, raw, faults)
        faults.append(f"{where}: must be an object in braces")
        return cls(where, {}, faults, asked={"*"})

    def fault(self, name: str, why: str) -> None:
        if "*" not in self.asked:
            self.faults.append(f"{self.where}.{name}: {why}")

    def get(self, name: str, good: Good, words: str, default: Any = None) -> Any:
        """Give the value; without a default it must be there."""
        self.asked.add(name)
        if name not in self.raw:
            if default is None:
                self.fault(name, f"is missing; {words}")
            return default
        if good(self.raw[name]):
            return self.raw[name]
        self.fault(name, words)
        return default

    def text(self, name: str, default: str | None = None) -> str:
        words = "must be a text"
        return (
            self.get(name, lambda v: _is_text(v, empty=default == ""), words, default)
            or ""
        )

    def match(self, name: str, pattern: re.Pattern[str], words: str) -> str:
        found = self.get(
            name, lambda v: _is_text(v) and bool(pattern.fullmatch(v)), words
        )
        return found or ""

    def number(
        self, name: str, least: int, most: int, default: int | None = None
    ) -> int:
        words = f"must be a whole number from {least} to {most}"
        return int(
            self.get(name, lambda v: is_number(v, least, most), words, default) or 0
        )

    def truth(self, name: str, *, default: bool) -> bool:
        return bool(
            self.get(
                name, lambda v: isinstance(v, bool), "must be true or false", default
            )
        )

    def one_of(
        self, name: str, allowed: Sequence[str], default: str | None = None
    ) -> str:
        words = f"must be one of {', '.join(allowed)}"
        found = self.get(name, lambda v: _is_text(v) and v in allowed, words, default)
        return found or allowed[0]

    def many_of(
        self, name: str, allowed: Sequence[str], default: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        words = f"must be a list of {', '.join(allowed)}"
        found = self.get(
            name, lambda v: _is_list_of(v, allowed) and bool(v), words, default
        )
        return tuple(dict.fromkeys(found or ()))

    def texts(self, name: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        words = "must be a list of texts"
        good: Good = lambda v: isinstance(v, list) and all(map(_is_text, v))  # noqa: E731
        return tuple(self.get(name, good, words, default) or ())

    def skills(self) -> tuple[str, ...]:
        """Read names of skills, each once."""
        found = skills.read(self.texts("skills", []))
        if skills.too_much(found):
            most = f"{skills.SKILLS_MAX} at most, of {skills.SKILL_MAX} characters"
            self.fault("skills", f"must be {most}")
        return found

    def words(
        self, name: str, default: Words | None = None, most: int = TEXT_MAX
    ) -> Words:
        """Read a text in three languages; what is missing is said in Finnish."""
        self.asked.add(name)
        raw = self.raw.get(name)
        if raw is None:
            if default is None:
                self.fault(name, "is missing; must be a text in fi, sv and en")
            return default or Words("", "", "")
        inner = Place.of(f"{self.where}.{name}", raw, self.faults)
        fi = inner.text("fi")
        made = Words(fi, inner.text("sv", ""), inner.text("en", ""))
        inner.end()
        if any(len(each) > most for each in (made.fi, made.sv, made.en)):
            self.fault(name, f"must have {most} characters at most")
        return made

    def each(self, name: str, *, needed: bool = True) -> list["Place"]:
        raw = self.get(
            name,
            lambda v: isinstance(v, list),
            "must be a list",
            None if needed else [],
        )
        return [
            Place.of(f"{_inside(self.where)}{name}[{number}]", each, self.faults)
            for number, each in enumerate(raw or [], 1)
        ]

    def end(self) -> None:
        """Name what stands there and nobody asked for."""
        for name in self.raw.keys() - self.asked:
            self.fault(name, "there is no such name")


def _inside(where: str) -> str:
    return f"{where}." if where else ""


def _is_text(value: object, *, empty: bool = False) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= TEXT_MAX
        and "\x00" not in value
        and (empty or bool(value.strip()))
    )


def is_number(value: object, least: int, most: int) -> bool:
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and least <= value <= most
    )


def _is_list_of(value: object, allowed: Sequence[str]) -> bool:
    return isinstance(value, list) and all(_is_text(v) and v in allowed for v in value)
