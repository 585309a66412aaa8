"""What docs/audit.md says of the command line, tried.

What a command shows, or changes, leaves the lines that the page says, by `admin`.
"""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from booking.differences import Difference, Kind
from teams_app import __main__ as entry
from teams_app.actions import checks, export, removal
from teams_app.main import commands
from tests import make
from tests.main.test_commands import left_over, working
from tests.support import audit_table, audited
from tests.support.small_world import SmallWorld

LINES = audit_table.under("On the command line")


def test_every_command_has_its_line(monkeypatch: pytest.MonkeyPatch):
    known: list[str] = []
    plain = argparse._SubParsersAction.add_parser

    def heard(self: Any, name: str, **more: Any) -> Any:
        known.append(name)
        return plain(self, name, **more)

    monkeypatch.setattr(argparse._SubParsersAction, "add_parser", heard)
    with pytest.raises(SystemExit):
        entry.main(["--help"])

    assert {each.split()[0] for each in LINES} == set(known)


def app_of(small: SmallWorld) -> Any:
    """Give what a command is wired to, in a small world."""
    return SimpleNamespace(
        database=small.database,
        world=small.world,
        policy=small.policy,
        clock=small.clock,
    )


async def differing(small: SmallWorld) -> None:
    """Let a comparison have found that Outlook lacks something of an appointment."""
    booked = small.book(24)
    await small.settle_down()
    row = Difference(Kind.DAMAGED, booked.span.start, booked.reference)
    small.write(checks.done, make.AINO, [row], small.now)


async def look_at_health(small: SmallWorld) -> list[str]:
    await differing(small)
    found = await commands._facts(app_of(small))
    return [each.difference.reference for each in found.differences]


async def compare(small: SmallWorld, *, fix: bool = False) -> list[str]:
    await differing(small)
    small.clock.advance(minutes=1)
    said: list[str] = []
    command = commands._Check(app_of(small), "en", said.append, "again")
    await command.run(fix=fix)
    return said


async def mend(small: SmallWorld) -> list[str]:
    left_over(small)
    async with working(small):
        return await compare(small, fix=True)


async def take_out(small: SmallWorld) -> list[str]:
    small.book(24)
    small.write(export.begun, small.now)
    return []


async def cancel_all(small: SmallWorld) -> list[str]:
    await take_out(small)
    assert small.write(removal.cancel_all, small.now) == 1
    return []


ORDERS: Mapping[str, Callable[[SmallWorld], Awaitable[list[str]]]] = {
    "health": look_at_health,
    "check": compare,
    "check --fix": mend,
    "remove": take_out,
    "remove --cancel": cancel_all,
}


@pytest.mark.parametrize("row", ORDERS)
async def test_what_is_ordered_leaves_what_the_page_says(small: SmallWorld, row: str):
    said = await ORDERS[row](small)

    lines = small.read(audited.since, audited.NOTHING)
    mine = [each for each in lines if each.who == "admin"]
    assert {audit_table.token(each) for each in mine} == LINES[row]
    told = "\n".join(said)
    assert (
        small.read(audited.faults, audited.NOTHING, audited.Heard("admin", told)) == []
    )


def test_what_is_not_tried_here_leaves_nothing():
    assert not any(LINES[each] for each in LINES.keys() - ORDERS.keys())
