"""A client comes: in person to the place, or by her link to a remote meeting.

That she is there in person is a state of the appointment, said by a person and taken
back by one. That she waits for a remote meeting, could not get into it, or tries again, is only
noted beside it: it says nothing of how the appointment goes, and never makes anybody a no-show.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking.appointments import NotOpen, Past
from booking.model import AGREED, Appointment, AppointmentId, Modality, Status

#: So long before its start somebody may be said to have come.
EARLY = timedelta(hours=2)
#: So long before its start who opens the way into her meeting waits for it.
NEAR = timedelta(minutes=15)


class Came(StrEnum):
    """How a client's coming stands; what says the most comes first."""

    ARRIVED = "arrived"  #: In person: she is there.
    COULD_NOT_JOIN = "could_not_join"  #: She said so herself.
    TRYING = "trying"  #: She could not join, and has pressed the way in again since.
    WAITING = "waiting"  #: She has opened the way into her remote meeting.
    OBSTACLE = "obstacle"  #: She has reported what keeps her from a binding one.
    KEPT = "kept"  #: Somebody has answered that: the time stands. It is no coming.


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was said or noted of a client's coming."""

    appointment: AppointmentId
    how: Came
    start: datetime  #: Of the appointment, as it was when that was said.
    at: datetime

    def holds(self, appointment: Appointment, now: datetime) -> bool:
        """Say whether it is still so: not once it was moved, is over or recorded."""
        here = Status.ARRIVED if self.how is Came.ARRIVED else Status.BOOKED
        same = appointment.span.start == self.start
        return same and appointment.status is here and now < appointment.span.end


@dataclass(frozen=True, slots=True)
class TooEarly:
    """Nobody is said to have come before that."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotHere:
    """Who is met in this way comes to no place."""

    modality: Modality


Refusal = NotOpen | Past | TooEarly | NotHere


def arrive(before: Appointment, now: datetime) -> Appointment | Refusal:
    """Say that she has come. Said again, it gives the appointment as it is."""
    if before.status not in AGREED:
        return NotOpen(before.status)
    if before.span.end <= now:
        return Past(before.span.start)
    if before.status is Status.ARRIVED:
        return before
    if before.modality is not Modality.IN_PERSON:
        return NotHere(before.modality)
    if now < before.span.start - EARLY:
        return TooEarly(before.span.start - EARLY)
    return replace(before, status=Status.ARRIVED, version=before.version + 1)


def take_back(before: Appointment, now: datetime) -> Appointment | NotOpen | Past:
    """Say that she has not come after all."""
    if before.status not in AGREED:
        return NotOpen(before.status)
    if before.span.end <= now:
        return Past(before.span.start)
    if before.status is Status.BOOKED:
        return before
    return replace(before, status=Status.BOOKED, version=before.version + 1)


def may_arrive(appointment: Appointment, now: datetime) -> bool:
    """Say whether somebody may now be said to have come who was not before."""
    found = arrive(appointment, now)
    return isinstance(found, Appointment) and found != appointment


def is_near(appointment: Appointment, now: datetime) -> bool:
    """Say whether who opens the way into her remote meeting now waits for it."""
    remote = appointment.modality is Modality.REMOTE
    agreed = appointment.status is Status.BOOKED
    span = appointment.span
    return remote and agreed and span.start - NEAR <= now < span.end


def standing(
    found: Iterable[Arrival], appointment: Appointment, now: datetime
) -> Arrival | None:
    """Give what holds now and says the most; an obstacle, where nothing was said since.

    She may report one at the door, and may come to the door although she has. That she
    could not join holds until she tries again, and an obstacle until it is answered.
    """
    holding = {each.how: each for each in found if each.holds(appointment, now)}
    stuck, tries = holding.get(Came.COULD_NOT_JOIN), holding.get(Came.TRYING)
    if stuck is not None and tries is not None and tries.at > stuck.at:
        del holding[Came.COULD_NOT_JOIN]
    if holding.pop(Came.KEPT, None) is not None:
        holding.pop(Came.OBSTACLE, None)
    said = [holding[how] for how in Came if how in holding]
    obstacle = [each for each in said if each.how is Came.OBSTACLE]
    return max(said[:1] + obstacle, key=lambda each: each.at, default=None)


def is_said(found: Iterable[Arrival], appointment: Appointment, how: Came) -> bool:
    """Say whether this was said of the start that the appointment has now."""
    start = appointment.span.start
    return any(each.how is how and each.start == start for each in found)


def is_news(
    found: Collection[Arrival], appointment: Appointment, how: Came, now: datetime
) -> bool:
    """Say whether a client says by her link what is not known already.

    Trying again is none where she has not said that she could not join.
    """
    stands = standing(found, appointment, now)
    stuck = stands is not None and stands.how is Came.COULD_NOT_JOIN
    if how is Came.WAITING:
        return not is_said(found, appointment, how)
    return stuck if how is Came.TRYING else not stuck
