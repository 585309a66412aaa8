"""From verified claims to a person, and to what that person may touch.

The only way to a client's data for staff: every function here either gives what was asked
and writes the look into the log, or gives None. What each role may do stands in `RIGHTS`
and, for people, in docs/roles.md. Who asks for no particular right asks for the whole,
which reception has not. A client holds no account; her link is checked in `by_link`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from booking.appointments import Actor
from booking.links import LinkKind, Links
from booking.model import (
    Appointment,
    AppointmentId,
    Language,
    Offer,
    OfferId,
    Professional,
    ProfessionalId,
    Unit,
    UnitId,
)
from booking.policy import Policy
from teams_app.store import (
    admins_seen,
    appointments,
    directory,
    groups,
    log,
    offers,
    people,
    persons,
)
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a verified token says is there: tenant and object id, never a name."""

    tenant: str
    object_id: str
    name: str = ""
    roles: frozenset[str] = frozenset()  #: App roles that Entra has given her.
    address: str = ""  #: Where Entra says that she is mailed.

    def __post_init__(self) -> None:
        """Of an object id's letters the case says nothing; all that we keep are small."""
        object.__setattr__(self, "object_id", self.object_id.lower())


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff, with what she is here."""

    object_id: str
    professional: Professional | None
    supervises: frozenset[UnitId]
    receives: frozenset[UnitId] = frozenset()  #: Whose reception she is.

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
    #: What stands open is drawn anew by itself, because something has changed.
    again: bool = False


#: Who keeps a view open has seen it, however it changed, for so long after a line says
#: so: what is drawn anew by itself meanwhile leaves no further line about the same thing.
OPEN_FOR = timedelta(hours=1)


class Role(Enum):
    """What somebody is to a professional and to those who come to see her."""

    PROFESSIONAL = auto()  #: She is it herself.
    SUPERVISOR = auto()  #: Of her unit.
    RECEPTION = auto()  #: Of her unit.


class Right(Enum):
    """What may be done with the appointments of a professional."""

    SEE = auto()  #: When, who, which service, how the client is reached.
    READ = auto()  #: All there is: her answers too, and the way into the meeting.
    BOOK = auto()
    CHANGE = auto()  #: Move and cancel.
    OFFER = auto()  #: Let the client choose, and call that off.
    HAND = auto()  #: Give to a colleague of her unit who gives the service.
    HAND_FREELY = (
        auto()
    )  #: To anybody in units of hers, and whatever stands against it.


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.PROFESSIONAL: frozenset(Right) - {Right.HAND_FREELY},
    Role.SUPERVISOR: frozenset(Right),
    Role.RECEPTION: frozenset({Right.SEE, Right.BOOK, Right.CHANGE}),
}

#: App roles. Who looks after Vuoro; who reads what was logged; reception and supervisor
#: of all. Those of one unit come from its groups, or by name (`people.supervisors`).
ADMIN = "Vuoro.Admin"
AUDIT = "Vuoro.Audit"
RECEPTION = "Vuoro.Reception"
SUPERVISOR = "Vuoro.Supervisor"  #: Of every unit.
PROFESSIONAL = "Vuoro.Professional"  #: Who has it and is none yet is proposed as one.


def person(tx: Tx, claims: Claims) -> Person | None:
    """Find the member of staff behind verified claims; None: not one of ours.

    Or no longer: who has left the professionals' group in Entra is nobody here.
    """
    if has_left(tx, claims):
        return None
    object_id = claims.object_id
    found = people.professional_by_object_id(tx, object_id)
    units = _supervises(tx, object_id, claims.roles)
    receives = _receives(tx, object_id, claims.roles)
    if found is None and not units and not receives:
        return None
    return Person(object_id, found, units, receives)


def has_left(tx: Tx, claims: Claims) -> bool:
    """Say whether she was in the professionals' group in Entra and is no more.

    Her token may still name her app roles: she has none of them here.
    """
    return directory.has_left(tx, claims.object_id)


def _supervises(tx: Tx, object_id: str, roles: frozenset[str]) -> frozenset[UnitId]:
    """Give what she supervises: every unit by the app role, else what is hers."""
    if SUPERVISOR in roles:
        return frozenset(each.id for each in people.units(tx))
    return frozenset(people.units_supervised(tx, object_id))


def _receives(tx: Tx, object_id: str, roles: frozenset[str]) -> frozenset[UnitId]:
    """Give whose reception she is: every unit's by the app role, else those named."""
    if RECEPTION in roles:
        return frozenset(each.id for each in people.units(tx))
    return frozenset(people.units_received(tx, object_id))


def is_admin(tx: Tx, claims: Claims, policy: Policy) -> bool:
    """Say whether she looks after Vuoro: by the role, or as one of `admins`."""
    if ADMIN in claims.roles or claims.object_id in policy.admins:
        return True
    group = policy.admins_group
    return bool(group) and groups.is_member(tx, group, claims.object_id)


