"""The official mailboxes of territories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("imported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_mailbox_address_lowercase")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_mailbox_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_mailbox")),
    )
    op.create_index(op.f("ix_mailbox_address"), "mailbox", ["address"], unique=False)
    op.create_index(op.f("ix_mailbox_domain"), "mailbox", ["domain"], unique=False)


def downgrade() -> None:
    """The mailboxes go: they are imported again."""
    op.drop_index(op.f("ix_mailbox_domain"), table_name="mailbox")
    op.drop_index(op.f("ix_mailbox_address"), table_name="mailbox")
    op.drop_table("mailbox")
