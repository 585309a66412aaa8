"""Settings: what an admin may get wrong, and what she is told."""

from typing import Any

import pytest

from teams_app.__main__ import main
from teams_app.main import choices
from teams_app.settings import (
    _DEMO_ONLY,
    DATABASE,
    PACKAGE,
    SERVE,
    BadSettings,
    read,
)

GOOD = {
    "VUORO_BASE_URL": "https://aika.kunta.example",
    "VUORO_TENANT_ID": "5e1d0000-0000-4000-8000-00000000007e",
    "VUORO_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "VUORO_CLIENT_SECRET": "a secret that goes nowhere",
    "VUORO_SECRET_KEY": "k" * 32,
    "VUORO_SENDER": "aika@kunta.example",
    "VUORO_HELP_PHONE": "029 123 4500",
}


def faults(needed: tuple[str, ...] = SERVE, **changes: str) -> list[str]:
    named = {f"VUORO_{name.upper()}": value for name, value in changes.items()}
    with pytest.raises(BadSettings) as caught:
        read(GOOD | named, needed)
    return caught.value.faults


def test_what_is_needed_and_no_more_is_enough():
    made = read(GOOD | {"PATH": "/bin", "vuoro_port": "not ours"})

    assert (made.port, made.notifications, made.demo) == (8080, True, False)
    assert made.database == "sqlite:///data/app/vuoro.sqlite"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "80a"),
        ("port", "65536"),
        ("port", ""),
        ("notifications", "yes"),
        ("base_url", "aika.kunta.example"),
        ("base_url", "http://aika.kunta.example"),
        ("base_url", "https://aika.kunta.example/"),
        ("base_url", "https://aika.kunta.example/vuoro"),
        ("base_url", "https://[aika"),
        ("database_url", "mysql://x"),
        ("database_url", "postgresql://x/y"),
        ("secret_key", "k" * 31),
        ("tenant_id", "contoso"),
        ("client_id", "notaguid"),
        ("teams_app_id", "{11111111-1111-4111-8111-111111111111}"),
        ("ca_file", "/nowhere/ca.pem"),
        ("authority", "login.microsoftonline.com"),
        ("graph_url", "http://graph.example/v1.0"),
        ("bot_service_urls", "smba.trafficmanager.net/"),
        ("bot_service_urls", "https://smba.trafficmanager.net"),
        ("bot_service_urls", "https://smba.trafficmanager.net/teams"),
        ("bot_service_urls", "https://smba.trafficmanager.net/?to="),
        ("bot_service_urls", "http://smba.trafficmanager.net/"),
        ("bot_service_urls", "https://a.example/, http://b.example/"),
        ("bot_service_urls", "https:///"),
        ("bot_service_urls", "https://a@b.example/"),
        ("bot_service_urls", ","),
        ("sms_url", "ftp://x"),
        ("privacy_url", "kunta.example/tietosuoja"),
        ("accessibility_url", "http://kunta.example/seloste"),
        ("poll_seconds", "-5"),
        ("poll_seconds", "30.5"),
        ("sender", "noaddress"),
        ("contact_email", "a@b, c@d.example"),
        ("sms_sender", "ViisitoistaMerk"),
        ("sms_sender", "Työt"),
        ("help_phone", "hello"),
        ("trusted_proxies", "proxy.example"),
        ("holds_per_address", "-1"),
        ("bookings_per_address", "-1"),
        ("time_zone", "Mars/X"),
        ("time_zone", "../etc/passwd"),
        ("quiet_start", "25:00"),
        ("quiet_end", "7"),
        ("blocking", "busy,away"),
        ("step_minutes", "7"),
        ("lease_seconds", "1"),
        ("log_level", "loud"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_it_must_be(name, value):
    (fault,) = faults(**{name: value})

    setting, _, why = fault.partition(": ")
    assert setting == f"VUORO_{name.upper()}"
    assert why.startswith(("must ", "there is no "))
    assert "class" not in why


@pytest.mark.parametrize("name", SERVE)
def test_what_is_needed_is_missed(name):
    assert faults(**{name: ""}) == [f"VUORO_{name.upper()}: must be set"]


def test_an_unknown_name_is_never_silently_ignored():
    assert faults(quiet_strat="22:00") == [
        "VUORO_QUIET_STRAT: there is no such setting"
    ]


def test_every_fault_is_named_at_once():
    found = faults(port="x", time_zone="Mars/X", colour="blue", sender="")

    assert [fault.partition(":")[0] for fault in found] == [
        "VUORO_COLOUR",
        "VUORO_PORT",
        "VUORO_SENDER",
        "VUORO_TIME_ZONE",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": ""},
        {"managed_identity": "1"},
        {"client_secret": "", "certificate": __file__, "managed_identity": "true"},
    ],
)
def test_there_is_one_way_to_prove_who_we_are(changes: dict[str, str]):
    (fault,) = faults(**changes)

    assert "one of them must be set" in fault


