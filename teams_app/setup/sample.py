"""The settings of a deployment, as a file to be completed: what is secret is left blank."""

import shlex

from teams_app.settings import PREFIX
from teams_app.setup.deployment import Deployment

_MAKING = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def _rows(made: Deployment) -> list[tuple[str, str, str]]:
    """Name, value and reason of each setting."""
    proof = (
        (
            "certificate",
            made.certificate,
            "the certificate with its private key, in PEM",
        )
        if made.certificate
        else ("client_secret", "", "FILL IN: the secret of the registration")
    )
    polling = [
        ("notifications", "0", "Graph cannot reach us: calendars are polled"),
        ("poll_seconds", "60", "how often"),
    ]
    group = [
        ("professionals_group", made.group, "who leaves it is let in no more"),
    ]
    return [
        ("base_url", made.base_url, "the public address"),
        ("tenant_id", made.tenant_id, "the directory"),
        ("client_id", made.app_id, "the registration: bot, tab and Graph"),
        proof,
        (
            "secret_key",
            "",
            f"FILL IN, once and for good: {_MAKING}",
        ),
        ("teams_app_id", made.package_id, "the id in vuoro.zip"),
        ("sender", made.sender, "the mailbox that mails clients"),
        ("help_phone", made.help_phone, "the way without a computer, on every page"),
        ("organisation_fi", made.organisation, "the name on the pages"),
        *(polling if made.polling else []),
        *(group if made.group else []),
    ]


#: What a deployment may do without, to be filled in where the mark is taken away.
_MORE = {
    "admins": "object ids in Entra, with commas: who is told of outages (docs/admin.md)",
    "contact_email": "on the privacy notice, mailed of outages; else it is the sender",
}


def values(made: Deployment) -> dict[str, str]:
    """Give the settings as a process would be given them."""
    return {f"{PREFIX}{name.upper()}": value for name, value, _ in _rows(made)}


def text(made: Deployment) -> str:
    """Write the file so that a shell, systemd and Compose read the same in it."""
    lines = [
        "# Settings of Vuoro. Copy it to where Vuoro runs, readable by Vuoro alone, and",
        "# complete it there: docs/settings.md explains each, and names many more.",
    ]
    for name, value, why in _rows(made):
        shown = shlex.quote(value) if value else ""
        lines += ["", f"# {why}", f"{PREFIX}{name.upper()}={shown}"]
    for name, why in _MORE.items():
        lines += ["", f"# {why}", f"#{PREFIX}{name.upper()}="]
    return "\n".join(lines) + "\n"
