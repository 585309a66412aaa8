"""A unit as an admin sets it up in the tab: added, changed, closed, opened again.

What is changed here is the tab's from then on: the organisation's file leaves it alone
(`organisation.put`). A unit is closed once nobody of it can be booked and nothing of it
is still to come, so that no client stands before a shut door.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from booking import unit_forms
from booking.model import (
    Appointment,
    Professional,
    ProfessionalId,
    Sensitivity,
    Unit,
    UnitId,
    Words,
)
from booking.spans import Span
from booking.typed import plain_key, unlike
from booking.unit_forms import UnitTyped
from teams_app.actions import setup, sheets_sent
from teams_app.actions.calendars import WINDOW_DAYS
from teams_app.actions.sheets_sent import Outdated, Sent
from teams_app.store import (
    appointments,
    directory,
    edited,
    groups,
    people,
    persons,
)
from teams_app.store.database import Tx

#: Under which a unit is set up that is not there yet; no key begins so.
NEW = "_new"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that an admin sets of a unit."""

    unit: Unit
    supervisors: tuple[str, ...] = ()  #: Object ids.
    reception: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  #: Keys of all units, where this one is new.

    @property
    def is_new(self) -> bool:
        return self.unit.id == 0

    @property
    def written(self) -> dict[str, list[str]]:
        """Write it as its form would bring it."""
        roles = {"supervisors": self.supervisors, "reception": self.reception}
        return unit_forms.written(self.unit, roles)

    @property
    def seen(self) -> str:
        """Name this state, so that an old copy of a form is recognised."""
        said = (sorted(self.written.items()), self.unit.open, self.others)
        return sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Standing:
    """What of one professional keeps her unit from being closed."""

    professional: Professional
    coming: int  #: So many appointments and holds are still to come.
    last: datetime | None  #: When the last of them begins.


def every(tx: Tx) -> list[Sheet]:
    """Give all units, in the order in which they were set up."""
    return [_sheet(tx, each) for each in people.units(tx)]


def of(tx: Tx, key: str) -> Sheet | None:
    """Give a unit by its key, or an empty one to be filled in; None: there is none."""
    units = people.units(tx)
    if key == NEW:
        nothing = Words("", "", "")
        new = Unit(UnitId(0), "", nothing, "", nothing, "", Sensitivity.NORMAL)
        return Sheet(new, others=tuple(sorted(each.key for each in units)))
    found = next((each for each in units if each.key == key), None)
    return None if found is None else _sheet(tx, found)


def _sheet(tx: Tx, unit: Unit) -> Sheet:
    chiefs = sorted(people.named_supervisors(tx, unit.id))
    desk = sorted(people.named_receptionists(tx, unit.id))
    return Sheet(unit, tuple(chiefs), tuple(desk))


def by_group(tx: Tx, unit: Unit) -> dict[str, tuple[str, ...] | None]:
    """Give who has a role by the unit's group, by name; None: a group decides nothing."""
    found: dict[str, tuple[str, ...] | None] = {}
    for role in unit_forms.ROLES:
        group = groups.of_unit(tx, unit.id, role) if unit.id else None
        found[role] = (
            None if group is None else tuple(sorted(groups.members(tx, group).values()))
        )
    return found


def by_former(tx: Tx, unit: Unit) -> list[str]:
    """Give the roles that a former group decides, for the unit's own was not read yet."""
    own = {"supervisors": unit.groups.supervisors, "reception": unit.groups.reception}
    return [
        role
        for role, group in own.items()
        if unit.id and groups.of_unit(tx, unit.id, role) not in {None, group}
    ]


def known(tx: Tx) -> dict[str, str]:
    """Give everybody whose name we know, by object id."""
    listed = {id_: each.name for id_, each in directory.known(tx).items()}
    named = persons.names(tx) | listed
    return named | {each.object_id: each.name for each in people.professionals(tx)}


def standing(tx: Tx, unit: Unit, now: datetime) -> list[Standing]:
    """Give who keeps a unit from being closed, and with what."""
    found = []
    for each in people.of_units(tx, [unit.id]):
        coming = [*appointments.coming(tx, each.id, now), *_held(tx, each.id, now)]
        last = max((one.span.start for one in coming), default=None)
        if coming or each.bookable:
            found.append(Standing(each, len(coming), last))
    return found


def _held(tx: Tx, id_: ProfessionalId, now: datetime) -> list[Appointment]:
    """Give what somebody is choosing just now."""
    ahead = Span(now, now + timedelta(days=WINDOW_DAYS))
    return [
        each
        for each in appointments.between(tx, [id_], ahead)
        if each.hold_ends is not None and each.hold_ends > now
    ]


def save(tx: Tx, key: str, typed: UnitTyped, sent: Sent) -> Sheet | Outdated:
    """Set a unit up so. The form sent twice does it once, and gets the same."""
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    unit = typed.unit
    if before.is_new:
        taken = {NEW, *before.others}
        unit = replace(unit, key=unlike(plain_key(unit.name.fi) or "yksikko", taken))
    saved = setup.put_unit(tx, unit, typed.supervisors, sent.at, typed.reception)
    return _noted(tx, saved, "add" if before.is_new else "set_up", sent)


def close(tx: Tx, key: str, sent: Sent) -> Sheet | Outdated | list[Standing]:
    """Close a unit, or say what still stands in the way.

    Who books waits for the lock of her professional, and so for the end of this.
    """
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.is_new or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    ids = [each.id for each in people.of_units(tx, [before.unit.id])]
    appointments.lock(tx, *ids)
    found = standing(tx, before.unit, sent.at)
    if found:
        return found
    return _opened(tx, before.unit, "unit_closed", sent)


def reopen(tx: Tx, key: str, sent: Sent) -> Sheet | Outdated:
    """Open a closed unit again. Its professionals stay as they are."""
    edited.lock(tx)
    before = of(tx, key)
    if before is None or before.is_new or before.seen != sent.seen:
        return _sent_before(tx, key, sent)
    return _opened(tx, before.unit, "unit_opened", sent)


def _opened(tx: Tx, unit: Unit, what: str, sent: Sent) -> Sheet:
    saved = people.save_unit(tx, replace(unit, open=what == "unit_opened"))
    return _noted(tx, saved, what, sent)


def _sent_before(tx: Tx, key: str, sent: Sent) -> Sheet | Outdated:
    return sheets_sent.again(tx, sent, of, adds=key == NEW)


def _noted(tx: Tx, unit: Unit, what: str, sent: Sent) -> Sheet:
    made = _sheet(tx, unit)
    return sheets_sent.noted(tx, sent, what, edited.UNIT, unit, made)
