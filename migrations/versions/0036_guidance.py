"""A consultation says in its own words how to write a contribution to it."""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.execute("ALTER TABLE consultation ADD COLUMN guidance text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE consultation ALTER COLUMN guidance DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE consultation DROP COLUMN guidance")
