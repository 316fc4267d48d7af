"""Databases of the embedded PostgreSQL: who owns them, who may do what in them."""

from urllib.parse import urlsplit

from psycopg import Connection
from psycopg import connect as psycopg_connect
from psycopg.sql import SQL, Identifier

SUPERUSER = "postgres"
OWNER = "coconstruire_owner"
APPLICATION = "coconstruire_app"
EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")


def connect(url: str) -> Connection:
    """Connect to an address in SQLAlchemy's form, outside any transaction."""
    return psycopg_connect(
        url.replace("postgresql+psycopg:", "postgresql:", 1), autocommit=True, connect_timeout=5
    )


def create_roles(superuser_url: str) -> None:
    with connect(superuser_url) as connection:
        for role in (OWNER, APPLICATION):
            connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))


def create(superuser_url: str, name: str, *, template: str | None = None) -> None:
    """Create a database: empty and granted to both roles, or a copy of `template`."""
    with connect(superuser_url) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                Identifier(name), Identifier(OWNER), Identifier(template or "template0")
            )
        )
        # A copy takes everything of its template but the rights on the database itself.
        connection.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
        connection.execute(
            SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                Identifier(name), Identifier(APPLICATION)
            )
        )
    if template is None:
        _prepare(replace(superuser_url, name=name))


def drop(superuser_url: str, name: str) -> None:
    """Drop a database, closing what is connected to it; do nothing if it does not exist."""
    with connect(superuser_url) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def replace(url: str, *, name: str | None = None, role: str | None = None) -> str:
    """Return the address of another database or another role of the same server."""
    parts = urlsplit(url)
    return parts._replace(
        netloc=f"{role}@" if role else parts.netloc, path=f"/{name}" if name else parts.path
    ).geturl()


def _prepare(superuser_url: str) -> None:
    owner, application = Identifier(OWNER), Identifier(APPLICATION)
    with connect(superuser_url) as connection:
        for extension in EXTENSIONS:
            connection.execute(SQL("CREATE EXTENSION {}").format(Identifier(extension)))
        connection.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
        connection.execute(SQL("GRANT USAGE ON SCHEMA public TO {}").format(application))
