"""Whatever people do in Outlook and Graph does to us, all agree in the end.

Seeds of the storm, each looked at after every step and again once it is calm. One seed
is replayed by `pytest tests/world --seed N`; `python -m tests.world 0 4999` is the long
run. Seeds that once failed are kept in `failed_before.txt`.
"""

from pathlib import Path

import pytest

from tests.world.playing import Played, play, play_copy, template

#: Seeds of one run, and how many of them share a test, so that processes share them.
SEEDS = 194
SHARE = 5
ON_POSTGRES = range(1000, 1006)
FAILED_BEFORE = Path(__file__).with_name("failed_before.txt")


def failed_before() -> list[int]:
    lines = FAILED_BEFORE.read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and line[0].isdigit()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play the one seed that was asked for, or all."""
    asked = metafunc.config.getoption("--seed")
    if "share" in metafunc.fixturenames:
        shares = [
            range(first, min(first + SHARE, SEEDS)) for first in range(0, SEEDS, SHARE)
        ]
        if asked is not None:
            shares = [range(asked, asked + 1)]
        names = [f"{share[0]}-{share[-1]}" for share in shares]
        metafunc.parametrize("share", shares, ids=names)
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", ON_POSTGRES if asked is None else [asked])


def judged(played: Played) -> None:
    if played.complaints:
        went_on = "\n".join(played.trace)
        pytest.fail(f"{went_on}\n{played}")


@pytest.mark.timeout(900)
def test_after_the_storm_all_agree(share: range):
    with template() as empty:
        for seed in share:
            judged(play_copy(seed, empty))


@pytest.mark.timeout(900)
def test_what_failed_before_holds():
    with template() as empty:
        for seed in failed_before():
            judged(play_copy(seed, empty))


@pytest.mark.timeout(300)
def test_on_postgresql_as_well(seed: int, postgres_url: str):
    judged(play(seed, postgres_url))


def test_the_same_seed_is_the_same_storm():
    with template() as empty:
        first = play_copy(7, empty, steps=25)
        second = play_copy(7, empty, steps=25)

    assert first.trace == second.trace
    assert len(first.trace) > 25
