"""Skills and binding appointments; roles that groups in Entra give."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Json, Seconds

revision = "r0022"
down_revision = "r0021"


def upgrade() -> None:
    for table in ("services", "professionals"):
        op.add_column(table, sa.Column("skills", Json))
    op.add_column("services", sa.Column("binding", Json))
    op.add_column("units", sa.Column("groups", Json))
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Text, primary_key=True),
        sa.Column("object_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "admins_seen",
        sa.Column("object_id", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("seen_at", Seconds, nullable=False),
    )
    op.create_index("group_members_object_id", "group_members", ["object_id"])
    op.create_table(
        "bindings",
        sa.Column(
            "appointment_id",
            Id,
            sa.ForeignKey("appointments.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("agreed_at", Seconds, nullable=False),
        sa.Column("first_start", Seconds, nullable=False),
        sa.Column("deadline_days", sa.Integer, nullable=False),
        sa.Column("move_days", sa.Integer, nullable=False),
        sa.Column("opened_at", Seconds),
        sa.Column("obstacle_at", Seconds),
        sa.Column("explanation", sa.Text, nullable=False, server_default=""),
    )
