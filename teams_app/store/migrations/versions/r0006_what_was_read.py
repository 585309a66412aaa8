"""How often a row that is read, changed and saved whole was saved."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    for table in ("calendars", "calendar_links"):
        op.add_column(
            table, sa.Column("rev", sa.Integer, nullable=False, server_default="1")
        )
