"""Contests opened by several voices, and contributions annulled for a public reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "contest_objection",
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("voice", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["membership_contest.id"],
            name=op.f("fk_contest_objection_contest_id_membership_contest"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contest_objection_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_objection")),
        sa.UniqueConstraint(
            "contest_id", "voice", "person_id", postgresql_nulls_not_distinct=True,
            name=op.f("uq_contest_objection_contest_id_voice_person_id"),
        ),
    )
    op.execute(
        "INSERT INTO contest_objection (id, contest_id, voice, reason, made_at) "
        "SELECT gen_random_uuid(), id, 'mailbox', reason, contested_at FROM membership_contest"
    )
    op.drop_column("membership_contest", "reason")
    op.add_column(
        "contribution", sa.Column("annulment", sa.Text(), nullable=False, server_default="")
    )
    op.alter_column("contribution", "annulment", server_default=None)


def downgrade() -> None:
    """The voices of a contest become its one reason; the public reason of an annulment goes."""
    op.drop_column("contribution", "annulment")
    op.add_column(
        "membership_contest", sa.Column("reason", sa.Text(), nullable=False, server_default="")
    )
    op.alter_column("membership_contest", "reason", server_default=None)
    op.execute(
        "UPDATE membership_contest SET reason = said.words FROM ("
        "SELECT contest_id, string_agg(reason, E'\\n' ORDER BY made_at) AS words "
        "FROM contest_objection GROUP BY contest_id"
        ") AS said WHERE said.contest_id = membership_contest.id"
    )
    op.drop_table("contest_objection")
