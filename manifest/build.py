"""The app package that an admin uploads to Teams, made for one deployment.

The manifest beside this module is complete but for a few `{{…}}`: who we are and where.
The same values give the same bytes, so a package can be compared with an earlier one.
"""

import json
import uuid
import zipfile
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any

from manifest import checks

#: Of a package for which no other is asked.
VERSION = "0.1.0"
_NAME_MAX = 32
#: The earliest moment a zip can hold: the package has no other time of its own.
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Unfit(ValueError):
    """A value that Teams would refuse, or that would not be ours."""

    def __init__(self, field: str, why: str) -> None:
        """`why` completes the sentence that the field begins."""
        super().__init__(f"{field} {why}")
        self.field = field
        self.why = why


class Refused(ValueError):
    """A package that Teams would refuse; `faults` says what and why, a line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Values:
    """What differs from deployment to deployment."""

    app_id: str  #: The Entra application: the bot's id and the tab's sign-in.
    package_id: str  #: The Teams app's own id; never changes once uploaded.
    host: str  #: Where people and Teams reach us by https, without a port.
    organisation: str  #: Shown as the app's developer.
    version: str = VERSION
    #: For a developer's own machine: the host may be it, with a port. Nobody else's
    #: Teams reaches it, so nothing but this switch lets it through.
    local: bool = False

    def __post_init__(self) -> None:
        """Refuse what Teams would refuse only after the upload."""
        for name in ("app_id", "package_id"):
            if not checks.GUID.fullmatch(getattr(self, name)):
                raise Unfit(name, "must be a GUID")
        if self.app_id.lower() == self.package_id.lower():
            raise Unfit("package_id", "must not be the Entra application's id")
        if not is_host(self.host) and not (
            self.local and checks.LOCAL.fullmatch(self.host)
        ):
            raise Unfit("host", "must be a public host name without port and path")
        if not 0 < len(self.organisation.strip()) <= _NAME_MAX:
            raise Unfit("organisation", f"must have 1 to {_NAME_MAX} letters")
        if not checks.VERSION.fullmatch(self.version):
            raise Unfit("version", "must be like 1.2.3")


def is_host(name: str) -> bool:
    """Say whether this is the bare name of a host that others can reach."""
    return checks.HOST.fullmatch(name) is not None


def package_id_of(app_id: str) -> str:
    """Give the Teams app's own id for an application: always the same for the same.

    Teams takes a package with another id for another app, so it must not change when
    the host or the organisation does.
    """
    return str(uuid.uuid5(uuid.UUID(app_id), "the Teams app"))


def shortened(organisation: str) -> str:
    """Give an organisation's name as long as Teams takes it, whole words if it can."""
    name = " ".join(organisation.split())
    if len(name) <= _NAME_MAX:
        return name
    whole, space, _ = name[:_NAME_MAX].rpartition(" ")
    return (whole if space else name[: _NAME_MAX - 1]) + "…"


def manifest(values: Values) -> dict[str, Any]:
    """Give the manifest with its blanks filled in."""
    blanks = {
        "{{appId}}": values.app_id,
        "{{packageId}}": values.package_id,
        "{{host}}": values.host,
        "{{organisation}}": values.organisation.strip(),
        "{{version}}": values.version,
    }
    filled: dict[str, Any] = _fill(json.loads(_file("manifest.json")), blanks)
    return filled


def package(values: Values) -> bytes:
    """Give the package: a zip with everything at its root, as Teams wants it.

    Raises Refused, with every fault, where Teams would not take it.
    """
    made = manifest(values)
    text = json.dumps(made, ensure_ascii=False, indent=2).encode()
    files = {"manifest.json": text} | {
        name: _file(name) for name in sorted(_named(made))
    }
    if faults := checks.faults(files):
        raise Refused(faults)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            _put(archive, name, content)
    return packed.getvalue()


def _named(made: dict[str, Any]) -> set[str]:
    """Every file that the manifest names."""
    languages = made["localizationInfo"]["additionalLanguages"]
    return {*made["icons"].values(), *(one["file"] for one in languages)}


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _file(name: str) -> bytes:
    return (resources.files(__package__) / name).read_bytes()


def _fill(part: Any, blanks: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _fill(value, blanks) for name, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, blanks) for value in part]
    if isinstance(part, str):
        for blank, value in blanks.items():
            part = part.replace(blank, value)
    return part
