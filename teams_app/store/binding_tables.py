"""The table of what was laid down for binding appointments, and what came of it."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Json, Seconds, metadata

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column(
        "appointment_id",
        Id,
        sa.ForeignKey("appointments.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("agreed_at", Seconds, nullable=False),
    sa.Column("first_start", Seconds, nullable=False),
    sa.Column("deadline_days", sa.Integer, nullable=False),
    sa.Column("move_days", sa.Integer, nullable=False),
    sa.Column("opened_at", Seconds),
    sa.Column("obstacle_at", Seconds),
    sa.Column("obstacle_since", Seconds),
    sa.Column("explanation", sa.Text, nullable=False, server_default=""),
    sa.Column("words", Json),
)
