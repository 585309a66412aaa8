"""What the professional sees on her cards, drawn from the store as it is now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from booking import outcomes as rules
from booking.appointments import News
from booking.arrivals import Came
from booking.availability import is_open
from booking.lateness import CHOICES, may_be_late
from booking.model import (
    AGREED,
    Appointment,
    Language,
    Modality,
    Offer,
    OfferStatus,
    Professional,
    ProfessionalId,
    Service,
    Slot,
)
from booking.offers import count_of, ended
from booking.policy import Policy
from booking.spans import Span, day_span, wall
from booking.views.cards import (
    AppointmentCard,
    BookForm,
    Choice,
    ConflictCard,
    ConflictKind,
    DayLine,
    Help,
    MorningList,
    OfferCard,
    SlotChoice,
    Truth,
    Wish,
)
from booking.views.waiting import Asked
from teams_app.actions import (
    already_told,
    booking,
    calendars,
    covering,
    giving,
    moving,
    obstacles,
    outcomes,
    takers,
    until_morning,
    untried,
)
from teams_app.actions.offers import choice_in
from teams_app.actions.questions import WITH_COLLEAGUE, is_over, is_too_long
from teams_app.actions.records import SKIPPED, Whole, whole, wholes
from teams_app.actions.takers import Wanted
from teams_app.store import appointments, conflicts, deliveries, jobs, people
from teams_app.store.calendars import busy, state
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx

#: A change made in Outlook is no failure: its own card asks about it.
_LINK_PROBLEMS = {
    "no_join_link": "cards.problem.no_join_link",
    "given_up": "cards.problem.calendar",
    "refused": "cards.problem.calendar",
    "forbidden": "cards.problem.calendar",
}


def slot_value(slot: Slot) -> str:
    """Write a slot as forms carry it: `<professional>@<epoch seconds>`."""
    return f"{slot.professional}@{int(slot.start.timestamp())}"


#: A client who is not here yet cannot come to what begins sooner: such a time can be
#: chosen, and is not the one that is chosen already.
_SOON = timedelta(minutes=15)


def slot_choices(
    slots: Sequence[Slot], length: timedelta, now: datetime | None = None
) -> tuple[SlotChoice, ...]:
    """Give times to choose from; `now`: those that are nearly here are marked so."""
    return tuple(
        SlotChoice(
            slot_value(slot),
            slot.start,
            slot.start + length,
            soon=now is not None and slot.start - now < _SOON,
        )
        for slot in slots
    )


def appointment_card(  # noqa: PLR0913
    tx: Tx,
    appointment: Appointment,
    policy: Policy,
    now: datetime,
    *,
    language: Language | None = None,
    news: News | None = None,
    heading: str | None = None,
) -> AppointmentCard:
    """Show an appointment as it is now, in the words of its professional's language."""
    found = whole(tx, appointment)
    said = language or found.professional.language
    view = AppointmentCard(
        language=said,
        appointment=appointment.id,
        version=appointment.version,
        reference=appointment.reference,
        service=found.service.name.in_(said),
        modality=appointment.modality,
        client=found.client.name if found.client else "",
        start=appointment.span.start,
        end=appointment.span.end,
        status=appointment.status,
        truths=until_morning.with_morning(tx, appointment, found.truths, policy, now),
        open_url=policy.staff_url(appointment.reference),
        confirming=appointment.confirming,
        join_url=found.join_url if appointment.in_calendar else None,
        news=news.value if news else None,
        heading=heading,
        problem=_problem_on_card(tx, found, now),
        choosing=found.choosing,
        begun=appointment.span.start <= now,
        phone=number_on_card(found, now),
        over=appointment.span.end <= now,
        outcomes=outcomes.possible(tx, appointment, now),
        late_choices=_late_choices(found, now, reminds=heading == "reminder"),
        came=found.came(now),
        kept=obstacles.answered(tx, found.appointment, found.arrivals, now),
    )
    return _whole(view, found, now)


def _whole(view: AppointmentCard, found: Whole, now: datetime) -> AppointmentCard:
    """Say besides how late it begins, and that it is in a language that is not hers."""
    late, told = found.late(now), found.late_told
    return replace(view, late=late, late_told=told, unspoken=found.unspoken)


