"""Settings: one frozen record, read once from `VUORO_*` at the start.

A name nobody knows is refused, so that a misspelt setting is never silently ignored. What
must not be so in production is refused here too. docs/settings.md explains each.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "VUORO_"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSettings(Exception):
    """The settings cannot be used; the message says which and why, for an admin."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between deployments."""

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = "http://127.0.0.1:8080"
    database_url: str = ""
    data_dir: str = "data/app"
    secret_key: str = ""

    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    certificate: str = ""
    certificate_password: str = ""
    managed_identity: bool = False
    authority: str = "https://login.microsoftonline.com"
    ca_file: str = ""

    graph_url: str = "https://graph.microsoft.com/v1.0"
    notifications: bool = True
    poll_seconds: int = 300

    bot_anonymous: bool = False
    bot_metadata_url: str = (
        "https://login.botframework.com/v1/.well-known/openidconfiguration"
    )
    bot_issuer: str = "https://api.botframework.com"
    bot_home_url: str = "https://smba.trafficmanager.net/teams/"
    bot_service_urls: str = "https://smba.trafficmanager.net/"

    teams_app_id: str = ""
    teams_url: str = "https://teams.microsoft.com"
    extra_frame_origin: str = ""

    sender: str = ""
    sms_url: str = ""
    sms_key: str = ""
    sms_sender: str = "Vuoro"

    organisation_fi: str = "Vuoro"
    organisation_sv: str = ""
    organisation_en: str = ""
    help_phone: str = ""
    help_hours_fi: str = ""
    help_hours_sv: str = ""
    help_hours_en: str = ""
    contact_email: str = ""
    trusted_proxies: str = "127.0.0.1,::1"
    holds_per_address: int = 20
    time_zone: str = "Europe/Helsinki"
    quiet_start: str = "21:00"
    quiet_end: str = "07:00"
    blocking: str = "busy,oof,tentative,unknown"
    holidays: bool = True
    step_minutes: int = 15
    names_professional: bool = True
    names_service: bool = False

    demo: bool = False
    demo_sample: str = ""
    demo_clients: bool = False
    demo_clock_url: str = ""
    lease_seconds: int = 60
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """Give the database's URL; a file in the data folder unless one is named."""
        return self.database_url or f"sqlite:///{Path(self.data_dir, 'vuoro.sqlite')}"

    @property
    def loopback(self) -> bool:
        return self.host in _LOOPBACK


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises BadSettings with every fault at once."""
    known = {field.name: field for field in fields(Settings)}
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    faults = [f"{PREFIX}{name.upper()}: unknown" for name in given if name not in known]
    values: dict[str, object] = {}
    for name, value in given.items():
        if name in known:
            try:
                values[name] = _read_one(known[name].type, value)
            except ValueError:
                faults.append(f"{PREFIX}{name.upper()}: not {known[name].type}")
    made = Settings(**values)  # type: ignore[arg-type]
    faults += _faults(made)
    if faults:
        raise BadSettings("; ".join(sorted(faults)))
    return made


def _read_one(kind: object, value: str) -> object:
    if kind in {bool, "bool"}:
        truths = {"1": True, "true": True, "0": False, "false": False, "": False}
        if value.strip().lower() not in truths:
            raise ValueError(value)
        return truths[value.strip().lower()]
    return int(value) if kind in {int, "int"} else value


def _faults(made: Settings) -> list[str]:
    """Name what is missing, and what would be unsafe outside a demo."""
    needed = ["tenant_id", "client_id", "secret_key", "sender", "help_phone"]
    faults = [
        f"{PREFIX}{name.upper()}: must be set"
        for name in needed
        if not getattr(made, name)
    ]
    ways = [made.client_secret, made.certificate, made.managed_identity]
    if sum(map(bool, ways)) != 1:
        faults.append("one of client secret, certificate, managed identity must be set")
    shown = {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"}
    if not set(made.blocking.split(",")) <= shown:
        faults.append(f"{PREFIX}BLOCKING: of {', '.join(sorted(shown))}")
    if made.step_minutes not in {5, 10, 15, 20, 30, 60}:
        faults.append(f"{PREFIX}STEP_MINUTES: 5, 10, 15, 20, 30 or 60")
    if not 2 <= made.lease_seconds <= 600:  # noqa: PLR2004
        faults.append(f"{PREFIX}LEASE_SECONDS: 2 to 600")
    if made.secret_key and len(made.secret_key) < 32:  # noqa: PLR2004
        faults.append(f"{PREFIX}SECRET_KEY: at least 32 characters")
    faults += _unfair(made)
    if not made.demo:
        faults += _unsafe(made)
    elif not made.loopback:
        faults.append(f"{PREFIX}DEMO: only on the loopback")
    return faults


def _unfair(made: Settings) -> list[str]:
    faults = []
    if not all(map(_is_network, made.trusted_proxies.split(","))):
        faults.append(f"{PREFIX}TRUSTED_PROXIES: addresses or networks, with commas")
    if made.holds_per_address < 0:
        faults.append(f"{PREFIX}HOLDS_PER_ADDRESS: 0 or more")
    return faults


def _is_network(name: str) -> bool:
    try:
        ipaddress.ip_network(name.strip())
    except ValueError:
        return not name.strip()
    return True


def _unsafe(made: Settings) -> list[str]:
    faults = []
    if urlsplit(made.base_url).scheme != "https":
        faults.append(f"{PREFIX}BASE_URL: must be https")
    if made.extra_frame_origin:
        faults.append(f"{PREFIX}EXTRA_FRAME_ORIGIN: for the demo only")
    if made.demo_sample:
        faults.append(f"{PREFIX}DEMO_SAMPLE: for the demo only")
    if made.demo_clients:
        faults.append(f"{PREFIX}DEMO_CLIENTS: for the demo only")
    if made.demo_clock_url:
        faults.append(f"{PREFIX}DEMO_CLOCK_URL: for the demo only")
    if made.bot_anonymous:
        faults.append(f"{PREFIX}BOT_ANONYMOUS: for the demo only")
    return faults
