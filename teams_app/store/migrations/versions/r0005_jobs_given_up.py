"""A job that is dead and of which a person has said that it stays so."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("settled_at", sa.Double))
