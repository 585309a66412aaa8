"""The table of docs/roles.md, and the marked client whom its cells are tried with.

A line of the table is one route of the tab, one button of a card or one thing said to
the bot; a column is a person. A cell says what becomes of it when she tries it on what
is Aino's: `yes`, `part` (but no answers), `own` (she is let in, and finds nothing of it),
`no` (she is refused, or learns and changes nothing).
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from booking.absence import Absence
from booking.appointments import Actor
from booking.binding import laid_down
from booking.cover import Why
from booking.differences import Difference, Kind
from booking.handover import Doubt
from booking.meetings import thread_of
from booking.model import Appointment, Language, Modality, Offer, QuestionKind, UnitId
from booking.model import Question as Asked
from booking.notes import Note
from booking.spans import Span
from booking.views.cards import ConflictKind
from teams_app import errands
from teams_app.actions import access, arrivals, checks, covering, lateness, obstacles
from teams_app.actions import conflicts as answers
from teams_app.actions.access import ADMIN, AUDIT, Claims, Look
from teams_app.actions.arrivals import By
from teams_app.actions.booking import Details
from teams_app.actions.handing import Wish
from teams_app.actions.lateness import Said
from teams_app.outside import Conversation
from teams_app.store import (
    absences,
    bindings,
    conflicts,
    covers,
    desks,
    notes,
    people,
    tables,
)
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.desks import Desk
from tests import make
from tests.booking.test_binding import BINDING
from tests.bot.at_the_desk import CHANNEL, TEAM
from tests.support import handing
from tests.support.small_world import SUPERVISOR, SmallWorld

TABLE = Path(__file__).parents[2] / "docs/roles.md"
WORDS = {"yes", "part", "own", "no"}

NAME, ANSWER, NOTE = "Marja Merkitty", "vain hoitajalle", "soittaa vasta illalla"
#: Stands for her reference, which is another with every booking.
REFERENCE = "{reference}"
MARJA = Details(NAME, Language.FI, "marja@client.example", None, {"why": ANSWER})


@dataclass(frozen=True)
class Who:
    """A column: who tries, and what her token says besides."""

    object_id: str
    roles: tuple[str, ...] = ()


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-0000000000{number:02x}"


PEOPLE: Mapping[str, Who] = {
    "herself": Who(make.a_professional().object_id),
    "colleague": Who(make.bo().object_id),
    "supervisor": Who(SUPERVISOR),
    "of another unit": Who(_id(0x51)),
    "reception": Who(_id(0x52)),
    "at another unit": Who(_id(0x53)),
    "admin": Who(_id(0x54), (ADMIN,)),
    "auditor": Who(_id(0x55), (AUDIT,)),
    "nobody": Who(_id(0x56)),
}

_AUTHOR = PEOPLE["herself"].object_id
_ROW = re.compile(r"^\| `([^`]+)`([^|]*)\|(.+)\|$", re.MULTILINE)


def rows(text: str) -> dict[str, dict[str, str]]:
    """Read the tables: what is tried, and the word of each person."""
    found: dict[str, dict[str, str]] = {}
    for what, more, cells in _ROW.findall(text):
        words = [each.strip() for each in cells.split("|")]
        assert len(words) == len(PEOPLE), what
        assert set(words) <= WORDS, (what, words)
        key = f"{what} {more.strip()}".strip()
        assert key not in found, f"{key} stands there twice"
        found[key] = dict(zip(PEOPLE, words, strict=True))
    return found


@dataclass(frozen=True)
class Marked:
    """The marked client's affairs with Aino."""

    appointment: Appointment
    offer: Offer
    conflict: Conflict | None
    note: Note  #: Aino has written it.
    absence: Absence | None = None
    cover: int = 0  #: What the unit's desk is asked about her.

    @property
    def secrets(self) -> tuple[str, ...]:
        return (NAME, self.appointment.reference, ANSWER, NOTE)


def prepared(small: SmallWorld) -> None:
    """Let there be everybody of the columns, and a service that asks something."""
    asks = Asked("why", QuestionKind.SHORT, make.words("Why"))
    small.write(people.save_service, make.a_service(questions=(asks,)))
    for unit, boss, desk in (
        (1, "supervisor", "reception"),
        (2, "of another unit", "at another unit"),
    ):
        small.write(people.set_supervisors, UnitId(unit), [PEOPLE[boss].object_id])
        small.write(people.set_receptionists, UnitId(unit), [PEOPLE[desk].object_id])


#: Mornings of working days: one for each time that a row is tried.
MORNINGS = [24 * day for day in (1, 2, 3, 4, 7, 8, 9, 10, 11, 14)]


