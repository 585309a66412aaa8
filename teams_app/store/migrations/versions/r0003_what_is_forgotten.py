"""Requests have an age; who hangs on a client is found without reading everything."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"

_NOW = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "CAST(EXTRACT(epoch FROM clock_timestamp()) AS float8)",
}


def upgrade() -> None:
    op.add_column("requests", sa.Column("made_at", sa.Double))
    now = _NOW[op.get_bind().dialect.name]
    op.execute(sa.text(f"UPDATE requests SET made_at = {now}"))  # noqa: S608
    with op.batch_alter_table("requests") as changed:
        changed.alter_column("made_at", existing_type=sa.Double(), nullable=False)
    op.create_index("requests_made_at", "requests", ["made_at"])
    op.create_index("offers_client_id", "offers", ["client_id"])
    op.create_index("deliveries_client_id", "deliveries", ["client_id"])
