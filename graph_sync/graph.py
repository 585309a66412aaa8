"""What we ask of Microsoft Graph, and how it may refuse.

The Protocol takes lists where Graph can batch, so that many mailboxes cost few round
trips; an answer stands at the place of its question and is a value or the error of that
part alone. Errors of the whole call are raised.

* GraphError
  - Throttled          wait `retry_after`, then ask again
  - Unavailable        the answer is unknown: the write may have happened
    - Unanswered       and may yet happen: somebody may still be at it
  - TokenExpired       the delta link is too old; start over from a full read
  - Changed            the event is no longer the one we read
  - Gone               what was asked for by its id does not exist
  - Forbidden          consent is missing or has been withdrawn
    - NoMailbox        there is no mailbox, which says nothing of what was in it
  - Refused            Graph says the request is wrong; trying again will not help
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from booking.calendar import Event, EventDraft, Mailbox, Page, Subscription
from booking.spans import Span


class GraphError(Exception):
    """Graph did not do what was asked."""

    def __init__(self, code: str = "", message: str = "", request_id: str = "") -> None:
        """Keep Graph's own code and request id for the log; never a token or a body."""
        super().__init__(f"{type(self).__name__} {code}: {message}".strip())
        self.code = code
        self.request_id = request_id


class Throttled(GraphError):
    """Too many requests: wait `retry_after` seconds, then ask again."""

    retry_after: float = 1.0


class Unavailable(GraphError):
    """No answer, or one that says nothing: a write may have happened."""


class Unanswered(Unavailable):
    """Nobody answered in time: what was asked may be done only after this."""


class TokenExpired(GraphError):
    """The delta link is too old; start over from a full read."""


class Changed(GraphError):
    """The event is no longer the one we read."""


class Gone(GraphError):
    """What was asked for by its id does not exist."""


#: Code of a Forbidden that is about us and no mailbox: Entra gave no token.
REFUSED_BY_ENTRA = "TokenRefused"


class Forbidden(GraphError):
    """Consent is missing or has been withdrawn, or the mailbox is out of scope."""

    entra: str = ""  #: Entra's own code, like AADSTS7000222, where it gave no token.


class NoMailbox(Forbidden):
    """The mailbox is not there, not yet or not any more.

    Its events cannot be seen then, which is no proof that they were deleted.
    """


class Refused(GraphError):
    """The request itself is wrong; asking again will not help."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything in a mailbox's calendar that touches a span."""

    mailbox: str
    span: Span


@dataclass(frozen=True, slots=True)
class Put:
    """Write our event: create it, or change the one we know.

    Create when `event_id` is None; `transaction_id` then makes a repeat harmless. A
    change sends only `changed` (names of EventDraft fields), never the whole event.
    `verify` reads the slot back in the same round trip.
    """

    mailbox: str
    draft: EventDraft
    transaction_id: str
    event_id: str | None = None
    changed: tuple[str, ...] = ()
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a Put: the event as Graph holds it, and the slot read back."""

    event: Event
    around: tuple[Event, ...] | None  #: None when it was not asked or not answered.


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove our event. One that is already gone counts as removed."""

    mailbox: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail from a shared mailbox. `key` is found again in Sent Items."""

    key: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    attachments: tuple[tuple[str, str, bytes], ...] = field(default=())
    """(file name, media type, content)"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a group in Entra. `id` is her object id, in small letters."""

    id: str
    name: str
    enabled: bool  #: She may sign in at all.


class Graph(Protocol):
    """Microsoft Graph as the product sees it."""

    async def view(self, asks: Sequence[View]) -> list[tuple[Event, ...] | GraphError]:
        """Read calendars live; times in UTC, occurrences expanded, keys included."""
        ...

    async def put(self, writes: Sequence[Put]) -> list[Written | GraphError]:
        """Create or change our events, each at most once."""
        ...

    async def drop(self, drops: Sequence[Drop]) -> list[GraphError | None]:
        """Delete our events."""
        ...

    async def event(self, mailbox: str, event_id: str) -> Event:
        """Read one event. Raises Gone."""
        ...

    async def find(self, mailbox: str, key: str) -> tuple[Event, ...]:
        """Find events that carry our extended property `key`."""
        ...

    def changes(
        self, mailbox: str, window: Span, link: str | None
    ) -> AsyncIterator[Page]:
        """Read a delta round page by page. Raises TokenExpired; `link` resumes."""
        ...

    async def mailbox(self, mailbox: str) -> Mailbox:
        """Read working hours, zone and whether Teams meetings can be made."""
        ...

    async def subscriptions(self) -> list[Subscription]:
        """List every subscription this app holds."""
        ...

    async def subscribe(
        self, mailbox: str, url: str, secret: str, expires: datetime
    ) -> Subscription:
        """Ask for notices of a mailbox; Graph calls `url` before this returns."""
        ...

    async def renew(self, subscription: str, expires: datetime) -> Subscription:
        """Extend (and reauthorise) a subscription. Raises Gone."""
        ...

    async def unsubscribe(self, subscription: str) -> None:
        """End a subscription; one already gone counts as ended."""
        ...

    async def send(self, mail: Mail) -> None:
        """Hand a mail to Exchange. Accepted is not delivered."""
        ...

    async def sent(self, sender: str, key: str) -> bool:
        """Say whether a mail with our key lies in the sender's Sent Items."""
        ...

    async def members(self, group: str) -> list[Member]:
        """Read the people of a group, of groups in it too. Raises NoMailbox or Forbidden.

        Whoever of them cannot be said to be enabled or not is Forbidden as well: to
        read that is a right of its own.
        """
        ...
