"""Which Teams channel is a unit's desk, and how the bot speaks there."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.model import Language, UnitId
from teams_app.store.columns import seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row, rows
from teams_app.store.tables import desks as table
from teams_app.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Desk:
    unit: UnitId
    channel: str  #: Teams' id of the channel.
    team: str  #: And of the team it is in.
    conversation: dict[str, str]
    language: Language  #: In which its cards are, for all who read them.


def every(tx: Tx) -> list[Desk]:
    return [_desk(each) for each in rows(tx, table, "unit_id")]


def of_unit(tx: Tx, unit: UnitId) -> Desk | None:
    found = row(tx, table, unit_id=unit)
    return None if found is None else _desk(found)


def in_channel(tx: Tx, channel: str) -> Desk | None:
    found = row(tx, table, channel_id=channel)
    return None if found is None else _desk(found)


def save(tx: Tx, given: Desk, who: str, now: datetime) -> None:
    """Make this channel the unit's desk, in place of what either was before."""
    in_its_place = (table.c.channel_id == given.channel) & (
        table.c.unit_id != given.unit
    )
    tx.execute(sa.delete(table).where(in_its_place))
    values = {
        "unit_id": given.unit,
        "channel_id": given.channel,
        "team_id": given.team,
        "conversation": given.conversation,
        "language": given.language.value,
        "chosen_by": who,
        "chosen_at": seconds(now),
    }
    upsert(tx.connection, table, ["unit_id"], values)


def set_conversation(tx: Tx, channel: str, given: dict[str, str]) -> None:
    """Write down how a channel is reached now."""
    here = table.c.channel_id == channel
    tx.execute(sa.update(table).where(here).values(conversation=given))


def drop(tx: Tx, unit: UnitId) -> None:
    tx.execute(sa.delete(table).where(table.c.unit_id == unit))


def drop_channel(tx: Tx, channel: str) -> None:
    """Forget a channel that is no more."""
    tx.execute(sa.delete(table).where(table.c.channel_id == channel))


def drop_team(tx: Tx, team: str) -> None:
    """Forget every desk of a team that the bot has been taken out of."""
    tx.execute(sa.delete(table).where(table.c.team_id == team))


def _desk(row: Row) -> Desk:
    return Desk(
        UnitId(row.unit_id),
        row.channel_id,
        row.team_id,
        row.conversation,
        Language(row.language),
    )
