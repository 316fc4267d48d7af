"""A mandate keeps whom the territory names as it wrote them; its persons date from its signature."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "mandate",
        sa.Column("named", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("mandate", "named", server_default=None)
    op.execute(
        "UPDATE mandate SET named = ARRAY("
        "SELECT person.email FROM mandate_person JOIN person ON person.id = person_id "
        "WHERE mandate_id = mandate.id ORDER BY person.email)"
    )
    op.execute(
        "DELETE FROM mandate_person USING mandate "
        "WHERE mandate.id = mandate_id AND signed_at IS NULL"
    )


def downgrade() -> None:
    """Mandates that nobody signed go: they are prepared again."""
    # Those whom a prepared mandate names are not known by it: it is prepared again.
    op.execute("DELETE FROM mandate WHERE signed_at IS NULL")
    op.drop_column("mandate", "named")
