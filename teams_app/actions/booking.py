"""Holding, booking, moving and cancelling: what every surface calls.

Each function is one transaction over fresh rows. What Outlook says has been asked before
(`errands`), because nothing here can speak to the network; `Found` carries the answer in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking import appointments as life
from booking.appointments import (
    Actor,
    Announce,
    Change,
    HoldLapsed,
    Making,
    News,
    NotOpen,
    Outdated,
    Past,
    Taken,
    Tell,
)
from booking.availability.calendars import is_on_grid
from booking.ids import Ids
from booking.model import (
    AGREED,
    Appointment,
    AppointmentId,
    BookedBy,
    Client,
    ClientId,
    Language,
    Modality,
    Offer,
    OfferId,
    Service,
    ServiceId,
    Slot,
    Status,
)
from booking.offers import take
from booking.policy import Policy
from teams_app.actions import calendars, client_limits, giving
from teams_app.actions.calendars import Ask
from teams_app.actions.offer_looks import keep_offer_cards
from teams_app.actions.settle import promise, redraw_questions, settle
from teams_app.store import appointments, jobs, log, offers, people
from teams_app.store.calendars import state as state_of
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slot somebody wants to keep."""

    service: ServiceId
    modality: Modality
    language: Language
    slot: Slot
    by: Actor
    client: ClientId | None = None
    offer: OfferId | None = None
    offered: bool = False  #: A professional proposed this time: lead time is no bar.
    #: Public half of the link of a hold that is gone: it opens this one.
    link: str = ""
    who: str = ""  #: Which member of staff, for the log.


class Found(StrEnum):
    """What the live look at Outlook said about the slot."""

    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"  #: It could not be read in time.


class Closed(StrEnum):
    """Why a slot cannot be had although nobody has it."""

    NOT_GIVEN = "not_given"  #: This professional does not give this service so.
    TOO_FAR = "too_far"  #: Her calendar is not read so far ahead.
    OFF_GRID = "off_grid"  #: Nothing begins but at whole five minutes.


def hold(
    tx: Tx, wanted: Wanted, ids: Ids, policy: Policy, now: datetime
) -> Appointment | Taken | Past | Closed:
    """Keep a slot for ten minutes. The database refuses a second holder.

    A staff member may take a time inside the lead time; a client may not.
    """
    professional = wanted.slot.professional
    service = giving.service_of(tx, wanted.service, professional)
    appointments.lock(tx, professional)
    staff = wanted.offered or wanted.by is not Actor.CLIENT
    ask = Ask(wanted.slot, service, wanted.modality, staff)
    appointments.drop_lapsed(tx, professional, now, ask.guarded.whole)
    refusal = _not_given(tx, wanted, service, policy)
    if refusal is not None:
        return refusal
    missing = why_not(tx, ask, policy, now)
    if missing is not None:
        return missing
    making = Making(
        id=appointments.next_id(tx),
        reference=_reference(tx, ids.reference),
        link=wanted.link or ids.link(),
        service=service,
        modality=wanted.modality,
        language=wanted.language,
    )
    held = life.hold(making, wanted.slot, now, client=wanted.client)
    if isinstance(held, Past):
        return held
    held = replace(held, offer=wanted.offer)
    settle(tx, Change(None, held, wanted.by, now, "hold", who=wanted.who))
    return held


def why_not(
    tx: Tx, ask: Ask, policy: Policy, now: datetime
) -> Taken | Past | Closed | None:
    """Say why a time cannot be had; None: it can."""
    if calendars.has_room(tx, ask, policy, now):
        return None
    if ask.slot.start <= now:
        return Past(ask.slot.start)
    if not ask.staff:  # Long before these, a client meets her horizon and step.
        return Taken()
    if calendars.is_beyond(state_of(tx, ask.slot.professional), ask):
        return Closed.TOO_FAR
    return Taken() if is_on_grid(ask.slot.start) else Closed.OFF_GRID