def admins(tx: Tx, policy: Policy) -> set[str]:
    """Give who is known to look after Vuoro: named, or in the group; not by a role."""
    group = policy.admins_group
    return {*policy.admins, *(groups.members(tx, group) if group else ())}


#: A token is good for no longer than this to tell who is an admin by her app role.
_SEEN_WITHIN = timedelta(days=30)
#: And is not written down again within this.
_NOTED_AGAIN = timedelta(days=1)


def admins_by_role(tx: Tx, now: datetime) -> set[str]:
    """Give who was lately seen with the role, and in whose token it has not lacked since.

    She may have lost it meanwhile: nothing is told her that she would not have to see.
    """
    seen = admins_seen.since(tx, now - _SEEN_WITHIN)
    return {
        each.object_id for each in seen if not directory.has_left(tx, each.object_id)
    }


def is_noted(tx: Tx, claims: Claims, now: datetime) -> bool:
    """Say whether what her token says of the admins' role is written down already."""
    kept = admins_seen.find(tx, claims.object_id)
    if ADMIN not in claims.roles:
        return kept is None
    return kept is not None and kept.at > now - _NOTED_AGAIN


def note(tx: Tx, claims: Claims, language: Language, now: datetime) -> None:
    """Write down that she has the admins' role; or forget it, where she has it no more."""
    if ADMIN in claims.roles:
        admins_seen.save(tx, admins_seen.Seen(claims.object_id, language, now))
    else:
        admins_seen.forget(tx, claims.object_id)


def is_named(tx: Tx, claims: Claims, who: Person | None = None) -> bool:
    """Say whether nothing is to be kept of what name she goes by; a token may say none.

    By what name a professional goes is kept of her as such.
    """
    if not claims.name or (who is not None and who.professional is not None):
        return True
    return persons.name(tx, claims.object_id) == claims.name


def keep_name(tx: Tx, claims: Claims) -> None:
    """Keep by what name somebody goes who was let in and is no professional."""
    persons.save(tx, claims.object_id, claims.name)


def is_proposed(claims: Claims) -> bool:
    """Say whether Entra wants her to be a professional."""
    return PROFESSIONAL in claims.roles


def is_auditor(claims: Claims) -> bool:
    """Say whether she may read the log: by the role alone, which no admin has by it."""
    return AUDIT in claims.roles


def has(who: Person, professional: Professional, right: Right) -> bool:
    """Say whether somebody has this right to the appointments of a professional."""
    unit = professional.unit
    is_ = {
        Role.PROFESSIONAL: who.is_(professional.id),
        Role.SUPERVISOR: unit in who.supervises,
        Role.RECEPTION: unit in who.receives,
    }
    return any(right in RIGHTS[role] for role, so in is_.items() if so)


def may(
    tx: Tx, who: Person, professional: ProfessionalId, right: Right = Right.READ
) -> bool:
    """As `has`, of a professional known by her id. Unless told, it is about the whole."""
    return has(who, people.professional(tx, professional), right)


def served(tx: Tx, who: Person, right: Right) -> list[Professional]:
    """Give the professionals to whose appointments she has this right, herself first."""
    others = people.of_units(tx, who.supervises | who.receives)
    own = [] if who.professional is None else [who.professional]
    every = {each.id: each for each in (*others, *own)}
    return sorted(
        (each for each in every.values() if has(who, each, right)),
        key=lambda each: (not who.is_(each.id), each.name),
    )


# What she has by a unit.


def leads(who: Person, unit: UnitId) -> bool:
    """Say whether she supervises a unit: its day, and what waits in it, are hers."""
    return unit in who.supervises


def led(who: Person) -> frozenset[UnitId]:
    """Give the units whose day, and what waits in them, are hers to see."""
    return who.supervises


def received(who: Person) -> frozenset[UnitId]:
    """Give the units whose day of reception is hers to see, and to search."""
    return who.receives


def followed(who: Person) -> frozenset[UnitId]:
    """Give the units of which her views show anything besides her own."""
    return who.supervises | who.receives


def has_own_affairs(who: Person) -> bool:
    """Say whether there is anybody whose appointments she has as a whole."""
    return who.professional is not None or bool(who.supervises)


def of_desk(who: Person) -> frozenset[UnitId]:
    """Give the units whose desk's questions are hers to read: her own, and those led."""
    own = who.professional
    return who.supervises | (frozenset() if own is None else {own.unit})


def alone(who: Person) -> Person:
    """Give her without her units, for where others may see her screen."""
    return replace(who, supervises=frozenset())


def handed_to(tx: Tx, who: Person, found: Appointment) -> list[Professional]:
    """Give to whom somebody may hand an appointment at all, fitting or not."""
    giver = people.professional(tx, found.professional)
    if has(who, giver, Right.HAND_FREELY):
        return people.of_units(tx, who.supervises)
    if not has(who, giver, Right.HAND):
        return []
    able = {each.id for each in people.professionals_for(tx, found.service)}
    unit = people.of_units(tx, [giver.unit])
    return [each for each in unit if each.id in able | {giver.id}]


