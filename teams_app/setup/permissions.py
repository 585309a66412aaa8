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


#: What a person who signs in is asked about, and nobody else.
CONSENTED = (
    Consented(
        "openid",
        "37f7f235-527c-4136-accd-4a02d197296e",
        "to be told who has signed in to the tab",
    ),
)

#: By which whoever lacks the app, or has blocked it, is reached all the same. Rights of
#: the application, each about this one app alone; neither opens a mailbox or a chat.
REACH = (
    Consented(
        "TeamsAppInstallation.ReadWriteSelfForUser.All",
        "908de74d-f8b2-4d6b-a9ed-2a17b3b78179",
        "to give the app to a professional who lacks it, and to find her chat with it",
    ),
    Consented(
        "TeamsActivity.Send",
        "a267235f-af13-44dc-8385-c1dc93023186",
        "to tell in the activity feed what her chat does not take",
    ),
)

#: Asked for only where a group of professionals is kept in step (`--group`). Rights of
#: the application: there is no narrower one that reads a group, or says whether an
#: account is enabled, and neither opens a mailbox.
DIRECTORY = (
    Consented(
        "GroupMember.Read.All",
        "98830695-27a2-44f7-8c18-0c3ebc9698f6",
        "to read who is in the professionals' group",
    ),
    Consented(
        "User.Read.All",
        "df021288-bdef-4463-88db-98f22de89214",
        "to read whether their accounts are enabled, and their names",
    ),
)

#: Consented to in no tenant but one where Graph refuses to send notices to an app whose
#: rights stand in Exchange alone, and there only behind an application access policy.
LISTENING = Consented(
    "Calendars.Read",
    "798ee544-9d2d-430c-a058-570e29e34338",
    "to hear of changes where Graph wants that right in the token itself",
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