def _late_choices(found: Whole, now: datetime, *, reminds: bool) -> tuple[int, ...]:
    """Give what can be said of its start on a card: from the reminder until it begins.

    Of whom is waited for at her remote meeting it can be said for as long as it holds.
    They change only when a job looks at the card: a choice may come too late, and then
    it says so.
    """
    about = found.appointment
    if about.status not in AGREED or found.choosing:
        return ()
    if found.late(now) or (reminds and about.span.start > now):
        return CHOICES
    came = found.came(now)
    if came is None or came.how not in _AT_THE_DOOR:
        return ()
    return tuple(each for each in CHOICES if may_be_late(about, each, now))


#: Who is to come in yet, or has not managed to.
_AT_THE_DOOR = frozenset({Came.WAITING, Came.COULD_NOT_JOIN, Came.TRYING})


def number_on_card(found: Whole, now: datetime) -> str:
    """Give the client's number too where she could not get into her meeting.

    Who tries again may be stuck again.
    """
    came = found.came(now)
    stuck = came is not None and came.how in {Came.COULD_NOT_JOIN, Came.TRYING}
    if stuck and found.client:
        return found.client.phone or ""
    return number_to_call(found)


def number_to_call(found: Whole) -> str:
    """Give the client's number, where the professional is to call it."""
    by_phone = found.appointment.modality is Modality.PHONE
    return (found.client.phone or "") if found.client and by_phone else ""


def problem_of(tx: Tx, found: Whole) -> str | None:
    """Name the step that failed for good, as the catalogue has it."""
    if found.truths.in_outlook is Truth.ASKED:
        return "cards.problem.asked"
    in_outlook = _LINK_PROBLEMS.get((found.link and found.link.problem) or "")
    unsaid = found.truths.told is Truth.FAILED or found.unsent
    if in_outlook is None and unsaid:
        off = untried.of_appointment(tx, found)
        if off and found.truths.told is not Truth.FAILED:
            off = "reminder"  # What there was to tell, she has heard.
        return f"cards.problem.off.{off}" if off else "cards.problem.not_told"
    return in_outlook


def _problem_on_card(tx: Tx, found: Whole, now: datetime) -> str | None:
    """Name what failed, else who is asked, else how a move stands that waits for Outlook."""
    failed = problem_of(tx, found) or _asked_of_others(found, now)
    return failed or moving.said(tx, found.appointment)


def _asked_of_others(found: Whole, now: datetime) -> str | None:
    """Say where the event is that is gone from her calendar, while others are asked."""
    handed = any(each.about is Asked.HANDED for each in found.waiting(now))
    return "cards.problem.with_colleague" if handed else None


def offer_card(
    tx: Tx, offer: Offer, policy: Policy, language: Language, now: datetime
) -> OfferCard:
    """Show an offer: open, over, or the appointment that came of it."""
    service = people.service(tx, offer.service)
    over = ended(offer, now)
    left = _left(tx, offer, service, policy, now)
    sent = _sent(tx, offer)
    waits = sent is Truth.WAITING
    return OfferCard(
        language=language,
        offer=offer.id,
        version=offer.version,
        service=service.name.in_(language),
        modality=offer.modality,
        client=people.client(tx, offer.client).name,
        slots=slot_choices(left, service.length),
        free_choice=offer.free_choice,
        expires=min(offer.expires, max(slot.start for slot in left))
        if left and not offer.free_choice
        else offer.expires,
        state=over.reason if over else "open",
        sent=sent,
        off=untried.of_offer(tx, offer) if sent is Truth.FAILED else "",
        sent_due=until_morning.of_offer(tx, offer, policy, now) if waits else None,
        appointment=_chosen(tx, offer, policy, language, now),
        tab_url=policy.view_url("offers"),
        offered=count_of(offer),
        any_free=not (left or offer.free_choice)
        and choice_in(tx, offer, policy, now).free_choice,
    )


def _left(
    tx: Tx, offer: Offer, service: Service, policy: Policy, now: datetime
) -> list[Slot]:
    """Leave out the offered times that have passed or that somebody else has."""
    if ended(offer, now) is not None:
        return []
    coming = [slot for slot in offer.slots if slot.start > now]
    if not calendars.is_known(state(tx, offer.professional)):
        return coming  # Nobody can say which are taken.
    return booking.open_of(tx, coming, service, offer, policy, now)


