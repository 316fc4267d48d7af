"""The committee's decisions, the call for interest, the envelope and the laureate services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "envelope",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("usual_share", sa.BigInteger(), nullable=False),
        sa.Column("set_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "committed_cents BETWEEN 0 AND total_cents", name=op.f("ck_envelope_never_exceeded")
        ),
        sa.CheckConstraint(
            "usual_share BETWEEN 1 AND 100", name=op.f("ck_envelope_share_in_percent")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_envelope_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_envelope_consultation_id")),
    )
    op.create_table(
        "commitment",
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("purpose_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_commitment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["envelope.id"], name=op.f("fk_commitment_envelope_id_envelope")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("purpose_id", name=op.f("uq_commitment_purpose_id")),
    )
    op.create_index(op.f("ix_commitment_envelope_id"), "commitment", ["envelope_id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("referent", "working_group", name="part", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("joined_by_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("left_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["joined_by_id"], ["person.id"], name=op.f("fk_participation_joined_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_participation_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_participation_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "proposal_id", "territory_id", name=op.f("uq_participation_proposal_id_territory_id")
        ),
    )
    op.create_index(
        op.f("ix_participation_territory_id"), "participation", ["territory_id"], unique=False
    )
    op.create_table(
        "service",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_territory_id", sa.Uuid(), nullable=True),
        sa.Column("carrier_organisation", sa.Text(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("state_cents", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("chosen_by_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revised_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('french_unaccent', name), 'A') || setweight(to_tsvector('french_unaccent', carrier_organisation), 'B') || setweight(to_tsvector('french_unaccent', description), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(carrier_territory_id IS NULL) <> (carrier_organisation = '')",
            name=op.f("ck_service_one_carrier"),
        ),
        sa.CheckConstraint(
            "state_cents > 0 AND state_cents <= total_cents",
            name=op.f("ck_service_share_of_the_cost"),
        ),
        sa.ForeignKeyConstraint(
            ["carrier_territory_id"],
            ["territory.id"],
            name=op.f("fk_service_carrier_territory_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_service_chosen_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_service_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_service_contribution_id_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_service_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_service_consultation_id_number")
        ),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_service_contribution_id")),
    )
    op.create_index(
        op.f("ix_service_carrier_territory_id"), "service", ["carrier_territory_id"], unique=False
    )
    op.create_index(op.f("ix_service_proposal_id"), "service", ["proposal_id"], unique=False)
    op.create_index("ix_service_search", "service", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "verdict",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "written",
                "published",
                "selected",
                "deferred",
                "declined",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_verdict_reasoned")),
        sa.CheckConstraint(
            "stage IN ('selected', 'deferred', 'declined')", name=op.f("ck_verdict_stage_decided")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_verdict_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_verdict_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_verdict")),
    )
    op.add_column(
        "consultation",
        sa.Column("selection_published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
    )
    op.add_column(
        "consultation",
        sa.Column("services_published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
    )
    op.add_column("proposal", sa.Column("maturity", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_proposal_maturity_known"), "proposal", "maturity BETWEEN 1 AND 5"
    )


def downgrade() -> None:
    """What the committee decided and chose, the parts taken, the envelope and the maturities go."""
    op.drop_constraint(op.f("ck_proposal_maturity_known"), "proposal")
    op.drop_column("proposal", "maturity")
    op.drop_column("consultation", "services_published_at")
    op.drop_column("consultation", "selection_published_at")
    op.drop_table("verdict")
    op.drop_index("ix_service_search", table_name="service", postgresql_using="gin")
    op.drop_index(op.f("ix_service_proposal_id"), table_name="service")
    op.drop_index(op.f("ix_service_carrier_territory_id"), table_name="service")
    op.drop_table("service")
    op.drop_index(op.f("ix_participation_territory_id"), table_name="participation")
    op.drop_table("participation")
    op.drop_index(op.f("ix_commitment_envelope_id"), table_name="commitment")
    op.drop_table("commitment")
    op.drop_table("envelope")
