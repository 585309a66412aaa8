"""The table of the messages to clients: what each said, and what came of it."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Seconds, metadata

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column(
        "appointment_id",
        Id,
        sa.ForeignKey("appointments.id", ondelete="CASCADE"),
        index=True,
    ),
    sa.Column("offer_id", Id, sa.ForeignKey("offers.id"), index=True),
    sa.Column("client_id", Id, sa.ForeignKey("clients.id"), nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("news", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("starts_at", Seconds),
    sa.Column("ends_at", Seconds),
    sa.Column("professional_id", Id),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("intended_at", Seconds, nullable=False),
    sa.Column("provider_ref", sa.Text),
    sa.Column("done_at", Seconds),
    sa.Column("why", sa.Text),
    # The time before, which it named; NULL: none.
    sa.Column("was_starts_at", Seconds),
    sa.Column("was_ends_at", Seconds),
)