def marked(small: SmallWorld, number: int, kind: ConflictKind | None) -> Marked:
    """Book the marked client's time, offer her others; perhaps let Outlook ask."""
    hours = MORNINGS[number]
    booked = small.book(hours, details=MARJA, modality=Modality.REMOTE)
    offer = small.offer(
        hours + 1, request=f"marked{number}", name=NAME, email=MARJA.email
    )
    asked = small.write(_asked, booked, kind, small.now) if kind else None
    note = small.write(notes.add, booked.id, _AUTHOR, NOTE, small.now)
    return Marked(booked, offer, asked, note)


def _asked(tx: Tx, booked: Appointment, kind: ConflictKind, now: datetime) -> Conflict:
    copied, moved = kind is ConflictKind.COPIED, kind is ConflictKind.MOVED
    later = booked.span.start + timedelta(hours=3)
    return conflicts.raise_(
        tx,
        appointment=booked.id,
        professional=make.BO if copied else make.AINO,
        kind=kind,
        now=now,
        moved_to=Span(later, later + booked.span.length) if moved else None,
        event_id=f"E{booked.id}",
    )


#: What Vuoro notes besides, and what nobody of the staff changes here.
_ASIDE = {"access_log", "conversations", "posted_cards", "jobs", "requests", "numbers"}
_ASIDE |= {"admins_seen"}
_TABLES = tables.metadata.sorted_tables


def state(tx: Tx, *also: str) -> dict[str, list[Any]]:
    """Give all that somebody may have changed, by table; and some of the rest."""
    kept = [each for each in _TABLES if each.name not in _ASIDE - {*also}]
    return {
        each.name: [tuple(row) for row in tx.execute(sa.select(each))] for each in kept
    }


#: What is of one professional, by the column that says whose.
_OF_ONE = {
    tables.appointments: "professional_id",
    tables.offers: "professional_id",
    tables.absences: "professional_id",
    tables.professionals: "id",
}


def hers(found: dict[str, list[Any]]) -> list[Any]:
    """Give of it what is Aino's, or of her clients: Bo's own affairs are left out."""
    own = [
        row
        for table, column in _OF_ONE.items()
        for row in found[table.name]
        if row[table.c.keys().index(column)] == make.AINO
    ]
    others = ("conflicts", "notes", "delays", "desks", "covers", "cover_lines")
    return [*own, *(row for name in others for row in found[name])]


def logged(tx: Tx, after: int) -> list[Any]:
    """Give the lines of the log that came after one."""
    table = tables.access_log
    newer = sa.select(table).where(table.c.id > after).order_by(table.c.id)
    return list(tx.execute(newer))


def names(subject: str, found: Marked) -> bool:
    """Say whether a line of the log is about what is the marked client's.

    Who reads the log sees the references of all.
    """
    if subject == "log":
        return True
    kind, _, ids = subject.removeprefix("log:").partition(":")
    if kind == "offer":
        return ids == str(found.offer.id)
    mine = str(found.appointment.id)
    about = {"appointment", "appointments", "notes"}
    return kind in about and mine in ids.split(",")


Given = Callable[[Marked], dict[str, str]]


# What comes before a line is tried.

Before = Callable[[SmallWorld, Marked], Awaitable[Marked]]
_SOON = timedelta(minutes=10)


async def nothing(_: SmallWorld, found: Marked) -> Marked:
    return found


async def settled(small: SmallWorld, found: Marked) -> Marked:
    """Let it stand in Outlook, with its meeting."""
    await small.settle_down()
    return found


async def differing(small: SmallWorld, found: Marked) -> Marked:
    """Let a comparison have found that Outlook lacks something of it."""
    own = found.appointment
    row = Difference(Kind.DAMAGED, own.span.start, own.reference)
    small.write(checks.done, make.AINO, [row], small.now)
    return found


async def unable(small: SmallWorld, found: Marked) -> Marked:
    """Let Bo lack what the service asks for: who hands to him overrules that."""
    await small.settle_down()
    aino = small.read(people.professional, make.AINO)
    small.write(people.save_professional, replace(aino, skills=("Sorvaus",)))
    asking = replace(small.service, skills=("Sorvaus",))
    small.write(people.save_service, asking)
    return found


async def with_carl(small: SmallWorld, found: Marked) -> Marked:
    """Let there be somebody in the other unit who gives the same service."""
    await small.settle_down()
    carl = make.bo(id=make.CARL, object_id=_id(0x57), mailbox="carl", unit=UnitId(2))
    saved = small.write(people.save_professional, carl)
    assert saved.id == make.CARL
    givers = [make.AINO, make.BO, make.CARL]
    small.write(people.set_service_professionals, small.service.id, givers)
    small.pull(make.CARL)
    await small.settle_down()
    return found


async def begun(small: SmallWorld, found: Marked) -> Marked:
    small.clock.set(found.appointment.span.start + _SOON)
    return found


async def about_to_begin(small: SmallWorld, found: Marked) -> Marked:
    small.clock.set(found.appointment.span.start - _SOON)
    return found


async def reported(small: SmallWorld, found: Marked) -> Marked:
    """Let it be a binding one whose client has said that something keeps her from it."""
    bound = laid_down(BINDING, found.appointment, small.now)
    small.write(bindings.lay_down, bound)
    assert small.write(obstacles.report, found.appointment.id, "", small.now)
    return found


