"""Who is a unit's reception; and the log is found by hour and by who."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id

revision = "r0013"
down_revision = "r0011"


def upgrade() -> None:
    op.create_table(
        "unit_receptionists",
        sa.Column("unit_id", Id, sa.ForeignKey("units.id"), primary_key=True),
        sa.Column("object_id", sa.Text, primary_key=True),
    )
    op.create_index("access_log_at", "access_log", ["at", "id"])
    op.create_index("access_log_of_person", "access_log", ["who", "id"])
