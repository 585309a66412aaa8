"""What the pages are drawn from on which an admin sets up units and services.

A form is shown as it was typed, or as it stands: `Filled` gives either by the names of
its fields. As in every view no texts of our own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.model import Language, Modality
from booking.views.admin import Section
from booking.views.pages import Choice, FieldError


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of a form by their names, each with what stands in it."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return (self.fields.get(name) or [""])[0]

    def all(self, name: str) -> Sequence[str]:
        return self.fields.get(name, ())


@dataclass(frozen=True, slots=True)
class UnitLine:
    name: str
    href: str
    professionals: int
    supervisors: int
    open: bool
    missing: tuple[Language, ...]  #: In which something of it is not said.


@dataclass(frozen=True, slots=True)
class UnitsPage:
    sections: tuple[Section, ...]
    here: str
    lines: tuple[UnitLine, ...]
    new: str
    done: str = ""  #: Key of what was done: `admin.units.done.<done>`.
    about: str = ""  #: To which.


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A professional who keeps her unit from being closed."""

    name: str
    href: str
    bookable: bool
    coming: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One unit, as it stands or as it was filled in. Posts to `action`."""

    sections: tuple[Section, ...]
    here: str
    action: str
    back: str
    title: str  #: Empty: it is new.
    open: bool
    seen: str
    filled: Filled
    #: Who may be left ticked for a role, by the role's field.
    people: Mapping[str, tuple[Choice, ...]]
    known: tuple[str, ...]  #: Names to be proposed.
    fixable: tuple[str, ...]
    standing: tuple[StandingLine, ...]
    missing: tuple[Language, ...] = ()
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False
    refused: bool = False  #: It was to be closed, and could not be.
    #: Who has a role by the unit's group in Entra, by the role's field; None: nobody.
    by_group: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    by_former: Collection[str] = ()  #: Of these, whose new group was not read yet.
    services: tuple[Choice, ...] = ()  #: What who joins may be given.


@dataclass(frozen=True, slots=True)
class ServiceLine:
    name: str
    href: str
    copy: str
    minutes: int
    modalities: tuple[Modality, ...]
    givers: int  #: So many of those who give it may be booked.
    state: str
    missing: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class ServicesAdminPage:
    sections: tuple[Section, ...]
    here: str
    lines: tuple[ServiceLine, ...]
    retired: tuple[ServiceLine, ...]
    new: str
    done: str = ""  #: Key of what was done: `admin.services.done.<done>`.
    about: str = ""  #: To which.


@dataclass(frozen=True, slots=True)
class GiverGroup:
    """The professionals of a unit, to be ticked; those out of booking are marked."""

    unit: str
    people: tuple[Choice, ...]
    closed: frozenset[str]
    chosen: int
    #: What each lacks that the service asks for, by object id.
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A page of the client's, whole, to be shown in a frame."""

    key: str  #: `admin.preview.<key>` says which.
    html: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the client will see, in one language, of what is filled in."""

    action: str  #: Posted to with the form, it gives the preview alone.
    language: Language
    documents: tuple[Document, ...]
    missing: tuple[Language, ...]  #: Something of it is said there in Finnish.
    invited: bool = False  #: Nobody books it by herself: no page lists it.


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """One service, as it stands or as it was filled in. Posts to `action`."""

    sections: tuple[Section, ...]
    here: str
    action: str
    back: str
    title: str  #: Empty: it is new.
    key: str
    seen: str
    copied: str  #: Of which service a new one is a copy, by key.
    state: str
    coming: int
    bookable: int  #: So many of those who give it may be booked.
    filled: Filled
    groups: tuple[GiverGroup, ...]
    questions: str
    asked: int
    copy: str
    preview: Preview
    horizon_max: int  #: Of the tenant: further ahead nothing is offered.
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False
    done: str = ""


@dataclass(frozen=True, slots=True)
class QuestionRow:
    row: str
    saved: bool  #: Its kind is settled.
    kind: str
    label: str  #: As it is called in what is said of it.


@dataclass(frozen=True, slots=True)
class QuestionsForm:
    """The questions of a service, a row each. Posts to `action`."""

    sections: tuple[Section, ...]
    here: str
    action: str
    back: str
    title: str
    seen: str
    filled: Filled
    rows: tuple[QuestionRow, ...]
    kinds: tuple[str, ...]
    more: bool  #: Another one may be added.
    kept: int  #: So many are asked no longer and kept for their answers.
    preview: Preview
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False
    done: bool = False
