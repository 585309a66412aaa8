"""The drizzle: a flow is run again and again, each time with another call failing."""

from collections.abc import Awaitable, Callable, Iterable

import pytest

from booking.model import Appointment
from tests import make
from tests.support.small_world import SmallWorld

BOX = make.a_professional().mailbox
#: More outside calls of one kind than any of these flows makes.
CALLS_MAX = 9
#: Hours from now at which nothing else is: one time for each run of a flow.
TIMES = [day * 24 + hour for day in range(1, 5) for hour in range(6)]
A_WEEK = 24 * 7

EACH_WAY = pytest.mark.parametrize(
    ("after", "lasting"),
    [(False, False), (True, False), (False, True)],
    ids=["before", "after", "lasting"],
)
BEFORE_OR_AFTER = pytest.mark.parametrize(
    "after", [False, True], ids=["before", "after"]
)
Run = Callable[[Callable[[], None], float], Awaitable[None]]


async def drizzle(
    small: SmallWorld,
    run: Run,
    *,
    after: bool,
    lasting: bool = False,
    at: Iterable[int] = TIMES,
    of: str = "",
) -> set[str]:
    """Run a flow dry, then with each of its calls failing; gives what failed.

    `run` is given how to let the rain begin, and a time that is free. `of`: only calls
    whose name begins so.
    """
    times = iter(at)
    await run(lambda: small.gate.arm(0), next(times))
    failed = set()
    for name in sorted(each for each in set(small.gate.calls) if each.startswith(of)):
        for nth in range(1, CALLS_MAX):

            def rain(name: str = name, nth: int = nth) -> None:
                small.gate.arm(nth, after=after, lasting=lasting, only=name)

            await run(rain, next(times))
            if not small.gate.failed:
                break
            failed.add(name)
        else:
            pytest.fail(f"more than {CALLS_MAX} calls of {name}")
    return failed


async def through(small: SmallWorld, *, lasting: bool = False) -> None:
    """Let the worker meet the failure, then repair the world and let it go on."""
    if lasting:
        # It would try until there is no point in it; somebody is quicker.
        await small.rest(rounds=12)
    else:
        await small.settle_down()
    small.gate.disarm()
    await small.settle_down()


def mails(small: SmallWorld) -> list[str]:
    return [each.key.partition("/")[0] for each in small.graph.mails]


def is_right(small: SmallWorld, booked: Appointment) -> Appointment:
    """One event at its time; the client has heard the last state last, and once."""
    now = small.appointment(booked.id)
    standing = [each for each in small.graph.ours(BOX) if each.key == booked.reference]
    assert [each.when for each in standing] == ([now.span] if now.in_calendar else [])
    sent = [key for key in mails(small) if key.startswith(f"tell:{booked.id}:")]
    assert len(sent) == len(set(sent)), "no mail twice"
    assert sent[-1] == f"tell:{booked.id}:{now.version}:mail"
    return now


def check(small: SmallWorld, booked: Appointment) -> None:
    """That, and a card that says so."""
    now = is_right(small, booked)
    shown = [
        str(each.activity)
        for each in small.chat.posted
        if booked.reference in str(each.activity)
    ]
    assert shown, "there is a card"
    can_cancel = "appointment.cancel" in shown[-1]
    assert can_cancel is now.in_calendar