def _not_given(
    tx: Tx, wanted: Wanted, service: Service, policy: Policy
) -> Closed | None:
    if not giving.gives(tx, service, wanted.slot.professional, wanted.modality):
        return Closed.NOT_GIVEN
    if not service.open and wanted.offer is None:
        return Closed.NOT_GIVEN  # What was offered before may still be chosen.
    by_herself = wanted.by is Actor.CLIENT and wanted.offer is None
    invited = service.booked_by is BookedBy.INVITED or not policy.self_booking
    if by_herself and invited:
        return Closed.NOT_GIVEN
    return None


def _reference(tx: Tx, make: Callable[[], str]) -> str:
    for _ in range(20):
        reference = make()
        if appointments.reference_free(tx, reference):
            return reference
    raise AssertionError("twenty references in a row were taken")


def release(
    tx: Tx, id_: AppointmentId, by: Actor, now: datetime, who: str = ""
) -> bool:
    """Let a hold go; anything else stays as it is: False. `who`: as `Change` has it."""
    found = appointments.find(tx, id_)
    if found is not None and found.status is Status.HELD and not found.confirming:
        _let_go(tx, found, who or by.value, now)
    return appointments.find(tx, id_) is None


def _let_go(tx: Tx, held: Appointment, who: str, now: datetime) -> None:
    if not appointments.delete_hold(tx, held.id):
        return  # Pressed twice at once: the other has let it go, and has said so.
    log.record(
        tx,
        at=now,
        who=who,
        what="release",
        subject=f"appointment:{held.id}",
        source=f"v{held.version}",
    )
    redraw_questions(tx, held.professional, [held.guarded], now)


@dataclass(frozen=True, slots=True)
class Details:
    """What a client says of herself when she books."""

    name: str
    language: Language
    email: str | None
    phone: str | None
    answers: dict[str, object]


def _client_of(tx: Tx, held: Appointment, details: Details, now: datetime) -> Client:
    """Give whom a hold is for: an offer's client never changes."""
    if held.client is not None and held.offer is not None:
        return people.client(tx, held.client)
    return known_client(tx, details, now)


def known_client(tx: Tx, details: Details, now: datetime) -> Client:
    """Find the client these details name exactly, or make her known."""
    known = people.find_client(tx, details.name, details.email, details.phone)
    if known is not None and known.language == details.language:
        return known
    return people.add_client(
        tx, details.name, details.language, details.email, details.phone, now
    )


def renew(
    tx: Tx, id_: AppointmentId, by: Actor, policy: Policy, now: datetime
) -> Appointment | HoldLapsed | NotOpen | Past | Taken:
    """Give a hold that has lapsed another ten minutes, if the time is still free.

    One that has not lapsed stays as it is. `by`: who confirms it. What somebody else has
    booked on that day meanwhile counts against a client's daily limit.
    """
    held = appointments.find(tx, id_)
    if held is None:
        return HoldLapsed(now)
    if held.hold_ends is None or held.hold_ends > now or held.confirming:
        return held
    appointments.lock(tx, held.professional)
    renewed = life.renew_hold(held, now)
    if not isinstance(renewed, Appointment):
        return renewed
    service = people.service(tx, held.service)
    slot = Slot(held.professional, held.span.start)
    staff = by is not Actor.CLIENT or _was_proposed(tx, held)
    ask = Ask(slot, service, held.modality, staff, ignoring=held, again=True)
    if not calendars.has_room(tx, ask, policy, now):
        return Taken()
    settle(tx, Change(held, renewed, Actor.SYSTEM, now, "hold_again"))
    return renewed


def _was_proposed(tx: Tx, held: Appointment) -> bool:
    """Say whether a professional proposed this very time, not only to choose one."""
    slot = Slot(held.professional, held.span.start)
    return held.offer is not None and slot in offers.load(tx, held.offer).slots


def fill_in(
    tx: Tx, id_: AppointmentId, details: Details, now: datetime
) -> Appointment | NotOpen | HoldLapsed:
    """Keep with a hold who it is for, before the last look."""
    held = appointments.find(tx, id_)
    if held is None:
        return HoldLapsed(now)
    if held.status is not Status.HELD or held.confirming:
        return NotOpen(held.status)
    client = _client_of(tx, held, details, now)
    filled = replace(
        held,
        client=client.id,
        language=client.language,
        answers=details.answers,
        version=held.version + 1,
    )
    settle(tx, Change(held, filled, Actor.CLIENT, now, "details"))
    return filled


