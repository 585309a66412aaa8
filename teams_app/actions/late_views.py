"""What the card shows that answers *myöhässä*: whom so many minutes would reach."""

from collections.abc import Sequence
from datetime import datetime

from booking import lateness as rules
from booking.lateness import CHOICES, Reached
from booking.model import Appointment, Modality, Professional
from booking.policy import Policy
from booking.spans import day_span, wall
from booking.views.cards import Truth
from booking.views.lateness import LateCard, LateChoice, LateLine
from teams_app.actions import access, lateness
from teams_app.actions.access import Look, Person
from teams_app.actions.records import whole
from teams_app.store import appointments, delays, people
from teams_app.store.database import Tx

_Found = dict[int, tuple[Reached, ...]]


def asking(
    tx: Tx,
    who: Person,
    professional: Professional,
    minutes: int,
    policy: Policy,
    look: Look,
) -> LateCard:
    """Show whom a delay would reach; minutes none: for each that can be chosen."""
    day = lateness.of_today(tx, professional.id, policy, look.at)
    found = {
        each: rules.reached(day, each, look.at)
        for each in sorted({*CHOICES, *([minutes] if minutes else ())})
    }
    asked = minutes if found.get(minutes) else 0
    shown = found[asked] if asked else _all(found.values(), day)
    access.listed(tx, who, [each.appointment.id for each in shown], look)
    return LateCard(
        language=professional.language,
        lines=tuple(
            _line(
                tx,
                each,
                minutes=each.minutes if asked else 0,
                least=_least(each, found),
            )
            for each in shown
        ),
        choices=_choices(found),
        asked=asked,
        modality=shown[0].appointment.modality if shown else Modality.REMOTE,
        on_time=bool(lateness.standing_of(tx, day, look.at)),
        tab_url=policy.tab_url,
    )


def said(
    tx: Tx,
    who: Person,
    professional: Professional,
    reached: Sequence[Reached],
    policy: Policy,
    look: Look,
) -> LateCard:
    """Show whom it is being told."""
    day = lateness.of_today(tx, professional.id, policy, look.at)
    access.listed(tx, who, [each.appointment.id for each in reached], look)
    first = reached[0].appointment
    found = {each: rules.reached(day, each, look.at, first.id) for each in CHOICES}
    return LateCard(
        language=professional.language,
        lines=tuple(_line(tx, each, minutes=each.minutes) for each in reached),
        choices=_choices(found),
        asked=reached[0].minutes,
        said=True,
        modality=first.modality,
        on_time=True,
        tab_url=policy.tab_url,
    )


def seen(
    tx: Tx,
    who: Person,
    professional: Professional,
    first: Appointment,
    policy: Policy,
    look: Look,
) -> LateCard:
    """As `standing`, for her who pressed: that she saw whom it names is logged."""
    holding = _holding(tx, professional, first, policy)
    late = [each.appointment.id for each in holding if each.minutes]
    access.listed(tx, who, late, look)
    return _shown(tx, professional, holding, policy, look.at)


def standing(
    tx: Tx,
    professional: Professional,
    first: Appointment,
    policy: Policy,
    now: datetime,
) -> LateCard:
    """Show what was said of an appointment and those behind it, as it is now."""
    holding = _holding(tx, professional, first, policy)
    return _shown(tx, professional, holding, policy, now)


def _shown(
    tx: Tx,
    professional: Professional,
    holding: Sequence[Reached],
    policy: Policy,
    now: datetime,
) -> LateCard:
    late = [each for each in holding if each.minutes]
    if holding and not late:
        return taken_back(professional)
    coming = lateness.of_today(tx, professional.id, policy, now)
    found = _still(coming, late, now)
    on_time = bool(lateness.standing_of(tx, coming, now))
    return LateCard(
        language=professional.language,
        lines=tuple(_line(tx, each, minutes=each.minutes) for each in late),
        choices=_choices(found),
        asked=late[0].minutes if late else 0,
        said=True,
        modality=late[0].appointment.modality if late else Modality.REMOTE,
        on_time=on_time,
        tab_url=policy.tab_url,
        over=not on_time and not any(found.values()),
    )


def _holding(
    tx: Tx, professional: Professional, first: Appointment, policy: Policy
) -> list[Reached]:
    """Give what was said of an appointment and those behind it, as far as it holds."""
    begins = _said_about(tx, first)
    day = day_span(wall(begins, policy.zone).date(), policy.zone)
    every = appointments.between(tx, [professional.id], day, occupying_only=False)
    kept = sorted(
        (e for e in every if e.in_calendar and e.span.start >= begins),
        key=lambda each: each.span.start,
    )
    said_of = {each.id: delays.find(tx, each.id) for each in kept}
    return [
        Reached(each, delay.minutes)
        for each in kept
        if (delay := said_of[each.id]) is not None and delay.start == each.span.start
    ]


def _said_about(tx: Tx, first: Appointment) -> datetime:
    """Give the start that was said to be late: hers may have gone elsewhere since."""
    delay = delays.find(tx, first.id)
    return first.span.start if delay is None else delay.start


def _still(
    coming: Sequence[Appointment], late: Sequence[Reached], now: datetime
) -> _Found:
    """Give whom each choice reaches, from the first of them who may still wait."""
    for each in late:
        first = each.appointment.id
        found = {some: rules.reached(coming, some, now, first) for some in CHOICES}
        if any(found.values()):
            return found
    return {}


def taken_back(professional: Professional) -> LateCard:
    return LateCard(professional.language, (), (), taken_back=True)


def _choices(found: _Found) -> tuple[LateChoice, ...]:
    return tuple(
        LateChoice(minutes, tuple(each.appointment.id for each in reached))
        for minutes, reached in found.items()
        if reached
    )


def _all(found: object, day: Sequence[Appointment]) -> list[Reached]:
    """Give everybody whom any of the choices would reach, in order."""
    known = {
        one.appointment.id: one
        for reached in found  # type: ignore[attr-defined]
        for one in reached
    }
    return [known[each.id] for each in day if each.id in known]


def _least(each: Reached, found: _Found) -> int:
    """Say by how much she is first reached; none: by the least that can be chosen."""
    reaching = [
        minutes
        for minutes, reached in found.items()
        if any(one.appointment.id == each.appointment.id for one in reached)
    ]
    return 0 if min(reaching) == min(found) else min(reaching)


def _line(tx: Tx, each: Reached, *, minutes: int, least: int = 0) -> LateLine:
    about = each.appointment
    client = people.client(tx, about.client) if about.client is not None else None
    return LateLine(
        client.name if client is not None else "",
        about.span.start,
        about.span.end,
        least,
        minutes,
        whole(tx, about).late_told if minutes else Truth.NOT_OWED,
        about.language if client is None else client.language,
    )


def choices_of(appointment: Appointment, now: datetime) -> tuple[int, ...]:
    """Give how late an appointment may still be said to begin, in one press."""
    return tuple(each for each in CHOICES if rules.may_be_late(appointment, each, now))
