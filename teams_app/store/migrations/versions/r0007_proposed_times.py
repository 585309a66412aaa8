"""Which times a question in Outlook came with, for the client to choose from."""

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    op.add_column("conflicts", sa.Column("proposed", sa.Text))
