"""Skills that services ask for and professionals have."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Json

revision = "r0022"
down_revision = "r0021"


def upgrade() -> None:
    for table in ("services", "professionals"):
        op.add_column(table, sa.Column("skills", Json))
