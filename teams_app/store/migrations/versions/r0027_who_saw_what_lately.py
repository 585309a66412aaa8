"""What somebody saw lately is found in the log by her and the time."""

from alembic import op

revision = "r0027"
down_revision = "r0026"


def upgrade() -> None:
    op.drop_index("access_log_of_person", "access_log")
    op.create_index("access_log_of_person", "access_log", ["who", "at", "id"])
