"""Units, services and professionals set up: once, again, and changed."""

from dataclasses import replace

import pytest

from booking.availability import Mode, Search
from booking.model import Modality, ServiceId, UnitId
from graph_sync.reconcile import Opening
from teams_app.actions import calendars, setup
from teams_app.actions.setup import OwnRules
from teams_app.store import calendars as calendar_rows
from teams_app.store import people, services
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld, dump


def setup_all(tx) -> None:
    unit = setup.put_unit(tx, make.a_unit(), [SUPERVISOR], make.NOW)
    assert unit.id == UnitId(1)
    aino = setup.put_professional(tx, make.a_professional(), make.NOW)
    bo = setup.put_professional(tx, make.bo(), make.NOW)
    setup.put_service(tx, make.a_service(), [aino, bo])


def versions(small: SmallWorld) -> dict[int, int]:
    return small.read(calendar_rows.versions)


def test_setting_up_again_changes_nothing_that_is_kept(small: SmallWorld):
    before = small.read(dump)

    small.write(setup_all)

    after = small.read(dump)
    passing = {"calendar_versions", "numbers"}
    assert {k: v for k, v in after.items() if k not in passing} == {
        k: v for k, v in before.items() if k not in passing
    }


def test_what_is_changed_is_the_one_that_was_there(small: SmallWorld):
    moved = replace(make.a_unit(), address="Rantakatu 2")
    closed = replace(make.a_service(), open=False)

    unit = small.write(setup.put_unit, moved, [], small.now)
    service = small.write(setup.put_service, closed, [small.aino])

    assert (unit.id, unit.address) == (UnitId(1), "Rantakatu 2")
    assert (service.id, service.open) == (ServiceId(1), False)
    assert small.read(people.units_supervised, SUPERVISOR) == []
    givers = small.read(services.professionals_for, service.id)
    assert [each.id for each in givers] == [make.AINO]


def test_who_gives_a_service_or_gave_it_is_read_anew_by_the_search(small: SmallWorld):
    before = versions(small)

    small.write(setup.put_service, make.a_service(), [small.aino])

    after = versions(small)
    assert {id_ for id_ in after if after[id_] != before.get(id_)} == {
        make.AINO,
        make.BO,
    }


def test_a_professional_who_takes_no_bookings_is_not_searched(small: SmallWorld):
    before = versions(small)

    small.write(setup.put_professional, make.a_professional(bookable=False), make.NOW)

    assert versions(small)[make.AINO] == before[make.AINO] + 1
    kept = small.read(calendars.kept, make.AINO, small.policy, small.now)
    assert kept is None


def test_her_mailbox_and_rules_outlive_being_set_up_again(small: SmallWorld):
    rules = OwnRules(daily_limit=3)
    small.write(setup.put_rules, make.AINO, rules, small.now)

    small.write(setup.put_professional, make.a_professional(name="Aino A."), make.NOW)

    own = small.read(calendars.rules_of, make.AINO, small.policy)
    assert own.daily_limit == 3
    assert own.mode is Mode.WORKING_HOURS


def test_own_rules_stand_beside_the_tenants(small: SmallWorld):
    rules = OwnRules(Mode.OPENED_BLOCKS, category=" Vapaa ", prefix="Aika:")
    small.write(setup.put_rules, make.AINO, rules, small.now)

    own = small.read(calendars.rules_of, make.AINO, small.policy)
    other = small.read(calendars.rules_of, make.BO, small.policy)

    assert own == replace(small.policy.rules, mode=Mode.OPENED_BLOCKS)
    assert other == small.policy.rules
    assert small.read(calendars.opening_of, make.AINO) == Opening("Vapaa", "Aika:")


def test_other_marks_mean_reading_anew_and_a_limit_does_not(small: SmallWorld):
    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=2), small.now)
    assert small.owed("pull_anew") == []

    marked = OwnRules(Mode.OPENED_BLOCKS, category="Vapaa")
    small.write(setup.put_rules, make.AINO, marked, small.now)
    small.write(setup.put_rules, make.AINO, marked, small.now)

    assert len(small.owed("pull_anew")) == 1


def test_rules_changed_are_heard_of_by_the_search(small: SmallWorld):
    before = versions(small)[make.AINO]

    small.write(setup.put_rules, make.AINO, OwnRules(daily_limit=0), small.now)

    assert versions(small)[make.AINO] == before + 1
    assert not any(
        slot.professional == make.AINO
        for slot in small.world.index().free(search(small), 50)
    )


def search(small: SmallWorld):
    return Search(small.service, Modality.REMOTE, small.now)


@pytest.mark.parametrize("marks", [{}, {"category": "  "}, {"prefix": ""}])
def test_blocks_that_nothing_marks_could_never_be_opened(marks):
    with pytest.raises(AssertionError):
        OwnRules(Mode.OPENED_BLOCKS, **marks)
