"""What a client is told of a binding appointment is kept with it.

Of those agreed on before it is what their service says now: nothing older is known.
"""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Json

revision = "r0024"
down_revision = "r0023"

_WORDS = ("duty", "consequence", "obstacle")


def upgrade() -> None:
    op.add_column("bindings", sa.Column("words", Json))
    bind = op.get_bind()
    bindings = sa.table(
        "bindings", sa.column("appointment_id"), sa.column("words", Json)
    )
    booked = sa.table("appointments", sa.column("id"), sa.column("service_id"))
    services = sa.table("services", sa.column("id"), sa.column("binding", Json))
    given = sa.select(services.c.id, services.c.binding)
    for each in bind.execute(given.where(services.c.binding.is_not(None))).all():
        hers = sa.select(booked.c.id).where(booked.c.service_id == each.id)
        words = {name: each.binding[name] for name in _WORDS}
        bind.execute(
            sa.update(bindings)
            .where(bindings.c.appointment_id.in_(hers))
            .values(words=words)
        )
