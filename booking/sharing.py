"""What a professional puts into a chat so that colleagues can book with her.

The invitation travels on a card that anybody in the chat can read and copy. It names a
service, its way and its end, no client and no time: which times are free is looked up
when somebody opens it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from booking.model import Modality, ProfessionalId, ServiceId

#: As long as an offer to a client holds at most, and then once more.
GOOD_FOR = timedelta(days=14)
_WRITTEN = re.compile(r"([0-9]{1,15})\.([0-9]{1,15})\.([a-z_]{1,20})\.([0-9]{1,11})")


@dataclass(frozen=True, slots=True)
class Shared:
    """With whom a colleague may book, what, and until when."""

    professional: ProfessionalId
    service: ServiceId
    modality: Modality
    until: datetime

    @property
    def written(self) -> str:
        """Write it as a card carries it, under a seal."""
        whole = (self.professional, self.service, self.modality.value)
        return ".".join(map(str, (*whole, int(self.until.timestamp()))))

    @classmethod
    def read(cls, given: str) -> Self | None:
        """Read what `written` gave; None for anything else."""
        match = _WRITTEN.fullmatch(given)
        if match is None:
            return None
        modality = Modality.read(match[3])
        if modality is None:
            return None
        until = datetime.fromtimestamp(int(match[4]), UTC)
        return cls(
            ProfessionalId(int(match[1])), ServiceId(int(match[2])), modality, until
        )

    def over(self, now: datetime) -> bool:
        return now >= self.until
