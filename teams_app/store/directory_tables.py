"""The tables of who is known by name and who is away, and of what the tab has changed."""

import sqlalchemy as sa

from teams_app.store.columns import Id, Json, Seconds, metadata

#: Whom the professionals' group in Entra has had; and how it was last read.
directory = sa.Table(
    "directory",
    metadata,
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("left_at", Seconds),
    sa.Column("closed", sa.Boolean, nullable=False),
)

directory_readings = sa.Table(
    "directory_readings",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("read_at", Seconds),
    sa.Column("failing_since", Seconds),
    sa.Column("doubted_since", Seconds),
)

#: Who is in Entra's groups that give roles, as it was last believed.
group_members = sa.Table(
    "group_members",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("group_members_object_id", "object_id"),
)

#: Who was last seen when with the app role of admins.
admins_seen = sa.Table(
    "admins_seen",
    metadata,
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("seen_at", Seconds, nullable=False),
)

#: Who is no professional and yet known by name: stands for a unit, looks after Vuoro or
#: reads its log.
persons = sa.Table(
    "persons",
    metadata,
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

#: What was changed in the tab: the organisation's file leaves it alone from then on.
edited = sa.Table(
    "edited",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("edited_at", Seconds, nullable=False),
)

#: What an admin has decided in the tab for the whole tenant, an area a row.
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("value", Json, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("decided_at", Seconds, nullable=False),
)

#: When somebody is away, and nothing of why.
absences = sa.Table(
    "absences",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("professional_id", Id, sa.ForeignKey("professionals.id"), nullable=False),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("ends_at", Seconds, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("withdrawn_at", Seconds),
    sa.Column("part_of", Id),
    sa.CheckConstraint("starts_at < ends_at", name="span"),
    sa.Index("absences_of_professional", "professional_id", "starts_at"),
)
