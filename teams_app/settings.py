"""Settings: one frozen record, read once from `VUORO_*` at the start.

A name nobody knows is refused, so that a misspelt setting is never silently ignored. What
must not be so in production is refused here too. docs/settings.md explains each.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from manifest.checks import GUID

PREFIX = "VUORO_"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSettings(Exception):
    """The settings cannot be used; `faults` says which and why, a line each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = sorted(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between deployments."""

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    database_url: str = ""
    data_dir: str = "data/app"
    secret_key: str = ""

    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    client_secret_expires: str = ""
    certificate: str = ""
    certificate_password: str = ""
    managed_identity: bool = False
    managed_identity_id: str = ""
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
    admins: str = ""
    admins_group: str = ""
    professionals_group: str = ""
    metrics_token: str = ""

    sender: str = ""
    sms_url: str = ""
    sms_key: str = ""
    sms_sender: str = "Vuoro"

    organisation_fi: str = "Vuoro"
    organisation_sv: str = ""
    organisation_en: str = ""
    messages_name_organisation: bool = False
    help_phone: str = ""
    help_hours_fi: str = ""
    help_hours_sv: str = ""
    help_hours_en: str = ""
    contact_email: str = ""
    privacy_url: str = ""
    accessibility_url: str = ""
    trusted_proxies: str = "127.0.0.1,::1"
    holds_per_address: int = 20
    bookings_per_address: int = 30
    time_zone: str = "Europe/Helsinki"
    quiet_start: str = "21:00"
    quiet_end: str = "07:00"
    blocking: str = "busy,oof,tentative,unknown"
    holidays: bool = True
    step_minutes: int = 15
    trust_moves: bool = False
    names_professional: bool = True
    names_service: bool = False

    demo: bool = False
    demo_sample: str = ""
    demo_clients: bool = False
    demo_clock_url: str = ""
    replicas: int = 1
    lease_seconds: int = 60
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """Give the database's URL; a file in the data folder unless one is named."""
        return self.database_url or f"sqlite:///{Path(self.data_dir, 'vuoro.sqlite')}"

    @property
    def loopback(self) -> bool:
        return self.host in _LOOPBACK


#: What each command cannot do without, beside the way to prove who we are.
SERVE = (
    "base_url",
    "tenant_id",
    "client_id",
    "secret_key",
    "sender",
    "help_phone",
    "bot_service_urls",
)
PACKAGE = ("client_id", "teams_app_id", "base_url", "organisation_fi")
DATABASE = ("data_dir",)
#: Of these there is always one: left blank, as in a form, they are as if not named.
_BLANK_IS_DEFAULT = {
    *("host", "data_dir", "authority", "graph_url", "teams_url"),
    *("bot_metadata_url", "bot_issuer", "bot_home_url"),
    *("time_zone", "quiet_start", "quiet_end", "blocking", "log_level"),
}
#: What every command reads.
_ALWAYS = {"database_url", "log_level"}


def read(environ: Mapping[str, str], needed: tuple[str, ...] = SERVE) -> Settings:
    """Read the settings. Raises BadSettings with every fault at once.

    `needed`: what must be there. A command that only needs some of the settings is not
    stopped by faults of the others, nor by what a running service must have.
    """
    kinds: dict[str, Any] = {field.name: field.type for field in fields(Settings)}
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    faults = {name: "there is no such setting" for name in given if name not in kinds}
    values: dict[str, object] = {}
    for name in given.keys() & kinds.keys():
        try:
            if name not in _BLANK_IS_DEFAULT or given[name].strip():
                values[name] = _WAYS.get(kinds[name], str.strip)(given[name])
        except ValueError:
            faults[name] = _WORDS[kinds[name]]
    made = Settings(**values)  # type: ignore[arg-type]
    for name in needed:
        if not getattr(made, name):
            faults.setdefault(name, "must be set")
    faults = dict(_faults(made)) | faults
    whole = needed == SERVE
    said = [
        f"{PREFIX}{name.upper()}: {why}"
        for name, why in faults.items()
        if whole or name in {*needed, *_ALWAYS} or name not in kinds
    ]
    if whole:
        said += _of_several(made)
    if said:
        raise BadSettings(said)
    return made


def listed(value: str) -> list[str]:
    """Read names that commas separate."""
    return [name.strip() for name in value.split(",") if name.strip()]


def _truth(value: str) -> bool:
    truths = {"1": True, "true": True, "0": False, "false": False, "": False}
    if value.strip().lower() not in truths:
        raise ValueError(value)
    return truths[value.strip().lower()]


_WAYS: dict[type, Callable[[str], object]] = {bool: _truth, int: int}
_WORDS = {bool: "must be 1 or 0", int: "must be a whole number"}


def _faults(made: Settings) -> Iterator[tuple[str, str]]:
    """Name what cannot be. An empty setting is a matter of what is needed."""
    for names, good, words in _RULES:
        for name in names.split():
            value = getattr(made, name)
            if value not in {"", None} and not good(value):
                yield name, words
    yield from _unsafe(made)


def _unsafe(made: Settings) -> Iterator[tuple[str, str]]:
    for name in () if made.demo else _DEMO_ONLY:
        if getattr(made, name):
            yield name, "is for the demo only"
    for name in (*_ADDRESSES.split(), "bot_service_urls"):
        named = listed(getattr(made, name).lower())
        if not made.demo and any(each.startswith("http:") for each in named):
            yield name, "must begin with https://"
    if made.demo and not (made.loopback and _is_local(made.base_url)):
        yield "demo", "only where host and base URL are the loopback"


def _of_several(made: Settings) -> list[str]:
    ways = ("client_secret", "certificate", "managed_identity")
    if sum(bool(getattr(made, name)) for name in ways) == 1:
        return []
    names = ", ".join(f"{PREFIX}{name.upper()}" for name in ways)
    return [f"{names}: one of them must be set, and only one"]


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _is_local(url: str) -> bool:
    return _is_url(url) and urlsplit(url).hostname in _LOOPBACK


def _is_origin(value: str) -> bool:
    if not _is_url(value):
        return False
    parts = urlsplit(value)
    return not (parts.path or parts.query or parts.fragment or parts.username)


def _are_prefixes(value: str) -> bool:
    """Say whether each could only begin addresses of one host; none at all is wrong."""
    named = listed(value)
    return bool(named) and all(map(_is_prefix, named))


def _is_prefix(value: str) -> bool:
    if not _is_url(value):
        return False
    parts = urlsplit(value)
    beside = parts.query or parts.fragment or parts.username
    return parts.path.endswith("/") and not beside


def is_guid(value: str) -> bool:
    """Say whether it is written as Entra writes its ids."""
    return GUID.fullmatch(value) is not None


def _are_guids(value: str) -> bool:
    return all(map(is_guid, listed(value)))


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _are_networks(value: str) -> bool:
    try:
        for name in listed(value):
            ipaddress.ip_network(name)
    except ValueError:
        return False
    return True


def _is_file(value: str) -> bool:
    return Path(value).is_file()


def _between(least: int, most: int) -> Callable[[int], bool]:
    return lambda value: least <= value <= most


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


_SHOWN = ("busy", "free", "oof", "tentative", "unknown", "workingElsewhere")
_STEPS = (5, 10, 15, 20, 30, 60)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_DEMO_ONLY = (
    "extra_frame_origin",
    "demo_sample",
    "demo_clients",
    "demo_clock_url",
    "bot_anonymous",
)
#: Secrets or personal data go there.
_ADDRESSES = "base_url authority graph_url bot_metadata_url bot_home_url teams_url sms_url privacy_url accessibility_url"

#: Names, what a value must be, and that in words.
_RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("port", _between(0, 65535), "must be 0 to 65535"),
    ("base_url", _is_origin, "must be like https://aika.example.fi, nothing after it"),
    (_ADDRESSES, _is_url, "must be an address like https://example.fi"),
    (
        "bot_service_urls",
        _are_prefixes,
        "must be addresses like https://example.fi/, with / at the end and commas between",
    ),
    (
        "database_url",
        _matches(r"(sqlite:///|postgresql\+psycopg://).+"),
        "must begin with postgresql+psycopg:// or sqlite:///",
    ),
    ("secret_key", _matches(r"(?s).{32,}"), "must have at least 32 characters"),
    ("tenant_id client_id teams_app_id managed_identity_id", is_guid, "must be a GUID"),
    ("certificate ca_file", _is_file, "there is no such file"),
    ("client_secret_expires", _is_day, "must be a day like 2027-05-31"),
    ("professionals_group admins_group", is_guid, "must be the object id of a group"),
    ("admins", _are_guids, "must be object ids, with commas"),
    ("metrics_token", _matches(r"[!-~]{24,}"), "must have at least 24 characters"),
    ("poll_seconds", _between(2, 86400), "must be 2 to 86400"),
    (
        "sender contact_email",
        _matches(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+"),
        "must be an e-mail address",
    ),
    ("sms_sender", _matches(r"[ -~]{1,11}"), "must have 1 to 11 plain characters"),
    (
        "help_phone",
        _matches(r"\+?[\d ()-]{3,24}"),
        "must be a telephone number",
    ),
    ("trusted_proxies", _are_networks, "must be addresses or networks, with commas"),
    (
        "holds_per_address bookings_per_address",
        _between(0, 10**6),
        "must be 0 to 1000000",
    ),
    ("time_zone", _is_zone, "must be a zone like Europe/Helsinki"),
    (
        "quiet_start quiet_end",
        _matches(r"([01]\d|2[0-3]):[0-5]\d"),
        "must be a time like 21:00",
    ),
    (
        "blocking",
        lambda names: set(names.split(",")) <= set(_SHOWN),
        f"must be of {', '.join(_SHOWN)}, with commas and no spaces",
    ),
    ("step_minutes", _STEPS.__contains__, "must be 5, 10, 15, 20, 30 or 60"),
    ("replicas", _between(1, 100), "must be 1 to 100"),
    ("lease_seconds", _between(2, 600), "must be 2 to 600"),
    ("log_level", _LEVELS.__contains__, f"must be one of {', '.join(_LEVELS)}"),
)
