"""A tenant's rules: read with their bounds, and laid over what the settings say."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import client_limits, tenant_rules
from booking.client_limits import Barred
from booking.tenant_rules import RULES, Kind
from tests import make
from tests.support.small_world import POLICY

STATED = {key: tenant_rules.shown(v) for key, v in tenant_rules.values(POLICY).items()}


def read(**changes: str):
    return tenant_rules.read(STATED | changes)


def test_what_is_shown_is_read_again_as_it_is():
    found, errors = read()

    assert errors == ()
    assert found == tenant_rules.values(POLICY)
    assert tenant_rules.over(POLICY, found) == POLICY


def test_every_rule_that_is_decided_holds():
    wanted = {
        "self_booking": "no",
        "offer_days": "3",
        "offered_max": "4",
        "late_minutes": "45",
        "step_minutes": "30",
        "holidays": "no",
        "client_notice_hours": "24",
        "client_moves": "2",
        "trusts_moves": "yes",
        "quiet_start": "20.30",
        "quiet_end": "8:00",
        "names_organisation": "yes",
        "names_professional": "no",
        "names_service": "yes",
    }
    assert set(wanted) == {each.key for each in RULES}

    found, errors = read(**wanted)
    policy = tenant_rules.over(POLICY, found)

    assert errors == ()
    assert not policy.self_booking
    assert (policy.offer_days, policy.client_moves) == (3, 2)
    assert (policy.offered_max, policy.late_minutes) == (4, 45)
    assert policy.client_notice_hours == 24
    assert policy.rules.step_minutes == 30
    assert not policy.rules.holidays
    assert not policy.rules.eves
    assert (policy.quiet.start, policy.quiet.end) == (time(20, 30), time(8))
    assert policy.trusts_moves
    assert policy.names_organisation
    assert policy.names_service
    assert not policy.names_professional


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("self_booking", "", "choose_one"),
        ("self_booking", "kyllä", "choose_one"),
        ("offer_days", "", "not_between"),
        ("offer_days", "0", "not_between"),
        ("offer_days", "31", "not_between"),
        ("offer_days", "\u0661", "not_between"),
        ("offer_days", "9" * 5000, "not_between"),
        ("offer_days", "-1", "not_between"),
        ("step_minutes", "7", "not_step"),
        ("client_notice_hours", "169", "not_between"),
        ("client_moves", "51", "not_between"),
        ("quiet_start", "24:00", "not_clock"),
        ("quiet_start", "", "not_clock"),
        ("quiet_end", "20:00", "quiet_long"),
    ],
)
def test_what_no_rule_may_be_is_said(key: str, value: str, problem: str):
    _, errors = read(**{key: value})

    assert [(each.field, each.problem) for each in errors] == [(key, problem)]


@given(st.dictionaries(st.sampled_from([each.key for each in RULES]), st.text()))
def test_whatever_is_sent_is_read_or_refused(sent: dict[str, str]):
    found, errors = tenant_rules.read(sent)

    wrong = {each.field for each in errors}
    assert wrong or tenant_rules.over(POLICY, found)
    assert {each.key for each in RULES} == set(found) | wrong


def test_every_number_has_bounds_and_the_settings_lie_within_them():
    for rule in RULES:
        value = tenant_rules.values(POLICY)[rule.key]
        if rule.kind is Kind.NUMBER and value is not None:
            assert rule.least <= int(str(value)) <= rule.most, rule.key


def test_what_is_no_rule_changes_nothing():
    assert tenant_rules.over(POLICY, {"sender": "x@y.fi", "tenant_id": ""}) == POLICY


def test_a_client_changes_until_the_notice_and_so_often():
    policy = replace(POLICY, client_notice_hours=24, client_moves=2)

    def to_move(hours: float, moves: int) -> Barred | None:
        return client_limits.to_move(make.at(hours), moves, policy, make.NOW)

    assert to_move(24, 1) is None
    assert to_move(23.9, 0) is Barred.SOON
    assert to_move(24, 2) is Barred.OFTEN
    assert client_limits.to_cancel(make.at(24), policy, make.NOW) is None
    assert client_limits.to_cancel(make.at(23.9), policy, make.NOW) is Barred.SOON


def test_without_bounds_she_changes_until_it_begins_as_often_as_she_likes():
    assert client_limits.to_move(make.at(0.1), 99, POLICY, make.NOW) is None
