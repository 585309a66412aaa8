"""The three truths in a few words: what holds and since when, and what does not yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from booking.views.cards import Truth, Truths
from booking.wording import text


@dataclass(frozen=True, slots=True)
class Statement:
    """One truth as a line has room for it. `holds`: it came to be so."""

    said: str
    how: Truth
    at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.how is Truth.DONE


def statements(language: str, truths: Truths) -> Iterator[Statement]:
    """Say each of the three, but what is owed to nobody."""
    for line in truths.lines:
        if line.how is not Truth.NOT_OWED:
            yield Statement(_said(language, line.name, line.how), line.how, line.at)


def in_a_sentence(
    language: str, truths: Truths, brief: Callable[[datetime], str]
) -> str:
    """Say them as plain text, for where there is room for no more: `Varattu 9.02, …`."""
    parts = []
    for line in truths.lines:
        if line.how is not Truth.NOT_OWED:
            said, at = _said(language, line.name, line.how), line.at
            parts.append(f"{said} {brief(at)}" if at is not None else said)
    return ", ".join(parts)


def marks(truths: Truths) -> str:
    """Give a mark for each of the three, for the eye alone: `✓✓…`."""
    return _marks(truths.booked, truths.in_outlook, truths.told)


@cache
def _marks(*every: Truth) -> str:
    return "".join(_MARKS.get(each, "!") for each in every)


#: How far one has come; what is none of these has failed, or waits for one of us.
_MARKS = {
    Truth.DONE: "✓",
    Truth.WAITING: "…",
    Truth.CHOOSING: "…",
    Truth.NOT_OWED: "–",
}


def undone(language: str, truths: Truths) -> tuple[tuple[Truth, str], ...]:
    """Say what does not hold though it is owed, as briefly as a page can."""
    return _undone(language, truths.booked, truths.in_outlook, truths.told)


@cache
def _undone(
    language: str, booked: Truth, in_outlook: Truth, told: Truth
) -> tuple[tuple[Truth, str], ...]:
    every = {"booked": booked, "in_outlook": in_outlook, "told": told}
    return tuple(
        (
            how,
            text(
                language,
                "tab.choosing"
                if how is Truth.CHOOSING
                else f"truth.{name}.{how.value}",
            ),
        )
        for name, how in every.items()
        if how not in {Truth.DONE, Truth.NOT_OWED}
    )


@cache  # a team's day says it hundreds of times
def _said(language: str, name: str, how: Truth) -> str:
    if how is Truth.DONE:
        return text(language, f"truth.short.{name}")
    if (name, how) == ("told", Truth.WAITING):
        # A line does not say when it leaves: it may be soon, or in the morning.
        return text(language, "truth.told.waiting")
    about = text(language, f"cards.truth.{name}")
    return f"{about}: {text(language, f'cards.truth.{name}.{how.value}')}"
