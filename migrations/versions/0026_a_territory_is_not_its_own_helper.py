"""A mandate never names its own territory as the helper: the database refuses it again."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    # Both are in two tables since a right is a row, which a check cannot compare.
    op.execute("""
        CREATE FUNCTION refuse_own_helper() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM acting_right
                WHERE acting_right.id = NEW.id AND acting_right.territory_id = NEW.helper_id
            ) THEN
                RAISE EXCEPTION 'a territory is not its own helper'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER another_helper BEFORE INSERT OR UPDATE OF helper_id ON mandate "
        "FOR EACH ROW WHEN (NEW.helper_id IS NOT NULL) EXECUTE FUNCTION refuse_own_helper()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER another_helper ON mandate")
    op.execute("DROP FUNCTION refuse_own_helper()")
