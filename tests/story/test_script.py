"""That the story can fail: each way of telling is shown what it is there to find."""

import io

import pytest

from teams_app.story.script import (
    Book,
    Page,
    Story,
    Unmet,
    absent,
    expect,
    same,
    until,
    within,
)


class Shop:
    """Stories that go as they are told to, and what they printed."""

    def __init__(self) -> None:
        self.paper = io.StringIO()
        self.book = Book(self.paper)

    @property
    def lines(self) -> list[str]:
        return self.paper.getvalue().splitlines()


async def good(page: Page) -> None:
    with page.step("1.1", "it holds") as said:
        said.append("well")


async def bad(page: Page) -> None:
    with page.step("2.1", "it does not"):
        same("the answer", 41, 42)
    with page.step("2.2", "never reached"):
        pass


async def broken(page: Page) -> None:
    with page.step("3.1", "it breaks"):
        raise KeyError("missing")


async def early(_: Page) -> None:
    raise Unmet("a beginning", "nothing")


async def test_a_step_that_holds_is_a_line_with_its_time():
    shop = Shop()

    await shop.book.play([Story("1  Good", good)])

    assert shop.lines[0] == "     1  Good"
    assert shop.lines[1].startswith("ok   1.1   it holds well  (0.0")
    assert (shop.book.passed, shop.book.failed) == (1, 0)


async def test_a_failure_says_what_was_expected_and_seen_and_the_next_story_goes_on():
    shop = Shop()

    await shop.book.play([Story("2  Bad", bad), Story("1  Good", good)])

    said = "\n".join(shop.lines)
    assert "FAIL 2.1   it does not" in said
    assert "expected: the answer: 42" in said
    assert "seen:     41" in said
    assert "never reached" not in said
    assert "ok   1.1" in said
    assert (shop.book.passed, shop.book.failed) == (1, 1)


@pytest.mark.parametrize(("story", "told"), [(broken, "KeyError"), (early, "nothing")])
async def test_what_breaks_in_a_step_or_before_one_fails_too(story, told):
    shop = Shop()

    await shop.book.play([Story("3  Broken", story), Story("1  Good", good)])

    assert told in "\n".join(shop.lines)
    assert (shop.book.passed, shop.book.failed) == (1, 1)


async def test_lanes_side_by_side_are_told_one_after_the_other():
    shop = Shop()

    async def slow(page: Page) -> None:
        with page.step("1.1", "slow"):
            await until("three looks", looks(3), every=0.01)

    await shop.book.play([Story("1  Slow", slow)], [Story("2  Good", good)])

    assert [line[5:12].strip() for line in shop.lines] == [
        "1  Slow",
        "1.1   s",
        "2  Good",
        "1.1   i",
    ]


def looks(needed: int):
    """Find nothing until it was looked for so often."""
    seen = []

    async def look() -> bool:
        seen.append(1)
        return len(seen) >= needed

    return look


async def test_what_never_comes_is_missed():
    with pytest.raises(Unmet) as missed:
        await until("a miracle", looks(1000), seconds=0.05, every=0.01)

    assert missed.value.expected == "a miracle"


@pytest.mark.parametrize(
    "check",
    [
        lambda: expect([], "something", "nothing"),
        lambda: same("it", 1, 2),
        lambda: within("the page", "abc", "a", "d"),
        lambda: absent("the mail", "Hei Matti", "matti"),
    ],
)
def test_each_check_can_fail(check):
    with pytest.raises(Unmet):
        check()


def test_each_check_can_hold():
    expect([1], "something", "")
    same("it", 1, 1)
    within("the page", "abc", "a", "c")
    absent("the mail", "Hei", "matti")
