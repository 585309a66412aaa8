"""The tables of how clients come: in person, or by the way into their meeting."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Seconds, metadata


def _of_appointment() -> sa.Column[int]:
    return sa.Column(
        "appointment_id",
        Id,
        sa.ForeignKey("appointments.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


#: What was said or noted last of a client's coming, each way of it by itself.
arrivals = sa.Table(
    "arrivals",
    metadata,
    _of_appointment(),
    sa.Column("how", sa.Text, primary_key=True),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("said_at", Seconds, nullable=False),
)

#: When a client first opened the page that leads into her meeting.
join_openings = sa.Table(
    "join_openings",
    metadata,
    _of_appointment(),
    sa.Column("opened_at", Seconds, nullable=False),
)