def still_held(tx: Tx, ids: Iterable[AppointmentId], now: datetime) -> int:
    """Count those that still keep their time from others without being booked."""
    found = (appointments.find(tx, id_) for id_ in ids)
    return sum(
        each is not None
        and each.status is Status.HELD
        and (each.hold_ends is None or each.hold_ends > now)
        for each in found
    )


def find(tx: Tx, id_: AppointmentId) -> Appointment | None:
    return appointments.find(tx, id_)


def open_of(
    tx: Tx,
    slots: Iterable[Slot],
    service: Service,
    offer: Offer,
    policy: Policy,
    now: datetime,
) -> list[Slot]:
    """Give which offered times could still be held, by fresh rows.

    `service`: as it is given by the professional whose offer it is. What the client
    holds now does not stand in her way: choosing again lets it go.
    """
    how = offer.modality
    own = held_of_offer(tx, offer, now)
    givers = giving.givers(tx, service, how)
    asked = [
        Ask(slot, service, how, staff=not offer.free_choice, ignoring=own)
        for slot in slots
        if slot.professional in givers
    ]
    return [ask.slot for ask in asked if calendars.has_room(tx, ask, policy, now)]


def is_open(
    tx: Tx, slot: Slot, service: Service, offer: Offer, policy: Policy, now: datetime
) -> bool:
    """Say whether one time could still be held."""
    return bool(open_of(tx, [slot], service, offer, policy, now))


def offer_of(tx: Tx, id_: OfferId) -> Offer:
    return offers.load(tx, id_)


def details_of(tx: Tx, held: Appointment) -> Details:
    """Give the details a hold already has."""
    assert held.client is not None
    client = people.client(tx, held.client)
    return Details(
        client.name, client.language, client.email, client.phone, held.answers
    )


Booked = Appointment | HoldLapsed | NotOpen | Past | Taken


def book(  # noqa: PLR0913
    tx: Tx,
    id_: AppointmentId,
    found: Found,
    *,
    details: Details,
    by: Actor,
    now: datetime,
    who: str = "",
) -> Booked:
    """Confirm a hold, after Outlook was asked.

    FREE books, unless she has said meanwhile that she is away. BUSY lets the hold go: the
    time is taken. UNKNOWN keeps the hold and owes
    another look; the appointment comes back still held and `confirming`. A repeat of a
    confirmation gives what the first one made.
    """
    held = appointments.find(tx, id_)
    if held is None:
        return HoldLapsed(now)
    if held.status is not Status.HELD:
        return held if held.in_calendar else NotOpen(held.status)
    if held.confirming and found is Found.UNKNOWN:
        return held
    appointments.lock(tx, held.professional)
    if found is Found.BUSY or calendars.is_away(tx, held.professional, held.span):
        return _give_up(tx, held, now)
    client = _client_of(tx, held, details, now)
    held_with = replace(held, answers=details.answers or held.answers)
    if found is Found.UNKNOWN:
        waiting = life.wait_for_calendar(held_with, client, now)
        if isinstance(waiting, Appointment):
            settle(tx, Change(held, waiting, by, now, "confirming", who=who))
        return waiting
    booked = life.confirm(held_with, client, now)
    if isinstance(booked, Appointment):
        settle(tx, Change(held, booked, by, now, "book", who=who))
        _take_offer(tx, booked, now)
    return booked


#: Not nearer to the start than this is a client left without an answer.
_ANSWERED_BEFORE = timedelta(minutes=10)
_LOOKS_SECONDS = (2.0, 60.0)


def wait_on(tx: Tx, id_: AppointmentId, now: datetime) -> float | None:
    """Give the seconds until Outlook is to be looked at again; None: it is decided.

    What has waited for an hour, or until shortly before the start, is decided here.
    """
    held = appointments.find(tx, id_)
    if held is None or not held.confirming:
        return None
    assert held.hold_ends is not None
    if now >= min(held.hold_ends, held.span.start - _ANSWERED_BEFORE):
        unanswered(tx, id_, now)
        return None
    waited = now - (held.hold_ends - timedelta(minutes=life.CONFIRMING_MINUTES))
    soonest, latest = _LOOKS_SECONDS
    return min(latest, max(soonest, waited.total_seconds() / 4))


