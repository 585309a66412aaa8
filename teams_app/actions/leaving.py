"""Keeping step with the professionals' group in Entra: who leaves it is let in no more.

From the moment it is known neither tab nor bot knows her (`access.person`), nothing new
is booked with her, and her coming appointments are listed for who supervises her unit.
Who comes back has everything back. Whoever was never in the group is left alone.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from booking.directory import Doubted, Step
from booking.model import Appointment, Professional, UnitId
from graph_sync.graph import Member
from teams_app.actions import access, group_readings
from teams_app.store import appointments, directory, groups, log, people
from teams_app.store.database import Tx
from teams_app.store.directory import Known

#: The page shows the soonest; nobody reads on after so many.
LISTED_MAX = 100


def learn(
    tx: Tx, group: str, members: Collection[Member], now: datetime
) -> Step | Doubted:
    """Take in who is in the group now. In doubt nothing is concluded."""
    before = directory.known(tx)
    there = in_units_groups(tx) | {each.id: each for each in members if each.enabled}
    was = [each.object_id for each in before.values() if each.left is None]
    step = group_readings.step(tx, group, was, there, now)
    if isinstance(step, Doubted):
        return step
    for member in there.values():
        is_there(tx, member, now)
    for id_ in sorted(step.left):
        has_left(tx, id_, now)
    return step


def in_units_groups(tx: Tx) -> dict[str, Member]:
    """Give who is in a group of a unit's professionals, as it was last believed."""
    return {
        object_id: Member(object_id, name, enabled=True)
        for key in groups.professionals_known(tx)
        for object_id, name in groups.members(tx, key).items()
    }


def is_there(tx: Tx, member: Member, now: datetime) -> None:
    """Note that somebody is among the professionals. Who comes back has all back."""
    before = directory.find(tx, member.id)
    if before is None or before.left is not None or before.name != member.name:
        directory.save(tx, Known(member.id, member.name))
    if before is None or before.left is None:
        return
    _logged(tx, "returned", member.id, now)
    found = people.professional_by_object_id(tx, member.id)
    if found is not None and before.closed and people.unit(tx, found.unit).open:
        people.save_professional(tx, replace(found, bookable=True))


def has_left(tx: Tx, object_id: str, now: datetime) -> None:
    """Note that somebody is among the professionals no more."""
    before = directory.find(tx, object_id)
    if before is None or before.left is not None:
        return
    found = people.professional_by_object_id(tx, object_id)
    closes = found is not None and found.bookable
    directory.save(tx, replace(before, left=now, closed=closes))
    if found is not None and closes:
        people.save_professional(tx, replace(found, bookable=False))
    _logged(tx, "left", before.object_id, now)


def _logged(tx: Tx, what: str, object_id: str, now: datetime) -> None:
    log.record(
        tx,
        at=now,
        who="system",
        what=what,
        subject=access.named(object_id),
        source="entra",
    )


@dataclass(frozen=True, slots=True)
class Left:
    """An appointment that is still to come with somebody who has left."""

    appointment: Appointment
    professional: str


def in_units(
    tx: Tx, units: Collection[UnitId], now: datetime
) -> list[tuple[Professional, list[Appointment]]]:
    """Give who has left these units with appointments still to come."""
    gone = {id_ for id_, each in directory.known(tx).items() if each.left is not None}
    if not gone:
        return []
    return [
        (each, found)
        for each in people.of_units(tx, units)
        if each.object_id in gone
        if (found := appointments.coming(tx, each.id, now))
    ]


def listed(tx: Tx, who: access.Person, look: access.Look) -> tuple[list[Left], bool]:
    """Give what is to come with those who have left her units, and log the look.

    The soonest LISTED_MAX, and whether there are others.
    """
    found = [
        Left(each, professional.name)
        for professional, theirs in in_units(tx, access.led(who), look.at)
        for each in theirs
    ]
    found.sort(key=lambda each: each.appointment.span.start)
    shown = found[:LISTED_MAX]
    access.listed(tx, who, [each.appointment.id for each in shown], look)
    return shown, len(found) > LISTED_MAX
