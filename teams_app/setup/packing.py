"""The values of a Teams package: from options, and from the settings for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from manifest.build import VERSION, Unfit, Values, package_id_of, shortened
from teams_app.settings import PACKAGE, is_guid, read
from teams_app.setup.wrong import Wrong

#: Where each value of the package comes from when no option gives it.
_SETTING = {
    "app_id": "client_id",
    "package_id": "teams_app_id",
    "host": "base_url",
    "organisation": "organisation_fi",
}


@dataclass(frozen=True, slots=True)
class Packing:
    """The options as they were given; empty where one was not."""

    host: str = ""
    app_id: str = ""
    package_id: str = ""
    organisation: str = ""
    version: str = ""
    local: bool = False


def values(asked: Packing, environ: Mapping[str, str]) -> Values:
    """Give the values of the package. Raises Wrong or BadSettings with what is wrong.

    An application that is named by an option needs no package id: it follows from it.
    """
    if asked.local and not asked.host:
        raise Wrong(["--local goes with --host: this machine must be named"])
    if asked.app_id and not is_guid(asked.app_id):
        raise Wrong(["--app-id must be a GUID"])
    given = {_SETTING[name] for name in _SETTING if getattr(asked, name)}
    if asked.app_id:
        given.add("teams_app_id")
    settings = read(environ, tuple(name for name in PACKAGE if name not in given))
    derived = asked.app_id and package_id_of(asked.app_id)
    try:
        return Values(
            app_id=asked.app_id or settings.client_id,
            package_id=asked.package_id or settings.teams_app_id or derived,
            host=(asked.host or settings.base_url.removeprefix("https://")).lower(),
            organisation=shortened(asked.organisation or settings.organisation_fi),
            version=asked.version or VERSION,
            local=asked.local,
        )
    except Unfit as unfit:
        raise Wrong([f"{_name(unfit.field, asked)} {unfit.why}"]) from None


def of_demo(asked: Packing, environ: Mapping[str, str]) -> Values:
    """Give the values for a demo's own package, which no other machine's Teams reaches."""
    base_url = read(environ, PACKAGE).base_url
    here = asked.host or urlsplit(base_url).netloc
    return values(replace(asked, host=here, local=True), environ)


def _name(field: str, asked: Packing) -> str:
    """Say which option or setting a value came from."""
    if getattr(asked, field) or field not in _SETTING:
        return f"--{field.replace('_', '-')}"
    return f"VUORO_{_SETTING[field].upper()}"
