"""What a client's page says of a binding appointment, and that it was opened."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from booking.arrivals import Came, is_said
from booking.binding import Bound, may_report
from booking.model import Binding, Language, Service
from booking.spans import wall
from booking.views.binding import BindingPart
from teams_app.store import bindings
from teams_app.web.public.visit import Visit

_INSTANT = timedelta(seconds=1)


def said(service: Service, language: Language) -> BindingPart | None:
    """Say what holds before anything is agreed on; None: the service binds nobody."""
    return None if service.binding is None else _said(service.binding, language)


def _said(terms: Binding, language: Language) -> BindingPart:
    return BindingPart(
        terms.duty.in_(language),
        terms.consequence.in_(language),
        terms.obstacle.in_(language),
    )


def part(now: Visit, *, moves: bool) -> BindingPart | None:
    """Say what holds of her appointment, and where she reports an obstacle.

    `moves`: her link moves it now. Where staff have chosen a time after the deadline,
    nothing is said of it.
    """
    found, bound = now.found, now.found.bound
    if bound is None:
        return None
    words = _said(bound.terms, now.language)
    window = bound.window(now.now, now.zone) if moves and not found.choosing else None
    deadline = bound.deadline(now.zone)
    in_time = now.appointment.span.start < deadline
    return replace(
        words,
        deadline=_last_day(deadline, now) if in_time else None,
        moves_until=_last_day(window.end, now) if window is not None else None,
        report=now.to("/obstacle") if reports(now) else "",
        reported=bound.obstacle if has_reported(now) else None,
        kept=is_said(now.found.arrivals, now.appointment, Came.KEPT),
    )


def reports(now: Visit) -> bool:
    bound: Bound | None = now.found.bound
    return bound is not None and may_report(now.appointment, now.now)


def has_reported(now: Visit) -> bool:
    """Say whether what she has reported is of the time that she has now."""
    return is_said(now.found.arrivals, now.appointment, Came.OBSTACLE)


def _last_day(end: datetime, now: Visit) -> date:
    return wall(end - _INSTANT, now.zone).date()


async def noted_as_opened(now: Visit) -> None:
    """Note that her page was opened; nothing is written where it was noted before."""
    bound = now.found.bound
    if bound is not None and bound.opened is None:
        await now.site.world.database.write(
            bindings.opened, now.appointment.id, now.now
        )
