"""`python -m teams_app setup`: a folder, or why there is none."""

import os

import pytest

from teams_app.__main__ import main

GOOD = {
    "host": "aika.kunta.example",
    "app-id": "11111111-1111-4111-8111-111111111111",
    "tenant-id": "5e1d0000-0000-4000-8000-00000000007e",
    "sender": "ajanvaraus@kunta.example",
    "professionals": "asiantuntijat@kunta.example",
    "help-phone": "029 123 4500",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in os.environ:
        if name.startswith("VUORO_"):
            monkeypatch.delenv(name)


def run(out, *more: str, **changes: str) -> int:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    words = [f"--{name}={value}" for name, value in (GOOD | named).items()]
    return main(["setup", *words, f"--out={out}", *more])


def test_everything_is_written_into_a_new_folder(tmp_path, capsys):
    out = tmp_path / "kunta" / "vuoro"

    assert run(out) == 0

    assert {path.name for path in out.iterdir()} == {
        *("README.md", "vuoro.zip", "vuoro.env.sample", "meetings.ps1", "exchange.ps1"),
        *("registration.json", "registration.ps1", "registration.bicep", "bot.bicep"),
        *("meeting-policy.ps1", "meeting-access.ps1", "app-policy.ps1"),
        "exchange-fallback.ps1",
    }
    assert "README.md" in capsys.readouterr().out


def test_a_folder_that_holds_something_is_left_alone_unless_forced(tmp_path, capsys):
    (tmp_path / "vuoro.env").write_text("mine")
    (tmp_path / "README.md").write_text("mine")

    assert run(tmp_path) == 2
    assert "not empty" in capsys.readouterr().err
    assert (tmp_path / "README.md").read_text() == "mine"
    assert not (tmp_path / "vuoro.zip").exists()

    assert run(tmp_path, "--force") == 0
    assert (tmp_path / "README.md").read_text() != "mine"
    assert (tmp_path / "vuoro.env").read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_said(tmp_path, capsys):
    out = tmp_path / "vuoro"
    out.write_text("mine")

    assert run(out, "--force") == 2
    assert "is a file" in capsys.readouterr().err
    assert run(out / "beneath") == 2
    assert str(out / "beneath") in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert run(out, help_phone="") == 2
    said = capsys.readouterr().err
    assert "is a file" in said
    assert "--help-phone" in said


def test_bad_values_are_named_all_at_once_and_nothing_is_written(tmp_path, capsys):
    out = tmp_path / "vuoro"
    wrong = {"host": "https://aika.kunta.example", "app_id": "vuoro", "help_phone": ""}

    assert run(out, **wrong) == 2

    said = capsys.readouterr().err
    _, *faults = said.strip().splitlines()
    options = ["--host", "--app-id", "--help-phone"]
    assert [each.split()[0] for each in faults] == options
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize("missing", GOOD)
def test_an_option_that_is_needed_is_missed(tmp_path, capsys, missing):
    words = [f"--{name}={value}" for name, value in GOOD.items() if name != missing]
    with pytest.raises(SystemExit) as ended:
        main(["setup", *words, f"--out={tmp_path}"])

    assert ended.value.code == 2
    assert f"--{missing}" in capsys.readouterr().err


def test_an_option_nobody_knows_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(tmp_path / "vuoro", "--scope=everybody")

    assert "--scope" in capsys.readouterr().err
