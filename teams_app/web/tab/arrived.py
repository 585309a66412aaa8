"""How a client's coming stands, as the views of the tab show it."""

from datetime import datetime
from typing import Literal

from booking.arrivals import Arrival, Came, may_arrive
from booking.model import Appointment
from booking.views.arriving import Arriving


def arriving(
    appointment: Appointment, came: Arrival | None, now: datetime, *, asked: bool = True
) -> Arriving:
    """Say how it stands. `asked`: no, where another time is to be chosen."""
    said: Literal["", "arrived", "not_arrived"] = ""
    if came is not None and came.how is Came.ARRIVED:
        said = "not_arrived"
    elif asked and may_arrive(appointment, now):
        said = "arrived"
    return Arriving(
        version=appointment.version,
        action=f"/teams/appointment/{appointment.reference}/arrival",
        how=came.how if came is not None else None,
        at=came.at if came is not None else None,
        said=said,
    )
