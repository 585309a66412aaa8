"""How a client's coming stands, and what may be said of it in a press."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from booking.arrivals import Came


@dataclass(frozen=True, slots=True)
class Arriving:
    """`action` takes a POST of `said`, as here, and `version`."""

    version: int
    action: str
    how: Came | None = None  #: None: nothing is known of it.
    at: datetime | None = None
    said: Literal["", "arrived", "not_arrived"] = ""  #: What may be pressed now.
