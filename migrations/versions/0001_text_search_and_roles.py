"""French text search without accents, and what the application's role may do."""

from __future__ import annotations

from alembic import op
from flask import current_app
from sqlalchemy import make_url

revision = "0001"
down_revision = None

_GIVEN = ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES")


def upgrade() -> None:
    for extension in ("unaccent", "pg_trgm"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute("CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french)")
    op.execute(
        "ALTER TEXT SEARCH CONFIGURATION french_unaccent "
        "ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem"
    )
    if role := _application():
        for rights in _GIVEN:
            op.execute(f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} TO "{role}"')


def _application() -> str | None:
    """The application's role, unless it is the owner's."""
    role = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    owner = make_url(current_app.config["DATABASE_OWNER_URL"]).username
    return role if role != owner else None


def downgrade() -> None:
    if role := _application():
        for rights in _GIVEN:
            op.execute(f'ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE {rights} FROM "{role}"')
    op.execute("DROP TEXT SEARCH CONFIGURATION french_unaccent")
