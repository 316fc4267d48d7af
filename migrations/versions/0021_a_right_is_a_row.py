"""A right is a row, which a membership or a mandate completes; contests and notices point to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"

_INSTANT = postgresql.TIMESTAMP(timezone=True)
# What of each kind the right says from here on, under the name it had.
_SAID = {
    "membership": {
        "territory_id": "territory_id",
        "person_id": "person_id",
        "given_at": "granted_at",
        "contested_at": "contested_at",
        "ended_at": "ended_at",
        "ended_by": "ended_by",
        "ending": "ending",
    },
    "mandate": {
        "territory_id": "territory_id",
        "given_at": "signed_at",
        "contested_at": "contested_at",
        "ended_at": "revoked_at",
        "ended_by": "revoked_by",
        "ending": "revocation",
    },
}
# What points to a right, under the name each table had, and the constraints that stay.
_POINTING = {"contest": "membership_contest", "notice": "membership_notice"}
_KEPT = {
    "contest": ("pk_{}", "fk_{}_decided_by_id_person", "fk_{}_left_by_id_person"),
    "notice": ("pk_{}", "fk_{}_use_id_mandate_use", "uq_{}_token_hash"),
}


def upgrade() -> None:
    op.create_table(
        "acting_right",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", _INSTANT, nullable=True),
        sa.Column("contested_at", _INSTANT, nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_acting_right_territory_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acting_right_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acting_right")),
    )
    for kind, said in _SAID.items():
        op.execute(
            f"INSERT INTO acting_right (id, kind, disputed, {', '.join(said)}) "  # noqa: S608
            f"SELECT id, '{kind}', EXISTS (SELECT FROM membership_contest AS contest "
            f"WHERE contest.{kind}_id = {kind}.id AND contest.upheld IS DISTINCT FROM true), "
            f"{', '.join(said.values())} FROM {kind}"
        )
    op.create_index(
        "uq_acting_right_current", "acting_right", ["person_id", "territory_id"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND person_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_acting_right_territory_id"), "acting_right", ["territory_id"])
    for kind, said in _SAID.items():
        for column in said.values():
            op.drop_column(kind, column)
        op.create_foreign_key(
            op.f(f"fk_{kind}_id_acting_right"), kind, "acting_right", ["id"], ["id"]
        )
    op.create_index(
        "ix_membership_waiting", "membership", ["requested_at"],
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.create_check_constraint(
        op.f("ck_mandate_signed_text"), "mandate",
        "(signed_by_id IS NULL) = (text_hash IS NULL)",
    )
    for table, former in _POINTING.items():
        _rename(former, table)
        op.add_column(table, sa.Column("right_id", sa.Uuid(), nullable=True))
        op.execute(
            f"UPDATE {table} SET right_id = coalesce(membership_id, mandate_id)"  # noqa: S608
        )
        op.alter_column(table, "right_id", nullable=False)
        op.create_foreign_key(
            op.f(f"fk_{table}_right_id_acting_right"), table, "acting_right", ["right_id"], ["id"]
        )
        for column in ("membership_id", "mandate_id"):
            op.drop_column(table, column)
    op.create_index(
        "uq_contest_waiting", "contest", ["right_id"], unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(op.f("ix_notice_right_id"), "notice", ["right_id"])


def _rename(before: str, after: str) -> None:
    """Give a table, and its constraints by their convention, another name."""
    op.rename_table(before, after)
    for constraint in _KEPT[after.removeprefix("membership_")]:
        _rename_constraint(after, constraint.format(before), constraint.format(after))
    if "contest" in {before, after}:
        for table in ("contest_objection", "contest_judgement"):
            of_contest = f"fk_{table}_contest_id_{{}}"
            _rename_constraint(table, of_contest.format(before), of_contest.format(after))


def _rename_constraint(table: str, before: str, after: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {before} TO {after}")


def downgrade() -> None:
    op.drop_index(op.f("ix_notice_right_id"), table_name="notice")
    op.drop_index("uq_contest_waiting", table_name="contest")
    for table, former in _POINTING.items():
        for kind in _SAID:
            op.add_column(table, sa.Column(f"{kind}_id", sa.Uuid(), nullable=True))
            op.execute(
                f"UPDATE {table} SET {kind}_id = right_id FROM {kind} "  # noqa: S608
                f"WHERE {kind}.id = right_id"
            )
            op.create_foreign_key(
                op.f(f"fk_{former}_{kind}_id_{kind}"), table, kind, [f"{kind}_id"], ["id"]
            )
        op.drop_column(table, "right_id")
        op.create_check_constraint(
            op.f(f"ck_{former}_of_one"), table, "num_nonnulls(membership_id, mandate_id) = 1"
        )
        _rename(table, former)
    for kind, name in (("membership", ""), ("mandate", "_mandate")):
        op.create_index(
            f"uq_membership_contest_standing{name}", "membership_contest", [f"{kind}_id"],
            unique=True, postgresql_where=sa.text("decided_at IS NULL"),
        )
        op.create_index(
            op.f(f"ix_membership_notice_{kind}_id"), "membership_notice", [f"{kind}_id"]
        )
    op.drop_constraint(op.f("ck_mandate_signed_text"), "mandate", type_="check")
    op.drop_index("ix_membership_waiting", table_name="membership")
    for kind, said in _SAID.items():
        op.drop_constraint(op.f(f"fk_{kind}_id_acting_right"), kind, type_="foreignkey")
        for name, former in said.items():
            op.add_column(kind, sa.Column(former, _type_of(name), nullable=True))
        changes = ", ".join(f"{former} = given.{name}" for name, former in said.items())
        op.execute(
            f"UPDATE {kind} SET {changes} FROM acting_right AS given "  # noqa: S608
            f"WHERE given.id = {kind}.id"
        )
        for name, former in said.items():
            if not name.endswith("_at"):
                op.alter_column(kind, former, nullable=False)
        op.create_foreign_key(
            op.f(f"fk_{kind}_territory_id_territory"), kind, "territory", ["territory_id"], ["id"]
        )
        op.create_index(op.f(f"ix_{kind}_territory_id"), kind, ["territory_id"])
    op.create_foreign_key(
        op.f("fk_membership_person_id_person"), "membership", "person", ["person_id"], ["id"]
    )
    op.create_index(
        "uq_membership_standing", "membership", ["person_id", "territory_id"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_membership_waiting", "membership", ["requested_at"],
        postgresql_where=sa.text("wanted IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_check_constraint(
        op.f("ck_mandate_helper_is_another"), "mandate", "helper_id <> territory_id"
    )
    op.create_check_constraint(
        op.f("ck_mandate_signed_text"), "mandate", "(signed_at IS NULL) = (text_hash IS NULL)"
    )
    op.drop_table("acting_right")


def _type_of(name: str) -> sa.types.TypeEngine[object]:
    if name.endswith("_at"):
        return _INSTANT
    return sa.Uuid() if name.endswith("_id") else sa.Text()
