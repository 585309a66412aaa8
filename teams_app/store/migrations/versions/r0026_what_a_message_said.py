"""A message keeps how the appointment stood of which it told."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Seconds

revision = "r0026"
down_revision = "r0025"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("starts_at", Seconds))
    op.add_column("deliveries", sa.Column("ends_at", Seconds))
    op.add_column("deliveries", sa.Column("professional_id", Id))
