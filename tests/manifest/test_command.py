"""`python -m teams_app package`: the package of a deployment, or why there is none."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from teams_app.__main__ import main

GOOD = {
    "VUORO_TENANT_ID": "5e1d0000-0000-4000-8000-00000000007e",
    "VUORO_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "VUORO_CLIENT_SECRET": "a secret that goes nowhere",
    "VUORO_TEAMS_APP_ID": "22222222-2222-4222-8222-222222222222",
    "VUORO_SECRET_KEY": "k" * 40,
    "VUORO_SENDER": "aika@kunta.example",
    "VUORO_HELP_PHONE": "029 123 4500",
    "VUORO_BASE_URL": "https://Vuoro.kunta.example",
    "VUORO_ORGANISATION_FI": "Lumivaaran kaupungin työllisyyspalvelut",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("VUORO_"):
            monkeypatch.delenv(name)


def run(monkeypatch: pytest.MonkeyPatch, out: Path, **changes: str) -> int:
    for name, value in (GOOD | changes).items():
        monkeypatch.setenv(name, value)
    return main(["package", str(out)])


def test_a_package_is_made_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "vuoro.zip"

    assert run(monkeypatch, out) == 0

    with zipfile.ZipFile(out) as archive:
        made = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert made["id"] == GOOD["VUORO_TEAMS_APP_ID"]
    assert made["bots"][0]["botId"] == GOOD["VUORO_CLIENT_ID"]
    assert made["validDomains"] == ["vuoro.kunta.example"]
    assert made["developer"]["name"] == "Lumivaaran kaupungin…"
    assert b"secret" not in everything
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("VUORO_CLIENT_ID", "vuoro"),
        ("VUORO_TEAMS_APP_ID", ""),
        ("VUORO_TEAMS_APP_ID", "not a guid"),
        ("VUORO_TEAMS_APP_ID", GOOD["VUORO_CLIENT_ID"]),
        ("VUORO_BASE_URL", "http://vuoro.kunta.example"),
        ("VUORO_BASE_URL", "https://vuoro.kunta.example:8443"),
        ("VUORO_BASE_URL", "https://vuoro.kunta.example/ajat"),
        ("VUORO_BASE_URL", "https://localhost"),
        ("VUORO_ORGANISATION_FI", " "),
        ("VUORO_NONSENSE", "1"),
    ],
)
def test_a_bad_setting_is_named_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
) -> None:
    out = tmp_path / "vuoro.zip"

    assert run(monkeypatch, out, **{setting: value}) == 2

    said = capsys.readouterr().err
    assert setting in said
    assert "Traceback" not in said
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "vuoro.zip"

    assert run(monkeypatch, out) == 2
    assert str(out) in capsys.readouterr().err


HOST_AND_ID = ("--host", "aika.kunta.example", "--app-id", GOOD["VUORO_CLIENT_ID"])


def opened(out: Path) -> dict[str, Any]:
    with zipfile.ZipFile(out) as archive:
        made: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return made


def test_host_and_application_are_enough(tmp_path: Path) -> None:
    out = tmp_path / "vuoro.zip"

    assert main(["package", *HOST_AND_ID, "--out", str(out)]) == 0

    made = opened(out)
    assert made["validDomains"] == ["aika.kunta.example"]
    assert made["webApplicationInfo"]["id"] == GOOD["VUORO_CLIENT_ID"]
    assert made["developer"]["name"] == "Vuoro"


def test_the_package_of_an_application_keeps_its_id_when_the_host_moves(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"

    main(["package", *HOST_AND_ID, f"--out={first}"])
    main(["package", *HOST_AND_ID, "--host=uusi.kunta.example", f"--out={second}"])

    assert opened(first)["id"] == opened(second)["id"] != GOOD["VUORO_CLIENT_ID"]


def test_an_id_that_was_set_once_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUORO_TEAMS_APP_ID", GOOD["VUORO_TEAMS_APP_ID"])
    out = tmp_path / "vuoro.zip"

    assert main(["package", *HOST_AND_ID, f"--out={out}"]) == 0
    assert opened(out)["id"] == GOOD["VUORO_TEAMS_APP_ID"]


def test_options_win_over_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (GOOD | {"VUORO_BASE_URL": "nonsense"}).items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "vuoro.zip"
    named = ["--host=aika.kunta.example", "--version=2.0.0", f"--out={out}"]

    assert main(["package", *named]) == 0

    made = opened(out)
    assert made["validDomains"] == ["aika.kunta.example"]
    assert (made["id"], made["version"]) == (GOOD["VUORO_TEAMS_APP_ID"], "2.0.0")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--host=https://aika.kunta.example"], "--host"),
        (["--host=aika.kunta.example/b"], "--host"),
        (["--host=aika.kunta.example:443"], "--host"),
        (["--host=localhost"], "--host"),
        (["--host=127.0.0.1:8080"], "--host"),
        (["--host=aika.kunta.example:443", "--local"], "--host"),
        (["--app-id=vuoro"], "--app-id"),
        (["--package-id=vuoro"], "--package-id"),
        ([f"--package-id={GOOD['VUORO_CLIENT_ID']}"], "--package-id"),
        (["--organisation= "], "--organisation"),
        (["--version=2"], "--version"),
    ],
)
def test_a_bad_option_is_named_and_nothing_is_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    named: str,
) -> None:
    out = tmp_path / "vuoro.zip"

    assert main(["package", *HOST_AND_ID, *options, f"--out={out}"]) == 2

    said = capsys.readouterr().err
    assert f"{named} must " in said
    assert "Traceback" not in said
    assert not out.exists()


def test_this_machine_is_packed_only_when_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "vuoro.zip"
    named = [*HOST_AND_ID, "--host=localhost:8080", "--local", f"--out={out}"]

    assert main(["package", *named]) == 0
    assert opened(out)["validDomains"] == ["localhost:8080"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--out"),
        (["a.zip", "--out=b.zip"], "once"),
        (["a.zip", "--local"], "--host"),
    ],
)
def test_what_does_not_go_together_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["package", *words]) == 2
    assert said in capsys.readouterr().err


def test_without_settings_it_is_said_what_to_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["package", str(tmp_path / "vuoro.zip")]) == 2

    said = capsys.readouterr().err
    assert said.startswith("No package was made:")
    for each in ("VUORO_CLIENT_ID", "--host", "--app-id", "--demo data"):
        assert each in said


def test_the_package_of_a_running_demo_is_made_from_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = GOOD | {"VUORO_DEMO": "1", "VUORO_BASE_URL": "http://127.0.0.1:8080"}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    out = tmp_path / "vuoro.zip"

    assert main(["package", "--demo", str(tmp_path), "--out", str(out)]) == 0

    made = opened(out)
    assert made["validDomains"] == ["127.0.0.1:8080"]
    assert made["id"] == GOOD["VUORO_TEAMS_APP_ID"]
    told = capsys.readouterr().out
    assert (
        "Teams would not load it, because its tab and its bot are at 127.0.0.1" in told
    )


@pytest.mark.parametrize("command", ["package", "check", "health"])
def test_a_folder_of_no_demo_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    out = ["--out", str(tmp_path / "x.zip")] if command == "package" else []

    assert main([command, "--demo", str(tmp_path), *out]) == 2
    assert "no demo has run with this folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("setup", "Nothing in the tenant is changed before the admin runs them."),
        ("remove", "Take Vuoro out of the tenant for good: export everything"),
    ],
)
def test_help_says_what_is_done_to_the_tenant(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert said in " ".join(capsys.readouterr().out.split())
