"""Every table, as it stands after the newest migration.

What a `Table` cannot say, the guard against overlap and the one that keeps the access
log append-only, stands in `guards`. The migrations make the same schema step by step;
a test compares the two.
"""

import sqlalchemy as sa

from teams_app.store import (
    arrival_tables,
    binding_tables,
    columns,
    desk_tables,
    directory_tables,
    message_tables,
    reach_tables,
    watch_tables,
)
from teams_app.store.columns import Id, Json, Seconds

metadata = columns.metadata

#: An appointment with its buffers is no longer than this, so that a search for what
#: overlaps never looks further back.
GUARD_SECONDS_MAX = 86_400


def _part_index(name: str, *columns: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _to(target: str, *, cascade: bool = False) -> sa.ForeignKey:
    return sa.ForeignKey(target, ondelete="CASCADE" if cascade else None)


units = sa.Table(
    "units",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", Json, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("arrival", Json, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("sensitivity", sa.Text, nullable=False),
    sa.Column(
        "trusts_calendars", sa.Boolean, nullable=False, server_default=sa.false()
    ),
    sa.Column("fixed", Json),
    sa.Column("opening", Json),
    sa.Column("open", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("groups", Json),
)

unit_supervisors = sa.Table(
    "unit_supervisors",
    metadata,
    sa.Column("unit_id", Id, _to("units.id"), primary_key=True),
    sa.Column("object_id", sa.Text, primary_key=True),
)

unit_receptionists = sa.Table(
    "unit_receptionists",
    metadata,
    sa.Column("unit_id", Id, _to("units.id"), primary_key=True),
    sa.Column("object_id", sa.Text, primary_key=True),
)

professionals = sa.Table(
    "professionals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("object_id", sa.Text, nullable=False, unique=True),
    sa.Column("mailbox", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit_id", Id, _to("units.id"), nullable=False),
    sa.Column("languages", Json, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("bookable", sa.Boolean, nullable=False),
    sa.Column("mailbox_settings", Json),
    sa.Column("rules", Json),
    sa.Column("own_settings", Json),
    sa.Column("skills", Json),
)

directory = directory_tables.directory
directory_readings = directory_tables.directory_readings
group_members = directory_tables.group_members
admins_seen = directory_tables.admins_seen
edited = directory_tables.edited
persons = directory_tables.persons
desks = desk_tables.desks
covers = desk_tables.covers
cover_lines = desk_tables.cover_lines
decisions = directory_tables.decisions
unreached = reach_tables.unreached
told_otherwise = reach_tables.told_otherwise
alarms = watch_tables.alarms
differences = watch_tables.differences
clock_skew = watch_tables.clock_skew
absences = directory_tables.absences
arrivals = arrival_tables.arrivals
bindings = binding_tables.bindings
join_openings = arrival_tables.join_openings
deliveries = message_tables.deliveries

services = sa.Table(
    "services",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", Json, nullable=False),
    sa.Column("summary", Json, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("modalities", Json, nullable=False),
    sa.Column("buffers", Json, nullable=False),
    sa.Column("languages", Json, nullable=False),
    sa.Column("questions", Json, nullable=False),
    sa.Column("reminder_hours", Json, nullable=False),
    sa.Column("lead_minutes", sa.Integer, nullable=False),
    sa.Column("horizon_days", sa.Integer, nullable=False),
    sa.Column("booked_by", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("skills", Json),
    sa.Column("binding", Json),
    sa.Column("known", sa.Boolean, nullable=False, server_default=sa.false()),
)

service_professionals = sa.Table(
    "service_professionals",
    metadata,
    sa.Column("service_id", Id, _to("services.id"), primary_key=True),
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Index("services_of_professional", "professional_id"),
)

clients = sa.Table(
    "clients",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("email", sa.Text, index=True),
    sa.Column("phone", sa.Text, index=True),
    sa.Column("created_at", Seconds, nullable=False),
)

#: Where keys are drawn from before their rows are made. Its rows do not stay.
numbers = sa.Table(
    "numbers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("drawn_for", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("professional_id", Id, _to("professionals.id"), nullable=False),
    sa.Column("service_id", Id, _to("services.id"), nullable=False),
    sa.Column("client_id", Id, _to("clients.id"), nullable=False, index=True),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("slots", Json, nullable=False),
    sa.Column("free_choice", sa.Boolean, nullable=False),
    sa.Column("expires_at", Seconds, nullable=False),
    sa.Column("link", sa.Text, nullable=False, unique=True),
    sa.Column("generation", sa.Integer, nullable=False),
    # No foreign key: appointments already have one to here, and a circle of two
    # cannot be made or dropped in one order.
    sa.Column("appointment_id", Id, index=True),
    sa.Index("offers_of_professional", "professional_id", "status"),
)

appointments = sa.Table(
    "appointments",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("reference", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("professional_id", Id, _to("professionals.id"), nullable=False),
    sa.Column("service_id", Id, _to("services.id"), nullable=False),
    sa.Column("client_id", Id, _to("clients.id")),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("ends_at", Seconds, nullable=False),
    sa.Column("guard_start", Seconds, nullable=False),
    sa.Column("guard_end", Seconds, nullable=False),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False, unique=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("hold_ends", Seconds),
    sa.Column("offer_id", Id, _to("offers.id")),
    sa.Column("answers", Json, nullable=False),
    sa.Column("confirming", sa.Boolean, nullable=False),
    sa.CheckConstraint(
        "guard_start <= starts_at AND starts_at < ends_at AND ends_at <= guard_end",
        name="span",
    ),
    sa.CheckConstraint(f"guard_end - guard_start <= {GUARD_SECONDS_MAX}", name="long"),
    sa.CheckConstraint("(status = 'held') = (hold_ends IS NOT NULL)", name="hold_ends"),
    sa.Index("appointments_of_professional", "professional_id", "guard_start"),
    sa.Index("appointments_of_client", "client_id"),
    _part_index("appointments_held", "hold_ends", where="status = 'held'"),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("made", sa.Text, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False, index=True),
)

calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Column("delta_link", sa.Text),
    sa.Column("window_start", Seconds),
    sa.Column("window_end", Seconds),
    sa.Column("synced_at", Seconds),
    sa.Column("subscription_id", sa.Text, unique=True),
    sa.Column("subscription_expires", Seconds),
    sa.Column("subscription_secret", sa.Text),
    sa.Column("failing_since", Seconds),
    sa.Column("last_error", sa.Text),
    sa.Column("heard_at", Seconds),
    sa.Column("poll_every", sa.Integer),
    sa.Column("checked_at", Seconds),
    sa.Column("differing", sa.Integer),
    sa.Column("rev", sa.Integer, nullable=False, server_default="1"),
)

#: Rises with every change to what a professional's free time depends on.
calendar_versions = sa.Table(
    "calendar_versions",
    metadata,
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

busy = sa.Table(
    "busy",
    metadata,
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("ends_at", Seconds, nullable=False),
    sa.Column("first_day", sa.Text),
    sa.Column("after_last_day", sa.Text),
    sa.Column("show_as", sa.Text, nullable=False),
    sa.Column("series_id", sa.Text),
    sa.Column("change_key", sa.Text, nullable=False),
    sa.Column("bookable", sa.Boolean, nullable=False),
    sa.Column("ours", sa.Text),
    sa.Index("busy_of_professional", "professional_id", "starts_at"),
)

calendar_links = sa.Table(
    "calendar_links",
    metadata,
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Column("event_id", sa.Text),
    sa.Column("change_key", sa.Text, nullable=False),
    sa.Column("create_seq", sa.Integer, nullable=False),
    sa.Column("transaction_id", sa.Text, nullable=False),
    sa.Column("known", Json),
    sa.Column("known_start", Seconds),
    sa.Column("known_end", Seconds),
    sa.Column("join_url", sa.Text),
    sa.Column("thread", sa.Text, index=True),
    sa.Column("wanted_version", sa.Integer, nullable=False),
    sa.Column("written_version", sa.Integer),
    sa.Column("wrote_at", Seconds),
    sa.Column("problem", sa.Text),
    sa.Column("checks", sa.Integer, nullable=False),
    sa.Column("rev", sa.Integer, nullable=False, server_default="1"),
    sa.Index("links_of_event", "professional_id", "event_id"),
)

#: Events that somebody made of one of ours in another calendar, or by inviting.
event_copies = sa.Table(
    "event_copies",
    metadata,
    sa.Column("professional_id", Id, _to("professionals.id"), primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        nullable=False,
        index=True,
    ),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("ends_at", Seconds, nullable=False),
    sa.Column("invited", sa.Boolean, nullable=False),
    sa.Column("settled", sa.Text),
    sa.Column("seen_at", Seconds, nullable=False),
)

#: A meeting that goes on in one mailbox although the appointment is another's now.
kept_meetings = sa.Table(
    "kept_meetings",
    metadata,
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("professional_id", Id, _to("professionals.id"), nullable=False),
    sa.Column("join_url", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, index=True),
    sa.Column("starts_at", Seconds, nullable=False),
    sa.Column("ends_at", Seconds, nullable=False),
)

#: What was said last of when an appointment begins, of those that begin late.
delays = sa.Table(
    "delays",
    metadata,
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("starts_at", Seconds, nullable=False, index=True),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("said_at", Seconds, nullable=False),
    sa.Column("said_by", sa.Text, nullable=False),
)

#: What staff write about an appointment: here and nowhere else.
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        nullable=False,
        index=True,
    ),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", Seconds, nullable=False),
    sa.Column("changed_at", Seconds),
    sa.Column("struck_at", Seconds),
)

conflicts = sa.Table(
    "conflicts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column(
        "appointment_id",
        Id,
        _to("appointments.id", cascade=True),
        nullable=False,
        index=True,
    ),
    sa.Column("professional_id", Id, _to("professionals.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("moved_start", Seconds),
    sa.Column("moved_end", Seconds),
    sa.Column("event_id", sa.Text),
    sa.Column("raised_at", Seconds, nullable=False),
    sa.Column("settled", sa.Text),
    sa.Column("settled_at", Seconds),
    sa.Column("proposed", Json),
    sa.Index(
        "conflicts_one_open",
        "appointment_id",
        "kind",
        unique=True,
        sqlite_where=sa.text("settled IS NULL"),
        postgresql_where=sa.text("settled IS NULL"),
    ),
    _part_index(
        "conflicts_of_professional", "professional_id", where="settled IS NULL"
    ),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("conversation", Json, nullable=False),
    # Of her Teams, as she last spoke; NULL: no activity has said it.
    sa.Column("language", sa.Text),
)

posted_cards = sa.Table(
    "posted_cards",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("activity_id", sa.Text),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("shown_version", sa.BigInteger, nullable=False),
    sa.Column("intended_at", Seconds, nullable=False),
    sa.Column("posted_at", Seconds),
)

#: `due_at`, `next_due` and `expires_at` are business time, which a demo may move;
#: `not_before`, `lease_until` and `done_at` are the database's own clock.
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("lane", sa.Text),
    sa.Column("appointment_id", Id, _to("appointments.id", cascade=True)),
    sa.Column("payload", Json, nullable=False),
    sa.Column("due_at", sa.Double, nullable=False),
    sa.Column("next_due", sa.Double),
    sa.Column("expires_at", sa.Double),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("lease_until", sa.Double),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("done_at", sa.Double),
    sa.Column("outcome", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("settled_at", sa.Double),
    _part_index("jobs_due", "due_at", "id", where="done_at IS NULL"),
    _part_index("jobs_leased", "lease_until", where="lease_until IS NOT NULL"),
    _part_index("jobs_of_appointment", "appointment_id", where="done_at IS NULL"),
    _part_index("jobs_done", "done_at", where="done_at IS NOT NULL"),
    # SQLite would give the id of a deleted job to the next one, and a late worker
    # could then end a job that was never its own.
    sqlite_autoincrement=True,
)

lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("blocked_until", sa.Double, nullable=False),
)

access_log = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Seconds, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Index("access_log_of_subject", "subject", "id"),
    sa.Index("access_log_at", "at", "id"),
    sa.Index("access_log_of_person", "who", "at", "id"),
)