async def soon_in_person(small: SmallWorld, found: Marked) -> Marked:
    """Let it be one to which she comes in person, a few minutes from now."""
    table, id_ = tables.appointments, found.appointment.id
    other = sa.update(table).where(table.c.id == id_).values(modality="in_person")
    small.write(lambda tx: tx.execute(other))
    await about_to_begin(small, found)
    return replace(found, appointment=small.appointment(id_))


async def has_come(small: SmallWorld, found: Marked) -> Marked:
    found = await soon_in_person(small, found)
    by = By(Actor.RECEPTION, "staff:x", small.now)
    came = small.write(arrivals.arrive, found.appointment.id, by)
    assert isinstance(came, Appointment), came
    return replace(found, appointment=came)


async def late_already(small: SmallWorld, found: Marked) -> Marked:
    await about_to_begin(small, found)
    said = Said(access.named(_AUTHOR), small.now, small.policy)
    told = small.write(lateness.say, found.appointment, 10, said)
    assert isinstance(told, tuple), told
    return found


async def moved(small: SmallWorld, found: Marked) -> Marked:
    """Let Aino move it, as is undone for a while."""
    await small.settle_down()
    aino = small.read(access.person, Claims(small.policy.tenant_id, _AUTHOR))
    own = found.appointment
    later = own.span.start + timedelta(hours=3)
    wish = Wish(own.id, own.version, make.AINO, later, agreed=frozenset(Doubt))
    done = await errands.hand(small.world, aino, wish)
    assert isinstance(done, Appointment), done
    return replace(found, appointment=done)


async def proposed(small: SmallWorld, found: Marked) -> Marked:
    """Let the client have been asked for another time."""
    found = await moved_in_outlook(small, found)
    done = small.write(answers.propose, found.conflict, small.now)
    assert isinstance(done, Conflict), done
    return replace(found, conflict=done)


async def moved_in_outlook(small: SmallWorld, found: Marked) -> Marked:
    """Let Aino have moved her event, and be asked what that means."""
    await small.settle_down()
    own = found.appointment
    later = own.span.start + timedelta(hours=3)
    event = handing.original(small, own)
    when = Span(later, later + own.span.length)
    small.graph.change(handing.HERS, event.id, when=when)
    return await _asked_about_event(small, found)


async def deleted_in_outlook(small: SmallWorld, found: Marked) -> Marked:
    await small.settle_down()
    event = handing.original(small, found.appointment)
    small.graph.remove(handing.HERS, event.id)
    return await _asked_about_event(small, found)


async def _asked_about_event(small: SmallWorld, found: Marked) -> Marked:
    await handing.heard(small, make.AINO)
    (asked,) = small.read(conflicts.open_of, found.appointment.id)
    return replace(found, conflict=asked)


async def copied(small: SmallWorld, found: Marked, hours: float = 0) -> Marked:
    """Let her event be copied into Bo's calendar, where he is asked whether he takes it."""
    await small.settle_down()
    own = found.appointment
    later = timedelta(hours=hours)
    when = Span(own.span.start + later, own.span.end + later)
    await handing.copied(small, own, when=when)
    return replace(found, conflict=handing.asked(small, own))


async def copied_elsewhere(small: SmallWorld, found: Marked) -> Marked:
    return await copied(small, found, hours=2)


async def away(small: SmallWorld, found: Marked) -> Marked:
    made = small.write(absences.add, make.AINO, found.appointment.span)
    return replace(found, absence=made)


def _desk(tx: Tx, now: datetime) -> None:
    here = Conversation("http://127.0.0.1:1/", CHANNEL, "t", "28:bot", team=TEAM)
    made = Desk(UnitId(1), CHANNEL, TEAM, asdict(here), Language.FI)
    desks.save(tx, made, "staff:x", now)


async def with_desk(small: SmallWorld, found: Marked) -> Marked:
    """Let Aino's unit have a desk in a channel."""
    small.write(_desk, small.now)
    return found


async def away_with_desk(small: SmallWorld, found: Marked) -> Marked:
    return await away(small, await with_desk(small, found))


async def asked_about(small: SmallWorld, found: Marked) -> Marked:
    """Let the desk be asked who can take it."""
    await with_desk(small, found)
    await small.settle_down()
    aino = small.read(access.person, Claims(small.policy.tenant_id, _AUTHOR))
    look = Look(small.now, "tab")
    small.write(covering.ask, aino, [found.appointment.id], Why.ASKED, look)
    (cover,) = small.read(covers.of_appointment, found.appointment.id)
    return replace(found, cover=cover.id)


def meeting(small: SmallWorld, found: Marked) -> str:
    """Give what Teams says of the meeting it stands beside."""
    said = thread_of(small.link(found.appointment).join_url)
    assert said is not None
    return said
