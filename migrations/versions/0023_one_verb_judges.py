"""What is judged is annulled or restored under one verb each, whatever it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_EFFECTS = {"annuls": "annul", "restores": "restore"}


def upgrade() -> None:
    for effect, name in _EFFECTS.items():
        op.execute(f"UPDATE act SET verb = 'act:{name}' WHERE effect = '{effect}'")  # noqa: S608
    op.alter_column("contest_judgement", "act", new_column_name="subject_type", type_=sa.Text())


def downgrade() -> None:
    op.alter_column(
        "contest_judgement", "subject_type", new_column_name="act", type_=sa.String(40)
    )
    for effect, name in _EFFECTS.items():
        op.execute(
            f"UPDATE act SET verb = concat_ws(chr(58), subject_type, '{name}') "  # noqa: S608
            f"WHERE effect = '{effect}'"
        )
