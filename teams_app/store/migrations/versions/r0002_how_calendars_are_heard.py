"""What tells how well a calendar is heard: notices, polls, full comparisons."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.add_column("calendars", sa.Column("heard_at", Seconds))
    op.add_column("calendars", sa.Column("poll_every", sa.Integer))
    op.add_column("calendars", sa.Column("checked_at", Seconds))
    op.add_column("calendars", sa.Column("differing", sa.Integer))
