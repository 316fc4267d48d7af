"""An act by mandate keeps what it was done to, and a notice of one act, which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("mandate_use", sa.Column("subject_id", sa.Uuid()))
    op.add_column("membership_notice", sa.Column("use_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_membership_notice_use_id_mandate_use"),
        "membership_notice", "mandate_use", ["use_id"], ["id"],
    )


def downgrade() -> None:
    """What an act by mandate was done to, and the act of a notice, are no longer said."""
    op.drop_column("membership_notice", "use_id")
    op.drop_column("mandate_use", "subject_id")
