"""Mandates: a territory lets a helper act for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

_INSTANT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Uuid(), nullable=True),
        sa.Column("helper", sa.Text(), nullable=False),
        sa.Column("actions", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("prepared_at", _INSTANT, nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", _INSTANT, nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("contested_at", _INSTANT, nullable=True),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.Column("revocation", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("mandate", "territory_id", "territory"),
        _foreign("mandate", "consultation_id", "consultation"),
        _foreign("mandate", "helper_id", "territory"),
        _foreign("mandate", "prepared_by_id", "person"),
        _foreign("mandate", "signed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_mandate_starts_before_ends")),
        sa.CheckConstraint(
            "ends_at - starts_at <= interval '365 days 1 hour'",
            name=op.f("ck_mandate_a_year_at_most"),
        ),
        sa.CheckConstraint("cardinality(actions) > 0", name=op.f("ck_mandate_allows_something")),
        sa.CheckConstraint("helper_id <> territory_id", name=op.f("ck_mandate_helper_is_another")),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (text_hash IS NULL)", name=op.f("ck_mandate_signed_text")
        ),
    )
    op.create_index(op.f("ix_mandate_territory_id"), "mandate", ["territory_id"])
    op.create_table(
        "mandate_person",
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], ondelete="CASCADE",
            name=op.f("fk_mandate_person_mandate_id_mandate"),
        ),
        _foreign("mandate_person", "person_id", "person"),
        sa.PrimaryKeyConstraint("mandate_id", "person_id", name=op.f("pk_mandate_person")),
    )
    op.create_index(op.f("ix_mandate_person_person_id"), "mandate_person", ["person_id"])
    op.create_table(
        "mandate_use",
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done_at", _INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("mandate_use", "mandate_id", "mandate"),
        _foreign("mandate_use", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_use")),
    )
    op.create_index(op.f("ix_mandate_use_person_id_done_at"), "mandate_use", ["person_id", "done_at"])
    op.create_index(op.f("ix_mandate_use_mandate_id_done_at"), "mandate_use", ["mandate_id", "done_at"])
    op.create_table(
        "mandate_alert",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("mandate_alert", "person_id", "person"),
        _foreign("mandate_alert", "consultation_id", "consultation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_alert")),
    )
    op.create_index(op.f("ix_mandate_alert_person_id_raised_at"), "mandate_alert", ["person_id", "raised_at"])
    for table in ("support", "participation", "contribution"):
        op.add_column(table, sa.Column("mandate_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_mandate_id_mandate"), table, "mandate", ["mandate_id"], ["id"]
        )
    op.create_index(op.f("ix_contribution_mandate_id"), "contribution", ["mandate_id"])
    for table in ("membership_notice", "membership_contest"):
        op.add_column(table, sa.Column("mandate_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_mandate_id_mandate"), table, "mandate", ["mandate_id"], ["id"]
        )
        op.alter_column(table, "membership_id", nullable=True)
        op.create_check_constraint(
            op.f(f"ck_{table}_of_one"), table, "num_nonnulls(membership_id, mandate_id) = 1"
        )
    op.create_index(op.f("ix_membership_notice_mandate_id"), "membership_notice", ["mandate_id"])
    op.create_index(
        "uq_membership_contest_standing_mandate", "membership_contest", ["mandate_id"], unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def downgrade() -> None:
    """Mandates go, with their contests, their notices and what was done by them."""
    op.drop_index("uq_membership_contest_standing_mandate", table_name="membership_contest")
    for table in ("membership_contest", "membership_notice"):
        op.execute(f"DELETE FROM {table} WHERE membership_id IS NULL")
        op.drop_constraint(op.f(f"ck_{table}_of_one"), table, type_="check")
        op.drop_column(table, "mandate_id")
        op.alter_column(table, "membership_id", nullable=False)
    for table in ("contribution", "participation", "support"):
        op.drop_column(table, "mandate_id")
    for table in ("mandate_alert", "mandate_use", "mandate_person", "mandate"):
        op.drop_table(table)
