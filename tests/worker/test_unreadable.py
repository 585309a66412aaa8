"""A mailbox that is gone, or closed to us, is offered to nobody until it is read again."""

from collections.abc import Callable

import pytest

from graph_sync.graph import Forbidden, Gone, GraphError, NoMailbox, Unavailable
from teams_app.actions import calendars, pulls
from teams_app.store import calendars as rows
from teams_app.store import jobs
from teams_app.worker import checking
from teams_app.worker.keepers import buried
from tests import make
from tests.support.small_world import SmallWorld


class Elsewhere(Forbidden):
    """Some kind of refusal that nobody has thought of yet."""


BARRED = [
    (Forbidden("ErrorAccessDenied"), "Forbidden"),
    (Elsewhere("Moved"), "Forbidden"),
    (Forbidden("TokenRefused"), "TokenRefused"),
    (Gone("ResourceNotFound"), "Gone"),
    (NoMailbox("ErrorInvalidUser"), "Gone"),
]


def is_offered(small: SmallWorld) -> bool:
    found = small.read(calendars.kept, make.AINO, small.policy, small.now)
    return found is not None


def error_of(small: SmallWorld) -> str | None:
    error: str | None = small.read(rows.state, make.AINO).last_error
    return error


async def pulled(small: SmallWorld, error: GraphError) -> None:
    small.gate.arm(1, error=error, lasting=True, only="graph.changes")
    small.pull()
    await small.rest(rounds=10)


@pytest.mark.parametrize(("error", "named"), BARRED)
async def test_nothing_is_offered_of_a_calendar_that_may_not_be_read(
    small: SmallWorld, error: GraphError, named: str
):
    assert is_offered(small)

    await pulled(small, error)

    assert not is_offered(small)
    assert error_of(small) == named


@pytest.mark.parametrize(("error", "named"), BARRED)
async def test_found_out_by_night_it_is_not_offered_either(
    small: SmallWorld, error: GraphError, named: str
):
    small.gate.arm(1, error=error, lasting=True, only="graph.changes")

    await checking.compared(small.world, make.AINO)

    assert not is_offered(small)
    assert error_of(small) == named


def _given_up(tx, small: SmallWorld) -> None:
    pulls.owe(tx, [make.AINO], small.now)
    (job,) = jobs.claim(tx, small.now, limit=1, lease_seconds=60, kinds=["pull"])
    assert jobs.dead(tx, job, "forbidden")
    buried(tx, job, small.now)


def _out_of_order(tx, small: SmallWorld) -> None:
    pulls.failing(tx, make.AINO, "throttled", small.now)


@pytest.mark.parametrize("then", [_given_up, _out_of_order])
@pytest.mark.parametrize(("error", "named"), BARRED)
async def test_whatever_goes_wrong_next_it_stays_barred_until_it_is_read(
    small: SmallWorld, error: Forbidden | Gone, named: str, then: Callable[..., None]
):
    small.write(pulls.unreadable, make.AINO, error, small.now)

    small.write(then, small)
    assert not is_offered(small)
    assert error_of(small) == named

    small.gate.disarm()
    small.pull()
    await small.settle_down()
    assert is_offered(small)
    assert error_of(small) is None


def test_what_may_be_read_and_is_out_of_reach_is_offered_as_it_was_known(
    small: SmallWorld,
):
    small.write(_given_up, small)

    assert is_offered(small)
    assert error_of(small) == "given_up"


async def test_a_mailbox_gone_since_its_link_grew_old_is_not_offered(
    small: SmallWorld,
):
    state = small.read(rows.state, make.AINO)
    small.graph.old_links.add(state.delta_link)
    gone = NoMailbox("ErrorInvalidUser")
    small.gate.arm(1, error=gone, lasting=True, only="graph.mailbox")
    small.pull()
    await small.rest(rounds=10)

    assert not is_offered(small)


async def test_out_of_reach_for_a_while_does_not_bar(small: SmallWorld):
    await pulled(small, Unavailable("503"))

    assert is_offered(small)
