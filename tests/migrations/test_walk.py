"""Every migration goes back: the schema is what it was, and rows stay where their table does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, NullPool, create_engine, inspect, select, text

from app.authority.mandates.messages import MandateNotice
from app.authority.memberships.grants.messages import MembershipNotice, News
from app.db import db, transaction
from app.embedded import Services, create_database, drop_database
from app.notifications.messages import Message
from app.notifications.models import Outbox
from app.notifications.operations import send
from app.roles import grant_the_least
from app.seeds.story import Moment
from config import ROOT
from tests.conftest import template_of
from tests.support import history
from tests.support.applications import dedicated
from tests.support.demonstration import demonstrated
from tests.support.schema import schema_of

MIGRATIONS = list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())[::-1]
LEAST_RIGHTS = "0025"
FULL = os.environ.get("PROOFS") == "full"
# What going back below a migration must lose of tables that stay; its docstring says why.
LOST = {
    "0010": {"appointment"},
    "0011": {"membership_contest", "membership_notice"},
    "0013": {"participation", "support"},
    "0014": {"mandate"},
}

_NOTICE = MembershipNotice(
    notice_id="",
    news=News.ASKED,
    territory="Lannion",
    name="Paul Intrus",
    function="maire",
    address="paul@exemple.fr",
)


@contextmanager
def _database(services: Services, template: str | None) -> Iterator[Flask]:
    name = f"walked_{os.getpid()}"
    created = create_database(services, name, template=template)
    try:
        with dedicated(created) as app, app.app_context():
            yield app
    finally:
        drop_database(services, name)


@contextmanager
def _owning(app: Flask) -> Iterator[Connection]:
    """A connection of the owner's, in which migrations are played one by one."""
    engine = create_engine(app.config["DATABASE_OWNER_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": db.metadata})
        with Operations.context(context):
            yield connection


def _go(connection: Connection, migration: Script, way: str) -> None:
    getattr(migration.module, way)()
    connection.commit()


def _schema(connection: Connection) -> set[str]:
    # The table that says how far the migrations have come is their tool's own.
    return {line for line in schema_of(connection) if "alembic_version" not in line}


def test_each_step_back_undoes_its_step_forward(services: Services) -> None:
    with _database(services, None) as app:
        with _owning(app) as connection:
            before = []
            for migration in MIGRATIONS:
                before.append(_schema(connection))
                _go(connection, migration, "upgrade")
                if migration.revision >= LEAST_RIGHTS:
                    # As an upgrade ends, whichever step it ends with.
                    grant_the_least(connection)
                    connection.commit()
            whole, changed = _schema(connection), {}
            for migration, expected in zip(MIGRATIONS[::-1], before[::-1], strict=True):
                _go(connection, migration, "downgrade")
                if difference := _schema(connection) ^ expected:
                    changed[migration.revision] = sorted(difference)
            assert changed == {}
        upgrade()
        downgrade(revision="base")
        upgrade()
        with _owning(app) as connection:
            assert sorted(_schema(connection) ^ whole) == []


def _counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has, but the registry, which no migration touches."""
    names = [name for name in inspect(connection).get_table_names() if name != "territory"]
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)
    return {row[0]: row[1] for row in connection.execute(text(counted))}


def _lost(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """The tables of before and after that do not have the same rows."""
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def _walk(app: Flask) -> dict[tuple[str, str], set[str]]:
    """Go back to the first tables, then to the last ones again; what each step lost of tables."""
    later = MIGRATIONS[2:]
    with _owning(app) as connection:
        lost, counts = {}, _counts(connection)
        for way, migrations in (("downgrade", later[::-1]), ("upgrade", later)):
            for migration in migrations:
                _go(connection, migration, way)
                before, counts = counts, _counts(connection)
                if gone := _lost(before, counts):
                    lost[way, migration.revision] = gone
    return lost


def test_rows_stay_where_their_table_does(services: Services) -> None:
    with _database(services, template_of(services)) as app:
        history.happen()
        with transaction():
            send(_NOTICE, to="mairie@exemple.fr")
        db.session.remove()
        assert _walk(app) == {("downgrade", below): tables for below, tables in LOST.items()}
        waiting = db.session.scalars(select(Outbox).where(Outbox.facts.is_not(None))).all()
        assert {type(Message.of(each.message, each.facts or {})) for each in waiting} >= {
            MandateNotice,
            MembershipNotice,
        }


def test_what_the_oldest_acts_were_done_to_is_found_again(services: Services) -> None:
    """Nothing said it of them: each was then kept twice, and drafts forgot their mandate."""
    acts = text("SELECT right_id, verb, effect, subject_id, number FROM act ORDER BY position")
    back, forth = MIGRATIONS[:20:-1], MIGRATIONS[21:]
    assert back[-1].revision == "0022"
    with _database(services, template_of(services)) as app:
        history.happen()
        db.session.remove()
        with _owning(app) as connection:
            before = sorted(map(str, connection.execute(acts)))
            for migration in back:
                _go(connection, migration, "downgrade")
            connection.execute(text("UPDATE mandate_use SET subject_id = NULL"))
            connection.execute(text("DELETE FROM mandate_use WHERE act = 'prepared'"))
            for migration in forth:
                _go(connection, migration, "upgrade")
            assert sorted(map(str, connection.execute(acts))) == before
            assert any("contribution:draft" in act for act in before)


@pytest.mark.proof
@pytest.mark.skipif(not FULL, reason="played by `make proofs`")
@pytest.mark.parametrize("moment", list(Moment))
def test_the_demonstration_goes_back_and_forth(services: Services, moment: Moment) -> None:
    with demonstrated(services, moment) as app, app.app_context():
        for (way, revision), tables in _walk(app).items():
            assert way == "downgrade"
            assert tables <= LOST[revision]
