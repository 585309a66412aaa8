"""Roles from Entra: a unit's groups, the admins' group, app roles; and what wins."""

from dataclasses import replace

import pytest

from booking.directory import Doubted
from booking.health import Level, judge
from booking.model import Groups, UnitId
from booking.policy import Policy
from graph_sync.graph import Forbidden, Member
from teams_app.actions import access, health, role_groups, setup, staffing, takers
from teams_app.actions.access import Claims, Person
from teams_app.store import directory, groups, jobs, log, people
from tests import make
from tests.support.counting import counted
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld

BOSSES = "00000000-0000-4000-8000-0000000000d0"
DESK = "00000000-0000-4000-8000-0000000000d1"
ADMINS = "00000000-0000-4000-8000-0000000000d2"
ONE, TWO, THREE = (f"00000000-0000-4000-8000-0000000000e{n}" for n in "123")


def member(id_: str, *, enabled: bool = True) -> Member:
    return Member(id_, f"Name {id_[-2:]}", enabled)


@pytest.fixture
def small(small: SmallWorld) -> SmallWorld:
    unit = replace(make.a_unit(), groups=Groups(BOSSES, DESK))
    small.write(people.save_unit, unit)
    small.policy = replace(small.policy, admins_group=ADMINS)
    return small


def learn(small: SmallWorld, group: str, *ids: str) -> object:
    return small.write(
        role_groups.learn, group, [member(each) for each in ids], small.now
    )


def person(small: SmallWorld, id_: str, *roles: str) -> Person | None:
    found: Person | None = small.read(
        access.person, Claims(TENANT, id_, roles=frozenset(roles))
    )
    return found


def owe_group(tx) -> None:
    jobs.promise(tx, jobs.Promise("group", "group:test", due=make.NOW))


# Whichever way a role came, it is the same role.


@pytest.mark.parametrize("way", ["named", "group", "app role"])
@pytest.mark.parametrize("role", ["supervisor", "reception"])
def test_a_role_is_the_same_whatever_it_came_by(small: SmallWorld, role: str, way: str):
    every = frozenset(each.id for each in small.read(people.units))
    app, put, group = {
        "supervisor": (access.SUPERVISOR, people.set_supervisors, BOSSES),
        "reception": (access.RECEPTION, people.set_receptionists, DESK),
    }[role]
    if way == "named":
        small.write(people.save_unit, make.a_unit())
        small.write(put, UnitId(1), [ONE])
    elif way == "group":
        learn(small, group, ONE)

    found = person(small, ONE, *([app] if way == "app role" else []))

    units = every if way == "app role" else frozenset({UnitId(1)})
    hers = {"supervisor": "supervises", "reception": "receives"}[role]
    assert found is not None
    assert getattr(found, hers) == units
    other = {"supervisor": "receives", "reception": "supervises"}[role]
    assert getattr(found, other) == frozenset()


# What wins.


def test_names_count_until_the_group_was_read_and_then_it_alone(small: SmallWorld):
    assert person(small, SUPERVISOR) is not None

    learn(small, BOSSES, ONE)

    assert person(small, SUPERVISOR) is None
    assert person(small, ONE).supervises == {UnitId(1)}
    assert small.read(people.supervisors, UnitId(1)) == [ONE]
    assert small.read(people.named_supervisors, UnitId(1)) == [SUPERVISOR]


def test_the_names_count_again_once_the_unit_has_no_group(small: SmallWorld):
    learn(small, BOSSES, ONE)

    small.write(people.save_unit, make.a_unit())
    small.write(role_groups.keep_only, small.policy)

    assert person(small, ONE) is None
    assert person(small, SUPERVISOR).supervises == {UnitId(1)}
    assert small.read(groups.members, BOSSES) == {}


def test_a_group_of_one_unit_decides_nothing_in_another(small: SmallWorld):
    small.write(people.set_supervisors, UnitId(2), [SUPERVISOR])

    learn(small, BOSSES, ONE)

    assert person(small, SUPERVISOR).supervises == {UnitId(2)}


def test_who_has_left_the_professionals_has_no_role_by_name_or_app_role(
    small: SmallWorld,
):
    small.write(people.set_supervisors, UnitId(1), [ONE])
    small.write(directory.save, directory.Known(ONE, "x", left=small.now))

    assert person(small, ONE) is None
    assert person(small, ONE, access.SUPERVISOR) is None


def test_a_disabled_account_has_no_role_by_a_group(small: SmallWorld):
    small.write(role_groups.learn, BOSSES, [member(ONE, enabled=False)], small.now)

    assert person(small, ONE) is None


def test_cards_and_questions_go_to_whom_the_group_names(small: SmallWorld):
    learn(small, BOSSES, ONE)

    assert small.read(takers.desk, UnitId(1)) == [ONE]


# When a unit is given another group.

OTHER = "00000000-0000-4000-8000-0000000000d3"


def another(small: SmallWorld, group: str = OTHER) -> None:
    unit = replace(make.a_unit(), groups=Groups(group, DESK))
    small.write(people.save_unit, unit)


def test_the_former_group_decides_until_the_new_one_was_read(small: SmallWorld):
    learn(small, BOSSES, ONE)

    another(small)
    another(small)
    small.write(role_groups.keep_only, small.policy)

    assert person(small, SUPERVISOR) is None
    assert person(small, ONE).supervises == {UnitId(1)}
    assert small.read(people.supervisors, UnitId(1)) == [ONE]
    learn(small, OTHER, TWO)
    small.write(role_groups.keep_only, small.policy)
    assert person(small, ONE) is None
    assert person(small, TWO).supervises == {UnitId(1)}
    assert person(small, SUPERVISOR) is None
    assert small.read(groups.members, BOSSES) == {}


