"""What a round of readings concludes once all of Entra's groups have been read."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from booking.model import Groups, UnitId
from graph_sync.graph import Member
from teams_app.actions import access, staffing
from teams_app.actions.access import Claims, Person
from teams_app.store import jobs, log, people
from teams_app.store.database import Tx
from tests import make
from tests.support.small_world import TENANT, SmallWorld

ALL, HERE, THERE, BOSSES = (
    f"00000000-0000-4000-8000-0000000000{each}" for each in ("c0", "f0", "f1", "d0")
)
AINO, BO = make.a_professional().object_id, make.bo().object_id
NUMBERS = count()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give SQLite alone: what the database decides is tested beside the store."""
    return sqlite_url


@pytest.fixture
async def small(small: SmallWorld) -> SmallWorld:
    """Let two units have a group of professionals each, and one a supervisors'."""
    here = replace(make.a_unit(), groups=Groups(BOSSES, professionals=HERE))
    there = small.read(people.unit, UnitId(2))
    small.write(people.save_unit, here)
    small.write(people.save_unit, replace(there, groups=Groups(professionals=THERE)))
    has(small, HERE, AINO, BO)
    has(small, THERE, "somebody else")
    has(small, BOSSES, "a boss")
    await a_round(small)
    return small


def has(small: SmallWorld, group: str, *ids: str) -> None:
    small.graph.groups[group] = [Member(each, "X", enabled=True) for each in ids]


def owe(tx: Tx, number: int) -> None:
    jobs.promise(tx, jobs.Promise("group", f"group:{number}", due=make.NOW))


async def a_round(small: SmallWorld) -> None:
    small.write(owe, next(NUMBERS))
    await small.settle_down()


async def later(small: SmallWorld, hours: int = 1) -> None:
    for _ in range(hours):
        small.clock.advance(timedelta(hours=1))
        await a_round(small)


def person(small: SmallWorld, id_: str = AINO) -> Person | None:
    found: Person | None = small.read(access.person, Claims(TENANT, id_))
    return found


def said(small: SmallWorld) -> list[str]:
    found = small.read(log.entries, f"staff:{AINO}", 9)
    return [each.what for each in reversed(found)]


@pytest.mark.parametrize("of_all", [False, True])
async def test_who_becomes_a_supervisor_keeps_her_roles_and_is_booked_no_more(
    small: SmallWorld, *, of_all: bool
):
    if of_all:
        small.policy = replace(small.policy, professionals_group=ALL)
        has(small, ALL, AINO, BO)
        await later(small)
        has(small, ALL, BO)
    has(small, HERE, BO)
    has(small, BOSSES, "a boss", AINO)

    await later(small, 2)

    found = person(small)
    assert found is not None
    assert found.supervises == {UnitId(1)}
    assert found.professional is not None
    assert not small.aino.bookable
    assert said(small) == ["role_given", "left"]
    assert AINO not in {each.object_id for each in small.read(staffing.candidates)}


async def test_whom_an_admin_opens_all_the_same_stays_open(small: SmallWorld):
    has(small, HERE, BO)
    has(small, BOSSES, "a boss", AINO)
    await later(small)

    small.write(people.save_professional, make.a_professional())
    await later(small)

    assert small.aino.bookable


async def test_a_supervisor_who_loses_that_too_has_left_and_comes_back_by_either(
    small: SmallWorld,
):
    has(small, HERE, BO)
    has(small, BOSSES, "a boss", AINO)
    await later(small)
    has(small, BOSSES, "a boss")
    await later(small)
    assert person(small) is None

    has(small, BOSSES, "a boss", AINO)
    await later(small)
    assert person(small) is not None
    assert not small.aino.bookable

    has(small, HERE, BO, AINO)
    await later(small)
    assert small.aino.bookable
    assert said(small)[-1] == "returned"


async def test_of_a_group_that_gives_no_role_any_more_nothing_is_concluded(
    small: SmallWorld,
):
    has(small, HERE, BO)
    has(small, BOSSES, "a boss", AINO)
    await later(small)
    named = replace(make.a_unit(), groups=Groups(professionals=HERE))
    small.write(people.save_unit, named)
    small.write(people.set_supervisors, UnitId(1), [AINO])

    await later(small, 2)

    found = person(small)
    assert found is not None
    assert found.supervises == {UnitId(1)}


@pytest.mark.parametrize(("first", "then"), [(HERE, THERE), (THERE, HERE)])
async def test_who_moves_from_one_unit_to_another_neither_leaves_nor_returns(
    small: SmallWorld, first: str, then: str
):
    """Whichever of the two is read first."""
    has(small, HERE, BO)
    has(small, first, *[each.id for each in small.graph.groups[first]], AINO)
    await later(small)

    has(small, first, BO)
    has(small, then, "somebody else", AINO)
    await later(small)

    assert person(small) is not None
    assert small.aino.bookable
    assert said(small) == []


async def test_while_another_group_cannot_be_read_she_may_be_in_that(
    small: SmallWorld,
):
    has(small, HERE, BO)
    del small.graph.groups[THERE]
    await later(small, 2)
    assert person(small) is not None
    assert small.aino.bookable

    has(small, THERE, "somebody else", AINO)
    await later(small)

    assert person(small) is not None
    assert said(small) == []


async def test_a_group_that_is_never_read_keeps_nobody_in(small: SmallWorld):
    has(small, HERE, BO)
    del small.graph.groups[THERE]

    await later(small, 4)

    assert person(small) is None
    assert said(small) == ["left"]


async def test_while_the_group_of_all_is_not_believed_nobody_has_left(
    small: SmallWorld,
):
    small.policy = replace(small.policy, professionals_group=ALL)
    has(small, ALL, AINO, BO)
    await later(small)
    del small.graph.groups[ALL]
    has(small, HERE, BO)

    await later(small, 5)

    assert person(small) is not None
    assert small.aino.bookable


async def test_a_group_that_gives_a_role_too_is_believed_after_a_day(
    small: SmallWorld,
):
    """What is doubted of the group of all is not settled by its other use."""
    many = [f"professional {n}" for n in range(6)]
    small.policy = replace(small.policy, professionals_group=ALL)
    has(small, ALL, AINO, BO, *many)
    has(small, HERE)
    await later(small)
    small.policy = replace(small.policy, professionals_group=BOSSES)
    has(small, BOSSES, BO, "a boss")

    await later(small, 23)
    assert person(small) is not None
    await later(small, 3)

    assert person(small) is None
    assert person(small, BO) is not None
