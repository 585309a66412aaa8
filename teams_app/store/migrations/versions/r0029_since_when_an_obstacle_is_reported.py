"""A report is told from one that was answered before it."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0029"
down_revision = "r0028"


def upgrade() -> None:
    op.add_column("bindings", sa.Column("obstacle_since", Seconds))
