"""What decides whether a time may be offered, apart from the calendars themselves.

A tenant has one set of rules; a professional's own are the same with some of it replaced
(`dataclasses.replace`).
"""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Self

import holidays

from booking.calendar import ShowAs
from booking.model import Hours, Opening

#: The longest a professional's calendar is looked ahead.
HORIZON_DAYS_MAX = 60

#: What blocks unless a tenant decides otherwise: free and working elsewhere do not,
#: and a value we do not know does.
BLOCKING = frozenset({ShowAs.BUSY, ShowAs.OOF, ShowAs.TENTATIVE, ShowAs.UNKNOWN})


#: The hours of one weekday that a professional keeps for bookings: from and until;
#: the same twice: none. None: all her working hours.
DayHours = tuple[time, time] | None


class Mode(StrEnum):
    """Where a professional's bookable time comes from."""

    WORKING_HOURS = "working_hours"  #: The hours of her mailbox settings.
    OPENED_BLOCKS = "opened_blocks"  #: Only blocks she opens in Outlook.


@dataclass(frozen=True, slots=True)
class Rules:
    """How free time is derived from a professional's calendar."""

    blocking: frozenset[ShowAs] = BLOCKING
    mode: Mode = Mode.WORKING_HOURS
    #: Of the working hours only these are for bookings, by weekday from Monday on;
    #: empty: all of them.
    hours: tuple[DayHours, ...] = ()
    #: Appointments (holds among them) that may begin on one local day; None: any.
    daily_limit: int | None = None
    #: The last day offered, counted from today.
    horizon_days: int = HORIZON_DAYS_MAX
    #: Closed on the public holidays of Finland.
    holidays: bool = True
    #: Closed on Midsummer Eve and Christmas Eve, which are no statutory holidays but
    #: on which offices are shut.
    eves: bool = True
    #: Closed besides: an office's own days.
    closed: frozenset[date] = frozenset()
    #: Open in spite of all the above.
    opened: frozenset[date] = frozenset()
    #: When the office is open, by weekday from Monday on; empty: always. Outside of it
    #: nothing is offered, whatever she opens herself.
    office: tuple[Hours, ...] = ()
    #: Starts are offered when the minutes of the local day divide by this.
    step_minutes: int = 15

    def __post_init__(self) -> None:
        """Refuse settings that no search could follow."""
        assert 5 <= self.step_minutes <= 24 * 60, self.step_minutes  # noqa: PLR2004
        assert self.step_minutes % 5 == 0, self.step_minutes
        assert 0 <= self.horizon_days <= HORIZON_DAYS_MAX, self.horizon_days
        assert self.daily_limit is None or self.daily_limit >= 0, self.daily_limit

    def at(self, opening: Opening) -> Self:
        """Give the rules as they are in a unit: its own closed days close in any case."""
        if opening == Opening():
            return self
        return replace(
            self,
            closed=self.closed | opening.closed,
            opened=self.opened - opening.closed,
            office=opening.hours,
        )

    def is_closed(self, day: date) -> bool:
        """Say whether nothing is offered on this calendar day of the tenant."""
        if day in self.opened:
            return False
        if day in self.closed:
            return True
        if day in eves(day.year):
            return self.eves
        return self.holidays and day in public_holidays(day.year)


@cache
def eves(year: int) -> frozenset[date]:
    """Give Midsummer Eve (the Friday of 19-25 June) and Christmas Eve."""
    june = date(year, 6, 19)
    midsummer = june + timedelta(days=(4 - june.weekday()) % 7)
    return frozenset({midsummer, date(year, 12, 24)})


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Give the public holidays of Finland; the library counts the two eves too."""
    return frozenset(holidays.country_holidays("FI", years=year).keys())
