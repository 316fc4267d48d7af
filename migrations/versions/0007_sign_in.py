"""Links bound to the browser that asked, and accounts at an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "external_account",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("usual_name", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("linked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_external_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_account_issuer_subject")),
    )
    op.create_index(
        op.f("ix_external_account_person_id"), "external_account", ["person_id"], unique=False
    )
    op.add_column("session", sa.Column("external_account_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_session_external_account_id_external_account"),
        "session", "external_account", ["external_account_id"], ["id"], ondelete="SET NULL",
    )
    op.create_index(
        op.f("ix_session_external_account_id"), "session", ["external_account_id"], unique=False
    )
    # Those that wait were asked by browsers nobody noted, and live ten minutes.
    op.execute("DELETE FROM sign_in_link")
    op.add_column("sign_in_link", sa.Column("browser_hash", sa.LargeBinary(), nullable=False))
    op.add_column("sign_in_link", sa.Column("tries", sa.BigInteger(), nullable=False))
    op.add_column("sign_in_link", sa.Column("external_account_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sign_in_link_external_account_id_external_account"),
        "sign_in_link", "external_account", ["external_account_id"], ["id"], ondelete="CASCADE",
    )
    op.create_index(
        op.f("ix_sign_in_link_browser_hash_email"), "sign_in_link", ["browser_hash", "email"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sign_in_link_external_account_id"), "sign_in_link", ["external_account_id"],
        unique=False,
    )


def downgrade() -> None:
    """The accounts at the identity provider go; people sign in by links."""
    op.drop_index(op.f("ix_sign_in_link_external_account_id"), table_name="sign_in_link")
    op.drop_index(op.f("ix_sign_in_link_browser_hash_email"), table_name="sign_in_link")
    op.drop_constraint(
        op.f("fk_sign_in_link_external_account_id_external_account"), "sign_in_link",
        type_="foreignkey",
    )
    op.drop_column("sign_in_link", "external_account_id")
    op.drop_column("sign_in_link", "tries")
    op.drop_column("sign_in_link", "browser_hash")
    op.drop_index(op.f("ix_session_external_account_id"), table_name="session")
    op.drop_constraint(
        op.f("fk_session_external_account_id_external_account"), "session", type_="foreignkey"
    )
    op.drop_column("session", "external_account_id")
    op.drop_index(op.f("ix_external_account_person_id"), table_name="external_account")
    op.drop_table("external_account")
