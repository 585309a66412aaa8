"""From verified claims to a person, and to what that person may touch.

The only way to a client's data for staff: every function here either gives what was asked
and writes the look into the log, or gives None. A client holds no account; her link is
checked in `by_link`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.appointments import Actor
from booking.links import LinkKind, Links
from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    OfferId,
    Professional,
    ProfessionalId,
    UnitId,
)
from booking.policy import Policy
from teams_app.store import appointments, log, offers, people
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a verified token says is there: tenant and object id, never a name."""

    tenant: str
    object_id: str
    name: str = ""
    roles: frozenset[str] = frozenset()  #: App roles that Entra has given her.


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff, with what she is here."""

    object_id: str
    professional: Professional | None
    supervises: frozenset[UnitId]

    @property
    def who(self) -> str:
        return named(self.object_id)

    def is_(self, professional: ProfessionalId) -> bool:
        return self.professional is not None and self.professional.id == professional


def named(object_id: str) -> str:
    """Write which member of staff it is, as the log has it."""
    return f"staff:{object_id}"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at client data, as the log keeps it."""

    at: datetime
    source: str  #: tab, bot, …


def person(tx: Tx, claims: Claims) -> Person | None:
    """Find the member of staff behind verified claims; None: not one of ours."""
    # Of an object id's letters the case says nothing; all that we keep are small.
    object_id = claims.object_id.lower()
    found = people.professional_by_object_id(tx, object_id)
    units = frozenset(people.units_supervised(tx, object_id))
    if found is None and not units:
        return None
    return Person(object_id, found, units)


#: The app role of those who look after Vuoro.
ADMIN = "Vuoro.Admin"


def is_admin(claims: Claims, policy: Policy) -> bool:
    """Say whether she looks after Vuoro: by the role or by the tenant's own list."""
    return ADMIN in claims.roles or claims.object_id.lower() in policy.admins


def appointment(
    tx: Tx, who: Person, id_: AppointmentId, look: Look
) -> Appointment | None:
    """Give an appointment to somebody who may see it, and log the look."""
    found = appointments.find(tx, id_)
    if found is None or not may_see(tx, who, found.professional):
        return None
    _logged(tx, who, look, f"appointment:{found.id}")
    return found


def appointment_by_reference(
    tx: Tx, who: Person, reference: str, look: Look
) -> Appointment | None:
    sound = reference.isascii() and reference.isalnum()
    found = appointments.by_reference(tx, reference.upper()) if sound else None
    return None if found is None else appointment(tx, who, found.id, look)


def offer(tx: Tx, who: Person, id_: OfferId, look: Look) -> Offer | None:
    found = offers.find(tx, id_)
    if found is None or not may_see(tx, who, found.professional):
        return None
    _logged(tx, who, look, f"offer:{found.id}")
    return found


#: So many appointments of a list are named in one line of the log.
_IN_A_LINE = 100


def listed(tx: Tx, who: Person, ids: Sequence[AppointmentId], look: Look) -> None:
    """Log that a list showed these appointments; a line takes so many of them."""
    for first in range(0, len(ids), _IN_A_LINE):
        numbers = ",".join(str(id_) for id_ in ids[first : first + _IN_A_LINE])
        _logged(tx, who, look, f"appointments:{numbers}")


def may_search(tx: Tx, who: Person) -> list[ProfessionalId]:
    """Give those whose appointments she may look through: the same that she may see."""
    own = {who.professional.id} if who.professional is not None else set()
    theirs = {
        each.id for each in people.professionals(tx) if each.unit in who.supervises
    }
    return sorted(own | theirs)


def searched(tx: Tx, who: Person, look: Look) -> None:
    """Log that clients were looked for, whether any was found or not; not for whom."""
    log.record(
        tx,
        at=look.at,
        who=who.who,
        what="search",
        subject="clients",
        source=look.source,
    )


def may_see(tx: Tx, who: Person, professional: ProfessionalId) -> bool:
    """Her own appointments, and those of the units she supervises."""
    if who.is_(professional):
        return True
    return people.professional(tx, professional).unit in who.supervises


def acts_as(who: Person, professional: ProfessionalId) -> Actor:
    """Say as what she changes an appointment of this professional.

    Of what a supervisor does, the professional is told by a card of her own.
    """
    return Actor.PROFESSIONAL if who.is_(professional) else Actor.SUPERVISOR


def by_link(tx: Tx, links: Links, token: str) -> Appointment | None:
    """Give the appointment whose link a client holds."""
    half = links.half(token)
    found = appointments.by_link(tx, half) if half else None
    if found is None or not links.genuine(
        LinkKind.APPOINTMENT, token, found.link, found.generation
    ):
        return None
    return found


def offer_by_link(tx: Tx, links: Links, token: str) -> Offer | None:
    half = links.half(token)
    found = offers.by_link(tx, half) if half else None
    if found is None or not links.genuine(
        LinkKind.OFFER, token, found.link, found.generation
    ):
        return None
    return found


def _logged(tx: Tx, who: Person, look: Look, subject: str) -> None:
    log.record(
        tx, at=look.at, who=who.who, what="view", subject=subject, source=look.source
    )
