"""When a professional, or any of many, is free.

`Rules` and `Calendar` say what is known of one professional; `Index` keeps the free
starts of all and answers a `Search`; `has_room`, `clashes` and `is_open` check one time
exactly, with rows just read.
"""

from booking.availability.calendars import (
    Calendar,
    Guarded,
    clashes,
    has_room,
    is_day_full,
    is_on_step,
    is_open,
    openings,
)
from booking.availability.index import Index
from booking.availability.rules import BLOCKING, HORIZON_DAYS_MAX, Mode, Rules
from booking.availability.search import Class, Search, another_time

__all__ = [
    "BLOCKING",
    "HORIZON_DAYS_MAX",
    "Calendar",
    "Class",
    "Guarded",
    "Index",
    "Mode",
    "Rules",
    "Search",
    "another_time",
    "clashes",
    "has_room",
    "is_day_full",
    "is_on_step",
    "is_open",
    "openings",
]
