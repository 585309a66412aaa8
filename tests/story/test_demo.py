"""The demo's beginning: a busy port harms nobody, and RESET removes only its own."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from teams_app import demo
from teams_app.demo import CannotStart, Places


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def furnished(folder: Path) -> Path:
    for name in ("app", "tenant"):
        (folder / name).mkdir()
        (folder / name / "file").write_text("x")
    for name in ("app.log", "people.json", "secret", "holiday.jpg"):
        (folder / name).write_text("x")
    return folder


async def test_a_reset_beside_a_running_demo_takes_nothing_from_it(
    tmp_path: Path, busy: int
):
    data = furnished(tmp_path)
    before = sorted(data.rglob("*"))

    with pytest.raises(CannotStart, match=str(busy)):
        await demo.start(Places(data=data, app=busy), reset=True)

    assert sorted(data.rglob("*")) == before


def test_a_reset_removes_what_a_demo_left_and_nothing_else(tmp_path: Path):
    data = furnished(tmp_path)

    demo.forget(Places(data=data))
    demo.forget(Places(data=data))

    assert [path.name for path in data.iterdir()] == ["holiday.jpg"]
