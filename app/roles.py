"""The database's roles: what the application's is granted, and what it may really do."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import Connection, make_url, text

from app.grants import GRANTS, SEQUENCES, held


def application_role() -> str | None:
    """The application's role as its address names it; None when the owner's address does too."""
    role = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    owner = make_url(current_app.config["DATABASE_OWNER_URL"]).username
    return role if role != owner else None


def grant_the_least(connection: Connection) -> None:
    """Grant the application's role what `app.grants` says of the tables there are, and no more.

    To be called by the owner, who commits; doing it again changes nothing. Where both are one role,
    nothing is done.
    """
    role = application_role()
    if role is None:
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    statements = [
        f"REVOKE ALL ON {what} FROM PUBLIC, {quoted}"
        for what in (
            "SCHEMA public",
            "ALL TABLES IN SCHEMA public",
            "ALL SEQUENCES IN SCHEMA public",
        )
    ]
    statements.append(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    for table, columns in columns_there_are(connection).items():
        if grant := GRANTS.get(table):
            rights = ["SELECT", *(["INSERT"] * grant.adds), *(["DELETE"] * grant.deletes)]
            if changed := sorted(grant.changes & columns):
                rights.append(f"UPDATE ({', '.join(changed)})")
            statements.append(f"GRANT {', '.join(rights)} ON {table} TO {quoted}")
    statements.extend(
        f"GRANT USAGE ON SEQUENCE {name} TO {quoted}" for name in _sequences(connection)
    )
    connection.execute(text("; ".join(statements)))


def columns_there_are(connection: Connection) -> dict[str, frozenset[str]]:
    """The columns of each table of the database."""
    rows = connection.execute(
        text(
            "SELECT relname, array_agg(attname::text) FROM pg_class JOIN pg_attribute "
            "ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped "
            "GROUP BY relname"
        )
    )
    return {name: frozenset(columns) for name, columns in rows}


def _sequences(connection: Connection) -> list[str]:
    found = connection.scalars(
        text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    )
    return sorted(SEQUENCES & set(found))


# What the role may do, as `grants.held` says it, by whatever way it came: its own grants, those of
# everyone or of a role it belongs to.
_MAY = """
    SELECT right_ || ' ' || relname FROM pg_class,
        unnest(ARRAY['SELECT', 'INSERT', 'REFERENCES']) AS right_
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    AND has_any_column_privilege(:role, pg_class.oid, right_)
    UNION ALL
    SELECT right_ || ' ' || relname FROM pg_class,
        unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER', 'MAINTAIN']) AS right_
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    AND has_table_privilege(:role, pg_class.oid, right_)
    UNION ALL
    SELECT 'UPDATE ' || relname || '.' || attname
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    AND attnum > 0 AND NOT attisdropped
    AND has_column_privilege(:role, pg_class.oid, attnum, 'UPDATE')
    UNION ALL
    SELECT right_ || ' ' || relname FROM pg_class, unnest(ARRAY['USAGE', 'UPDATE']) AS right_
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    AND has_sequence_privilege(:role, pg_class.oid, right_)
    UNION ALL SELECT 'CREATE public' WHERE has_schema_privilege(:role, 'public', 'CREATE')
    UNION ALL SELECT 'CREATE ' || current_database()
    WHERE has_database_privilege(:role, current_database(), 'CREATE')
"""


def too_much_and_too_little(connection: Connection, role: str) -> tuple[list[str], list[str]]:
    """What a role may do beyond the table of `app.grants`, and what it lacks of it."""
    may = set(connection.scalars(text(_MAY), {"role": role}))
    due = held(columns_there_are(connection))
    return sorted(may - due), sorted(due - may)
