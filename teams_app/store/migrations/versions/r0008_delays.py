"""What was said of appointments that begin late."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Seconds

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    op.create_table(
        "delays",
        sa.Column(
            "appointment_id",
            Id,
            sa.ForeignKey("appointments.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("said_at", Seconds, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
    )
