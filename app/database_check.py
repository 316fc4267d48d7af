"""What is wrong with the database the application is given, in sentences for who installs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from app.roles import too_much_and_too_little

OLDEST = 18
EXTENSIONS = ("pg_trgm", "unaccent")
SEARCH = "french_unaccent"
# Of rights too many to be all named, so many are.
NAMED = 10


def wrong_with_the_database() -> list[str]:
    """What is wrong with the database, a French sentence each; empty when nothing is.

    Reads the two addresses of the application's configuration, and writes nothing. Within an
    application's context.
    """
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    owner_url = current_app.config["DATABASE_OWNER_URL"]
    with _reached(url) as connection:
        if connection is None:
            found = ["La base ne répond pas à DATABASE_URL, ou refuse ce rôle."]
        else:
            found = [*_of_the_server(connection), *_of_the_schema(connection)]
            found += _of_the_role(connection)
    if owner_url != url:
        with _reached(owner_url) as owner:
            found += _of_the_owner(owner)
    return found


@contextmanager
def _reached(url: str) -> Iterator[Connection | None]:
    """A connection of its own, or None when the server cannot be reached under that role."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        connection = engine.connect()
    except OperationalError:
        yield None
        return
    with connection:
        yield connection


def _of_the_server(connection: Connection) -> Iterator[str]:
    version, encoding, zone, standby, read_only = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int, "
            "current_setting('server_encoding'), current_setting('TimeZone'), "
            "pg_is_in_recovery(), current_setting('transaction_read_only')::bool"
        )
    ).one()
    if version // 10_000 < OLDEST:
        yield f"PostgreSQL {version // 10_000} est trop ancien : il faut au moins {OLDEST}."
    if encoding != "UTF8":
        yield f"La base est en {encoding} : elle doit être créée en UTF8."
    if zone not in ("UTC", "Etc/UTC"):
        yield f"Le fuseau horaire de la base est « {zone} » : réglez « timezone » à UTC."
    if standby:
        yield "Ce serveur est une copie de secours, en lecture seule : désignez le principal."
    elif read_only:
        yield "Le serveur n’accepte aucune écriture (default_transaction_read_only)."


def _of_the_schema(connection: Connection) -> Iterator[str]:
    installed = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    for missing in (name for name in EXTENSIONS if name not in installed):
        yield f"L’extension « {missing} » manque : CREATE EXTENSION {missing}."
    known = "SELECT 1 FROM pg_ts_config WHERE cfgname = :name"
    if not connection.scalar(text(known), {"name": SEARCH}):
        yield f"La configuration de recherche « {SEARCH} » manque : lancez « flask db upgrade »."
    current = _version(connection)
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if current != head:
        yield (
            f"Les tables sont à la version {current or 'aucune'}, le code attend {head} : "
            "lancez « flask db upgrade »."
        )


def _version(connection: Connection) -> str | None:
    """How far the migrations have come; None when nothing is said, or may be read."""
    readable = "has_table_privilege(to_regclass('alembic_version'), 'SELECT')"
    if not connection.scalar(text(f"SELECT {readable}")):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _of_the_role(connection: Connection) -> Iterator[str]:
    role, superuser, beyond = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls OR rolcreaterole OR rolcreatedb "
            "OR rolreplication FROM pg_roles WHERE rolname = current_user"
        )
    ).one()
    if superuser:
        yield f"Le rôle « {role} » de l’application est superutilisateur : donnez-lui en un autre."
        return
    if connection.scalar(text(_OWNS)):
        yield (
            f"Le rôle « {role} » de l’application est propriétaire des tables : donnez-lui en un "
            "autre, et l’adresse du propriétaire à DATABASE_OWNER_URL."
        )
        return
    if beyond:
        yield (
            f"Le rôle « {role} » de l’application peut créer des rôles ou des bases, répliquer, "
            "ou passer outre la sécurité des lignes : retirez-lui ces attributs."
        )
    for other in connection.scalars(text(_BELONGS_TO)):
        yield f"Le rôle « {role} » de l’application est membre du rôle « {other} » : retirez-le."
    too_much, too_little = too_much_and_too_little(connection, role)
    if too_much:
        yield f"Le rôle « {role} » de l’application peut de trop : {_named(too_much)}."
    if too_little:
        yield f"Il manque au rôle « {role} » de l’application : {_named(too_little)}."
    if too_much or too_little:
        yield (
            "« flask db upgrade », avec DATABASE_OWNER_URL, lui rend ce qu’il lui faut sans plus."
        )


_OWNS = """
    SELECT true FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND pg_get_userbyid(relowner) = current_user
    UNION ALL SELECT true FROM pg_namespace WHERE nspname = 'public'
    AND pg_get_userbyid(nspowner) = current_user
    UNION ALL SELECT true FROM pg_database WHERE datname = current_database()
    AND pg_get_userbyid(datdba) = current_user
    LIMIT 1
"""
_BELONGS_TO = """
    SELECT granted.rolname FROM pg_auth_members
    JOIN pg_roles AS granted ON granted.oid = roleid
    JOIN pg_roles AS own ON own.oid = member
    WHERE own.rolname = current_user ORDER BY 1
"""


def _named(rights: list[str]) -> str:
    left = len(rights) - NAMED
    return ", ".join(rights[:NAMED]) + (f" et {left} autres" if left > 0 else "")


def _of_the_owner(owner: Connection | None) -> Iterator[str]:
    if owner is None:
        yield "La base ne répond pas à DATABASE_OWNER_URL, ou refuse ce rôle."
    elif not owner.scalar(text(_OWNS)):
        yield "Le rôle de DATABASE_OWNER_URL n’est pas propriétaire des tables."
