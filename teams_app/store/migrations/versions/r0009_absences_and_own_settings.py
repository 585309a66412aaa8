"""An absence is changed, ended and withdrawn; a professional sets things herself."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Json, Seconds

revision = "r0009"
down_revision = "r0008"


def upgrade() -> None:
    op.add_column(
        "absences", sa.Column("version", sa.Integer, nullable=False, server_default="1")
    )
    op.add_column("absences", sa.Column("withdrawn_at", Seconds))
    op.add_column("absences", sa.Column("part_of", Id))
    op.add_column("units", sa.Column("fixed", Json))
    op.add_column("professionals", sa.Column("own_settings", Json))
