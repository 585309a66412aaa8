"""Units, services and professionals as an admin sets them up. Safe to repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking import question_forms
from booking.availability import Mode
from booking.model import Professional, ProfessionalId, Service, Unit
from teams_app.actions import events, pulls, subscribing
from teams_app.actions.calendars import opening_of
from teams_app.actions.settle import redraw_ahead
from teams_app.store import calendars, directory, jobs, people, services
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


def put_unit(
    tx: Tx,
    unit: Unit,
    supervisors: Sequence[str],
    now: datetime,
    reception: Sequence[str] = (),
) -> Unit:
    """Set up a unit by its key. Both lists are of Entra object ids."""
    before = next((each for each in people.units(tx) if each.key == unit.key), None)
    saved = people.save_unit(tx, unit)
    people.set_supervisors(tx, saved.id, supervisors)
    people.set_receptionists(tx, saved.id, reception)
    asked = saved.groups.giving or saved.groups.professionals
    if asked and (before is None or before.groups != saved.groups):
        jobs.promise(tx, read_groups(now))
    if before is not None and before.fixed != saved.fixed:
        _count_anew(tx, saved, now)
    if before is not None and before.opening != saved.opening:
        tx.touched |= {each.id for each in people.of_units(tx, [saved.id])}
    return saved


def read_groups(now: datetime) -> Promise:
    """Promise that Entra's groups are read at once: until then all is as before."""
    return Promise("group", f"group:asked:{int(now.timestamp())}", due=now)


def _count_anew(tx: Tx, unit: Unit, now: datetime) -> None:
    """Let what its professionals have set count, or no longer: free times follow.

    So do the cards of what they have offered, and of what is asked about their times.
    Which of their events open time is worked out when these are read.
    """
    for each in people.professionals(tx):
        if each.unit == unit.id and people.own_settings(tx, each.id):
            tx.touched.add(each.id)
            redraw_ahead(tx, each.id, now)
            pulls.owe(tx, [each.id], now, anew=True)


def put_professional(tx: Tx, professional: Professional, now: datetime) -> Professional:
    """Set up a professional by her object id.

    With who has left the tenant, and in a unit that is closed, nothing is booked. Under another address her mailbox may be another one: what was read so far, and what
    watched it, lead to the old one.
    """
    before = people.professional_by_object_id(tx, professional.object_id)
    closed = not people.unit(tx, professional.unit).open
    if closed or directory.has_left(tx, professional.object_id):
        professional = replace(professional, bookable=False)
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
    """Set up what the organisation sets for a professional.

    What she has set herself stays, and comes before it unless her unit has fixed it.
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
    """Set up a service by its key, and who gives it.

    What was asked before and is not any more is kept, for the answers that were given.
    """
    before = next((s for s in people.services(tx) if s.key == service.key), None)
    if before is not None:
        asked = question_forms.merged(before.questions, service.asking)
        service = replace(service, questions=asked)
    saved = services.save_service(tx, service)
    services.set_service_professionals(tx, saved.id, [each.id for each in givers])
    return saved