def test_a_certificate_must_be_there():
    found = faults(certificate="/nowhere/key.pem", client_secret="")

    assert found == ["VUORO_CERTIFICATE: there is no such file"]


@pytest.mark.parametrize("name", _DEMO_ONLY)
def test_what_only_the_demo_may_is_refused_elsewhere(name):
    value = "1" if name in {"demo_clients", "bot_anonymous"} else "http://127.0.0.1:1"

    assert faults(**{name: value}) == [f"VUORO_{name.upper()}: is for the demo only"]


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "https://aika.kunta.example"},
        {"base_url": "http://127.0.0.1.kunta.example"},
        {"base_url": "http://127.0.0.1:8080", "host": "0.0.0.0"},
    ],
)
def test_no_demo_behind_a_public_address(changes: dict[str, str]):
    assert faults(demo="1", **changes) == [
        "VUORO_DEMO: only where host and base URL are the loopback"
    ]


def test_the_demo_may_be_without_encryption_on_the_loopback():
    local = {
        "VUORO_DEMO": "1",
        "VUORO_BASE_URL": "http://127.0.0.1:8080",
        "VUORO_GRAPH_URL": "http://127.0.0.1:8081/v1.0",
        "VUORO_BOT_ANONYMOUS": "1",
    }

    assert read(GOOD | local).demo


def test_the_package_needs_no_secret():
    bare = {name: GOOD[name] for name in ("VUORO_BASE_URL", "VUORO_CLIENT_ID")} | {
        "VUORO_TEAMS_APP_ID": "22222222-2222-4222-8222-222222222222"
    }

    assert read(bare, PACKAGE).client_secret == ""
    with pytest.raises(BadSettings, match="VUORO_TEAMS_APP_ID: must be set"):
        read(bare | {"VUORO_TEAMS_APP_ID": ""}, PACKAGE)


def test_the_database_is_migrated_without_the_rest():
    made = read({"VUORO_DATABASE_URL": "postgresql+psycopg:///vuoro"}, DATABASE)

    assert made.database == "postgresql+psycopg:///vuoro"


def test_the_command_says_each_fault_on_a_line_and_no_stack(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    bad: dict[str, Any] = {"VUORO_TIME_ZONE": "Mars/X", "VUORO_LOG_LEVEL": "loud"}
    for name, value in (GOOD | bad).items():
        monkeypatch.setenv(name, value)

    assert main(["serve"]) == 2

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Vuoro cannot start:"
    assert [line.split(":")[0].strip() for line in said[1:]] == [
        "VUORO_LOG_LEVEL",
        "VUORO_TIME_ZONE",
    ]


@pytest.mark.parametrize(
    "name", ["time_zone", "quiet_start", "quiet_end", "blocking", "log_level"]
)
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_setting_left_blank_is_as_if_not_named(name: str, blank: str):
    made = read(GOOD | {f"VUORO_{name.upper()}": blank})

    assert made == read(GOOD)
    assert choices.policy_of(made) == choices.policy_of(read(GOOD))


def test_an_address_that_is_not_named_must_be():
    without = {name: each for name, each in GOOD.items() if name != "VUORO_BASE_URL"}
    for environ in (without, GOOD | {"VUORO_BASE_URL": " "}):
        with pytest.raises(BadSettings) as caught:
            read(environ)
        assert caught.value.faults == ["VUORO_BASE_URL: must be set"]
