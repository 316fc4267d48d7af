"""What was judged of a contest stays on its page; the person replies; what remains is left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column(
        "membership_contest", sa.Column("reply", sa.Text(), nullable=False, server_default="")
    )
    op.alter_column("membership_contest", "reply", server_default=None)
    for name in ("replied_at", "left_at"):
        op.add_column("membership_contest", sa.Column(name, postgresql.TIMESTAMP(timezone=True)))
    op.add_column("membership_contest", sa.Column("left_by_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_membership_contest_left_by_id_person"),
        "membership_contest", "person", ["left_by_id"], ["id"],
    )
    op.create_table(
        "contest_judgement",
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("restored", sa.Boolean(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judged_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("judged_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["membership_contest.id"],
            name=op.f("fk_contest_judgement_contest_id_membership_contest"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"],
            name=op.f("fk_contest_judgement_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["person.id"],
            name=op.f("fk_contest_judgement_judged_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_judgement")),
    )
    op.create_index(op.f("ix_contest_judgement_contest_id"), "contest_judgement", ["contest_id"])


def downgrade() -> None:
    """What was judged, replied and left goes; the journal still says it."""
    op.drop_table("contest_judgement")
    for name in ("left_by_id", "left_at", "replied_at", "reply"):
        op.drop_column("membership_contest", name)
