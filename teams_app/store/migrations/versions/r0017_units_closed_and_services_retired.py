"""A unit's own hours and closed days, units that are closed, services retired."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Json

revision = "r0017"
down_revision = "r0016"


def upgrade() -> None:
    op.add_column("units", sa.Column("opening", Json))
    op.add_column(
        "units",
        sa.Column("open", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "persons",
        sa.Column("object_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.add_column(
        "services",
        sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()),
    )
