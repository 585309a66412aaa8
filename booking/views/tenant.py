"""What the pages are drawn from on which an admin decides for the whole tenant.

As in every view no texts of our own, but for messages, which are shown as they are sent.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.retention import Bounds, Days
from booking.tenant_rules import Rule
from booking.views.admin import Section
from booking.views.pages import Choice, FieldError


@dataclass(frozen=True, slots=True)
class Deciding:
    """What every such page has. Forms post to `here` with `seen`."""

    sections: tuple[Section, ...]
    here: str
    seen: int
    by: str = ""  #: Who decided last, as the log has it, and when.
    at: datetime | None = None
    done: str = ""  #: `tenant.done.<done>`.
    outdated: bool = False
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule, as it is or as it was filled in."""

    rule: Rule
    value: str
    stated: str  #: As the settings say.


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the deployment's settings alone say: shown and not changed."""

    key: str  #: `tenant.fixed.<key>`.
    value: str
    setting: str


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Posts every rule; or `act=stated`, to take them back."""

    deciding: Deciding
    lines: tuple[RuleLine, ...]
    fixed: tuple[Fixed, ...]


@dataclass(frozen=True, slots=True)
class PreviewLine:
    kind: str  #: `sent.kind.<kind>`.
    subject: str
    mail: str
    sms: str
    characters: int
    parts: int
    wide: bool


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The organisation's own lines, and every message. Posts them, or `act=preview`."""

    deciding: Deciding
    language: str  #: Of the messages shown.
    modality: str
    languages: tuple[Choice, ...]
    modalities: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]  #: Name of the field, and what is in it.
    line_max: int
    messages: tuple[PreviewLine, ...]
    unsaved: bool = False  #: The messages show lines that are not saved.


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel and how it goes. Posts `channel`, `act` (on, off, try)."""

    key: str
    on: bool
    ready: bool  #: The deployment has it.
    accepted: datetime | None
    failed: datetime | None
    why: str
    waiting: int
    only: int  #: Clients with something coming who are reached in no other way.
    tried: str = ""  #: `tenant.trial.<tried>`.
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChannelsPage:
    deciding: Deciding
    lines: tuple[ChannelLine, ...]
    request: str  #: Names one trial: pressed twice it is sent once.
    address: str  #: Her own, where a trial by mail goes; empty: Entra says none.
    number: str = ""  #: As it was typed.
    hourly: int = 0
    asked: str = ""  #: A channel that is to be turned off is asked about first.


@dataclass(frozen=True, slots=True)
class KeptLine:
    """How long a class of things is kept. `usual` and `days`: None is for good."""

    key: str
    bounds: Bounds
    value: str
    days: Days
    tonight: int  #: So many would be forgotten now.
    was: Days = None  #: Until a shortened time takes effect.


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """Posts the days of each class; what is shorter is shown first, and confirmed."""

    deciding: Deciding
    lines: tuple[KeptLine, ...]
    since: datetime | None  #: A shortened time takes effect then.
    confirming: tuple[str, ...] = ()  #: Classes that would be kept for less long.
    grace_hours: int = 24
