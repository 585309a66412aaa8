"""What every errand gets: the database, the outside and the rules of today."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from booking.availability import Class, Index
from booking.model import (
    Appointment,
    Service,
)
from booking.policy import Policy
from teams_app.outside import Outside
from teams_app.store.database import Database


@dataclass(frozen=True, slots=True)
class World:
    """The database and the outside, as every errand gets them."""

    database: Database
    outside: Outside
    stated: Policy  #: As the settings say.
    #: The current slot index; a search reads it and nothing else.
    index: Callable[[], Index]
    #: Services by key, as kept beside the index.
    services: Callable[[], dict[str, Service]]
    #: As it is with what an admin has decided since; None: nobody may have.
    decided: Callable[[], Policy] | None = None

    @property
    def policy(self) -> Policy:
        """Give what holds now. It may change between two looks at it."""
        return self.stated if self.decided is None else self.decided()

    def now(self) -> datetime:
        return self.outside.now()

    def without(self, gone: Appointment) -> "World":
        """Give the world in which this appointment takes no time.

        The index may be a moment behind what was let go just now.
        """
        index = self.index().freed(gone.professional, gone.id)
        return replace(self, index=lambda: index)

    def moving(self, own: Appointment) -> "World":
        """Give the world as whoever moves this appointment sees it.

        What it takes now is in nobody's way; it keeps its length, pauses and way.
        """
        wanted = Class(own.service, own.modality)
        index = self.index().moving(own.professional, own.id, wanted)
        return replace(self, index=lambda: index)
