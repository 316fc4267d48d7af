"""A consultation is a draft, is announced, runs, is archived; a draft may be deleted.

Those that were there were public: they are announced from the day they were created.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"

INSTANTS = ("announced_at", "archived_at", "deleted_at")


def upgrade() -> None:
    for name in INSTANTS:
        op.execute(f"ALTER TABLE consultation ADD COLUMN {name} timestamptz")
    op.execute("UPDATE consultation SET announced_at = created_at")
    op.execute(
        "ALTER TABLE consultation ADD CONSTRAINT ck_consultation_archived_once_announced "
        "CHECK (archived_at IS NULL OR announced_at IS NOT NULL)"
    )
    op.execute(
        "ALTER TABLE consultation ADD CONSTRAINT ck_consultation_deleted_as_a_draft "
        "CHECK (deleted_at IS NULL OR announced_at IS NULL)"
    )
    # What was announced stays so, whoever asks.
    op.execute("""
        CREATE FUNCTION keep_announced() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a consultation that was announced stays so'
                USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute(
        "CREATE TRIGGER announced_once BEFORE UPDATE OF announced_at ON consultation FOR EACH ROW "
        "WHEN (OLD.announced_at IS NOT NULL AND NEW.announced_at IS DISTINCT FROM OLD.announced_at) "
        "EXECUTE FUNCTION keep_announced()"
    )


def downgrade() -> None:
    """A draft, once back, is as public as the others; a deleted one is there again."""
    op.execute("DROP TRIGGER announced_once ON consultation")
    op.execute("DROP FUNCTION keep_announced()")
    for name in INSTANTS:
        op.execute(f"ALTER TABLE consultation DROP COLUMN {name}")
