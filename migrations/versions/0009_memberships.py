"""The paths to a membership, and what contests it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

_INSTANT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _widen_memberships()
    op.add_column("mailbox", sa.Column("siret", sa.Text(), nullable=False, server_default=""))
    op.alter_column("mailbox", "siret", server_default=None)
    op.create_table(
        "membership_notice",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("membership_notice", "membership_id", "membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_notice")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_membership_notice_token_hash")),
    )
    op.create_index(op.f("ix_membership_notice_membership_id"), "membership_notice", ["membership_id"])
    op.create_table(
        "membership_code",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("consumed_at", _INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("membership_code", "membership_id", "membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_code")),
    )
    op.create_index(op.f("ix_membership_code_membership_id"), "membership_code", ["membership_id"])
    op.create_index(op.f("ix_membership_code_mailbox"), "membership_code", ["mailbox"])
    op.create_table(
        "membership_contest",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contested_at", _INSTANT, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("membership_contest", "membership_id", "membership"),
        _foreign("membership_contest", "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_contest")),
    )
    op.create_index(
        "uq_membership_contest_standing", "membership_contest", ["membership_id"], unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "invitation",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("accepted_at", _INSTANT, nullable=True),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lowercase")),
        _foreign("invitation", "territory_id", "territory"),
        _foreign("invitation", "invited_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(
        "uq_invitation_standing", "invitation", ["territory_id", "email"], unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )


def _widen_memberships() -> None:
    op.add_column(
        "membership", sa.Column("referent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("membership", "referent", server_default=None)
    op.add_column("membership", sa.Column("path", sa.String(40), nullable=True))
    op.add_column("membership", sa.Column("wanted", sa.BigInteger(), nullable=True))
    op.add_column("membership", sa.Column("awaits", sa.String(40), nullable=True))
    op.add_column("membership", sa.Column("proposed_level", sa.BigInteger(), nullable=True))
    op.add_column("membership", sa.Column("proposed_by_id", sa.Uuid(), nullable=True))
    op.add_column("membership", sa.Column("contested_at", _INSTANT, nullable=True))
    op.add_column(
        "membership", sa.Column("ended_by", sa.Text(), nullable=False, server_default="")
    )
    op.alter_column("membership", "ended_by", server_default=None)
    op.create_foreign_key(
        op.f("fk_membership_proposed_by_id_person"), "membership", "person", ["proposed_by_id"], ["id"]
    )
    op.execute("UPDATE membership SET path = 'moderation' WHERE granted_at IS NOT NULL")
    op.execute(
        "UPDATE membership SET wanted = 2, awaits = 'moderator' "
        "WHERE granted_at IS NULL AND ended_at IS NULL"
    )
    op.drop_index("ix_membership_waiting", table_name="membership")
    op.create_index(
        "ix_membership_waiting", "membership", ["requested_at"],
        postgresql_where=sa.text("wanted IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_check_constraint(
        op.f("ck_membership_referent_may_commit"), "membership", "NOT referent OR level >= 2"
    )
    op.create_check_constraint(
        op.f("ck_membership_wanted_awaits"), "membership", "(wanted IS NULL) = (awaits IS NULL)"
    )


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def downgrade() -> None:
    """Paths, evidence asked for, notices, codes, contests and invitations go; memberships stay."""
    op.drop_column("mailbox", "siret")
    for table in ("invitation", "membership_contest", "membership_code", "membership_notice"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_membership_wanted_awaits"), "membership", type_="check")
    op.drop_constraint(op.f("ck_membership_referent_may_commit"), "membership", type_="check")
    op.drop_index("ix_membership_waiting", table_name="membership")
    for column in ("ended_by", "contested_at", "proposed_by_id", "proposed_level", "awaits", "wanted", "path", "referent"):
        op.drop_column("membership", column)
    op.create_index(
        "ix_membership_waiting", "membership", ["requested_at"],
        postgresql_where=sa.text("granted_at IS NULL AND ended_at IS NULL"),
    )
