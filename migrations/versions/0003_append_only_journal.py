"""The journal only grows: for the application by its rights, for everyone by triggers."""

from __future__ import annotations

from alembic import op
from flask import current_app
from sqlalchemy import make_url

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the journal only grows: % refused', TG_OP
                USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    if role := _application():
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON journal_event FROM "{role}"')


def _application() -> str | None:
    """The application's role, unless it is the owner's."""
    role = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    owner = make_url(current_app.config["DATABASE_OWNER_URL"]).username
    return role if role != owner else None


def downgrade() -> None:
    if role := _application():
        op.execute(f'GRANT UPDATE, DELETE ON journal_event TO "{role}"')
    op.execute("DROP TRIGGER append_only ON journal_event")
    op.execute("DROP FUNCTION refuse_change()")
