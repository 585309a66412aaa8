"""Steps of a story: what each does in a line, how long it took, what went wrong.

A step that does not see what it expects ends its story; the next one goes on. Lines
come out in the order of the stories, also when several are played at once.
"""

import asyncio
import contextlib
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

T = TypeVar("T")

#: How long something that ought to happen by itself is waited for. A busy machine is
#: slow; what must be quick is measured by the step itself.
PATIENCE = 30.0


class Unmet(Exception):
    """What was seen is not what was expected."""

    def __init__(self, expected: str, seen: object) -> None:
        """Keep both; `seen` may be long and is cut when it is shown."""
        super().__init__(expected, seen)
        self.expected, self.seen = expected, seen


class StoryOver(Exception):
    """A step failed, and was told of; the rest of its story makes no sense."""


def expect(met: object, expected: str, seen: object) -> None:
    """Raise Unmet unless `met`."""
    if not met:
        raise Unmet(expected, seen)


def same(what: str, seen: object, wanted: object) -> None:
    """Raise Unmet unless both are equal."""
    expect(seen == wanted, f"{what}: {wanted!r}", repr(seen))


def within(what: str, text: str, *wanted: str) -> None:
    """Raise Unmet unless all of `wanted` stands in the text."""
    for each in wanted:
        expect(each in text, f"{what} that says {each!r}", text)


def absent(what: str, text: str, *unwanted: str) -> None:
    """Raise Unmet if any of `unwanted` stands in the text, in whatever case."""
    lower = text.casefold()
    for each in unwanted:
        expect(each.casefold() not in lower, f"{what} without {each!r}", text)


async def rest(seconds: float) -> None:
    """Let real time pass."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), seconds)


async def until(
    expected: str,
    look: Callable[[], Awaitable[T | None]],
    seconds: float = PATIENCE,
    every: float = 0.1,
) -> T:
    """Look until something is found; Unmet when it does not come in time."""
    ends = time.monotonic() + seconds
    while True:
        found = await look()
        if found:
            return found
        if time.monotonic() > ends:
            raise Unmet(expected, f"{found!r} after {seconds:.0f} s")
        await rest(every)


class Paper(Protocol):
    """Where lines are written."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> object: ...


@dataclass(slots=True)
class Story:
    """One story: steps in order, told on a page of its own."""

    title: str
    play: Callable[["Page"], Awaitable[None]]


@dataclass(slots=True)
class Page:
    """What one story has to tell so far."""

    book: "Book"
    lines: list[str] = field(default_factory=list)
    over: bool = False

    @contextlib.contextmanager
    def step(self, number: str, words: str) -> Iterator[list[str]]:
        """Play one step; gives a list for more words. Raises StoryOver if it fails."""
        began, more = time.perf_counter(), list[str]()
        try:
            yield more
        except Exception as error:
            self._failed(number, words, began, error)
            raise StoryOver from error
        self.book.passed += 1
        said = " ".join((words, *more))
        self._tell(f"ok   {number:<5} {said}  ({_took(began)})")

    def note(self, words: str) -> None:
        """Write a line that is no step."""
        self._tell(words)

    def broke(self, title: str, error: Exception) -> None:
        """Tell that a story could not even come to its next step."""
        self._failed(
            title[:1], f"between steps of: {title}", time.perf_counter(), error
        )

    def _failed(self, number: str, words: str, began: float, why: Exception) -> None:
        self.book.failed += 1
        said = _said(why)
        self._tell(f"FAIL {number:<5} {words}  ({_took(began)})\n{said}")

    def _tell(self, line: str) -> None:
        self.lines.append(line)
        self.book.turn()


@dataclass(slots=True)
class Book:
    """All pages in order; a line is shown when everything before it has been."""

    paper: Paper = field(default_factory=lambda: sys.stdout)
    passed: int = 0
    failed: int = 0
    _pages: list[Page] = field(default_factory=list)

    def open(self, title: str) -> Page:
        """Begin a page, under the pages begun before."""
        page = Page(self, [f"     {title}"])
        self._pages.append(page)
        return page

    def turn(self) -> None:
        """Show what may be shown now."""
        while self._pages:
            page = self._pages[0]
            for line in page.lines:
                self.paper.write(f"{line}\n")
            page.lines.clear()
            if not page.over:
                break
            self._pages.pop(0)
        self.paper.flush()

    async def play(self, *lanes: list[Story]) -> None:
        """Play lanes beside each other, and the stories of a lane in turn."""
        opened = [[(self.open(s.title), s) for s in lane] for lane in lanes]
        self.turn()
        async with asyncio.TaskGroup() as group:
            for lane in opened:
                group.create_task(self._lane(lane))

    async def _lane(self, lane: list[tuple[Page, Story]]) -> None:
        for page, story in lane:
            try:
                await story.play(page)
            except StoryOver:
                pass
            except Exception as error:  # noqa: BLE001  told of, and the next one goes on
                page.broke(story.title, error)
            page.over = True
            self.turn()


def _took(began: float) -> str:
    return f"{time.perf_counter() - began:.2f} s"


def _said(why: Exception) -> str:
    if not isinstance(why, Unmet):
        return _indented("".join(traceback.format_exception(why)))
    unmet, seen = why, str(why.seen)
    cut = seen if len(seen) <= 1500 else f"{seen[:1500]} …"  # noqa: PLR2004
    return _indented(f"expected: {unmet.expected}\nseen:     {cut}")


def _indented(text: str) -> str:
    return "\n".join(f"           {line}" for line in text.rstrip().splitlines())
