"""The envelope is a ledger: lines that only grow, in place of commitments that change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy import make_url
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

REFUSE = """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION {message}
                USING ERRCODE = 'insufficient_privilege';
        END $$
"""


def upgrade() -> None:
    op.create_table(
        "ledger_line",
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("purpose_id", sa.Uuid(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("written_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(position = 1) = (kind = 'opening')", name=op.f("ck_ledger_line_opened_once")
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'opening' THEN amount_cents > 0 AND purpose_id IS NULL "
            "WHEN 'commitment' THEN amount_cents < 0 AND purpose_id IS NOT NULL "
            "WHEN 'release' THEN amount_cents > 0 AND purpose_id IS NOT NULL "
            "ELSE amount_cents <> 0 END",
            name=op.f("ck_ledger_line_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["envelope.id"], name=op.f("fk_ledger_line_envelope_id_envelope")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint(
            "envelope_id", "position", name=op.f("uq_ledger_line_envelope_id_position")
        ),
    )
    op.execute(
        "INSERT INTO ledger_line "
        "(id, envelope_id, position, kind, purpose_id, amount_cents, written_at) "
        "SELECT gen_random_uuid(), id, 1, 'opening', NULL, total_cents, least(set_at, "
        "(SELECT min(committed_at) FROM commitment WHERE envelope_id = envelope.id)) FROM envelope"
    )
    op.execute(
        "INSERT INTO ledger_line "
        "(id, envelope_id, position, kind, purpose_id, amount_cents, written_at) "
        "SELECT gen_random_uuid(), envelope_id, "
        "1 + row_number() OVER (PARTITION BY envelope_id ORDER BY committed_at, id), "
        "'commitment', purpose_id, -amount_cents, committed_at FROM commitment"
    )
    op.drop_table("commitment")
    op.execute(REFUSE.format(message="'% only grows: % refused', TG_TABLE_NAME, TG_OP"))
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    role = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    owner = make_url(current_app.config["DATABASE_OWNER_URL"]).username
    if role and role != owner:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON ledger_line FROM "{role}"')


def downgrade() -> None:
    """Of the lines of a purpose, their sum stays as its commitment; the others go."""
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
    op.create_index(op.f("ix_commitment_envelope_id"), "commitment", ["envelope_id"])
    op.execute(
        "INSERT INTO commitment (id, envelope_id, purpose_id, amount_cents, committed_at) "
        "SELECT gen_random_uuid(), envelope_id, purpose_id, -sum(amount_cents), max(written_at) "
        "FROM ledger_line WHERE purpose_id IS NOT NULL "
        "GROUP BY envelope_id, purpose_id HAVING sum(amount_cents) <> 0"
    )
    op.drop_table("ledger_line")
    op.execute(REFUSE.format(message="'the journal only grows: % refused', TG_OP"))
