"""Who has left the professionals' group in Entra; and what was changed in the tab."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0014"
down_revision = "r0013"


def upgrade() -> None:
    op.create_table(
        "directory",
        sa.Column("object_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("left_at", Seconds),
        sa.Column("closed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "directory_readings",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("read_at", Seconds),
        sa.Column("failing_since", Seconds),
        sa.Column("doubted_since", Seconds),
    )
    op.create_table(
        "edited",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("edited_at", Seconds, nullable=False),
    )
