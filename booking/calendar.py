"""Values about a professional's Outlook calendar that several rooms share.

`Event` is an Outlook event as far as we look at it; `Busy` is all that our mirror keeps
of somebody else's event: no text. All-day events keep their dates: midnight to midnight
of whatever zone the reader asked for must never be converted as instants.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.spans import Span, days_span


class ShowAs(StrEnum):
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OOF = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"  #: Also any value Microsoft adds later.

    @classmethod
    def read(cls, value: str | None) -> "ShowAs":
        try:
            return cls(value or "unknown")
        except ValueError:
            return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class AllDay:
    first: date
    after_last: date


@dataclass(frozen=True, slots=True)
class Event:
    """An Outlook event as Graph gave it, with the parts we use.

    `when` is a Span (UTC) or, for an all-day event, its dates. A stub occurrence of a
    delta page has ids and times only; `subject` and `show_as` are then None.
    """

    id: str
    when: Span | AllDay
    change_key: str = ""
    series: str | None = None  #: The master's id.
    type: str = "singleInstance"
    show_as: ShowAs | None = None
    subject: str | None = None
    categories: tuple[str, ...] = ()
    sensitivity: str = "normal"
    cancelled: bool = False
    join_url: str | None = None
    online: bool = False  #: isOnlineMeeting
    body: str | None = None
    location: str | None = None
    ical_uid: str | None = None
    key: str | None = None  #: Our extended property, where the read asked for it.
    invited: bool = False  #: Somebody else is its organizer.
    transaction: str | None = None  #: By which an application made it.

    @property
    def repeats(self) -> bool:
        """Say whether it is a series, or a day of one."""
        return self.type == "seriesMaster" or self.series is not None

    def span(self, zone: ZoneInfo) -> Span:
        """Give the time it covers; an all-day event covers days of the reader's zone."""
        if isinstance(self.when, AllDay):
            return days_span(self.when.first, self.when.after_last, zone)
        return self.when


@dataclass(frozen=True, slots=True)
class Busy:
    """All that the mirror keeps of an event.

    `bookable` is derived when the event is read (a block opened by category or subject
    prefix); the text it was derived from is not kept.
    """

    event_id: str
    when: Span | AllDay
    show_as: ShowAs
    series: str | None = None
    change_key: str = ""
    bookable: bool = False
    ours: str | None = None  #: The reference, when it is the event of an appointment.

    def span(self, zone: ZoneInfo) -> Span:
        if isinstance(self.when, AllDay):
            return days_span(self.when.first, self.when.after_last, zone)
        return self.when


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """mailboxSettings.workingHours: one interval for all its days."""

    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})  #: Monday is 0.
    start: time = time(8)
    end: time = time(16)
    zone: str = "Europe/Helsinki"  #: IANA; Windows names are translated when read.


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What we know of a professional's mailbox itself."""

    hours: WorkingHours = field(default_factory=WorkingHours)
    zone: str = "Europe/Helsinki"
    online_meetings: bool = True  #: teamsForBusiness is among the allowed providers.
    #: When automatic replies are scheduled: she is away. Replies that are always on say
    #: no more than that answers take a while.
    replies: Span | None = None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """Our event as it should stand in a mailbox. Neutral: no client, no matter."""

    subject: str
    span: Span
    body: str  #: HTML without the join block, which Exchange adds and keeps.
    location: str
    sensitivity: str
    online: bool
    key: str  #: Extended property that says whose event it is.
    reminder_minutes: int = 15
    category: str | None = None
    meeting: str = ""  #: Join address of a meeting that another mailbox holds.
    repeats: bool = False  #: Somebody has made a series of it; ours never wants that.


def at_utc(text: str) -> datetime:
    """Read Graph's dateTime of a UTC answer (seven decimals, no offset)."""
    return datetime.fromisoformat(text.rstrip("Z")[:26]).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a delta round. `link` is set on the last page only."""

    events: tuple[Event, ...]
    removed: tuple[str, ...]  #: Ids gone from the window: not yet proof of deletion.
    link: str | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to hear of changes, as Graph holds it until it `expires`."""

    id: str
    resource: str
    url: str
    expires: datetime
