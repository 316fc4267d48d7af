"""The application's role may do what `app.grants` says; what is history is kept from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.roles import application_role, grant_the_least

revision = "0025"
down_revision = "0024"

_DEFAULTS = ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES")
# The owner is let through: it erases the demonstration, and carries rows along in migrations.
_OWNER = "pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')"
_REFUSED = (
    "RAISE EXCEPTION '% is history: % refused', TG_TABLE_NAME, TG_OP "
    "USING ERRCODE = 'insufficient_privilege';"
)
_FUNCTIONS = {
    # What a trigger's own condition says is history.
    "keep_history": f"""
        IF NOT {_OWNER} THEN
            {_REFUSED}
        END IF;
    """,
    # What was prepared and is published since; the argument is the kind of publication.
    "keep_published": f"""
        IF NOT {_OWNER} AND EXISTS (
            SELECT FROM publication
            WHERE publication.kind = TG_ARGV[0] AND publication.consultation_id = coalesce(
                (to_jsonb(OLD)->>'consultation_id')::uuid,
                (SELECT contribution.consultation_id FROM contribution
                    WHERE contribution.id = (to_jsonb(OLD)->>'contribution_id')::uuid),
                (SELECT proposal.consultation_id FROM proposal
                    WHERE proposal.id = (to_jsonb(OLD)->>'proposal_id')::uuid)
            )
        ) THEN
            {_REFUSED}
        END IF;
    """,
    # The places of a contribution that was deposited.
    "keep_places": f"""
        IF NOT {_OWNER} AND EXISTS (
            SELECT FROM contribution
            WHERE contribution.id = OLD.contribution_id AND contribution.number IS NOT NULL
        ) THEN
            {_REFUSED}
        END IF;
    """,
}
_SIGNED = (
    "consultation_id", "helper_id", "helper", "actions", "starts_at", "ends_at",
    "prepared_at", "prepared_by_id", "text_hash", "signed_by_id",
)


def _differ(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def _replaced(column: str) -> str:
    """Whether a column that may only be emptied takes another value."""
    return f"NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"


# Trigger, table: on what, when, and what it calls.
_TRIGGERS = {
    ("only_erased", "journal_text"): (
        "UPDATE", "NEW.salt IS NOT NULL OR NEW.text IS NOT NULL", "refuse_change()",
    ),
    ("only_erased", "person"): (
        "UPDATE OF journal_key", _replaced("journal_key"), "refuse_change()",
    ),
    ("only_erased", "act"): (
        "UPDATE OF person_id, right_id",
        f"{_replaced('person_id')} OR {_replaced('right_id')}",
        "keep_history()",
    ),
    ("only_added_to", "contest_objection"): (
        "UPDATE OF reason", "NOT starts_with(NEW.reason, OLD.reason)", "keep_history()",
    ),
    ("kept_once_deposited", "contribution"): (
        "DELETE", "OLD.number IS NOT NULL", "keep_history()",
    ),
    ("numbered_once", "contribution"): (
        "UPDATE OF number", f"OLD.number IS NOT NULL AND {_differ('number')}", "keep_history()",
    ),
    ("kept_once_deposited", "contribution_place"): ("DELETE", "true", "keep_places()"),
    ("kept_once_published", "proposal"): ("DELETE", "OLD.stage <> 'written'", "keep_history()"),
    ("published_once", "proposal"): (
        "UPDATE OF stage", "OLD.stage <> 'written' AND NEW.stage = 'written'", "keep_history()",
    ),
    ("kept_once_published", "proposal_contribution"): (
        "DELETE", "true", "keep_published('proposals')",
    ),
    ("kept_once_published", "outcome"): ("DELETE", "true", "keep_published('proposals')"),
    ("kept_once_published", "verdict"): (
        "UPDATE OR DELETE", "true", "keep_published('selection')",
    ),
    ("kept_once_published", "service"): (
        "UPDATE OR DELETE", "true", "keep_published('services')",
    ),
    ("kept_once_given", "acting_right"): (
        "DELETE", "OLD.kind <> 'mandate' OR OLD.given_at IS NOT NULL", "keep_history()",
    ),
    ("kept_once_signed", "mandate"): ("DELETE", "OLD.text_hash IS NOT NULL", "keep_history()"),
    ("signed_once", "mandate"): (
        f"UPDATE OF {', '.join(_SIGNED)}",
        f"OLD.text_hash IS NOT NULL AND {_differ(*_SIGNED)}",
        "keep_history()",
    ),
}


def upgrade() -> None:
    for column in ("salt", "text"):
        op.alter_column("journal_text", column, nullable=True)
    op.create_check_constraint(
        op.f("ck_journal_text_erased_whole"), "journal_text", "(salt IS NULL) = (text IS NULL)"
    )
    for name, body in _FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN coalesce(NEW, OLD); END $$"
        )
    for (name, table), (event, condition, called) in _TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {called}"
        )
    if role := application_role():
        for rights in _DEFAULTS:
            op.execute(f'ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE {rights} FROM "{role}"')
    grant_the_least(op.get_bind())


def downgrade() -> None:
    """The texts that were erased are no longer rows at all, which says the same."""
    for name, table in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_constraint(op.f("ck_journal_text_erased_whole"), "journal_text", type_="check")
    op.execute("DELETE FROM journal_text WHERE text IS NULL")
    for column in ("salt", "text"):
        op.alter_column("journal_text", column, nullable=False)
    if role := application_role():
        _grant_as_before(role)


def _grant_as_before(role: str) -> None:
    for rights in _DEFAULTS:
        op.execute(f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} TO "{role}"')
    # Those of single columns go with those of the table.
    op.execute(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"')
    tables = sa.inspect(op.get_bind()).get_table_names()
    for table in sorted(set(tables) - {"alembic_version"}):
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{role}"')
    for table in ("journal_event", "ledger_line"):
        op.execute(f'REVOKE UPDATE, DELETE ON {table} FROM "{role}"')
    op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    op.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
