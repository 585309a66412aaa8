"""Units, services and professionals as an admin sets them up. Safe to repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.availability import Mode
from booking.model import Professional, ProfessionalId, Service, Unit
from teams_app.actions import events, pulls, subscribing
from teams_app.actions.calendars import opening_of
from teams_app.store import calendars, people, services
from teams_app.store.database import Tx


def put_unit(tx: Tx, unit: Unit, supervisors: Sequence[str]) -> Unit:
    """Set up a unit by its key. `supervisors` are Entra object ids."""
    saved = people.save_unit(tx, unit)
    people.set_supervisors(tx, saved.id, supervisors)
    return saved


def put_professional(tx: Tx, professional: Professional, now: datetime) -> Professional:
    """Set up a professional by her object id.

    Under another address her mailbox may be another one: what was read so far, and what
    watched it, lead to the old one.
    """
    before = people.professional_by_object_id(tx, professional.object_id)
    saved = people.save_professional(tx, professional)
    if before is not None and before.mailbox != saved.mailbox:
        _begin_anew(tx, saved.id, now)
    return saved


def _begin_anew(tx: Tx, id_: ProfessionalId, now: datetime) -> None:
    """Until her calendar has been read under the new address nothing of it is offered.

    Nobody is asked about our events that are not found there: they are made anew.
    """
    state = calendars.state(tx, id_)
    calendars.save_state(tx, replace(state, delta_link=None, window=None, synced=None))
    events.look_for_anew(tx, id_, now)
    pulls.owe(tx, [id_], now, anew=True)
    subscribing.owe_look(tx, now)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a professional does differently from her tenant."""

    mode: Mode = Mode.WORKING_HOURS
    daily_limit: int | None = None
    #: How she marks time in Outlook that she opens: a category, the beginning of a
    #: subject, or either.
    category: str = ""
    prefix: str = ""

    def __post_init__(self) -> None:
        """Refuse rules by which nothing could ever be booked."""
        marked = bool(self.category.strip() or self.prefix.strip())
        assert self.mode is Mode.WORKING_HOURS or marked, self

    @property
    def marks(self) -> dict[str, object]:
        return {"category": self.category.strip(), "prefix": self.prefix.strip()}


def put_rules(tx: Tx, id_: ProfessionalId, rules: OwnRules, now: datetime) -> None:
    """Set up a professional's own rules.

    Which of her events open time is worked out when they are read, for their texts are
    not kept; so other marks mean that her calendar is read anew.
    """
    before = opening_of(tx, id_)
    kept = {"mode": rules.mode.value, **rules.marks}
    if rules.daily_limit is not None:
        kept["daily_limit"] = rules.daily_limit
    people.save_rules(tx, id_, kept)
    if opening_of(tx, id_) != before:
        pulls.owe(tx, [id_], now, anew=True)


def put_service(tx: Tx, service: Service, givers: Sequence[Professional]) -> Service:
    """Set up a service by its key, and who gives it."""
    saved = services.save_service(tx, service)
    services.set_service_professionals(tx, saved.id, [each.id for each in givers])
    return saved
