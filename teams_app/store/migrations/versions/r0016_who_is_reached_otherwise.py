"""Whom the bot cannot reach, and what she was told by feed or mail instead."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0016"
down_revision = "r0015"


def upgrade() -> None:
    op.create_table(
        "unreached",
        sa.Column("object_id", sa.Text, primary_key=True),
        sa.Column("since", Seconds, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
    )
    op.create_table(
        "told_otherwise",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("intended_at", Seconds, nullable=False),
        sa.Column("done_at", Seconds),
    )
    op.create_index("told_otherwise_object_id", "told_otherwise", ["object_id"])
