"""What was published is corrected: the correction is kept, and lets its own subject be replaced."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"

_OWNER = "pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')"
_REFUSED = (
    "RAISE EXCEPTION '% is history: % refused', TG_TABLE_NAME, TG_OP "
    "USING ERRCODE = 'insufficient_privilege';"
)
# In the very transaction that keeps a correction of the contribution whose row goes.
_CORRECTED = """NOT EXISTS (
            SELECT FROM correction
            WHERE correction.contribution_id = (to_jsonb(OLD)->>'contribution_id')::uuid
            AND correction.transaction_id = txid_current()
        ) AND """


def upgrade() -> None:
    op.execute("""
        CREATE TABLE correction (
            id uuid CONSTRAINT pk_correction PRIMARY KEY,
            consultation_id uuid NOT NULL
                CONSTRAINT fk_correction_consultation_id_consultation REFERENCES consultation (id),
            proposal_id uuid
                CONSTRAINT fk_correction_proposal_id_proposal REFERENCES proposal (id),
            contribution_id uuid
                CONSTRAINT fk_correction_contribution_id_contribution REFERENCES contribution (id),
            reason text NOT NULL,
            changes jsonb NOT NULL,
            told bigint NOT NULL,
            corrected_at timestamptz NOT NULL,
            corrected_by_id uuid
                CONSTRAINT fk_correction_corrected_by_id_person REFERENCES person (id),
            transaction_id bigint NOT NULL DEFAULT txid_current(),
            CONSTRAINT ck_correction_of_one_thing
                CHECK (num_nonnulls(proposal_id, contribution_id) = 1),
            CONSTRAINT ck_correction_reasoned CHECK (reason <> '')
        )
    """)
    for column in ("consultation_id", "proposal_id", "contribution_id"):
        op.execute(f"CREATE INDEX ix_correction_{column} ON correction ({column})")
    op.execute("ALTER TABLE proposal ADD COLUMN corrected_at timestamptz")
    _keep_published_unless(_CORRECTED)


def downgrade() -> None:
    """What was corrected stays as it reads now; that it was is in the journal."""
    _keep_published_unless("")
    op.execute("ALTER TABLE proposal DROP COLUMN corrected_at")
    op.execute("DROP TABLE correction")


def _keep_published_unless(corrected: str) -> None:
    # Written as it first was, to the space: going back leaves the very same function.
    body = f"""
        IF NOT {_OWNER} AND {corrected}EXISTS (
            SELECT FROM publication
            WHERE publication.kind = TG_ARGV[0] AND publication.consultation_id = coalesce(
                (to_jsonb(OLD)->>'consultation_id')::uuid,
                (SELECT contribution.consultation_id FROM contribution
                    WHERE contribution.id = (to_jsonb(OLD)->>'contribution_id')::uuid),
                (SELECT proposal.consultation_id FROM proposal
                    WHERE proposal.id = (to_jsonb(OLD)->>'proposal_id')::uuid)
            )
        ) THEN
            {_REFUSED}
        END IF;
    """
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_published() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN coalesce(NEW, OLD); END $$"
    )
