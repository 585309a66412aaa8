"""What we let through, Teams lets through; who has to wait holds back nobody else."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev_tenant.connector import rates
from teams_app.bot.pace import MEMBERS, SEND, TENANT, Pace, retry_after


class Hand:
    """A clock moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_figures_are_those_of_teams():
    assert (SEND, MEMBERS, TENANT) == (rates.SEND, rates.MEMBERS, rates.WHOLE_BOT)


ASKED = st.tuples(
    st.sampled_from([0.0, 0.0, 0.01, 0.2, 2.0]), st.integers(0, 2), st.integers(0, 4)
)


@settings(max_examples=25)
@given(st.lists(ASKED, min_size=30, max_size=120), st.sampled_from([1, 2, 3, 5]))
def test_what_all_replicas_let_through_together_teams_never_refuses(
    asked: list[tuple[float, int, int]], replicas: int
):
    clock = Hand()
    paces = [Pace(clock, replicas) for _ in range(replicas)]
    teams = rates.Rates(clock)
    for pause, number, whose in asked:
        clock.now += pause
        chat = f"a:{number}"
        if paces[whose % replicas].ask(chat, SEND) is None:
            assert teams.wait(chat, rates.SEND) is None
            assert teams.wait("whole bot", rates.WHOLE_BOT) is None


def test_the_same_storm_without_our_pace_would_be_refused():
    """The check above, proven by what it is there for."""
    clock = Hand()
    teams = rates.Rates(clock)
    assert [teams.wait("a", rates.SEND) for _ in range(8)][-1] is not None


def test_who_waits_as_told_is_let_through_then():
    clock = Hand()
    pace = Pace(clock)
    for _ in range(7):
        assert pace.ask("a", SEND) is None
    wait = pace.ask("a", SEND)
    assert wait is not None

    clock.now += wait.seconds
    assert pace.ask("a", SEND) is None


def test_a_burst_to_one_holds_back_no_other():
    pace = Pace(Hand())
    waits = [pace.ask("a", SEND) for _ in range(40)]
    assert sum(each is None for each in waits) == 7
    assert pace.ask("b", SEND) is None
    last = waits[-1]
    assert last is not None
    assert last.behind > 10, "those that wait are spread, not all back at once"


def test_who_never_came_back_holds_back_nobody():
    clock = Hand()
    pace = Pace(clock)
    for _ in range(40):
        pace.ask("a", SEND)

    clock.now += 60
    waits = [pace.ask("a", SEND) for _ in range(8)]

    assert waits[:7] == [None] * 7
    assert waits[7] is not None
    assert waits[7].behind == 0


def test_the_tenant_as_a_whole_has_its_limit():
    pace = Pace(Hand())
    through = [pace.ask(f"a:{number}", SEND) is None for number in range(60)]
    assert sum(through) == 50


def test_long_silent_conversations_are_forgotten():
    clock = Hand()
    pace = Pace(clock)
    for number in range(2100):
        clock.now += 4.0
        assert pace.ask(f"a:{number}", SEND) is None
    assert len(pace._times) < 2100


THERE = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3", 3.0),
        ("2.128", 2.128),
        ("-5", 0.0),
        ("99999", 3600.0),
        ("nan", 1.0),
        ("tomorrow", 1.0),
        (format_datetime(THERE + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(THERE - timedelta(seconds=9), usegmt=True), 0.0),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_in_every_form(said: str, seconds: float | None):
    headers = {"Retry-After": said, "Date": format_datetime(THERE, usegmt=True)}
    assert retry_after(headers) == seconds
