"""The access log: who saw or changed what, when and from where. It only grows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from teams_app.store.among import among
from teams_app.store.columns import moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, ahead, rows
from teams_app.store.tables import access_log as table


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    what: str
    subject: str
    source: str


def record(
    tx: Tx, *, at: datetime, who: str, what: str, subject: str, source: str
) -> None:
    """Write an entry. The database refuses to change or remove one."""
    record_all(tx, [Entry(at, who, what, subject, source)])


def record_all(tx: Tx, given: Sequence[Entry]) -> None:
    """Write several entries, in this order."""
    if not given:
        return
    values = [
        {
            "at": seconds(each.at),
            "who": each.who,
            "what": each.what,
            "subject": each.subject,
            "source": each.source,
        }
        for each in given
    ]
    tx.execute(_RECORD, values if len(values) > 1 else values[0])


#: So many appointments of a list are named in one line of the log.
_IN_A_LINE = 100


def record_list(
    tx: Tx, ids: Sequence[int], *, at: datetime, who: str, what: str, source: str
) -> None:
    """Write what was done with appointments, all together: a line takes so many."""
    lines = [
        ",".join(str(id_) for id_ in ids[first : first + _IN_A_LINE])
        for first in range(0, len(ids), _IN_A_LINE)
    ]
    record_all(tx, [Entry(at, who, what, f"{_LIST}{each}", source) for each in lines])


#: Nobody asks for the number that an entry was given.
_RECORD = sa.insert(table).inline()


def entries(tx: Tx, subject: str | None, limit: int) -> list[Entry]:
    """Give the newest entries, of one subject or of all, the newest first."""
    chosen = sa.select(table).order_by(table.c.id.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(table.c.subject == subject)
    return [_entry(row) for row in tx.execute(chosen)]


def _entry(row: Row) -> Entry:
    return Entry(moment(row.at), row.who, row.what, row.subject, row.source)


def told(tx: Tx, subject: str, without: Collection[str], limit: int) -> list[Entry]:
    """Give the newest entries of a subject but for those of some kinds."""
    chosen = (
        sa.select(table)
        .where(table.c.subject == subject, table.c.what.not_in(without))
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [_entry(row) for row in tx.execute(chosen)]


def newest(tx: Tx, subject: str, what: str) -> Entry | None:
    """Give the newest entry of a kind about a subject."""
    return _newest(tx, subject=subject, what=what)


def first_since(
    tx: Tx, subject: str, whats: Collection[str], source: str, moment_: datetime
) -> Entry | None:
    """Give the oldest entry about a subject since a moment, of some kinds and a source.

    `source`: how it begins.
    """
    chosen = (
        sa.select(table)
        .where(
            table.c.subject == subject,
            table.c.what.in_(whats),
            table.c.source.startswith(source, autoescape=True),
            table.c.at >= seconds(moment_),
        )
        .order_by(table.c.id)
        .limit(1)
    )
    row = tx.execute(chosen).first()
    return None if row is None else _entry(row)


def change(tx: Tx, subject: str, version: int) -> str:
    """Name the change that brought a subject to a version; empty: none is known."""
    found = rows(tx, table, "id", subject=subject, source=f"v{version}")
    return found[-1].what if found else ""


def changed_to(tx: Tx, subject: str, version: int) -> datetime | None:
    """Give when a subject came to the version it has."""
    return _at(_newest(tx, subject=subject, source=f"v{version}"))


def read_ahead(tx: Tx, versions: Mapping[str, int]) -> None:
    """Read when each of these subjects came to the version it has."""
    ahead(
        tx,
        table,
        "id",
        subject=list(versions),
        source=[f"v{version}" for version in versions.values()],
    )


def times(tx: Tx, subject: str, what: str, who: str) -> int:
    """Count how often somebody did something to a subject, each version of it once."""
    found = rows(tx, table, "id", subject=subject, what=what, who=who)
    return sum(each.source.startswith("v") for each in found)


def since(tx: Tx, what: str, who: str, moment_: datetime) -> int:
    """Count how often somebody did something since a moment."""
    chosen = sa.select(sa.func.count()).where(
        table.c.who == who, table.c.what == what, table.c.at >= seconds(moment_)
    )
    return int(tx.execute(chosen).scalar_one())


def first(tx: Tx, what: str, subjects: Collection[str]) -> dict[str, datetime]:
    """Give when something was first done to each of these, where it was."""
    chosen = (
        sa.select(table.c.subject, sa.func.min(table.c.at).label("at"))
        .where(table.c.what == what, among([table.c.subject], "subjects"))
        .group_by(table.c.subject)
    )
    wanted = {"subjects": [(each,) for each in sorted(subjects)]}
    return {row.subject: moment(row.at) for row in tx.execute(chosen, wanted)}


def last(tx: Tx, subject: str, what: str) -> datetime | None:
    """Give when something was last done to a subject."""
    return _at(newest(tx, subject, what))


def _newest(tx: Tx, **same: str) -> Entry | None:
    found = rows(tx, table, "id", **same)
    return _entry(found[-1]) if found else None


def _at(entry: Entry | None) -> datetime | None:
    return entry.at if entry is not None else None


def seen(
    tx: Tx, who: str, source: str, since: datetime, until: datetime
) -> tuple[set[str], set[int]]:
    """Give what somebody saw there in that while, and which appointments in lists."""
    chosen = sa.select(table.c.subject).where(
        table.c.who == who,
        table.c.what == "view",
        table.c.source == source,
        table.c.at > seconds(since),
        table.c.at <= seconds(until),
    )
    subjects = set(tx.execute(chosen).scalars())
    lists = [each.removeprefix(_LIST) for each in subjects if each.startswith(_LIST)]
    return subjects, {int(id_) for each in lists for id_ in each.split(",")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in the log. What is None, or empty, matters not."""

    since: datetime
    until: datetime  #: Before this moment.
    who: frozenset[str] | None = None  #: Any of these.
    what: str = ""
    #: An appointment, and the offer it came from: by themselves or in a list.
    appointment: int | None = None
    offer: int | None = None
    before: int | None = None  #: Older than this entry.


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    entry: Entry


