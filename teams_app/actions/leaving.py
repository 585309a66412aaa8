"""Keeping step with the professionals' groups in Entra: who leaves them is let in no more.

From the moment it is known neither tab nor bot knows her (`access.person`), nothing new
is booked with her, and her coming appointments are listed for who supervises her unit.
Who comes back has everything back. Whoever was never in such a group is left alone.

It is known once every group of a round was read: who is in another by then has moved, and
who still has a role by one is only booked no more.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.directory import Doubted, Step
from booking.model import Appointment, Professional, UnitId
from booking.policy import Policy
from graph_sync.graph import Member
from teams_app.actions import access, group_readings, role_groups
from teams_app.actions.settle import redraw_ahead
from teams_app.store import appointments, directory, groups, log, people
from teams_app.store.database import Tx
from teams_app.store.directory import Known

#: The page shows the soonest; nobody reads on after so many.
LISTED_MAX = 100
#: So long others wait for a group that cannot be read, or is not believed.
PATIENCE = timedelta(hours=3)


def learn(
    tx: Tx, group: str, members: Collection[Member], now: datetime
) -> Step | Doubted:
    """Take in who is in the group of all now. In doubt nothing is concluded."""
    there = in_units_groups(tx) | {each.id: each for each in members if each.enabled}
    outside = groups.outside(tx)
    was = [
        object_id
        for object_id, each in directory.known(tx).items()
        if each.left is None and object_id not in outside
    ]
    step = group_readings.step(tx, groups.of_all(group), was, there, now)
    if isinstance(step, Doubted):
        return step
    are_there(tx, there.values(), now)
    are_gone(tx, step.left)
    return step


def are_there(tx: Tx, members: Iterable[Member], now: datetime) -> None:
    """Note who is among the professionals."""
    outside = groups.outside(tx)
    for each in members:
        if each.id in outside:
            groups.drop_member(tx, groups.GONE, each.id)
            groups.drop_member(tx, groups.BESIDE, each.id)
        _is_there(tx, each, now)


def are_gone(tx: Tx, object_ids: Collection[str]) -> None:
    """Note who went out of a group; what that means is said by `conclude`."""
    for each in sorted(object_ids):
        found = directory.find(tx, each)
        if found is not None and found.left is None:
            groups.add_member(tx, groups.GONE, each, found.name)


def conclude(tx: Tx, policy: Policy, now: datetime) -> int:
    """Say of those who went out who has left, once all groups were read; gives how many.

    Who has a role by another group has not: nothing new is booked with her, that is all.
    While a group cannot be read or is not believed she may be in that, and so all wait:
    for a unit's and a role's a while, for the group of all until it is.
    """
    if _must_wait(tx, policy, now):
        return 0
    have_role = role_groups.members(tx, policy)
    _let_in(tx, have_role)
    gone, beside = (groups.members(tx, each) for each in (groups.GONE, groups.BESIDE))
    for object_id in sorted(gone.keys() & have_role):
        _stays(tx, object_id, gone[object_id], now)
    left = sorted((gone | beside).keys() - have_role)
    for object_id in left:
        groups.drop_member(tx, groups.GONE, object_id)
        groups.drop_member(tx, groups.BESIDE, object_id)
        _has_left(tx, object_id, now)
    return len(left)


def keep_only(tx: Tx, policy: Policy) -> None:
    """Forget groups that give no role any more.

    Nothing is concluded about who is known by such a group alone.
    """
    dropped = role_groups.keep_only(tx, policy)
    beside = groups.members(tx, groups.BESIDE).keys() & dropped
    for object_id in beside - role_groups.members(tx, policy):
        groups.drop_member(tx, groups.BESIDE, object_id)
        directory.forget_present(tx, object_id)


def _must_wait(tx: Tx, policy: Policy, now: datetime) -> bool:
    own = policy.professionals_group
    of_all = directory.reading(tx, groups.of_all(own)) if own else None
    if of_all is not None and (of_all.read is None or of_all.faulty is not None):
        return True
    found = [each.faulty for each in role_groups.readings(tx, policy)]
    return any(since is not None and since + PATIENCE > now for since in found)


def _let_in(tx: Tx, have_role: Collection[str]) -> None:
    """Let who had left be known again by a role that a group has given her since."""
    for object_id, each in directory.known(tx).items():
        if each.left is not None and object_id in have_role:
            directory.save(tx, replace(each, left=None))
            groups.add_member(tx, groups.BESIDE, object_id, each.name)


def _stays(tx: Tx, object_id: str, name: str, now: datetime) -> None:
    """Let nothing new be booked with her; what she has, and her roles, she keeps."""
    groups.drop_member(tx, groups.GONE, object_id)
    groups.add_member(tx, groups.BESIDE, object_id, name)
    before = directory.find(tx, object_id)
    if before is not None:
        directory.save(tx, replace(before, closed=_close(tx, before, now)))
        _logged(tx, "left", object_id, now)


def in_units_groups(tx: Tx) -> dict[str, Member]:
    """Give who is in a group of a unit's professionals, as it was last believed."""
    return {
        object_id: Member(object_id, name, enabled=True)
        for key in groups.professionals_known(tx)
        for object_id, name in groups.members(tx, key).items()
    }


def _is_there(tx: Tx, member: Member, now: datetime) -> None:
    """Note that somebody is among the professionals. Who comes back has all back."""
    before = directory.find(tx, member.id)
    if before == Known(member.id, member.name):
        return
    directory.save(tx, Known(member.id, member.name))
    if before is None or (before.left is None and not before.closed):
        return
    _logged(tx, "returned", member.id, now)
    found = people.professional_by_object_id(tx, member.id)
    if found is not None and before.closed and people.unit(tx, found.unit).open:
        people.save_professional(tx, replace(found, bookable=True))
        redraw_ahead(tx, found.id, now)


def _has_left(tx: Tx, object_id: str, now: datetime) -> None:
    """Note that somebody is among the professionals no more."""
    before = directory.find(tx, object_id)
    if before is None or before.left is not None:
        return
    directory.save(tx, replace(before, left=now, closed=_close(tx, before, now)))
    _logged(tx, "left", before.object_id, now)


def _close(tx: Tx, known: Known, now: datetime) -> bool:
    """Take her out of booking; gives whether that is to be undone when she returns."""
    found = people.professional_by_object_id(tx, known.object_id)
    if found is None or not found.bookable:
        return known.closed
    people.save_professional(tx, replace(found, bookable=False))
    redraw_ahead(tx, found.id, now)
    return True


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
