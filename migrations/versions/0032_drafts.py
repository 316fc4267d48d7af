"""A draft may wait for its kind, and be shared with the members of its territory."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute("ALTER TABLE contribution ALTER COLUMN kind DROP NOT NULL")
    op.execute(
        "ALTER TABLE contribution ADD CONSTRAINT ck_contribution_kind_once_submitted "
        "CHECK (status = 'draft' OR kind IS NOT NULL)"
    )
    op.execute("ALTER TABLE contribution ADD COLUMN shared boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE contribution ALTER COLUMN shared DROP DEFAULT")


def downgrade() -> None:
    """A draft that says no kind is taken for a need, which its author reads and changes."""
    op.execute("ALTER TABLE contribution DROP COLUMN shared")
    op.execute("ALTER TABLE contribution DROP CONSTRAINT ck_contribution_kind_once_submitted")
    op.execute("UPDATE contribution SET kind = 'need' WHERE kind IS NULL")
    op.execute("ALTER TABLE contribution ALTER COLUMN kind SET NOT NULL")
