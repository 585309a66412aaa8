"""Who joins a unit's group of professionals, and who leaves it."""

from dataclasses import replace

import pytest

from booking.directory import Doubted
from booking.model import Groups, Joining, Language, UnitId
from graph_sync.graph import Member
from teams_app.actions import access, joining, leaving, staffing
from teams_app.actions.access import Claims
from teams_app.store import directory, edited, jobs, log, people, services
from tests import make
from tests.support.small_world import TENANT, SmallWorld

GROUP = "00000000-0000-4000-8000-0000000000f0"
MAIN = "00000000-0000-4000-8000-0000000000c0"
AINO, BO = make.a_professional().object_id, make.bo().object_id
NELLI, OLGA = (f"00000000-0000-4000-8000-0000000000e{n}" for n in "12")
HERSELF = Joining((Language.SV, Language.FI), frozenset({"guidance"}))


def member(id_: str, *, enabled: bool = True) -> Member:
    return Member(id_, f"Name {id_[-2:]}", enabled)


def let(small: SmallWorld, given: Joining | None, unit: int = 1) -> None:
    found = small.read(people.unit, UnitId(unit))
    made = replace(found, groups=Groups(professionals=GROUP, joining=given))
    small.write(people.save_unit, made)


def learn(small: SmallWorld, *ids: str) -> object:
    members = [member(each) for each in ids]
    found = small.write(joining.learn, GROUP, members, small.now)
    small.write(leaving.conclude, small.policy, small.now)
    return found


def professional(small: SmallWorld, id_: str):
    return small.read(people.professional_by_object_id, id_)


def known(small: SmallWorld, id_: str) -> bool:
    return small.read(access.person, Claims(TENANT, id_)) is not None


def proposed(small: SmallWorld) -> list[str]:
    return [each.object_id for each in small.read(staffing.candidates)]


def test_unless_the_admin_has_chosen_otherwise_who_joins_is_proposed(
    small: SmallWorld,
):
    let(small, None)
    learn(small, AINO)

    learn(small, AINO, NELLI)

    assert professional(small, NELLI) is None
    assert not known(small, NELLI)
    assert proposed(small) == [NELLI]
    assert small.read(staffing.of, NELLI).professional.unit == UnitId(1)


def test_where_she_has_who_joins_is_a_professional_of_the_unit_with_what_it_gives(
    small: SmallWorld,
):
    let(small, HERSELF)
    learn(small, AINO)

    learn(small, AINO, NELLI)

    made = professional(small, NELLI)
    assert (made.unit, made.name) == (UnitId(1), "Name e1")
    assert made.languages == (Language.SV, Language.FI)
    assert made.language is Language.SV
    assert not made.bookable
    assert made.id in small.read(services.givers, small.service.id)
    assert known(small, NELLI)
    assert proposed(small) == []
    (line,) = small.read(log.entries, f"professional:{made.id}", 9)
    assert (line.what, line.who, line.source) == ("add", "system", "entra")
    assert NELLI in small.read(edited.keys, edited.PROFESSIONAL)


@pytest.mark.parametrize("bookable", [True, False])
def test_clients_may_book_her_at_once_only_where_that_was_chosen(
    small: SmallWorld, *, bookable: bool
):
    let(small, replace(HERSELF, bookable=bookable))
    learn(small, AINO)

    learn(small, AINO, NELLI)

    able = small.read(services.professionals_for, small.service.id)
    assert (NELLI in {each.object_id for each in able}) == bookable


def test_who_was_in_it_when_it_was_first_read_is_proposed(small: SmallWorld):
    let(small, HERSELF)

    learn(small, AINO, NELLI)

    assert professional(small, NELLI) is None
    assert proposed(small) == [NELLI]


@pytest.mark.parametrize(("count", "made"), [(joining.MOST, True), (11, False)])
def test_too_many_at_once_are_proposed(small: SmallWorld, *, count: int, made: bool):
    let(small, HERSELF)
    learn(small, AINO)
    many = [f"00000000-0000-4000-8000-{n:012}" for n in range(100, 100 + count)]

    learn(small, AINO, *many)

    assert (professional(small, many[0]) is not None) == made
    assert (many[0] in proposed(small)) != made


def test_of_a_group_of_two_units_nobody_can_say_which_she_joins(small: SmallWorld):
    let(small, HERSELF)
    let(small, HERSELF, unit=2)
    learn(small, AINO)

    learn(small, AINO, NELLI)

    assert professional(small, NELLI) is None


def test_who_is_a_professional_elsewhere_stays_what_she_is(small: SmallWorld):
    let(small, HERSELF, unit=2)
    learn(small, OLGA)

    learn(small, OLGA, BO)

    assert professional(small, BO) == make.bo()


def test_who_leaves_it_has_left_and_who_comes_back_has_all_back(small: SmallWorld):
    let(small, None)
    learn(small, AINO, BO)

    learn(small, BO)

    assert not known(small, AINO)
    assert not small.aino.bookable
    learn(small, AINO, BO)
    assert known(small, AINO)
    assert small.aino.bookable


def test_with_a_group_of_all_who_leaves_a_units_stays_while_she_is_in_that(
    small: SmallWorld,
):
    let(small, None)
    small.policy = replace(small.policy, professionals_group=MAIN)

    def both(of_all: list[str], of_unit: list[str]) -> None:
        small.write(joining.learn, GROUP, [member(each) for each in of_unit], small.now)
        members = [member(each) for each in of_all]
        small.write(leaving.learn, MAIN, members, small.now)
        small.write(leaving.conclude, small.policy, small.now)

    both([AINO], [AINO, BO])
    assert known(small, BO)
    both([AINO], [BO])
    assert known(small, AINO)
    both([AINO], [])
    assert known(small, AINO)
    assert not known(small, BO)


def test_of_a_group_that_is_none_any_more_nothing_is_concluded(small: SmallWorld):
    let(small, None)
    learn(small, AINO, NELLI)
    small.write(people.save_unit, make.a_unit())

    small.write(joining.keep_only)
    small.write(leaving.learn, MAIN, [member(BO)], small.now)
    small.write(leaving.conclude, small.policy, small.now)

    assert known(small, AINO)
    assert small.read(directory.find, AINO) is None
    assert proposed(small) == []


def test_who_had_left_does_not_come_back_by_a_group_that_is_dropped(
    small: SmallWorld,
):
    let(small, None)
    learn(small, AINO, BO)
    learn(small, BO)
    small.write(people.save_unit, make.a_unit())

    small.write(joining.keep_only)

    assert not known(small, AINO)


def test_a_group_that_empties_at_once_is_not_believed(small: SmallWorld):
    let(small, HERSELF)
    learn(small, AINO, BO, NELLI)

    assert isinstance(learn(small), Doubted)
    assert known(small, AINO)


async def test_the_worker_reads_it(small: SmallWorld):
    let(small, HERSELF)
    small.graph.groups[GROUP] = [member(AINO)]
    small.write(owe_group, "1")
    await small.settle_down()
    small.graph.groups[GROUP] = [member(AINO), member(NELLI)]
    small.write(owe_group, "2")

    await small.settle_down()

    assert professional(small, NELLI) is not None
    assert small.read(directory.reading, f"professionals:{GROUP}").read == small.now


def owe_group(tx, number: str) -> None:
    jobs.promise(tx, jobs.Promise("group", f"group:{number}", due=make.NOW))
