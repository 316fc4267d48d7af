"""A commune answers to the names of those that merged into it: `registry load` gives them."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("ALTER TABLE territory ADD COLUMN former_names text[] NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE territory ALTER COLUMN former_names DROP DEFAULT")
    # A file names thousands of places.
    for column in ("other_names", "former_names"):
        op.execute(f"CREATE INDEX ix_territory_{column} ON territory USING gin ({column})")


def downgrade() -> None:
    op.execute("DROP INDEX ix_territory_other_names")
    op.execute("ALTER TABLE territory DROP COLUMN former_names")
