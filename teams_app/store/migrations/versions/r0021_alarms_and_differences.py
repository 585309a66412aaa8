"""Outages people are told of, and what comparisons of whole calendars found."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Seconds

revision = "r0021"
down_revision = "r0020"


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", Id, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("begun_at", Seconds, nullable=False),
        sa.Column("ended_at", Seconds),
        sa.UniqueConstraint("what", "begun_at", name="alarms_what_key"),
    )
    op.create_table(
        "differences",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "professional_id",
            Id,
            sa.ForeignKey("professionals.id"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("starts_at", Seconds),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("lacks", sa.Text, nullable=False),
        sa.Column("found_at", Seconds, nullable=False),
        sa.Column("fixed_at", Seconds),
    )
    op.create_table(
        "clock_skew",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("ahead", Seconds, nullable=False),
        sa.Column("heard_at", Seconds, nullable=False),
    )
    for column in ("professional_id", "found_at"):
        op.create_index(f"differences_{column}", "differences", [column])
