"""What is asked of the index: a service, how to meet, and a moment to ask at."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from booking.appointments import as_promised
from booking.availability.calendars import Guarded
from booking.availability.cells import Cells, Need, seconds
from booking.model import Appointment, Modality, ProfessionalId, Service, ServiceId
from booking.spans import Span, span


class Class(NamedTuple):
    """What a count is kept for. How much time it needs is each professional's own."""

    service: ServiceId
    modality: Modality

    @classmethod
    def of(cls, service: Service, modality: Modality) -> Self:
        return cls(service.id, modality)

    @classmethod
    def booked(cls, own: Appointment) -> Self:
        return cls(own.service, own.modality)


def need_of(service: Service, modality: Modality) -> Need:
    """Give what time a service takes, with what is kept free around it."""
    before, after = service.buffers.get(modality, (0, 0))
    return Need(service.minutes * 60, before * 60, after * 60)


def need_of_own(own: Guarded) -> Need:
    """Give what time an appointment takes."""
    times = (own.span.length, own.before, own.after)
    length, before, after = (int(each.total_seconds()) for each in times)
    return Need(length, before, after)


def classes_of(services: Iterable[Service]) -> tuple[tuple[Class, Need], ...]:
    """Give all that somebody may be asked for who gives these services."""
    return tuple(
        (Class.of(one, modality), need_of(one, modality))
        for one in services
        for modality in one.modalities
    )


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of the index, at a moment."""

    service: Service
    modality: Modality
    now: datetime
    #: Only these; None: all who give the service.
    professionals: Collection[ProfessionalId] | None = None
    within: Span | None = None  #: Only starts within this time.
    #: Asked by staff: no lead time, and as far ahead as the index reaches.
    staff: bool = False
    #: The time that would be given up: what overlaps it may be had, and is proposed last.
    instead_of: Span | None = None

    @property
    def wanted(self) -> Class:
        return Class.of(self.service, self.modality)

    @property
    def soonest(self) -> datetime:
        lead = 0 if self.staff else self.service.lead_minutes
        return self.now + timedelta(minutes=lead)

    @property
    def possible(self) -> bool:
        return self.modality in self.service.modalities

    def crosses(self, starts: Cells) -> NDArray[np.bool_]:
        """Say of starts, in epoch seconds, which overlap the time to be given up."""
        if self.instead_of is None:
            return np.zeros(len(starts), np.bool_)
        first, last = seconds(self.instead_of)
        lasts = int(self.service.length.total_seconds())
        return (starts < last) & (starts + lasts > first)

    def overlaps(self, start: datetime) -> bool:
        """Say whether what begins then overlaps the time to be given up."""
        own = self.instead_of
        return own is not None and own.overlaps(span(start, self.service.length))

    def allows(self, professional: ProfessionalId) -> bool:
        return self.professionals is None or professional in self.professionals


def another_time(
    own: Appointment, service: Service, now: datetime, *, staff: bool = False
) -> Search:
    """Look for another time of an appointment, with its professional, as promised."""
    return Search(
        as_promised(service, own),
        own.modality,
        now,
        professionals=(own.professional,),
        staff=staff,
        instead_of=own.span,
    )
