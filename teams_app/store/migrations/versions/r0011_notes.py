"""Notes about an appointment, and the thread by which a meeting is found again."""

import sqlalchemy as sa
from alembic import op

from booking.meetings import thread_of
from teams_app.store.columns import Id, Seconds

revision = "r0011"
down_revision = "r0009"


def upgrade() -> None:
    to = sa.ForeignKey("appointments.id", ondelete="CASCADE")
    op.create_table(
        "notes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("appointment_id", Id, to, nullable=False, index=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", Seconds, nullable=False),
        sa.Column("changed_at", Seconds),
        sa.Column("struck_at", Seconds),
    )
    for name in ("calendar_links", "kept_meetings"):
        op.add_column(name, sa.Column("thread", sa.Text))
        _find_threads(name)
        op.create_index(f"{name}_thread", name, ["thread"])


def _find_threads(name: str) -> None:
    columns = ("appointment_id", "join_url", "thread")
    table = sa.table(name, *(sa.column(each) for each in columns))
    bind, of = op.get_bind(), table.c
    chosen = sa.select(of.appointment_id, of.join_url).where(of.join_url.is_not(None))
    for id_, url in bind.execute(chosen).all():
        is_it = (of.appointment_id == id_) & (of.join_url == url)
        bind.execute(sa.update(table).where(is_it).values(thread=thread_of(url)))