#: A list of appointments in one entry begins so.
_LIST = "appointments:"


def search(tx: Tx, asked: Asked, limit: int) -> list[Kept]:
    """Give the entries looked for, the newest first."""
    chosen = (
        sa.select(table)
        .where(
            table.c.at >= seconds(asked.since),
            table.c.at < seconds(asked.until),
            ~_is_said_beside(),
        )
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    if asked.who is not None:
        chosen = chosen.where(table.c.who.in_(asked.who))
    if asked.what:
        chosen = chosen.where(table.c.what == asked.what)
    if asked.before is not None:
        chosen = chosen.where(table.c.id < asked.before)
    if asked.appointment is not None:
        chosen = chosen.where(sa.or_(*_about(asked.appointment, asked.offer)))
    return [
        Kept(row.id, Entry(moment(row.at), row.who, row.what, row.subject, row.source))
        for row in tx.execute(chosen)
    ]


#: What a line beside it tells in full: from whom to whom, or from when to when. Done in
#: Outlook it has a word of its own there.
_TOLD_BESIDE = ("move", "adopt", "hand_over", "undone")
_IN_FULL = ("professional:%", "times:%")


def _is_said_beside() -> sa.ColumnElement[bool]:
    """Whether another line tells the same act in full: it is read as one then."""
    own, other = table.c, table.alias().c
    in_full = sa.select(other.id).where(
        other.subject == own.subject,
        other.at == own.at,
        sa.or_(
            other.what == own.what,
            sa.and_(own.what == "hand_over", other.what == "hand_over_in_outlook"),
        ),
        sa.or_(*(other.source.like(each) for each in _IN_FULL)),
    )
    return sa.and_(
        own.what.in_(_TOLD_BESIDE), own.source.like("v%"), sa.exists(in_full)
    )


def _about(appointment: int, offer: int | None) -> list[sa.ColumnElement[bool]]:
    subject, one = table.c.subject, f"appointment:{appointment}"
    inside = sa.literal(",") + sa.func.substr(subject, len(_LIST) + 1) + ","
    found: list[sa.ColumnElement[bool]] = [
        subject.in_([one, f"log:{one}", f"notes:{appointment}"]),
        sa.and_(subject.startswith(_LIST), inside.contains(f",{appointment},")),
    ]
    return found if offer is None else [*found, subject == f"offer:{offer}"]
