"""The ids by which our events are created, and by which Graph says that one is ours.

Graph makes one event of an id, however often it is asked, and may remember an id long
after its event is gone. It may also carry out a create after we have given it up.
"""

from uuid import NAMESPACE_URL, uuid5

from booking.calendar import Event
from booking.model import Appointment, ProfessionalId

#: Nobody deletes the event of one version, and has it made anew, so often.
_COUNT_MAX = 20


def transaction_id(
    about: Appointment, professional: ProfessionalId, version: int, count: int
) -> str:
    """Name a create.

    By the version, for an appointment may come back to a calendar it was taken from; by
    a counter, for its event may be deleted there and wanted again; by the reference, for
    another database of ours may have used the numbers before.
    """
    what = f"{about.reference}:{about.id}:{professional}:{version}:{count}"
    return str(uuid5(NAMESPACE_URL, f"vuoro:{what}"))


def made(about: Appointment, professional: ProfessionalId, event: Event) -> bool:
    """Say whether a create of ours made this event for the appointment."""
    return event.transaction is not None and any(
        event.transaction == transaction_id(about, professional, version, count)
        for version in range(1, about.version + 1)
        for count in range(1, _COUNT_MAX + 1)
    )