def test_who_leaves_the_former_group_meanwhile_is_out(small: SmallWorld):
    learn(small, BOSSES, ONE, TWO)
    another(small)

    assert BOSSES in small.read(role_groups.wanted, small.policy)
    learn(small, BOSSES, TWO)

    assert small.read(people.supervisors, UnitId(1)) == [TWO]


def test_of_two_that_were_never_read_the_one_that_decided_still_does(
    small: SmallWorld,
):
    learn(small, BOSSES, ONE)

    another(small)
    another(small, THREE)

    assert small.read(people.supervisors, UnitId(1)) == [ONE]
    another(small, BOSSES)
    assert small.read(people.supervisors, UnitId(1)) == [ONE]


def test_a_group_that_decides_elsewhere_does_so_at_once(small: SmallWorld):
    learn(small, BOSSES, ONE)
    learn(small, DESK, TWO)

    another(small, DESK)

    assert small.read(people.supervisors, UnitId(1)) == [TWO]


def test_the_names_count_where_no_group_ever_decided(small: SmallWorld):
    another(small)

    assert small.read(people.supervisors, UnitId(1)) == [SUPERVISOR]


# Asked with every request.


def test_who_somebody_is_is_asked_as_often_however_many_units_name_groups(
    small: SmallWorld,
):
    def asked() -> int:
        with counted() as statements:
            assert person(small, ONE) is not None
        return len(statements)

    learn(small, BOSSES, ONE)
    of_one = asked()
    for n in range(30):
        named = Groups(f"{BOSSES}{n}", f"{DESK}{n}")
        unit = replace(make.a_unit(), key=f"unit{n}", groups=named)
        small.write(people.save_unit, unit)
        learn(small, named.supervisors, ONE)
        learn(small, named.reception, TWO)

    assert asked() == of_one <= 10
    assert len(person(small, ONE).supervises) == 31
    assert len(person(small, TWO).receives) == 30


# Kept in step.


async def test_the_worker_reads_every_group_and_who_is_out_is_out_the_same_hour(
    small: SmallWorld,
):
    learn(small, BOSSES, ONE, TWO)
    small.graph.groups |= {BOSSES: [member(TWO)], DESK: [], ADMINS: [member(THREE)]}
    small.write(owe_group)

    await small.settle_down()

    assert person(small, ONE) is None
    assert person(small, TWO).supervises == {UnitId(1)}
    lines = small.read(log.entries, f"staff:{ONE}", 9)
    assert [each.what for each in lines] == ["role_lost", "role_given"]
    assert small.read(access.is_admin, Claims(TENANT, THREE), small.policy)


async def test_what_cannot_be_read_stays_as_it_was_and_is_said(small: SmallWorld):
    learn(small, BOSSES, ONE)
    small.graph.refusals["group"] = Forbidden("Authorization_RequestDenied")
    small.write(owe_group)

    await small.settle_down()
    small.clock.advance(hours=2)

    assert person(small, ONE) is not None
    signs = judge(small.read(health.facts, small.policy, small.now)).signs
    assert ("group_unread", Level.BAD) in {(each.name, each.level) for each in signs}


def test_a_group_that_empties_at_once_is_not_believed_for_a_day(small: SmallWorld):
    four = (ONE, TWO, THREE, SUPERVISOR)
    learn(small, BOSSES, *four)

    assert isinstance(learn(small, BOSSES), Doubted)
    assert person(small, ONE) is not None
    small.clock.advance(days=1)
    learn(small, BOSSES)

    assert person(small, ONE) is None


def test_another_group_of_a_unit_is_read_at_once(small: SmallWorld):
    unit = replace(make.a_unit(), groups=Groups(supervisors=DESK))

    small.write(setup.put_unit, unit, [], small.now)
    small.write(setup.put_unit, unit, [], small.now)

    assert len(small.owed("group")) == 1


# Who looks after Vuoro.


@pytest.mark.parametrize("roles", [(), (access.ADMIN,)])
def test_an_admin_is_one_by_name_by_group_or_by_role(
    small: SmallWorld, roles: tuple[str, ...]
):
    def admin(policy: Policy) -> bool:
        claims = Claims(TENANT, ONE, roles=frozenset(roles))
        found: bool = small.read(access.is_admin, claims, policy)
        return found

    assert admin(small.policy) == bool(roles)
    assert admin(replace(small.policy, admins=frozenset({ONE})))
    learn(small, ADMINS, ONE)
    assert admin(small.policy)
    assert admin(replace(small.policy, admins_group="")) == bool(roles)


# Who is to be a professional.


def test_who_has_the_role_of_professionals_is_proposed_and_nobody_before_she_is_added(
    small: SmallWorld,
):
    claims = Claims(TENANT, ONE, "Nelli Nieminen", frozenset({access.PROFESSIONAL}))

    for _ in range(2):
        small.write(staffing.propose, claims)
    small.write(role_groups.keep_only, small.policy)

    (found,) = small.read(staffing.candidates)
    assert (found.object_id, found.name) == (ONE, "Nelli Nieminen")
    assert person(small, ONE, access.PROFESSIONAL) is None
    sheet = small.read(staffing.of, ONE)
    small.write(staffing.save, sheet, sheet.seen, "staff:x", small.now)
    assert person(small, ONE).professional.name == "Nelli Nieminen"
    assert small.read(staffing.candidates) == []


def test_who_has_left_is_not_proposed_by_a_role(small: SmallWorld):
    small.write(directory.save, directory.Known(ONE, "x", left=small.now))

    small.write(staffing.propose, Claims(TENANT, ONE, "x"))

    assert small.read(staffing.candidates) == []
    assert small.read(staffing.of, ONE) is None
