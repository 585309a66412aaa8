"""Why one of her times is not offered: fresh rows, and the rules they meet."""

from datetime import datetime, timedelta

from booking.availability.calendars import Guarded
from booking.availability.why import Asked, Reason, why_not
from booking.model import AppointmentId, Modality, ProfessionalId, Service
from booking.policy import Policy
from booking.spans import span
from teams_app.actions.calendars import calendar_of, is_known
from teams_app.store import calendars
from teams_app.store.database import Tx


def why(  # noqa: PLR0913, PLR0917
    tx: Tx,
    id_: ProfessionalId,
    service: Service,
    modality: Modality,
    start: datetime,
    policy: Policy,
    now: datetime,
) -> tuple[Reason, ...] | None:
    """Give the reasons; None: her calendar has not been read, or may not be."""
    state = calendars.state(tx, id_)
    if not is_known(state):
        return None
    before, after = service.buffer(modality)
    wanted = Guarded(AppointmentId(-1), span(start, service.length), before, after)
    around = wanted.whole.widened(timedelta(days=1), timedelta(days=1))
    return why_not(
        calendar_of(tx, id_, policy, around),
        Asked(
            wanted,
            now,
            policy.zone,
            lead_minutes=service.lead_minutes,
            horizon_days=service.days_ahead,
            possible=modality in service.modalities,
            read_until=state.window.end if state.window is not None else None,
        ),
    )
