"""What is asked of the index: a service, how to meet, and a moment to ask at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from booking.availability.cells import Need
from booking.model import Modality, ProfessionalId, Service, ServiceId
from booking.spans import Span


class Class(NamedTuple):
    """What a count is kept for: the same service with the same need of time."""

    service: ServiceId
    need: Need

    @classmethod
    def of(cls, service: Service, modality: Modality) -> Self:
        before, after = service.buffers.get(modality, (0, 0))
        return cls(service.id, Need(service.minutes * 60, before * 60, after * 60))


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

    def allows(self, professional: ProfessionalId) -> bool:
        return self.professionals is None or professional in self.professionals
