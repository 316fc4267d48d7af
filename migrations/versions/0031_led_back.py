"""Who asks for a membership is led back, once they have it, to what they were doing."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("ALTER TABLE membership ADD COLUMN resume text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE membership ALTER COLUMN resume DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE membership DROP COLUMN resume")
