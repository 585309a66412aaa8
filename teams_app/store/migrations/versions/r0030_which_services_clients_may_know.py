"""A service nobody could ever book is told from one that cannot be booked now."""

import sqlalchemy as sa
from alembic import op

revision = "r0030"
down_revision = "r0029"


def upgrade() -> None:
    op.add_column(
        "services",
        sa.Column("known", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    names = ("id", "open", "booked_by", "known")
    services = sa.table("services", *(sa.column(each) for each in names))
    booked = sa.table("appointments", sa.column("service_id"))
    log = sa.table("access_log", sa.column("subject"), sa.column("what"))
    subject = sa.literal("service:") + sa.cast(services.c.id, sa.Text)
    turned = log.c.what.in_(["service_open", "service_paused"])
    were = [
        services.c.open,
        sa.exists().where(booked.c.service_id == services.c.id),
        sa.exists().where(log.c.subject == subject, turned),
    ]
    anyone = services.c.booked_by == "anyone"
    known = sa.update(services).where(anyone, sa.or_(*were))
    op.execute(known.values(known=sa.true()))
