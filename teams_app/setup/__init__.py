"""What an admin needs to prepare a tenant, filled in for one deployment.

Pure texts made of a few values: the registration in Entra, the bot in Azure, who may be
reached in Exchange, what Teams' meetings must allow, the settings, the Teams package. None
of them holds a secret, and all of them name the same ids. docs/admin.md leads through them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from manifest import build
from teams_app.settings import PREFIX, BadSettings, is_guid, read
from teams_app.setup import (
    bot,
    exchange,
    fallback,
    meetings,
    registration,
    rollout,
    sample,
    steps,
)
from teams_app.setup.deployment import Deployment, plain
from teams_app.setup.wrong import Wrong

__all__ = ["Asked", "Deployment", "Wrong", "checked", "files", "of_folder", "write"]

#: What the settings themselves judge, in their own words.
_JUDGED = ("sender", "help_phone", "tenant_id", "client_id", "teams_app_id", "base_url")
_OPTION = {
    "client_id": "--app-id",
    "base_url": "--host",
    "teams_app_id": "--package-id",
    "organisation_fi": "--organisation",
}
_TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given; empty where one was not."""

    host: str
    app_id: str
    tenant_id: str
    sender: str
    professionals: str
    help_phone: str
    package_id: str = ""
    organisation: str = ""
    certificate: str = ""
    secret: bool = False
    polling: bool = False
    group: str = ""


def checked(asked: Asked, also: Sequence[str] = ()) -> Deployment:
    """Give the deployment that was asked for.

    Raises Wrong with every fault at once; `also`: what else is known to be wrong.
    """
    derived = build.package_id_of(asked.app_id) if is_guid(asked.app_id) else ""
    made = Deployment(
        host=asked.host,
        app_id=asked.app_id.lower(),
        tenant_id=asked.tenant_id.lower(),
        package_id=asked.package_id or derived,
        sender=asked.sender,
        professionals=asked.professionals,
        help_phone=asked.help_phone,
        organisation=asked.organisation or "Vuoro",
        certificate="" if asked.secret else asked.certificate or _CERTIFICATE,
        polling=asked.polling,
        group=asked.group.lower(),
    )
    found = [*_of_form(asked), *_of_several(asked)]
    named = {_option_in(each) for each in found}
    named |= {"--package-id"} if not made.package_id else set()
    judged = [each for each in _of_settings(made) if _option_in(each) not in named]
    if found := [*found, *judged, *also]:
        raise Wrong(found)
    return made


def _option_in(fault: str) -> str:
    """Say of which option a fault tells: of that one thing is said once."""
    return fault.partition(" ")[0]


def _of_settings(made: Deployment) -> list[str]:
    try:
        read(sample.values(made), _JUDGED)
    except BadSettings as bad:
        return [_of_setting(fault) for fault in bad.faults]
    return []


#: Where the guide has the certificate lie.
_CERTIFICATE = "/etc/vuoro/vuoro.pem"


def _is_line(value: str) -> bool:
    return value.isprintable() and bool(value.strip()) and len(value) <= _TEXT_MAX


_HOST = (
    "must be the bare public name of a host, like aika.kunta.example: small letters, "
    "no https://, no port, no path, no address in figures"
)
_LINE = f"must be one line of at most {_TEXT_MAX} letters"
_ADDRESS = "must be a mail address without odd characters"
#: Option, what it must be, and that in words.
_RULES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("host", build.is_host, _HOST),
    ("app_id", is_guid, "must be a GUID"),
    ("tenant_id", is_guid, "must be a GUID"),
    ("sender", plain, _ADDRESS),
    ("professionals", plain, _ADDRESS),
)
_IF_GIVEN: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("package_id", is_guid, "must be a GUID"),
    ("group", is_guid, "must be the object id of a group, a GUID"),
    ("organisation", _is_line, _LINE),
    ("certificate", _is_line, _LINE),
)


def _of_form(asked: Asked) -> list[str]:
    given = [rule for rule in _IF_GIVEN if getattr(asked, rule[0])]
    return [
        f"{_as_option(name)} {why}"
        for name, good, why in (*_RULES, *given)
        if not good(getattr(asked, name))
    ]


def _of_several(asked: Asked) -> list[str]:
    """What is right by itself and not beside the rest."""
    found = []
    is_one = is_guid(asked.app_id)  # Else that is said of it, and enough.
    if is_one and asked.app_id.lower() == asked.tenant_id.lower():
        found.append("--tenant-id is the directory's id, not the application's")
    if is_one and asked.app_id.lower() == asked.package_id.lower():
        found.append("--package-id must not be the Entra application's id")
    if asked.sender.lower() == asked.professionals.lower():
        found.append(
            "--sender and --professionals must differ: one is the mailbox that mails "
            "clients, the other the group of those whose calendars are read"
        )
    if asked.secret and asked.certificate:
        found.append("--secret and --certificate: only one of them")
    return found


def _as_option(name: str) -> str:
    return _OPTION.get(name, f"--{name.replace('_', '-')}")


def _of_setting(fault: str) -> str:
    name, _, why = fault.partition(": ")
    return f"{_as_option(name.removeprefix(PREFIX).lower())} {why}"


def files(made: Deployment) -> dict[str, bytes]:
    """Give the name and content of every file. The same values give the same files."""
    texts = {
        "README.md": steps.guide(made),
        "registration.json": registration.body(made),
        "registration.ps1": registration.script(made),
        "registration.bicep": registration.bicep(made),
        "bot.bicep": bot.bicep(made),
        "exchange.ps1": exchange.script(made),
        "exchange-fallback.ps1": fallback.script(made),
        "meetings.ps1": meetings.script(made),
        "meeting-policy.ps1": meetings.policy(made),
        "meeting-access.ps1": meetings.access(made),
        "app-policy.ps1": rollout.script(made),
        "vuoro.env.sample": sample.text(made),
    }
    package = build.package(
        build.Values(
            app_id=made.app_id,
            package_id=made.package_id,
            host=made.host,
            organisation=build.shortened(made.organisation),
        )
    )
    return {name: text.encode() for name, text in texts.items()} | {
        "vuoro.zip": package
    }


def of_folder(folder: Path, *, force: bool) -> list[str]:
    """Say what keeps files from being written there: that could overwrite something."""
    if folder.exists() and not folder.is_dir():
        return [f"{folder} is a file; --out names a folder"]
    if folder.is_dir() and any(folder.iterdir()) and not force:
        return [f"{folder} is not empty; --force writes over what setup made"]
    return []


def write(made: dict[str, bytes], folder: Path) -> None:
    """Write the files, over those of the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
