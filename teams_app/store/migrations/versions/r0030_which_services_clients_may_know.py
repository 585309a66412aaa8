"""A service that was never open is told from one that cannot be booked just now."""

import sqlalchemy as sa
from alembic import op

revision = "r0030"
down_revision = "r0029"


def upgrade() -> None:
    op.add_column(
        "services",
        sa.Column("known", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    services = sa.table(
        "services", sa.column("id"), sa.column("open"), sa.column("known")
    )
    booked = sa.table("appointments", sa.column("service_id"))
    log = sa.table("access_log", sa.column("subject"), sa.column("what"))
    subject = sa.literal("service:") + sa.cast(services.c.id, sa.Text)
    turned = log.c.what.in_(["service_open", "service_paused"])
    were = [
        services.c.open,
        sa.exists().where(booked.c.service_id == services.c.id),
        sa.exists().where(log.c.subject == subject, turned),
    ]
    op.execute(sa.update(services).where(sa.or_(*were)).values(known=sa.true()))
