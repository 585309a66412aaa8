"""What a hand-over made in Outlook needs: trust, copies, meetings that are kept."""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Seconds

revision = "r0004"
down_revision = "r0003"


def _appointment(*, key: bool) -> sa.Column[int]:
    to = sa.ForeignKey("appointments.id", ondelete="CASCADE")
    if key:
        return sa.Column(
            "appointment_id", Id, to, primary_key=True, autoincrement=False
        )
    return sa.Column("appointment_id", Id, to, nullable=False, index=True)


def _professional(*, key: bool) -> sa.Column[int]:
    to = sa.ForeignKey("professionals.id")
    return sa.Column("professional_id", Id, to, primary_key=key, nullable=False)


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column(
            "trusts_calendars", sa.Boolean, nullable=False, server_default=sa.false()
        ),
    )
    op.create_table(
        "event_copies",
        _professional(key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        _appointment(key=False),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("ends_at", Seconds, nullable=False),
        sa.Column("invited", sa.Boolean, nullable=False),
        sa.Column("settled", sa.Text),
        sa.Column("seen_at", Seconds, nullable=False),
    )
    op.create_table(
        "kept_meetings",
        _appointment(key=True),
        _professional(key=False),
        sa.Column("join_url", sa.Text, nullable=False),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("ends_at", Seconds, nullable=False),
    )
    op.create_table(
        "join_openings",
        _appointment(key=True),
        sa.Column("opened_at", Seconds, nullable=False),
    )
