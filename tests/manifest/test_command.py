"""`python -m teams_app package`: the package of a deployment, or why there is none."""

import json
import os
import zipfile
from pathlib import Path

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
