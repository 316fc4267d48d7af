"""What was received by a file may come back for other territories, until it is published."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"

_OWNER = "pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')"
_REFUSED = (
    "RAISE EXCEPTION '% is history: % refused', TG_TABLE_NAME, TG_OP "
    "USING ERRCODE = 'insufficient_privilege';"
)
_DEPOSITED = "contribution.number IS NOT NULL"
# Nobody speaks for a territory by a file: moderators wrote the row, and may write it again.
_KEPT = f"""{_DEPOSITED} AND (contribution.source IS NULL OR EXISTS (
                SELECT FROM publication
                WHERE publication.kind = 'proposals'
                AND publication.consultation_id = contribution.consultation_id
            ))"""


def upgrade() -> None:
    _keep_places_where(_KEPT)


def downgrade() -> None:
    _keep_places_where(_DEPOSITED)


def _keep_places_where(condition: str) -> None:
    # Written as it first was, to the space: going back leaves the very same function.
    body = f"""
        IF NOT {_OWNER} AND EXISTS (
            SELECT FROM contribution
            WHERE contribution.id = OLD.contribution_id AND {condition}
        ) THEN
            {_REFUSED}
        END IF;
    """
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_places() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN coalesce(NEW, OLD); END $$"
    )
