"""Locking the subjects of an act and reading their last versions is one statement."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    # Volatile, so that its second query sees what was committed while the first one waited: one
    # plain statement would read what stood before it waited.
    op.execute(
        """
        CREATE FUNCTION locked_subjects(subjects uuid[], locks bigint[], person_id uuid)
        RETURNS TABLE (subject_id uuid, version bigint, journal_key bytea)
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(key) FROM unnest(locks) AS key;
            RETURN QUERY
                SELECT asked.id, coalesce(max(event.subject_version), 0),
                    (SELECT person.journal_key FROM person WHERE person.id = person_id)
                FROM (VALUES (true)) AS always
                LEFT JOIN unnest(subjects) AS asked (id) ON true
                LEFT JOIN journal_event AS event ON event.subject_id = asked.id
                GROUP BY asked.id;
        END $$
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION locked_subjects(uuid[], bigint[], uuid)")
