"""What a database is made of, as sentences that can be compared."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Of the extensions' own objects nothing is said. The order of a table's columns is not either: one
# that is added again comes last.
_OWN = (
    "NOT EXISTS (SELECT FROM pg_depend WHERE pg_depend.objid = {}.oid AND pg_depend.deptype = 'e')"
)
_QUERIES = (
    # Columns, with what fills them and who may do what with them.
    """
    SELECT format('column %s.%s %s%s %s %s%s %s', class.relname, attname,
        format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' END,
        pg_get_expr(adbin, adrelid), attidentity, attgenerated, attacl::text)
    FROM pg_attribute JOIN pg_class AS class ON class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
    AND NOT attisdropped
    """,
    # A constraint's columns are said in its definition, NOT NULL by the columns.
    """
    SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    """
    SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    """,
    """
    SELECT format('trigger %s %s', pg_get_triggerdef(oid), tgenabled)
    FROM pg_trigger WHERE NOT tgisinternal
    """,
    f"""
    SELECT format('function %s %s', pg_get_functiondef(oid), proacl::text)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND {_OWN.format("pg_proc")}
    """,
    """
    SELECT format('rights %s %s %s', relkind, relname, (
        SELECT array_agg(each::text ORDER BY each::text) FROM unnest(relacl) AS each
    )) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    """,
    """
    SELECT format('default rights %s %s', defaclobjtype, defaclacl::text) FROM pg_default_acl
    """,
    """
    SELECT format('schema %s %s', nspname, (
        SELECT array_agg(each::text ORDER BY each::text) FROM unnest(nspacl) AS each
    )) FROM pg_namespace WHERE nspname = 'public'
    """,
    """
    SELECT format('words %s %s %s %s', cfgname, maptokentype, mapseqno, mapdict::regdictionary)
    FROM pg_ts_config JOIN pg_ts_config_map ON mapcfg = pg_ts_config.oid
    WHERE cfgnamespace = 'public'::regnamespace
    """,
)


def schema_of(connection: Connection) -> set[str]:
    """Tables, constraints, indexes, triggers, functions and rights, a sentence each."""
    return {line for query in _QUERIES for line in connection.scalars(text(query))}
