"""Run migrations under the owner's role, which alone may change tables, and grants the others."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from app.db import Base
from app.roles import grant_the_least

config = context.config


def run() -> None:
    engine = create_engine(current_app.config["DATABASE_OWNER_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if _moves() and set(context.get_context().get_current_heads()) == set(_heads()):
            # Whatever the migrations did, and under whatever name the application's role goes now.
            grant_the_least(connection)
            connection.commit()


def _moves() -> bool:
    """Whether this run goes up or down, rather than says or compares."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


def _heads() -> list[str]:
    heads: list[str] = context.script.get_heads()
    return heads


run()
