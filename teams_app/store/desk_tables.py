"""The tables of the units' desks in Teams, and of what they are asked."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Json, Seconds, metadata

#: Which Teams channel is a unit's desk: one at most, and a channel is one unit's alone.
desks = sa.Table(
    "desks",
    metadata,
    sa.Column("unit_id", Id, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("channel_id", sa.Text, nullable=False, unique=True),
    sa.Column("team_id", sa.Text, nullable=False, index=True),
    sa.Column("conversation", Json, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("chosen_by", sa.Text, nullable=False),
    sa.Column("chosen_at", Seconds, nullable=False),
)

#: A question put to a desk: who can take these?
covers = sa.Table(
    "covers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("unit_id", Id, sa.ForeignKey("units.id"), nullable=False, index=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", Seconds, nullable=False),
    sa.Column("until", Seconds, nullable=False),
)

cover_lines = sa.Table(
    "cover_lines",
    metadata,
    sa.Column(
        "cover_id",
        Id,
        sa.ForeignKey("covers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "appointment_id",
        Id,
        sa.ForeignKey("appointments.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    sa.Column("giver_id", Id, sa.ForeignKey("professionals.id"), nullable=False),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("taker_id", Id, sa.ForeignKey("professionals.id")),
    sa.Column("taken_at", Seconds),
    #: Since when it needs no taker any more.
    sa.Column("withdrawn_at", Seconds),
)
