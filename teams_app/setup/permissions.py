"""Every right that Vuoro has in a tenant, whose data it opens, and why it is there.

The least that runs: what nothing here asks for, nothing here grants. Rights to mailboxes
are given in Exchange, within a scope, and in Entra never: there they would reach every
mailbox of the tenant, and of two grants the wider one counts.
"""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Whose mailboxes. The value is the scope's name in Exchange."""

    PROFESSIONALS = "Vuoro professionals"
    SENDER = "Vuoro sender"


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that Exchange gives within a scope."""

    name: str  #: As Graph names it.
    scope: Scope
    why: str

    @property
    def role(self) -> str:
        """As Exchange names it."""
        return f"Application {self.name}"


PERMISSIONS = (
    Permission(
        "Calendars.ReadWrite",
        Scope.PROFESSIONALS,
        "to read when they are busy, to hear of changes, to write appointments",
    ),
    Permission(
        "MailboxSettings.Read",
        Scope.PROFESSIONALS,
        "their working hours, time zone and automatic replies",
    ),
    Permission("Mail.Send", Scope.SENDER, "messages to clients"),
    Permission(
        "Mail.Read",
        Scope.SENDER,
        "to look, after a crash in the middle of sending, whether a message has gone "
        "out before it is sent again",
    ),
)

GRAPH = "00000003-0000-0000-c000-000000000000"


@dataclass(frozen=True, slots=True)
class Consented:
    """A right that a signed-in person gives in Entra, or an admin for everybody."""

    name: str
    id: str
    why: str


#: All that is asked for in Entra, and all that the consent link asks about.
CONSENTED = (
    Consented(
        "openid",
        "37f7f235-527c-4136-accd-4a02d197296e",
        "to be told who has signed in to the tab",
    ),
)

#: Programs of Microsoft's in which the tab is shown: they may ask for a token to it
#: without asking the person. A personal tab appears in Outlook and Microsoft 365 too.
CLIENTS = {
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Teams, desktop and phone",
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346": "Teams, web",
    "4765445b-32c6-49b0-83e6-1d93765276ca": "Microsoft 365, web",
    "0ec893e0-5785-4de6-99da-4ed124e5296c": "Microsoft 365, desktop",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft 365 phone, Outlook desktop",
    "bc59ab01-8403-45c6-8796-ac3ef710b3e3": "Outlook, web",
    "27922004-5251-4030-b22d-91ecd9a37ea4": "Outlook, phone",
}
