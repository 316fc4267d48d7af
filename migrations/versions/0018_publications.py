"""A publication is a row, whatever is published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

KINDS = ("proposals", "selection", "services")


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"],
            name=op.f("fk_publication_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "consultation_id", "kind", name=op.f("uq_publication_consultation_id_kind")
        ),
    )
    for kind in KINDS:
        op.execute(
            "INSERT INTO publication (id, consultation_id, kind, published_at) "
            f"SELECT gen_random_uuid(), id, '{kind}', {kind}_published_at "
            f"FROM consultation WHERE {kind}_published_at IS NOT NULL"
        )
        op.drop_column("consultation", f"{kind}_published_at")


def downgrade() -> None:
    for kind in KINDS:
        op.add_column(
            "consultation",
            sa.Column(f"{kind}_published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        )
        op.execute(
            f"UPDATE consultation SET {kind}_published_at = published_at FROM publication "
            f"WHERE consultation_id = consultation.id AND kind = '{kind}'"
        )
    op.drop_table("publication")
