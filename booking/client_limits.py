"""Until when, and how often, a client changes her appointment by her link.

Past that she calls, and a person decides. Who was asked to choose another time may always
choose one.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from booking.binding import Bound
from booking.policy import Policy


class Barred(StrEnum):
    """Why her link changes nothing any more: `tenant.closed.<why>`."""

    SOON = "soon"  #: It begins too soon.
    OFTEN = "often"  #: She has moved it as often as one may.
    NEVER = "never"  #: No link moves anything.
    WINDOW = "window"  #: A binding one: no other time is left for it.
    BOUND = "bound"  #: A binding one is never cancelled by its link.


def to_cancel(
    start: datetime, policy: Policy, now: datetime, bound: Bound | None = None
) -> Barred | None:
    return Barred.BOUND if bound is not None else _soon(start, policy, now)


def to_move(
    start: datetime,
    moves: int,
    policy: Policy,
    now: datetime,
    bound: Bound | None = None,
) -> Barred | None:
    soon = _soon(start, policy, now)
    if soon is not None:
        return soon
    if bound is not None and bound.window(now, policy.zone) is None:
        return Barred.WINDOW
    if policy.client_moves is None or moves < policy.client_moves:
        return None
    return Barred.OFTEN if policy.client_moves else Barred.NEVER


def _soon(start: datetime, policy: Policy, now: datetime) -> Barred | None:
    soon = start - now < timedelta(hours=policy.client_notice_hours)
    return Barred.SOON if soon else None
