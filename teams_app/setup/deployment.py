"""One deployment, and how its values are written into other people's languages."""

import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

#: Of an address in scripts and filters: nothing that could end a string in any of them.
_ADDRESS = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def plain(address: str) -> bool:
    """Say whether a mail address may stand in a script as it is."""
    return _ADDRESS.fullmatch(address) is not None


@dataclass(frozen=True, slots=True)
class Deployment:
    """What differs from tenant to tenant. `setup.checked` makes it, checked."""

    host: str
    app_id: str  #: The Entra application, made before all else.
    tenant_id: str
    package_id: str  #: The Teams app's own id.
    sender: str  #: The one shared mailbox that mails clients.
    professionals: str  #: The mail address of their group.
    help_phone: str
    organisation: str
    certificate: str  #: Where the certificate lies; empty: a secret is used.
    polling: bool  #: Inbound notices of Graph are refused here.
    group: str = ""  #: Object id of the professionals' group that is kept in step.

    @property
    def base_url(self) -> str:
        return f"https://{self.host}"

    @property
    def resource(self) -> str:
        """The application id URI; the Teams manifest names the same."""
        return f"api://{self.host}/{self.app_id}"

    @property
    def signed_in(self) -> str:
        """Where Entra leads a person back to."""
        return f"{self.base_url}/teams/signed-in"

    @property
    def consent(self) -> str:
        """Where an admin consents for everybody."""
        asked = {"client_id": self.app_id, "redirect_uri": self.signed_in}
        return (
            f"https://login.microsoftonline.com/{self.tenant_id}/adminconsent?"
            f"{urlencode(asked | {'state': 'vuoro'})}"
        )

    def id_of(self, name: str) -> str:
        """Give the id of something of ours in the registration, the same every time."""
        return str(uuid.uuid5(uuid.UUID(self.app_id), name))


def bicep(value: Any, depth: int = 0) -> str:
    """Write a value in Bicep."""
    inner = "  " * (depth + 1)
    match value:
        case dict():
            lines = [
                f"{inner}{name}: {bicep(each, depth + 1)}"
                for name, each in value.items()
            ]
            return _enclosed("{}", lines, depth)
        case list():
            lines = [f"{inner}{bicep(each, depth + 1)}" for each in value]
            return _enclosed("[]", lines, depth)
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            text = str(value).replace("\\", "\\\\").replace("'", "\\'")
            return "'" + text.replace("${", "\\${") + "'"


def _enclosed(marks: str, lines: list[str], depth: int) -> str:
    if not lines:
        return marks
    return "\n".join([marks[0], *lines, "  " * depth + marks[1]])


def quoted(text: str) -> str:
    """Write a text for PowerShell, to which every kind of single quote is one."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
