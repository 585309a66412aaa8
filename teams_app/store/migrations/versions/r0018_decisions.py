"""What an admin decides in the tab for the whole tenant."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Json, Seconds

revision = "r0018"
down_revision = "r0017"


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("value", Json, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("decided_at", Seconds, nullable=False),
    )
