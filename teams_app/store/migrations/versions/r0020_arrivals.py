"""What was said or noted of a client's coming."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Seconds

revision = "r0020"
down_revision = "r0018"


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column(
            "appointment_id",
            Id,
            sa.ForeignKey("appointments.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("how", sa.Text, primary_key=True),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("said_at", Seconds, nullable=False),
    )
