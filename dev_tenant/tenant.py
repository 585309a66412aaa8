"""The state of one Microsoft 365 tenant: plain records in memory.

Everything that can be asked of the tenant over HTTP is kept here: people, mailboxes,
groups, subscriptions, chats, installed apps, faults and the journal. The records hold
no behaviour beyond keeping themselves consistent (version numbers, names of things);
what Graph makes of them is the business of `dev_tenant.graph`. The same seed gives the
same identifiers.
"""

import asyncio
import random
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from dev_tenant.clock import Clock
from dev_tenant.faults import Faults
from dev_tenant.journal import Journal

Json = dict[str, Any]


class Tokens(Protocol):
    """Who answers for bearer tokens; Entra is put here once it is mounted."""

    def check(self, token: str) -> Json | None:
        """Give the claims of a token meant for Graph, or None when it is refused."""


class AnyToken:
    """Accepts any bearer token as the application, with every permission.

    `delegated:<user id>` stands for a token of that user. For tests of Graph alone.
    """

    def check(self, token: str) -> Json | None:
        if not token:
            return None
        if token.startswith("delegated:"):
            return {"oid": token.removeprefix("delegated:"), "scp": "*"}
        return {"appid": "any", "idtyp": "app", "roles": ["*"]}


@dataclass
class User:
    id: str
    name: str
    given: str
    surname: str
    mail: str
    title: str = ""
    department: str = ""
    language: str = "fi-FI"
    phone: str = ""
    kind: str = "Member"  #: Member, or Shared for a mailbox nobody signs in to.
    enabled: bool = True
    roles: list[str] = field(default_factory=list)  #: app roles: admin, supervisor


@dataclass
class Calendar:
    id: str
    name: str
    default: bool = False
    color: str = "auto"
    providers: list[str] = field(default_factory=lambda: ["teamsForBusiness"])
    shared: str = "freeBusyRead"  #: What the whole house may see of it.


@dataclass
class Event:
    """An event as the mailbox keeps it. Times are wall-clock in `zone`."""

    key: str  #: The name that never changes inside the mailbox.
    number: int  #: Makes the default id; a new one when the event changes calendar.
    calendar: str
    start: datetime
    end: datetime
    zone: str
    created: datetime
    modified: datetime
    version: int  #: The mailbox's change number at the last change.
    ical: str
    props: Json = field(default_factory=dict)  #: other Graph properties, by name
    recurrence: Json | None = None
    overrides: dict[str, Json] = field(default_factory=dict)  #: by original date
    cancelled: list[str] = field(default_factory=list)  #: original dates
    ext: dict[str, str] = field(default_factory=dict)  #: extended properties
    meeting: str | None = None  #: key into Tenant.meetings
    organizer_of: list[str] = field(default_factory=list)  #: user ids with a copy


@dataclass
class Tombstone:
    key: str
    number: int
    calendar: str
    version: int
    start: datetime  #: UTC; with `end` says in which windows it had been seen.
    end: datetime
    occurrences: list[str] = field(default_factory=list)  #: original dates
    series_gone: bool = True  #: False when only the occurrences went.
    #: Of these dates those that lay elsewhere: any window may have had them.
    moved: list[str] = field(default_factory=list)


@dataclass
class Message:
    id: str
    folder: str
    at: datetime
    data: Json
    ext: dict[str, str] = field(default_factory=dict)


@dataclass
class Mailbox:
    user: str
    settings: Json
    categories: list[Json] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    #: What lies in Deleted Items, by key; see the switch `deleted_stay_readable`.
    deleted: dict[str, Event] = field(default_factory=dict)
    tombstones: list[Tombstone] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    transactions: dict[str, str] = field(default_factory=dict)
    version: int = 0
    numbers: int = 0
    generation: int = 1  #: of delta tokens; older ones are answered with 410
    changed_at: deque[tuple[int, float]] = field(
        default_factory=lambda: deque(maxlen=2000)
    )

    @property
    def default_calendar(self) -> Calendar:
        return next(c for c in self.calendars if c.default)

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers

    def next_version(self, real_seconds: float) -> int:
        self.version += 1
        self.changed_at.append((self.version, real_seconds))
        return self.version


@dataclass
class Group:
    id: str
    name: str
    mail: str
    members: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)


@dataclass
class Meeting:
    """A Teams meeting; `url` is its join link."""

    key: str
    thread: str
    organizer: str
    subject: str
    start: datetime
    end: datetime
    url: str
    visible_at: float = 0.0  #: real seconds since the epoch; the link shows from then
    external: str | None = None
    settings: Json = field(default_factory=dict)
    joined: list[Json] = field(default_factory=list)
    panel: str = ""  #: The app's side panel, once somebody has added it.


@dataclass
class Subscription:
    id: str
    resource: str
    user: str | None
    changes: list[str]
    url: str
    lifecycle_url: str | None
    state: str | None
    expires: datetime
    app: str
    immutable: bool
    data: Json = field(default_factory=dict)


@dataclass
class Registration:
    """The product's registration in Entra, and its app in the Teams catalogue."""

    client_id: str
    secret: str
    bot_id: str
    catalogue_id: str
    external_id: str
    name: str = "Vuoro"


#: Told of each change of an event: user id, event key, original date or None, kind.
Listener = Callable[[str, str, str | None, str], None]


@dataclass
class Tenant:
    id: str
    seed: int
    domain: str
    name: str
    clock: Clock
    app: Registration
    base_url: str = ""  #: Where the tenant is reached; known once the port is open.
    tls_url: str = ""  #: The same over TLS, which Entra is asked by; may be empty.
    app_url: str = ""  #: Where the product is reached.
    users: dict[str, User] = field(default_factory=dict)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    #: Mail and SMS as people outside and inside see them, oldest first.
    inbox: list[Json] = field(default_factory=list)
    #: Belongs to the connector: chats with the bot, JSON only.
    chats: Json = field(default_factory=dict)
    #: user id -> installation id of the product's app
    installed: dict[str, str] = field(default_factory=dict)
    activities: list[Json] = field(default_factory=list)  #: activity notifications
    #: Rights to mailboxes that Exchange gives: permission -> ids of whose mailboxes.
    scopes: dict[str, list[str]] = field(default_factory=dict)
    switches: Json = field(default_factory=dict)  #: standing unpleasantness, by name
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    tokens: Tokens = field(default_factory=AnyToken)
    listeners: list[Listener] = field(default_factory=list)
    #: Told the id of each person the product's app gets installed for.
    install_listeners: list[Callable[[str], None]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    #: Run when the server stops: background tasks and sessions of the modules.
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    #: What can befall the tenant at once, by name: see `dev_tenant.misbehaviour`.
    blows: dict[str, Callable[[], int]] = field(default_factory=dict)
    counter: int = 0

    def new_id(self, what: str) -> str:
        """A UUID that depends only on the seed and on how many were made before."""
        self.counter += 1
        return seeded_uuid(self.seed, f"{what}:{self.counter}")

    def find_user(self, id_or_mail: str) -> User | None:
        user = self.users.get(id_or_mail)
        if user is not None:
            return user
        wanted = id_or_mail.lower()
        return next((u for u in self.users.values() if u.mail.lower() == wanted), None)

    def tell(self, user: str, key: str, day: str | None, kind: str) -> None:
        """Let the listeners know that an event was created, updated or deleted."""
        self.changed.set()
        for listener in self.listeners:
            listener(user, key, day, kind)


def seeded_uuid(seed: int, name: str) -> str:
    bits = random.Random(f"{seed}/{name}").getrandbits(128)
    return str(uuid.UUID(int=bits, version=4))
