"""A message of a new time keeps which earlier one it named."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0031"
down_revision = "r0030"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("was_starts_at", Seconds))
    op.add_column("deliveries", sa.Column("was_ends_at", Seconds))