def desks_chosen(
    tx: Tx, object_id: str, who: Person | None, *, admin: bool
) -> list[Unit]:
    """Give the units whose desk somebody may choose; who has left chooses none."""
    if directory.has_left(tx, object_id):
        return []
    return [
        each
        for each in people.units(tx)
        if admin or (who is not None and leads(who, each.id))
    ]


def concerns(tx: Tx, object_id: str, professional: Professional) -> bool:
    """Say whether a card of somebody's may show what is of a professional.

    A card stands where it was posted, whoever supervises by now.
    """
    if object_id == professional.object_id:
        return True
    return professional.unit in people.units_supervised(tx, object_id)


# One appointment, one offer.


def appointment(
    tx: Tx,
    who: Person,
    id_: AppointmentId,
    look: Look,
    right: Right = Right.READ,
) -> Appointment | None:
    """Give an appointment to somebody who has the right to it, and log the look."""
    found = appointments.find(tx, id_)
    if found is None or not may(tx, who, found.professional, right):
        return None
    _logged(tx, who, look, f"appointment:{found.id}")
    return found


def appointment_by_reference(
    tx: Tx, who: Person, reference: str, look: Look, right: Right = Right.READ
) -> Appointment | None:
    found = _referred(tx, reference)
    return None if found is None else appointment(tx, who, found.id, look, right)


def referred(tx: Tx, who: Person, reference: str) -> AppointmentId | None:
    """Say which appointment of hers is meant: nothing of it is shown, so none is logged."""
    found = _referred(tx, reference)
    return found.id if found and may(tx, who, found.professional) else None


def _referred(tx: Tx, reference: str) -> Appointment | None:
    sound = reference.isascii() and reference.isalnum()
    return appointments.by_reference(tx, reference.upper()) if sound else None


def offer(tx: Tx, who: Person, id_: OfferId, look: Look) -> Offer | None:
    found = offers.find(tx, id_)
    if found is None or not may(tx, who, found.professional, Right.OFFER):
        return None
    _logged(tx, who, look, f"offer:{found.id}")
    return found


def listed(tx: Tx, who: Person, ids: Sequence[AppointmentId], look: Look) -> None:
    """Log that a list showed these appointments; a line takes so many of them."""
    told(tx, who.who, ids, look)


def told(tx: Tx, who: str, ids: Sequence[AppointmentId], look: Look) -> None:
    """As `listed`, of whoever it is by the log's name for her: an admin is no Person."""
    if look.again:
        subjects, inside = _open(tx, who, look)
        inside |= {each for each in ids if f"appointment:{each}" in subjects}
        ids = [each for each in ids if each not in inside]
    log.record_list(tx, ids, at=look.at, who=who, what="view", source=look.source)


def may_search(tx: Tx, who: Person, right: Right = Right.READ) -> list[ProfessionalId]:
    """Give those whose appointments she may look through."""
    return sorted(each.id for each in served(tx, who, right))


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


def drafted(tx: Tx, who: Person, look: Look) -> None:
    """Log that a form begun in the chat was shown, with the client typed on it.

    Each time: whose form it was, the line does not say.
    """
    _logged(tx, who, replace(look, again=False), "draft")


def answered(tx: Tx, who: Person, id_: AppointmentId, answer: str, look: Look) -> None:
    """Log how somebody answered a question about an appointment."""
    log.record(
        tx,
        at=look.at,
        who=who.who,
        what="answer",
        subject=f"appointment:{id_}",
        source=f"{look.source}:{answer}",
    )


def asked(tx: Tx, who: str, id_: AppointmentId, look: Look) -> None:
    """Log that a question about an appointment was shown to somebody asked."""
    _seen(tx, named(who), look, f"appointment:{id_}")


def shown_again(tx: Tx, who: Person, id_: AppointmentId, look: Look) -> None:
    """Log that what somebody had done was shown her once more, whosever it is now."""
    _logged(tx, who, look, f"appointment:{id_}")


def acts_as(who: Person, professional: Professional) -> Actor:
    """Say as what she changes an appointment of this professional.

    Of what anybody else does, the professional is told by a card of her own.
    """
    if who.is_(professional.id):
        return Actor.PROFESSIONAL
    supervises = professional.unit in who.supervises
    return Actor.SUPERVISOR if supervises else Actor.RECEPTION


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
    _seen(tx, who.who, look, subject)


def is_told(tx: Tx, who: str, look: Look, subject: str) -> bool:
    """Say whether a line tells already that she has this open: she looks on, not anew."""
    return look.again and subject in _open(tx, who, look)[0]


def _open(tx: Tx, who: str, look: Look) -> tuple[set[str], set[int]]:
    """Give what a line says that she has before her; none of a time still to come."""
    return log.seen(tx, who, look.source, look.at - OPEN_FOR, look.at)


def _seen(tx: Tx, who: str, look: Look, subject: str) -> None:
    if is_told(tx, who, look, subject):
        return
    log.record(
        tx, at=look.at, who=who, what="view", subject=subject, source=look.source
    )
