"""What is wrong with a database is said in sentences, all at once."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import make_url, text

from app.database_check import wrong_with_the_database
from app.db import db
from app.embedded import Services, create_database, databases, drop_database
from app.roles import application_role
from tests.support.applications import dedicated

NAME = f"checked_{os.getpid()}"


@pytest.fixture(scope="module")
def checked(services: Services) -> Iterator[Flask]:
    """An application over a database of its own, at the last migration."""
    try:
        with dedicated(create_database(services, NAME)) as app, app.app_context():
            upgrade()
            yield app
    finally:
        drop_database(services, NAME)


@pytest.fixture(autouse=True)
def _in_context(checked: Flask) -> Iterator[None]:
    kept = dict(checked.config)
    with checked.app_context():
        yield
        db.session.remove()
    checked.config.update(kept)


def _as(app: Flask, role: str, *, name: str = NAME) -> None:
    """Have the application connect under another role, or to another base."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(username=role, database=name)
    app.config["SQLALCHEMY_DATABASE_URI"] = url.render_as_string(hide_password=False)


def _superuser(app: Flask) -> str:
    return databases.replace(app.config["DATABASE_OWNER_URL"], role=databases.SUPERUSER)


def test_nothing_is_wrong_with_what_the_migrations_make() -> None:
    assert wrong_with_the_database() == []


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (databases.SUPERUSER, "est superutilisateur"),
        (databases.OWNER, "est propriétaire des tables"),
        ("nobody_at_all", "ne répond pas à DATABASE_URL"),
    ],
)
def test_another_role_for_the_application_is_said(checked: Flask, role: str, said: str) -> None:
    _as(checked, role)
    [sentence] = wrong_with_the_database()
    assert said in sentence


def test_an_owner_that_is_not_or_does_not_answer_is_said(checked: Flask) -> None:
    url = checked.config["DATABASE_OWNER_URL"]
    for role, said in (("nobody_at_all", "ne répond pas"), ("postgres", "pas propriétaire")):
        checked.config["DATABASE_OWNER_URL"] = databases.replace(url, role=role)
        [sentence] = wrong_with_the_database()
        assert said in sentence
        assert "DATABASE_OWNER_URL" in sentence


@pytest.mark.parametrize(
    ("done", "said", "undone"),
    [
        ("GRANT DELETE ON support TO {app}", "peut de trop : DELETE support.", ""),
        ("REVOKE INSERT ON act FROM {app}", "manque au rôle « {app} » de l’application", ""),
        ("GRANT CREATE ON SCHEMA public TO {app}", "CREATE public", ""),
        ("GRANT {owner} TO {app}", "est membre du rôle « {owner} »", "REVOKE {owner} FROM {app}"),
        ("ALTER ROLE {app} CREATEDB", "peut créer des rôles", "ALTER ROLE {app} NOCREATEDB"),
        (
            "ALTER ROLE {app} IN DATABASE {base} SET timezone = 'Europe/Paris'",
            "« Europe/Paris »",
            "ALTER ROLE {app} IN DATABASE {base} RESET ALL",
        ),
        (
            "ALTER ROLE {app} IN DATABASE {base} SET default_transaction_read_only = on",
            "n’accepte aucune écriture",
            "ALTER ROLE {app} IN DATABASE {base} RESET ALL",
        ),
        (
            "ALTER TEXT SEARCH CONFIGURATION french_unaccent RENAME TO other",
            "recherche « french_unaccent » manque",
            "ALTER TEXT SEARCH CONFIGURATION other RENAME TO french_unaccent",
        ),
        (
            "UPDATE alembic_version SET version_num = '0020'",
            "à la version 0020",
            "UPDATE alembic_version SET version_num = '{head}'",
        ),
    ],
)
def test_what_was_changed_is_said_and_an_upgrade_grants_the_least_again(
    checked: Flask, done: str, said: str, undone: str
) -> None:
    names = {"app": application_role(), "owner": databases.OWNER, "base": NAME, "head": _head()}
    with databases.connect(_superuser(checked)) as superuser:
        superuser.execute(done.format(**names).encode())
        try:
            assert said.format(**names) in " ".join(wrong_with_the_database())
        finally:
            superuser.execute(undone.format(**names).encode())
    upgrade()
    assert wrong_with_the_database() == []


def _head() -> object:
    return db.session.scalar(text("SELECT version_num FROM alembic_version"))


def test_tables_of_before_are_said_and_so_is_a_base_without_any(checked: Flask) -> None:
    downgrade(revision="0024")
    assert any("lancez « flask db upgrade »" in said for said in wrong_with_the_database())
    downgrade(revision="base")
    assert any("version aucune" in said for said in wrong_with_the_database())
    upgrade()
    assert wrong_with_the_database() == []