def _chosen(
    tx: Tx, offer: Offer, policy: Policy, language: Language, now: datetime
) -> AppointmentCard | None:
    if offer.status is not OfferStatus.TAKEN or offer.appointment is None:
        return None
    booked = appointments.find(tx, offer.appointment)
    if booked is None:
        return None
    return appointment_card(
        tx, booked, policy, now, language=language, news=News.BOOKED
    )


def _sent(tx: Tx, offer: Offer) -> Truth:
    sent = deliveries.of_offer(tx, offer.id)
    if any(each.state == "accepted" for each in sent):
        return Truth.DONE
    key = f"offer:{offer.id}"
    became = jobs.outcomes(tx, [key]).get(key) or ""
    if became.startswith(SKIPPED):
        return Truth.NOT_OWED
    if became == jobs.DEAD:
        return Truth.FAILED
    channels = people.client(tx, offer.client).channels
    failed = {each.channel for each in sent if each.state == "failed"}
    return Truth.FAILED if len(failed) == len(channels) else Truth.WAITING


def conflict_card(
    tx: Tx,
    conflict: Conflict,
    policy: Policy,
    now: datetime,
    language: Language | None = None,
) -> ConflictCard:
    """Show a question that a change in Outlook raised, in her language unless told."""
    appointment = appointments.load(tx, conflict.appointment)
    owner = people.professional(tx, conflict.professional)
    said = language or owner.language
    able = _colleagues(tx, conflict, appointment, policy, now)
    return ConflictCard(
        language=said,
        conflict=conflict.id,
        version=conflict.version,
        kind=conflict.kind,
        appointment=appointment_card(tx, appointment, policy, now, language=said),
        moved_to=conflict.moved_to.start if conflict.moved_to else None,
        outside_rules=_outside_rules(tx, conflict, policy),
        too_long=is_too_long(appointment, conflict.moved_to),
        taken=_taken(tx, conflict, appointment, now),
        colleagues=able,
        known=already_told.if_taken(tx, appointment, able, now),
        settled=_settled(tx, conflict, appointment),
        over=is_over(conflict, appointment, now),
        other=_other(tx, conflict, appointment, policy),
        proposed=conflict.proposed or (),
        desk=covering.desk_of(tx, [appointment], now),
    )


def _settled(tx: Tx, conflict: Conflict, appointment: Appointment) -> str | None:
    """Say how it ended, or who is asked in her place while that is open."""
    if conflict.settled != WITH_COLLEAGUE:
        return conflict.settled
    for each in conflicts.open_of(tx, appointment.id):
        if each.kind is ConflictKind.COPIED:
            return f"asked_{_asked_whom(tx, each, appointment)}"
    return "overtaken"


def _asked_whom(tx: Tx, copied: Conflict, appointment: Appointment) -> str:
    asked = takers.asked(tx, appointment, copied.professional)
    if people.professional(tx, copied.professional).object_id in asked:
        return "colleague"
    owner = people.professional(tx, appointment.professional).object_id
    return "you" if asked == [owner] else "supervisor"


def _other(
    tx: Tx, conflict: Conflict, appointment: Appointment, policy: Policy
) -> tuple[datetime, datetime] | None:
    """When the meeting is that was put over an appointment."""
    if conflict.kind is not ConflictKind.OVERLAPPED:
        return None
    for row in busy(tx, conflict.professional, appointment.span):
        if row.event_id == conflict.event_id:
            span = row.span(policy.zone)
            return span.start, span.end
    return None


def _taken(
    tx: Tx, conflict: Conflict, appointment: Appointment, now: datetime
) -> tuple[datetime, datetime] | None:
    """When another appointment of hers is that has the time it was moved to."""
    if conflict.moved_to is None or conflict.settled is not None:
        return None
    wanted = Wanted(appointment, appointment.professional, conflict.moved_to)
    near = next(iter(takers.beside(tx, wanted, now)), None)
    return None if near is None else (near.span.start, near.span.end)


