"""A professional as an admin sets her up in the tab: added, changed, taken out of booking.

What is changed here is the tab's from then on: the organisation's file leaves it alone
(`organisation.put`). Who may be added stands in the professionals' group in Entra.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from booking.availability import Mode
from booking.bounds import NAME_MAX
from booking.contact import visible
from booking.model import Professional, ProfessionalId, Unit, UnitId
from teams_app.actions import access, joining, setup
from teams_app.actions.settle import redraw_ahead
from teams_app.actions.setup import OwnRules
from teams_app.store import directory, edited, groups, log, people, services
from teams_app.store.database import Tx

#: The state of somebody who is to be added.
NEW = "new"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that an admin sets of a professional."""

    professional: Professional
    rules: OwnRules = field(default_factory=OwnRules)
    services: frozenset[str] = frozenset()  #: Keys of those she gives.
    left: bool = False
    #: Out of the professionals' groups, and in one that gives a role.
    beside: bool = False

    @property
    def is_new(self) -> bool:
        return self.professional.id == 0

    @property
    def seen(self) -> str:
        """Name this state, so that an old copy of a form is recognised."""
        if self.is_new:
            return NEW
        own, rules = self.professional, self.rules
        said = (own, rules, sorted(self.services))
        return sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody has changed her meanwhile."""


def every(tx: Tx) -> list[Sheet]:
    """Give all professionals, by name."""
    found = sorted(people.professionals(tx), key=lambda each: each.name)
    return [_sheet(tx, each) for each in found]


def propose(tx: Tx, claims: access.Claims) -> None:
    """Keep who is to be a professional by the app role, so that an admin may add her."""
    if not groups.is_member(tx, groups.PROPOSED, claims.object_id):
        name = (visible(claims.name) or claims.object_id)[:NAME_MAX]
        groups.add_member(tx, groups.PROPOSED, claims.object_id, name)


def candidates(tx: Tx) -> list[directory.Known]:
    """Give who is in the group, or has the role, and is no professional yet, by name."""
    ours = {each.object_id for each in people.professionals(tx)}
    found = [each for id_, each in _to_be_added(tx).items() if id_ not in ours]
    return sorted(found, key=lambda each: each.name)


def _to_be_added(tx: Tx) -> dict[str, directory.Known]:
    """Give whom Entra wants to be professionals. Who went out is none of them."""
    known = directory.known(tx)
    proposed = {
        id_: directory.Known(id_, name)
        for id_, name in groups.members(tx, groups.PROPOSED).items()
    }
    every, outside = proposed | known, groups.outside(tx)
    return {
        id_: each
        for id_, each in every.items()
        if each.left is None and id_ not in outside
    }


def of(tx: Tx, object_id: str) -> Sheet | None:
    """Give a professional, or somebody who may be added; None: neither."""
    found = people.professional_by_object_id(tx, object_id)
    if found is not None:
        return _sheet(tx, found)
    known = _to_be_added(tx).get(object_id)
    units = [each for each in people.units(tx) if each.open]
    if known is None or not units:
        return None
    hers = unit_by_group(tx, object_id, units)
    unit = next((each for each in units if each.id == hers), units[0])
    given = joining.sheet_of(unit, object_id, known.name)
    if unit.id != hers or unit.groups.joining is None:
        return Sheet(replace(given, bookable=True))
    open_ = {each.key for each in people.services(tx) if not each.retired}
    return Sheet(given, services=unit.groups.joining.services & open_)


def _is_of(tx: Tx, unit: Unit, object_id: str) -> bool:
    """Say whether she is in the group of a unit's professionals."""
    group = unit.groups.professionals
    return bool(group) and groups.is_member(
        tx, groups.of_professionals(group), object_id
    )


def unit_by_group(tx: Tx, object_id: str, units: list[Unit]) -> UnitId | None:
    """Give the one unit of these whose groups in Entra she is in; None: none, or many.

    The group of its professionals says more than those of its other roles.
    """
    gives = [each.id for each in units if _is_of(tx, each, object_id)]
    has_role = [
        each.id
        for each in units
        if any(groups.is_member(tx, one, object_id) for one in each.groups.giving)
    ]
    hers = gives or has_role
    return UnitId(hers[0]) if len(hers) == 1 else None


def _sheet(tx: Tx, found: Professional) -> Sheet:
    kept = people.rules(tx, found.id) or {}
    rules = OwnRules(
        Mode(kept.get("mode", Mode.WORKING_HOURS.value)),
        kept.get("daily_limit"),
        str(kept.get("category", "")),
        str(kept.get("prefix", "")),
    )
    given = frozenset(each.key for each in services.named_for(tx, found.id))
    left = directory.has_left(tx, found.object_id)
    beside = groups.is_member(tx, groups.BESIDE, found.object_id)
    return Sheet(found, rules, given, left, beside)


def save(tx: Tx, sheet: Sheet, seen: str, who: str, now: datetime) -> Sheet | Outdated:
    """Set her up so. `seen` names the state that was changed.

    A form sent twice changes her once, and the second gets what the first has made.
    """
    edited.lock(tx)
    before = of(tx, sheet.professional.object_id)
    if before is None:
        return Outdated()
    if before.seen != seen:
        return before if _stands(tx, before, sheet) else Outdated()
    saved = setup.put_professional(tx, sheet.professional, now)
    setup.put_rules(tx, saved.id, sheet.rules, now)
    had = frozenset() if before.is_new else before.services
    _give(tx, saved.id, had, sheet.services)
    groups.drop_member(tx, groups.PROPOSED, saved.object_id)
    redraw_ahead(tx, saved.id, now)
    edited.mark(tx, edited.PROFESSIONAL, saved.object_id, who, now)
    log.record(
        tx,
        at=now,
        who=who,
        what="add" if before.is_new else "set_up",
        subject=f"professional:{saved.id}",
        source="tab",
    )
    return replace(sheet, professional=saved)


def _stands(tx: Tx, before: Sheet, wanted: Sheet) -> bool:
    """Say whether she is set up so already; services no longer given count for none."""
    given = {each.key for each in people.services(tx) if not each.retired}
    own = replace(wanted.professional, id=before.professional.id)
    return (before.professional, before.rules, before.services & given) == (
        own,
        wanted.rules,
        wanted.services & given,
    )


def _give(
    tx: Tx,
    id_: ProfessionalId,
    before: AbstractSet[str],
    after: AbstractSet[str],
) -> None:
    for service in people.services(tx):
        if service.retired:  # Nobody new gives it, and who gave it still does.
            continue
        if (service.key in before) != (service.key in after):
            kept = services.givers(tx, service.id) - {id_}
            added = {id_} if service.key in after else set()
            services.set_service_professionals(tx, service.id, kept | added)
