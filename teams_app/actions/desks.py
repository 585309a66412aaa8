"""Which Teams channel is a unit's desk: chosen, moved, let go, and lost.

Chosen by who supervises the unit, or looks after Vuoro. A unit has one desk at most;
choosing another moves it, and what stood in the old channel is kept up no more.
"""

from dataclasses import dataclass
from datetime import datetime

from booking.model import Language, Unit, UnitId
from teams_app.actions import access
from teams_app.actions.access import Person
from teams_app.store import desks, log, people
from teams_app.store.database import Tx
from teams_app.store.desks import Desk


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a channel, as far as it is known."""

    object_id: str
    person: Person | None  #: None: none of the staff.
    is_admin: bool
    language: Language

    @property
    def who(self) -> str:
        return f"staff:{self.object_id}"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a team, and how the bot speaks there."""

    id: str
    team: str
    conversation: dict[str, str]


def choices(tx: Tx, who: Speaker) -> list[Unit]:
    """Give the units whose desk somebody may choose; who has left chooses none."""
    return access.desks_chosen(tx, who.object_id, who.person, admin=who.is_admin)


def may_choose(tx: Tx, who: Speaker, unit: int) -> bool:
    return unit in {each.id for each in choices(tx, who)}


def choose(
    tx: Tx, who: Speaker, channel: Channel, unit: int, now: datetime
) -> Unit | None:
    """Make a channel a unit's desk; None: it is not hers to choose.

    A channel that is another unit's desk is taken from that unit only by who may for
    both.
    """
    stands = desks.in_channel(tx, channel.id)
    taken = stands is not None and stands.unit != unit
    if not may_choose(tx, who, unit):
        return None
    if taken and stands is not None and not may_choose(tx, who, stands.unit):
        return None
    chosen = people.unit(tx, UnitId(unit))
    made = Desk(chosen.id, channel.id, channel.team, channel.conversation, who.language)
    if stands != made:
        desks.save(tx, made, who.who, now)
        _logged(tx, who, "choose_desk", chosen.id, now)
    return chosen


def let_go(tx: Tx, who: Speaker, channel: str, now: datetime) -> Unit | None:
    """Let a channel be nobody's desk; None: it is none, or not hers to let go."""
    stands = desks.in_channel(tx, channel)
    if stands is None or not may_choose(tx, who, stands.unit):
        return None
    desks.drop(tx, stands.unit)
    _logged(tx, who, "let_desk_go", stands.unit, now)
    return people.unit(tx, stands.unit)


def _logged(tx: Tx, who: Speaker, what: str, unit: UnitId, now: datetime) -> None:
    log.record(tx, at=now, who=who.who, what=what, subject=f"unit:{unit}", source="bot")


def is_elsewhere(tx: Tx, channel: Channel) -> bool:
    """Say whether a desk is reached otherwise than when it was last heard of."""
    stands = desks.in_channel(tx, channel.id)
    return stands is not None and stands.conversation != channel.conversation


def heard_from(tx: Tx, channel: Channel) -> None:
    """Keep how a desk's channel is reached now."""
    desks.set_conversation(tx, channel.id, channel.conversation)


def gone(tx: Tx, team: str, channel: str = "") -> None:
    """A channel was deleted, or the bot taken out of a whole team."""
    if channel:
        desks.drop_channel(tx, channel)
    elif team:
        desks.drop_team(tx, team)
