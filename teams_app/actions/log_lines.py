"""What a line of the log says, by name: of staff, units and services, of no client.

However many lines are read, all names come in a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from booking.model import ProfessionalId, Words
from teams_app.actions.access import named
from teams_app.store import (
    appointments,
    directory,
    groups,
    log,
    logged,
    people,
    persons,
)
from teams_app.store.database import Tx
from teams_app.store.log import Entry, Kept

#: What is about appointments, each by its number.
_OF_APPOINTMENTS = frozenset({"appointment", "appointments", "notes"})
#: A source that names professionals: from whom to whom, or in whose calendar.
_OF_PROFESSIONALS = frozenset({"professional", "mailbox"})


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with names: whose it is, and what it is about."""

    id: int
    entry: Entry
    who: str  #: As the log has her, where her name is not known.
    references: tuple[str, ...] = ()
    #: What a unit or a service is called, or who it is about; None: it has no name.
    thing: str | Words | None = None
    job: str = ""  #: The kind of a background job.
    between: tuple[str, ...] = ()  #: Whom its source names: from whom, to whom.
    times: tuple[datetime, ...] = ()  #: From when, to when.
    made: datetime | None = None  #: When an offer was made.


def kind_of(entry: Entry) -> str:
    return entry.subject.partition(":")[0]


def names(tx: Tx) -> dict[str, str]:
    """Give the names of whoever is known by name, as the log has them."""
    by_group = groups.names(tx)
    by_directory = {id_: each.name for id_, each in directory.known(tx).items()}
    told = by_group | by_directory | persons.names(tx)
    staff = {each.object_id: each.name for each in people.professionals(tx)}
    return {named(id_): name for id_, name in (told | staff).items() if name}


def name(tx: Tx, who: str) -> str:
    """Give the name of one of the staff, as `names` has it; empty: it is not known."""
    object_id = who.removeprefix(named(""))
    found = people.professional_by_object_id(tx, object_id)
    if found is not None:
        return found.name
    known = directory.find(tx, object_id)
    told = persons.name(tx, object_id) or (known.name if known is not None else "")
    return told or groups.name(tx, object_id)


def of(tx: Tx, found: Collection[Kept], wanted: int | None = None) -> list[Line]:
    """Give the lines, in their order. `wanted`: the appointment that each names first."""
    known = _read(tx, [each.entry for each in found])
    return [known.line(each, wanted) for each in found]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that lines name."""

    staff: Mapping[str, str]
    professionals: Mapping[int, str]
    things: Mapping[str, Mapping[int, Words]]  #: Units and services.
    whose: Mapping[str, Mapping[int, int]]  #: Of offers and absences.
    jobs: Mapping[int, tuple[str, int | None]]
    references: Mapping[int, str]
    made: Mapping[str, datetime]  #: Of offers, as the log has them.

    def line(self, kept: Kept, first: int | None) -> Line:
        entry = kept.entry
        job, about = "", None
        if kind_of(entry) == "job":
            job, about = self.jobs.get(_number(entry), ("", None))
        wanted = [*_appointments(entry), *(() if about is None else (about,))]
        wanted.sort(key=lambda id_: id_ != first)
        return Line(
            kept.id,
            entry,
            self.staff.get(entry.who, entry.who),
            tuple(self.references[id_] for id_ in wanted if id_ in self.references),
            self._thing(entry),
            job,
            tuple(self._called(each) for each in professionals(entry.source)),
            tuple(_times(entry)),
            self.made.get(entry.subject),
        )

    def _thing(self, entry: Entry) -> str | Words | None:
        kind, number = kind_of(entry), _number(entry)
        match kind:
            case "unit" | "service":
                return self.things[kind].get(number)
            case "professional":
                return self.professionals.get(number)
            case "offer" | "absence":
                return self.professionals.get(self.whose[kind].get(number, 0))
            case "staff":
                return self.staff.get(entry.subject)
            case _:
                return None

    def _called(self, number: int) -> str:
        return self.professionals.get(number, str(number))


def _read(tx: Tx, entries: Collection[Entry]) -> _Known:
    """Read what these entries name: one statement a kind."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for each in entries:
        numbers[kind_of(each)].add(_number(each))
    jobs = logged.jobs(tx, numbers["job"])
    about = {id_ for each in entries for id_ in _appointments(each)}
    about |= {id_ for _, id_ in jobs.values() if id_ is not None}
    return _Known(
        names(tx),
        {each.id: each.name for each in people.professionals(tx)},
        {
            "unit": {each.id: each.name for each in people.units(tx)},
            "service": {each.id: each.name for each in people.services(tx)},
        },
        {
            "offer": logged.offers(tx, numbers["offer"]),
            "absence": logged.absences(tx, numbers["absence"]),
        },
        jobs,
        appointments.references(tx, about),
        log.first(tx, "offer", [f"offer:{id_}" for id_ in numbers["offer"]]),
    )


def _number(entry: Entry) -> int:
    """Give the number of what a line is about; 0: it has none."""
    number = entry.subject.partition(":")[2]
    return int(number) if number.isdecimal() else 0


def _appointments(entry: Entry) -> Iterable[int]:
    """Give the appointments that a line is about."""
    kind, _, rest = entry.subject.removeprefix("log:").partition(":")
    if kind not in _OF_APPOINTMENTS:
        return ()
    return [int(each) for each in rest.split(",") if each.isdecimal()]


def professionals(source: str) -> tuple[ProfessionalId, ...]:
    """Read whom a source names: `professional:1>2`, from whom and to whom; or one alone."""
    kind, _, rest = source.partition(":")
    if kind not in _OF_PROFESSIONALS:
        return ()
    every = rest.partition(":")[0].split(">")
    return tuple(ProfessionalId(int(each)) for each in every if each.isdecimal())


def _times(entry: Entry) -> Iterable[datetime]:
    """Give from when to when it went, where its source says so."""
    kind, _, rest = entry.source.partition(":")
    said = rest if kind == "times" else rest.partition(":")[2]
    if kind not in {"times", *_OF_PROFESSIONALS}:
        return ()
    every = [each for each in said.split(">") if each.isdecimal()]
    return [datetime.fromtimestamp(int(each), UTC) for each in every]
