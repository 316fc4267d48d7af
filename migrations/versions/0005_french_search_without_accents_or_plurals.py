"""French search that takes a word for its plural and its participle, typed with accents or not."""

from __future__ import annotations

from collections.abc import Callable

from alembic import op

revision = "0005"
down_revision = "0004"

SEARCHED = {
    "contribution": {"title": "A", "beneficiaries": "B", "description": "C"},
    "proposal": {"title": "A", "summary": "B"},
    "service": {"name": "A", "carrier_organisation": "B", "description": "C"},
}


def upgrade() -> None:
    # The stemmer keeps the plural s after a, i, o and u (vélos, élus), and knows the ending of a
    # feminine participle by its accent only, which the configuration has removed by then.
    op.execute(
        r"""
        CREATE FUNCTION french_words(words text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN regexp_replace(
            regexp_replace(
                lower(unaccent('unaccent', words)),
                '\m(?!(mais|nous|vous)\M)(\w{2,}[aiou])s\M', '\1', 'g'
            ),
            '(\w{2}e)es?\M', '\1', 'g'
        )
        """
    )
    op.execute(
        """
        CREATE FUNCTION french_vector(words text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN to_tsvector('french_unaccent', french_words(words))
        """
    )
    op.execute(
        """
        CREATE FUNCTION french_query(words text) RETURNS tsquery
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN websearch_to_tsquery('french_unaccent', french_words(words))
        """
    )
    _rebuild(lambda column: f"french_vector({column})")


def downgrade() -> None:
    _rebuild(lambda column: f"to_tsvector('french_unaccent', {column})")
    for function in ("french_query", "french_vector", "french_words"):
        op.execute(f"DROP FUNCTION {function}(text)")


def _rebuild(vector: Callable[[str], str]) -> None:
    """Compute the search columns anew; their indexes go and come with them."""
    for table, columns in SEARCHED.items():
        weighed = (f"setweight({vector(name)}, '{weight}')" for name, weight in columns.items())
        op.execute(
            f"ALTER TABLE {table} DROP COLUMN search, ADD COLUMN search tsvector "
            f"GENERATED ALWAYS AS ({' || '.join(weighed)}) STORED NOT NULL"
        )
        op.execute(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search)")