def _colleagues(
    tx: Tx,
    conflict: Conflict,
    appointment: Appointment,
    policy: Policy,
    now: datetime,
) -> tuple[Choice, ...]:
    if conflict.settled is not None or conflict.kind is ConflictKind.MOVED:
        return ()
    return tuple(
        Choice(str(each.id), each.name)
        for each in takers.colleagues(tx, appointment, policy, now)
    )


def _outside_rules(tx: Tx, conflict: Conflict, policy: Policy) -> bool:
    """Whether the event was moved to where nothing would have been offered."""
    if conflict.moved_to is None:
        return False
    day = timedelta(days=1)
    around = conflict.moved_to.widened(day, day)
    calendar = calendars.calendar_of(tx, conflict.professional, policy, around)
    return not is_open(calendar, conflict.moved_to, policy.zone)


def day_lines(
    tx: Tx, professional: Professional, day: date, policy: Policy, now: datetime
) -> tuple[DayLine, ...]:
    """List the day's appointments in order of time."""
    found = of_days(tx, professional, day_span(day, policy.zone))
    return lines_of(tx, found, professional.language, policy, now)


def of_days(tx: Tx, professional: Professional, span: Span) -> list[Appointment]:
    """Give her appointments that stand in the calendar, those that are over too."""
    found = appointments.between(tx, [professional.id], span, occupying_only=False)
    kept = [each for each in found if each.in_calendar]
    return sorted(kept, key=lambda each: each.span.start)


def _line(found: Whole, language: Language, policy: Policy, now: datetime) -> DayLine:
    appointment = found.appointment
    over = appointment.span.end <= now
    return DayLine(
        start=appointment.span.start,
        end=appointment.span.end,
        reference=appointment.reference,
        service=found.service.name.in_(language),
        client=found.client.name if found.client else "",
        modality=appointment.modality,
        open_url=policy.staff_url(appointment.reference),
        join_url=None if found.choosing or over else found.join_url,
        choosing=found.choosing,
        phone=number_to_call(found),
        waits=found.waiting(now),
        status=appointment.status,
        unrecorded=is_unrecorded(found, now),
        came=found.came(now),
    )


def is_unrecorded(found: Whole, now: datetime) -> bool:
    """Say whether it is over, and nobody has said how it went though somebody could."""
    open_ = bool(rules.possible(found.appointment, now)) and not found.choosing
    over = found.appointment.span.end <= now
    return open_ and over and rules.is_missing(found.appointment, now)


def lines_of(
    tx: Tx,
    found: Sequence[Appointment],
    language: Language,
    policy: Policy,
    now: datetime,
) -> tuple[DayLine, ...]:
    """List some appointments, in the order given."""
    return tuple(_line(each, language, policy, now) for each in wholes(tx, found))


def morning(
    tx: Tx,
    professional: ProfessionalId,
    day: date,
    policy: Policy,
    now: datetime,
) -> MorningList:
    owner = people.professional(tx, professional)
    lines = day_lines(tx, owner, day, policy, now)
    left = outcomes.missing_before(tx, professional, policy, now)
    return MorningList(owner.language, day, lines, policy.tab_url, unrecorded=left)


def book_form(  # noqa: PLR0913
    tx: Tx,
    professional: Professional,
    policy: Policy,
    *,
    request: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    wish: Wish | None = None,
) -> BookForm:
    """Show the form with the services this professional gives."""
    services = given(tx, professional)
    language = professional.language
    modalities = {each for service in services for each in service.modalities}
    return BookForm(
        language=language,
        services=tuple(
            Choice(service.key, service.name.in_(language)) for service in services
        ),
        modalities=tuple(sorted(modalities, key=lambda each: each.value)),
        typed=typed or {},
        errors=errors or {},
        request=request,
        wish=wish,
        tab_url=policy.form_url(request),
        only_way=policy.only_way,
    )


def given(tx: Tx, professional: Professional) -> list[Service]:
    """Give the services that she gives and that may be booked."""
    return giving.open_services(tx, professional)


def help_(
    professional: Professional, policy: Policy, now: datetime, *, unknown: bool
) -> Help:
    return Help(
        professional.language,
        professional.name,
        policy.tab_url,
        wall(now, policy.zone).date(),
        unknown=unknown,
    )
