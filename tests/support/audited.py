"""The log is held to its word at both doors, in every test that goes through one.

Whatever is answered to somebody of the staff, page or card, is looked through for what
is kept of clients: names, addresses, numbers, references, answers, notes. For what is
found, and she has not just typed herself, there is a line in the log that says that she
saw it. Who is refused leaves no line that says so; and what was changed of a client's
affairs has a line of whoever changed it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import sqlalchemy as sa

from teams_app.store import log, tables
from teams_app.store.database import Tx
from tests.support import audit_table

#: Shorter words stand in too much that is about nobody.
_SHORT = 5
#: A line about any of these says that she saw what is of clients altogether.
_OF_ALL = frozenset({"log", "draft"})
_LOOKS = frozenset({"view", "search", "export"})
_FORBIDDEN = 403
#: What is kept of a client's affairs, by the column that says whose.
_AFFAIRS = {
    "appointments": ("id", "appointment:"),
    "notes": ("appointment_id", "appointment:"),
    "delays": ("appointment_id", "appointment:"),
    "arrivals": ("appointment_id", "appointment:"),
    "bindings": ("appointment_id", "appointment:"),
    "conflicts": ("appointment_id", "appointment:"),
    "offers": ("id", "offer:"),
}
#: When a client first looked is a fact of its own, and no change of her affairs.
_ASIDE = frozenset({"opened_at"})


@dataclass(frozen=True)
class Before:
    """What was kept when she asked."""

    newest: int  #: Of the log.
    affairs: dict[str, frozenset[tuple[str, str]]]  #: Rows, by table; whose each is.


@dataclass(frozen=True)
class Heard:
    """What somebody asked, and what she was answered."""

    who: str  #: As the log has her; empty: a client, by her link.
    said: str
    typed: str = ""
    status: int = 200
    #: What stood open was drawn anew: lines since then say that she has it before her.
    open_since: datetime | None = None


#: Before there was anything.
NOTHING = Before(0, {name: frozenset() for name in _AFFAIRS})


def before(tx: Tx) -> Before:
    table = tables.access_log
    newest = tx.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
    return Before(newest, _affairs(tx))


def _affairs(tx: Tx) -> dict[str, frozenset[tuple[str, str]]]:
    return {name: frozenset(_rows(tx, name)) for name in _AFFAIRS}


def _rows(tx: Tx, name: str) -> Iterator[tuple[str, str]]:
    column, kind = _AFFAIRS[name]
    for row in tx.execute(sa.select(tables.metadata.tables[name])):
        kept = {k: each for k, each in row._mapping.items() if k not in _ASIDE}
        yield f"{kind}{kept[column]}", repr(kept)


def faults(tx: Tx, was: Before, heard: Heard) -> list[str]:
    """Say what the log lacks, or says too much, of what was answered."""
    new = since(tx, was)
    found = [*_unsaid(tx, was, new), *_unexplained(new)]
    if not heard.who:
        return found  # A client sees her own; what she does is said above.
    mine = [each for each in new if each.who == heard.who]
    named = {one for each in mine for one in _named(each.subject)}
    if heard.status == _FORBIDDEN:
        looked = [each for each in mine if each.what in _LOOKS]
        claimed = {one for each in looked for one in _named(each.subject)}
        claimed -= {of for word, of in _references(tx) if _stands(word, heard.said)}
        found += [f"was refused, and the log says that she saw {e}" for e in claimed]
    named |= set(_open(tx, heard))
    if _OF_ALL.isdisjoint(named):
        shown = _shown(tx, heard)
        found += [
            f"was shown {word!r}, and no line names any of {sorted(of)}"
            for word, of in shown
            if named.isdisjoint(of)
        ]
    return found


def unsaid(tx: Tx, was: Before) -> list[str]:
    """Name what Vuoro itself has changed since then and no line of the log speaks of.

    A question that it asks because of Outlook changes nothing; who answers it does.
    """
    new = since(tx, was)
    said = [each for each in _unsaid(tx, was, new) if not each.startswith("conflicts")]
    return [*said, *_unexplained(new), *_unexpected(new)]


def _unexpected(new: list[Any]) -> Iterator[str]:
    """Name what Vuoro did by itself, of which docs/audit.md says nothing."""
    told = audit_table.under("What Vuoro does by itself").values()
    known = {each for line in told for each in line}
    for each in new:
        by_itself = each.who.partition(":")[0] in {"system", "outlook"}
        if by_itself and audit_table.token(each) not in known:
            yield f"{each.who} did by itself: {audit_table.token(each)}"


def _unexplained(new: list[Any]) -> Iterator[str]:
    """Name the lines whose word docs/audit.md explains to nobody."""
    for each in new:
        if each.what not in audit_table.words():
            yield f"a line says {each.what}, which is explained nowhere"


def since(tx: Tx, was: Before) -> list[Any]:
    """Give the lines that the log has got since then."""
    table = tables.access_log
    return list(tx.execute(sa.select(table).where(table.c.id > was.newest)))


def _unsaid(tx: Tx, was: Before, new: list[Any]) -> Iterator[str]:
    done = [each for each in new if each.what not in _LOOKS]
    named = {one for each in done for one in _named(each.subject)}
    named |= set(_taken(tx, named))
    for name, rows in _affairs(tx).items():
        changed = {whose for whose, _ in rows ^ was.affairs[name]}
        yield from (
            f"{name} of {each} changed, and no line says by whom"
            for each in sorted(changed - named)
        )


def _taken(tx: Tx, named: Collection[str]) -> Iterator[str]:
    """Give the offers of what was booked: that one was taken is no line of its own."""
    for id_, _, offer in _appointments(tx):
        if f"appointment:{id_}" in named and offer is not None:
            yield f"offer:{offer}"


def _appointments(tx: Tx) -> list[Any]:
    table = tables.appointments
    return list(tx.execute(sa.select(table.c.id, table.c.reference, table.c.offer_id)))


def _open(tx: Tx, heard: Heard) -> Iterator[str]:
    """Give what a line says that she has had before her since then."""
    if heard.open_since is None:
        return
    table = tables.access_log
    hers = (table.c.who == heard.who) & (table.c.what == "view")
    lately = table.c.at > heard.open_since.timestamp()
    for each in tx.execute(sa.select(table.c.subject).where(hers & lately)):
        yield from _named(each.subject)


def _references(tx: Tx) -> list[tuple[str, str]]:
    return [
        (reference, f"appointment:{id_}") for id_, reference, _ in _appointments(tx)
    ]


def _named(subject: str) -> Iterator[str]:
    """Give what a line is about: each appointment or offer by itself."""
    kind, _, ids = subject.removeprefix("log:").partition(":")
    if kind in {"appointment", "appointments", "notes"}:
        yield from (f"appointment:{each}" for each in ids.split(","))
    else:
        yield subject if kind == "offer" else kind


def _shown(tx: Tx, heard: Heard) -> Iterator[tuple[str, frozenset[str]]]:
    said, typed = unescape(heard.said), unquote_plus(heard.typed)
    for word, of in _words(tx).items():
        if len(word) >= _SHORT and word not in typed and _stands(word, said):
            yield word, frozenset(of)


def _stands(word: str, said: str) -> bool:
    return word in said and bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said))


def _words(tx: Tx) -> Mapping[str, set[str]]:
    """Give every word kept of clients, and whose affairs it is a word of."""
    found: dict[str, set[str]] = {}
    for of, *words in (*_of_appointments(tx), *_of_offers(tx), *_written(tx)):
        for each in words:
            if isinstance(each, str) and each:
                found.setdefault(each, set()).add(str(of))
    return found


def _clients(tx: Tx) -> dict[int | None, tuple[str | None, ...]]:
    every = tx.execute(sa.select(tables.clients))
    return {None: ()} | {each.id: (each.name, each.email, each.phone) for each in every}


def _of_appointments(tx: Tx) -> Iterator[tuple[object, ...]]:
    clients = _clients(tx)
    for each in tx.execute(sa.select(tables.appointments)):
        answers = (each.answers or {}).values()
        of = f"appointment:{each.id}"
        yield (of, each.reference, *answers, *clients[each.client_id])


def _of_offers(tx: Tx) -> Iterator[tuple[object, ...]]:
    clients = _clients(tx)
    for each in tx.execute(sa.select(tables.offers)):
        yield (f"offer:{each.id}", *clients[each.client_id])


def _written(tx: Tx) -> Iterator[tuple[object, ...]]:
    for each in tx.execute(sa.select(tables.notes)):
        yield f"appointment:{each.appointment_id}", each.text
    for each in tx.execute(sa.select(tables.bindings)):
        yield f"appointment:{each.appointment_id}", each.explanation


# What a test of this itself plants.


def looked(tx: Tx, who: str, appointment: int, at: datetime) -> None:
    about = f"appointment:{appointment}"
    log.record(tx, at=at, who=who, what="view", subject=about, source="tab")


def tampered(tx: Tx, appointment: int) -> None:
    table = tables.appointments
    one = table.c.id == appointment
    tx.execute(sa.update(table).where(one).values(version=table.c.version + 1))
