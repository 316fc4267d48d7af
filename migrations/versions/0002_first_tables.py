"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("proposals_published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_slug")),
    )
    op.create_table(
        "journal_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_version", sa.BigInteger(), nullable=False),
        sa.Column("window_version", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_event")),
        sa.UniqueConstraint(
            "subject_id",
            "subject_version",
            name=op.f("uq_journal_event_subject_id_subject_version"),
        ),
    )
    op.create_index(
        "ix_journal_event_consultation_id_recorded_at",
        "journal_event",
        ["consultation_id", "recorded_at"],
        unique=False,
    )
    op.create_index("ix_journal_event_recorded_at", "journal_event", ["recorded_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("next_attempt_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "person",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column(
            "profile",
            sa.Enum("elected", "agent", "partner", name="profile", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("journal_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lowercase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("consumed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "commune",
                "epci",
                "departement",
                "region",
                "special",
                "syndicat",
                name="territorykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "nature",
            sa.Enum(
                "cc",
                "ca",
                "cu",
                "metropole",
                "ept",
                "particular",
                "single",
                "overseas",
                "sui_generis",
                name="nature",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("departement_code", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("epci_siren", sa.Text(), nullable=True),
        sa.Column("postcodes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("counted_as", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("other_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("other_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("place_key", sa.Text(), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('commune', 'epci', 'departement', 'region', 'special', 'syndicat')",
            name=op.f("ck_territory_kind"),
        ),
        sa.CheckConstraint(
            "nature IN ('cc', 'ca', 'cu', 'metropole', 'ept', 'particular', 'single', 'overseas', 'sui_generis')",
            name=op.f("ck_territory_nature"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_territory_kind_code")),
    )
    op.create_index(
        op.f("ix_territory_departement_code"), "territory", ["departement_code"], unique=False
    )
    op.create_index(op.f("ix_territory_epci_siren"), "territory", ["epci_siren"], unique=False)
    op.create_index(
        "ix_territory_name_key",
        "territory",
        ["name_key"],
        unique=False,
        postgresql_ops={"name_key": "text_pattern_ops"},
    )
    op.create_index(
        "ix_territory_place_key",
        "territory",
        ["place_key"],
        unique=False,
        postgresql_ops={"place_key": "text_pattern_ops"},
    )
    op.create_index(
        "ix_territory_place_key_trigrams",
        "territory",
        ["place_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"place_key": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_territory_search", "territory", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "uq_territory_siren",
        "territory",
        ["siren"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "appointment",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("moderator", "administrator", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("consultation_id", sa.Uuid(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_appointment_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_appointment_granted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_person_id"), "appointment", ["person_id"], unique=False)
    op.create_index(
        "uq_appointment_standing",
        "appointment",
        ["person_id", "role", "consultation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "journal_text",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["journal_event.id"], name=op.f("fk_journal_text_event_id_journal_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_journal_text")),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum("elected", "agent", name="capacity", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("granted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_membership_granted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_membership_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        op.f("ix_membership_territory_id"), "membership", ["territory_id"], unique=False
    )
    op.create_index(
        "ix_membership_waiting",
        "membership",
        ["requested_at"],
        unique=False,
        postgresql_where=sa.text("granted_at IS NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "uq_membership_standing",
        "membership",
        ["person_id", "territory_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "phase_window",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum("collection", "support", "ami", name="phase", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("opens_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_phase_window_opens_before_closes")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_phase_window_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_window")),
        sa.UniqueConstraint(
            "consultation_id", "phase", name=op.f("uq_phase_window_consultation_id_phase")
        ),
    )
    op.create_table(
        "scheme",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_scheme_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("consultation_id", "slug", name=op.f("uq_scheme_consultation_id_slug")),
    )
    op.create_table(
        "series",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_series_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "name", name=op.f("pk_series")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "theme",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_theme_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("consultation_id", "name", name=op.f("uq_theme_consultation_id_name")),
        sa.UniqueConstraint(
            "consultation_id", "position", name=op.f("uq_theme_consultation_id_position")
        ),
    )
    op.create_table(
        "amendment",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opens_at_before", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at_before", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("opens_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amended_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["phase_window.id"], name=op.f("fk_amendment_window_id_phase_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("window_id", "version", name=op.f("uq_amendment_window_id_version")),
    )
    op.create_table(
        "contribution",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("need", "service", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("draft", "submitted", "withdrawn", name="status", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=True),
        sa.Column("beneficiaries", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column(
            "profile",
            sa.Enum("elected", "agent", "partner", name="profile", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("submitted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('french_unaccent', title), 'A') || setweight(to_tsvector('french_unaccent', beneficiaries), 'B') || setweight(to_tsvector('french_unaccent', description), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'draft') = (number IS NULL)",
            name=op.f("ck_contribution_numbered_once_submitted"),
        ),
        sa.CheckConstraint(
            "char_length(description) <= 20000", name=op.f("ck_contribution_description_length")
        ),
        sa.CheckConstraint("char_length(title) <= 160", name=op.f("ck_contribution_title_length")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_contribution_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_contribution_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_contribution_theme_id_theme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_contribution_consultation_id_number")
        ),
        sa.UniqueConstraint(
            "consultation_id",
            "source",
            "reference",
            name=op.f("uq_contribution_consultation_id_source_reference"),
        ),
    )
    op.create_index(op.f("ix_contribution_author_id"), "contribution", ["author_id"], unique=False)
    op.create_index(
        "ix_contribution_search", "contribution", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "proposal",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum("written", "published", name="stage", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("written_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("contributions_count", sa.BigInteger(), nullable=False),
        sa.Column("supports_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('french_unaccent', title), 'A') || setweight(to_tsvector('french_unaccent', summary), 'B')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "contributions_count >= 0", name=op.f("ck_proposal_contributions_count_positive")
        ),
        sa.CheckConstraint("supports_count >= 0", name=op.f("ck_proposal_supports_count_positive")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_proposal_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_proposal_theme_id_theme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_proposal_consultation_id_number")
        ),
    )
    op.create_index(
        "ix_proposal_search", "proposal", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "contribution_place",
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_contribution_place_contribution_id_contribution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.id"],
            name=op.f("fk_contribution_place_territory_id_territory"),
        ),
        sa.PrimaryKeyConstraint(
            "contribution_id", "territory_id", name=op.f("pk_contribution_place")
        ),
    )
    op.create_index(
        op.f("ix_contribution_place_territory_id"),
        "contribution_place",
        ["territory_id"],
        unique=False,
    )
    op.create_table(
        "outcome",
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "grouped", "reoriented", "rejected", name="decision", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision = 'reoriented') = (scheme_id IS NOT NULL)",
            name=op.f("ck_outcome_scheme_if_reoriented"),
        ),
        sa.CheckConstraint(
            "decision = 'grouped' OR reason <> ''", name=op.f("ck_outcome_reason_unless_grouped")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_outcome_contribution_id_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_outcome_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["scheme.id"], name=op.f("fk_outcome_scheme_id_scheme")
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_outcome")),
    )
    op.create_table(
        "proposal_contribution",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_proposal_contribution_contribution_id_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_contribution_proposal_id_proposal"),
        ),
        sa.PrimaryKeyConstraint(
            "proposal_id", "contribution_id", name=op.f("pk_proposal_contribution")
        ),
    )
    op.create_index(
        op.f("ix_proposal_contribution_contribution_id"),
        "proposal_contribution",
        ["contribution_id"],
        unique=False,
    )
    op.create_table(
        "support",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_support_given_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_support_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_support_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint(
            "proposal_id", "territory_id", name=op.f("uq_support_proposal_id_territory_id")
        ),
    )
    op.create_index(op.f("ix_support_territory_id"), "support", ["territory_id"], unique=False)


def downgrade() -> None:
    """The tables go, with all they hold."""
    op.drop_index(op.f("ix_support_territory_id"), table_name="support")
    op.drop_table("support")
    op.drop_index(
        op.f("ix_proposal_contribution_contribution_id"), table_name="proposal_contribution"
    )
    op.drop_table("proposal_contribution")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_contribution_place_territory_id"), table_name="contribution_place")
    op.drop_table("contribution_place")
    op.drop_index("ix_proposal_search", table_name="proposal", postgresql_using="gin")
    op.drop_table("proposal")
    op.drop_index("ix_contribution_search", table_name="contribution", postgresql_using="gin")
    op.drop_index(op.f("ix_contribution_author_id"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_table("amendment")
    op.drop_table("theme")
    op.drop_index(op.f("ix_session_person_id"), table_name="session")
    op.drop_table("session")
    op.drop_table("series")
    op.drop_table("scheme")
    op.drop_table("phase_window")
    op.drop_index(
        "uq_membership_standing",
        table_name="membership",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_membership_waiting",
        table_name="membership",
        postgresql_where=sa.text("granted_at IS NULL AND ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_membership_territory_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("journal_text")
    op.drop_index(
        "uq_appointment_standing",
        table_name="appointment",
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_appointment_person_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_index(
        "uq_territory_siren", table_name="territory", postgresql_where=sa.text("ended_on IS NULL")
    )
    op.drop_index("ix_territory_search", table_name="territory", postgresql_using="gin")
    op.drop_index(
        "ix_territory_place_key_trigrams",
        table_name="territory",
        postgresql_using="gin",
        postgresql_ops={"place_key": "gin_trgm_ops"},
    )
    op.drop_index(
        "ix_territory_place_key",
        table_name="territory",
        postgresql_ops={"place_key": "text_pattern_ops"},
    )
    op.drop_index(
        "ix_territory_name_key",
        table_name="territory",
        postgresql_ops={"name_key": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_territory_epci_siren"), table_name="territory")
    op.drop_index(op.f("ix_territory_departement_code"), table_name="territory")
    op.drop_table("territory")
    op.drop_table("sign_in_link")
    op.drop_table("person")
    op.drop_index(
        "ix_outbox_waiting", table_name="outbox", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("outbox")
    op.drop_index("ix_journal_event_recorded_at", table_name="journal_event")
    op.drop_index("ix_journal_event_consultation_id_recorded_at", table_name="journal_event")
    op.drop_table("journal_event")
    op.drop_table("consultation")
