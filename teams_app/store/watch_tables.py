"""The tables of what is watched: outages people are told of, and what comparisons found."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Seconds, metadata

#: An outage of which somebody is told at once, from its beginning to its end.
alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("begun_at", Seconds, nullable=False),
    sa.Column("ended_at", Seconds),
    sa.UniqueConstraint("what", "begun_at"),
)

#: By how much our clock is ahead of Graph's, as last heard: one row at most.
clock_skew = sa.Table(
    "clock_skew",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("ahead", Seconds, nullable=False),
    sa.Column("heard_at", Seconds, nullable=False),
)

#: What a full comparison found not to be alike, and when it was found so no more.
differences = sa.Table(
    "differences",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column(
        "professional_id",
        Id,
        sa.ForeignKey("professionals.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("starts_at", Seconds),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("lacks", sa.Text, nullable=False),
    sa.Column("found_at", Seconds, nullable=False, index=True),
    sa.Column("fixed_at", Seconds),
)
