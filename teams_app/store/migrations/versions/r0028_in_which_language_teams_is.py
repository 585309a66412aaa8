"""A chat knows in which language its person has her Teams."""

import sqlalchemy as sa
from alembic import op

revision = "r0028"
down_revision = "r0027"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("language", sa.Text))
