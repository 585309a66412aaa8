"""What a desk was asked because of an absence that is no more."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Seconds

revision = "r0023"
down_revision = "r0022"


def upgrade() -> None:
    op.add_column("cover_lines", sa.Column("withdrawn_at", Seconds))
