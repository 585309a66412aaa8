"""The first schema: people, appointments, calendars, what is said, jobs, the log."""

import sqlalchemy as sa
from alembic import op

from teams_app.store import guards
from teams_app.store.columns import Id, Json, Seconds

revision = "r0001"
down_revision = None


def upgrade() -> None:
    _people()
    _appointments()
    _calendars()
    _what_is_said()
    _jobs()
    guards.install(op.get_bind())


def _people() -> None:
    op.create_table(
        "units",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("arrival", Json, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("units_pkey")),
        sa.UniqueConstraint("key", name=op.f("units_key_key")),
    )
    op.create_table(
        "unit_supervisors",
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("unit_supervisors_unit_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "unit_id", "object_id", name=op.f("unit_supervisors_pkey")
        ),
    )
    op.create_table(
        "professionals",
        sa.Column("id", Id, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.Column("mailbox_settings", Json, nullable=True),
        sa.Column("rules", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("professionals_unit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("professionals_pkey")),
        sa.UniqueConstraint("object_id", name=op.f("professionals_object_id_key")),
    )
    op.create_table(
        "absences",
        sa.Column("id", Id, nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("ends_at", Seconds, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("absences_span_check")),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("absences_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("absences_pkey")),
    )
    op.create_index(
        "absences_of_professional",
        "absences",
        ["professional_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "services",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("summary", Json, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("modalities", Json, nullable=False),
        sa.Column("buffers", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("reminder_hours", Json, nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("booked_by", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("services_pkey")),
        sa.UniqueConstraint("key", name=op.f("services_key_key")),
    )
    op.create_table(
        "service_professionals",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("service_professionals_professional_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name=op.f("service_professionals_service_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "service_id", "professional_id", name=op.f("service_professionals_pkey")
        ),
    )
    op.create_index(
        "services_of_professional",
        "service_professionals",
        ["professional_id"],
        unique=False,
    )
    op.create_table(
        "clients",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("created_at", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("clients_pkey")),
    )
    op.create_index(op.f("clients_email"), "clients", ["email"], unique=False)
    op.create_index(op.f("clients_phone"), "clients", ["phone"], unique=False)


def _appointments() -> None:
    op.create_table(
        "numbers",
        sa.Column("id", Id, nullable=False),
        sa.Column("drawn_for", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("numbers_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "requests",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("requests_pkey")),
    )
    op.create_table(
        "offers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("slots", Json, nullable=False),
        sa.Column("free_choice", sa.Boolean(), nullable=False),
        sa.Column("expires_at", Seconds, nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("appointment_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("offers_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("offers_professional_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("offers_service_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("offers_pkey")),
        sa.UniqueConstraint("link", name=op.f("offers_link_key")),
    )
    op.create_index(
        op.f("offers_appointment_id"), "offers", ["appointment_id"], unique=False
    )
    op.create_index(
        "offers_of_professional", "offers", ["professional_id", "status"], unique=False
    )
    op.create_table(
        "appointments",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("client_id", Id, nullable=True),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("ends_at", Seconds, nullable=False),
        sa.Column("guard_start", Seconds, nullable=False),
        sa.Column("guard_end", Seconds, nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("hold_ends", Seconds, nullable=True),
        sa.Column("offer_id", Id, nullable=True),
        sa.Column("answers", Json, nullable=False),
        sa.Column("confirming", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'held') = (hold_ends IS NOT NULL)",
            name=op.f("appointments_hold_ends_check"),
        ),
        sa.CheckConstraint(
            "guard_end - guard_start <= 86400", name=op.f("appointments_long_check")
        ),
        sa.CheckConstraint(
            "guard_start <= starts_at AND starts_at < ends_at AND ends_at <= guard_end",
            name=op.f("appointments_span_check"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("appointments_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("appointments_offer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("appointments_professional_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("appointments_service_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("appointments_pkey")),
        sa.UniqueConstraint("link", name=op.f("appointments_link_key")),
        sa.UniqueConstraint("reference", name=op.f("appointments_reference_key")),
    )
    op.create_index(
        "appointments_held",
        "appointments",
        ["hold_ends"],
        unique=False,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "appointments_of_client", "appointments", ["client_id"], unique=False
    )
    op.create_index(
        "appointments_of_professional",
        "appointments",
        ["professional_id", "guard_start"],
        unique=False,
    )


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("delta_link", sa.Text(), nullable=True),
        sa.Column("window_start", Seconds, nullable=True),
        sa.Column("window_end", Seconds, nullable=True),
        sa.Column("synced_at", Seconds, nullable=True),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("subscription_expires", Seconds, nullable=True),
        sa.Column("subscription_secret", sa.Text(), nullable=True),
        sa.Column("failing_since", Seconds, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("calendars_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("professional_id", name=op.f("calendars_pkey")),
        sa.UniqueConstraint(
            "subscription_id", name=op.f("calendars_subscription_id_key")
        ),
    )
    op.create_table(
        "calendar_versions",
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("calendar_versions_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("professional_id", name=op.f("calendar_versions_pkey")),
    )
    op.create_table(
        "busy",
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("starts_at", Seconds, nullable=False),
        sa.Column("ends_at", Seconds, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=True),
        sa.Column("after_last_day", sa.Text(), nullable=True),
        sa.Column("show_as", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=True),
        sa.Column("change_key", sa.Text(), nullable=False),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("busy_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("professional_id", "event_id", name=op.f("busy_pkey")),
    )
    op.create_index(
        "busy_of_professional", "busy", ["professional_id", "starts_at"], unique=False
    )
    op.create_table(
        "calendar_links",
        sa.Column("appointment_id", Id, autoincrement=False, nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("change_key", sa.Text(), nullable=False),
        sa.Column("create_seq", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("known", Json, nullable=True),
        sa.Column("known_start", Seconds, nullable=True),
        sa.Column("known_end", Seconds, nullable=True),
        sa.Column("join_url", sa.Text(), nullable=True),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("written_version", sa.Integer(), nullable=True),
        sa.Column("wrote_at", Seconds, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("calendar_links_appointment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("calendar_links_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "appointment_id", "professional_id", name=op.f("calendar_links_pkey")
        ),
    )
    op.create_index(
        "links_of_event",
        "calendar_links",
        ["professional_id", "event_id"],
        unique=False,
    )
    op.create_table(
        "conflicts",
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("appointment_id", Id, nullable=False),
        sa.Column("professional_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moved_start", Seconds, nullable=True),
        sa.Column("moved_end", Seconds, nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("raised_at", Seconds, nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("settled_at", Seconds, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("conflicts_appointment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["professional_id"],
            ["professionals.id"],
            name=op.f("conflicts_professional_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("conflicts_pkey")),
    )
    op.create_index(
        op.f("conflicts_appointment_id"), "conflicts", ["appointment_id"], unique=False
    )
    op.create_index(
        "conflicts_of_professional",
        "conflicts",
        ["professional_id"],
        unique=False,
        sqlite_where=sa.text("settled IS NULL"),
        postgresql_where=sa.text("settled IS NULL"),
    )
    op.create_index(
        "conflicts_one_open",
        "conflicts",
        ["appointment_id", "kind"],
        unique=True,
        sqlite_where=sa.text("settled IS NULL"),
        postgresql_where=sa.text("settled IS NULL"),
    )


def _what_is_said() -> None:
    op.create_table(
        "conversations",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("conversation", Json, nullable=False),
        sa.PrimaryKeyConstraint("object_id", name=op.f("conversations_pkey")),
    )
    op.create_table(
        "posted_cards",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("shown_version", sa.BigInteger(), nullable=False),
        sa.Column("intended_at", Seconds, nullable=False),
        sa.Column("posted_at", Seconds, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("posted_cards_pkey")),
        sa.UniqueConstraint("key", name=op.f("posted_cards_key_key")),
    )
    op.create_index(
        op.f("posted_cards_subject"), "posted_cards", ["subject"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("appointment_id", Id, nullable=True),
        sa.Column("offer_id", Id, nullable=True),
        sa.Column("client_id", Id, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("news", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intended_at", Seconds, nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("done_at", Seconds, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("deliveries_appointment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("deliveries_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("deliveries_offer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("deliveries_pkey")),
    )
    op.create_index(
        op.f("deliveries_appointment_id"),
        "deliveries",
        ["appointment_id"],
        unique=False,
    )
    op.create_index(
        op.f("deliveries_offer_id"), "deliveries", ["offer_id"], unique=False
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("appointment_id", Id, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("next_due", sa.Double(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.Double(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("jobs_appointment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("jobs_pkey")),
        sa.UniqueConstraint("key", name=op.f("jobs_key_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "jobs_done",
        "jobs",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.create_index(
        "jobs_due",
        "jobs",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "jobs_leased",
        "jobs",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index(
        "jobs_of_appointment",
        "jobs",
        ["appointment_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "lanes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("blocked_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("lanes_pkey")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Seconds, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("access_log_pkey")),
    )
    op.create_index(
        "access_log_of_subject", "access_log", ["subject", "id"], unique=False
    )
