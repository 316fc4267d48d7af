"""Each support and each part taken is a row of its own, and a withdrawal says whose it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# When a row of each table is withdrawn, by whom, and by which mandate.
_ACTS = {
    "support": ("withdrawn_at", "withdrawn_by_id", "withdrawal_mandate_id"),
    "participation": ("left_at", "left_by_id", "leave_mandate_id"),
}


def upgrade() -> None:
    for table, (ended_at, person, mandate) in _ACTS.items():
        _add_reference(table, person, "person")
        _add_reference(table, mandate, "mandate")
        op.drop_constraint(op.f(f"uq_{table}_proposal_id_territory_id"), table, type_="unique")
        op.create_index(
            f"uq_{table}_standing", table, ["proposal_id", "territory_id"], unique=True,
            postgresql_where=sa.text(f"{ended_at} IS NULL"),
        )
    _add_reference("contribution", "withdrawn_by_id", "person")
    _add_reference("contribution", "withdrawal_mandate_id", "mandate")
    _add_reference("contribution", "drafting_mandate_id", "mandate")
    # What no helper deposited had been prepared by one.
    op.execute(
        "UPDATE contribution SET drafting_mandate_id = mandate_id, mandate_id = NULL "
        "WHERE mandate_id IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM mandate_use AS used WHERE used.mandate_id = contribution.mandate_id "
        "AND used.act = 'deposited' AND used.number = contribution.number)"
    )


def _add_reference(table: str, column: str, target: str) -> None:
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_{column}_{target}"), table, target, [column], ["id"]
    )


def downgrade() -> None:
    """Of supports and of parts taken, the current one stays, or the last: the others go."""
    op.execute("UPDATE contribution SET mandate_id = coalesce(mandate_id, drafting_mandate_id)")
    for column in ("drafting_mandate_id", "withdrawal_mandate_id", "withdrawn_by_id"):
        op.drop_column("contribution", column)
    for table, (ended_at, person, mandate) in _ACTS.items():
        op.drop_index(f"uq_{table}_standing", table_name=table)
        # The row that stands, or the last that did, is the one the former table would hold.
        op.execute(
            f"DELETE FROM {table} AS older USING {table} AS kept "  # noqa: S608
            "WHERE kept.proposal_id = older.proposal_id AND kept.territory_id = older.territory_id "
            f"AND (coalesce(kept.{ended_at}, 'infinity'), kept.id) "
            f"> (coalesce(older.{ended_at}, 'infinity'), older.id)"
        )
        op.create_unique_constraint(
            op.f(f"uq_{table}_proposal_id_territory_id"), table, ["proposal_id", "territory_id"]
        )
        op.drop_column(table, mandate)
        op.drop_column(table, person)
