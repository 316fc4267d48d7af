"""What is decided, and each service, bears a version that forms carry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for table, key in (("outcome", "contribution_id"), ("verdict", "proposal_id")):
        op.execute(f"CREATE SEQUENCE {table}_version_seq")
        op.add_column(table, sa.Column("version", sa.BigInteger()))
        # What was decided at once is one version.
        op.execute(
            f"UPDATE {table} SET version = ranked.version FROM (SELECT {key}, "
            f"dense_rank() OVER (ORDER BY decided_at) AS version FROM {table}) AS ranked "
            f"WHERE ranked.{key} = {table}.{key}"
        )
        op.execute(
            f"SELECT setval('{table}_version_seq', max(version)) FROM {table} "
            "HAVING max(version) IS NOT NULL"
        )
        op.alter_column(table, "version", nullable=False)
    op.add_column("service", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))
    op.alter_column("service", "version", server_default=None)


def downgrade() -> None:
    """Versions go: they are counted anew when one comes back."""
    op.drop_column("service", "version")
    for table in ("verdict", "outcome"):
        op.drop_column(table, "version")
        op.execute(f"DROP SEQUENCE {table}_version_seq")
