"""What was said on a day of running late is found without reading what ever was."""

from alembic import op

revision = "r0025"
down_revision = "r0024"


def upgrade() -> None:
    op.create_index("delays_starts_at", "delays", ["starts_at"])
