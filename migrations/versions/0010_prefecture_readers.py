"""Readers of a prefecture, each appointed for one département."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_STANDING = "uq_appointment_standing"


def upgrade() -> None:
    op.add_column(
        "appointment",
        sa.Column("departement_code", sa.Text(), nullable=False, server_default=""),
    )
    op.alter_column("appointment", "departement_code", server_default=None)
    op.create_check_constraint(
        op.f("ck_appointment_departement_if_prefecture"),
        "appointment",
        "(role = 'prefecture') = (departement_code <> '')",
    )
    _be_unique_by("person_id", "role", "consultation_id", "departement_code")


def _be_unique_by(*columns: str) -> None:
    op.drop_index(_STANDING, table_name="appointment")
    op.create_index(
        _STANDING, "appointment", list(columns), unique=True,
        postgresql_where=sa.text("ended_at IS NULL"), postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """The readers of prefectures go, a role that was not known before."""
    op.execute("DELETE FROM appointment WHERE role = 'prefecture'")
    _be_unique_by("person_id", "role", "consultation_id")
    op.drop_constraint(op.f("ck_appointment_departement_if_prefecture"), "appointment", type_="check")
    op.drop_column("appointment", "departement_code")