def unanswered(tx: Tx, id_: AppointmentId, now: datetime) -> None:
    """Take back what Outlook never answered to; client and professional hear of it."""
    held = appointments.find(tx, id_)
    if held is None or not held.confirming:
        return
    ended = life.cancel(held, Actor.SYSTEM, now)
    assert isinstance(ended, Appointment)
    change = Change(held, ended, Actor.SYSTEM, now, "outlook_unanswered")
    settle(tx, change)
    told = Announce(id_, ended.professional, ended.version, News.TAKEN_BACK)
    jobs.promise(tx, promise(told, change))


def _give_up(tx: Tx, held: Appointment, now: datetime) -> Taken:
    """End a hold whose time Outlook says is taken.

    A client who was told *we are confirming* hears that it did not work out.
    """
    if held.confirming:
        ended = life.cancel(held, Actor.SYSTEM, now)
        assert isinstance(ended, Appointment)
        settle(tx, Change(held, ended, Actor.SYSTEM, now, "taken_in_outlook"))
    else:
        _let_go(tx, held, Actor.SYSTEM.value, now)
    return Taken()


def _take_offer(tx: Tx, booked: Appointment, now: datetime) -> None:
    if booked.offer is None:
        return
    offer = offers.load(tx, booked.offer)
    offers.save(tx, take(offer, booked))
    jobs.promise(tx, keep_offer_cards(offer.id, now))


def move(  # noqa: PLR0913
    tx: Tx,
    id_: AppointmentId,
    slot: Slot,
    *,
    version: int,
    by: Actor,
    policy: Policy,
    now: datetime,
    who: str = "",
) -> Appointment | NotOpen | Past | Taken | Closed | Outdated:
    """Give an appointment another time. Outlook was asked about it just before.

    `version` is what the page or card showed. A repeat of the same move gives the moved
    appointment.
    """
    before = appointments.load(tx, id_)
    stands_there = Slot(before.professional, before.span.start) == slot
    if stands_there and before.status in AGREED:
        return before
    if before.version != version:
        return Outdated(before.version)
    after = life.move(before, slot, now, by)
    if not isinstance(after, Appointment):
        return after
    if by is Actor.CLIENT and client_limits.to_move(tx, before, policy, now):
        return NotOpen(before.status)
    appointments.lock(tx, before.professional, slot.professional)
    service = people.service(tx, before.service)
    staff = by is not Actor.CLIENT
    ask = Ask(slot, service, before.modality, staff, ignoring=before)
    appointments.drop_lapsed(tx, slot.professional, now, ask.guarded.whole)
    beyond = not staff and client_limits.leads_too_far(tx, before, slot.start, policy)
    missing = Closed.TOO_FAR if beyond else why_not(tx, ask, policy, now)
    if missing is not None:
        return missing
    settle(tx, Change(before, after, by, now, "move", who=who))
    return after


def cancel(  # noqa: PLR0913
    tx: Tx,
    id_: AppointmentId,
    *,
    by: Actor,
    now: datetime,
    tell: Tell = Tell.YES,
    who: str = "",
    version: int | None = None,
) -> Appointment | NotOpen | Past | Outdated:
    """Cancel an appointment. A repeat gives the cancelled appointment.

    `version` is what the page or card showed, where it is this alone that is to end:
    moved meanwhile, or handed over, it stays. None: as it stands, whenever that is.
    """
    before = appointments.load(tx, id_)
    after = life.cancel(before, by, now)
    if isinstance(after, NotOpen) and before.status.value.startswith("cancelled"):
        return before
    if isinstance(after, Appointment) and version not in {None, before.version}:
        return Outdated(before.version)
    if isinstance(after, Appointment):
        settle(tx, Change(before, after, by, now, "cancel", tell, who))
    return after


def held_of_offer(tx: Tx, offer: Offer, now: datetime) -> Appointment | None:
    """Give the hold this offer's client has now, if any."""
    ahead = calendars.window(now)
    for each in appointments.between(tx, [offer.professional], ahead):
        if each.offer == offer.id and each.status is Status.HELD:
            return each
    return None
