"""The application's role may do the least: it is attacked here with its own connection."""

from __future__ import annotations

import json

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from app.calendar.models import Consultation
from app.db import Base, db, transaction
from app.grants import GRANTS, SEQUENCES
from app.identity.models import Person
from app.journal import merkle
from app.journal.models import JournalEvent, JournalText
from app.phases import PublicationKind
from app.roles import grant_the_least, too_much_and_too_little
from tests.support import history
from tests.support.committee import Room
from tests.support.publications import set_published
from tests.support.service_choice import Table

pytestmark = pytest.mark.usefixtures("app")


def _role(app: Flask) -> str:
    role = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).username
    assert role
    return role


def test_the_table_names_every_table_and_only_columns_there_are() -> None:
    tables = Base.metadata.tables
    assert set(GRANTS) == {*tables, "alembic_version"}
    unknown = {
        name: grant.changes - set(tables[name].columns.keys())
        for name, grant in GRANTS.items()
        if name in tables
    }
    assert {name: columns for name, columns in unknown.items() if columns} == {}
    assert {sequence.name for sequence in Base.metadata._sequences.values()} == SEQUENCES


def test_the_database_grants_what_the_table_says_and_no_more(app: Flask, owning: Engine) -> None:
    with owning.connect() as connection:
        assert too_much_and_too_little(connection, _role(app)) == ([], [])


def test_granting_again_takes_back_what_was_added(app: Flask, owning: Engine) -> None:
    with owning.connect() as connection:
        connection.execute(text(f"GRANT DELETE, TRIGGER ON support TO {_role(app)}"))
        connection.execute(text(f"REVOKE INSERT ON act FROM {_role(app)}"))
        too_much, too_little = too_much_and_too_little(connection, _role(app))
        assert (too_much, too_little) == (["DELETE support", "TRIGGER support"], ["INSERT act"])
        grant_the_least(connection)
        assert too_much_and_too_little(connection, _role(app)) == ([], [])
        connection.rollback()


def test_it_is_nobody_but_itself(app: Flask) -> None:
    attributes, roles, owned = db.session.execute(
        text(
            "SELECT (SELECT ARRAY[rolsuper, rolcreaterole, rolcreatedb, rolreplication, "
            "rolbypassrls] FROM pg_roles WHERE rolname = current_user), "
            "(SELECT count(*) FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member "
            "WHERE rolname = current_user), (SELECT count(*) FROM pg_class JOIN pg_roles "
            "ON pg_roles.oid = relowner WHERE rolname = current_user)"
        )
    ).one()
    assert (attributes, roles, owned) == ([False] * 5, 0, 0)


# What happened, once it happened, whoever holds the application's password.
ATTACKS = """
DELETE FROM support
UPDATE support SET given_at = now()
UPDATE support SET territory_id = (SELECT id FROM territory LIMIT 1)
DELETE FROM participation
UPDATE participation SET part = 'referent'
DELETE FROM contribution WHERE number IS NOT NULL
UPDATE contribution SET number = NULL, status = 'draft'
UPDATE contribution SET consultation_id = gen_random_uuid()
DELETE FROM contribution_place
DELETE FROM act
UPDATE act SET title = 'Autre'
UPDATE act SET person_id = (SELECT id FROM person WHERE id <> act.person_id LIMIT 1)
UPDATE act SET right_id = (SELECT id FROM acting_right WHERE id <> act.right_id LIMIT 1)
DELETE FROM contest
DELETE FROM contest_judgement
UPDATE contest_judgement SET reason = 'Autre'
DELETE FROM contest_objection
UPDATE contest_objection SET reason = 'Autre'
DELETE FROM outcome
UPDATE outcome SET reason = 'Autre'
DELETE FROM proposal WHERE stage <> 'written'
UPDATE proposal SET stage = 'written' WHERE stage <> 'written'
DELETE FROM proposal_contribution
DELETE FROM verdict
UPDATE verdict SET reason = 'Autre'
DELETE FROM service
UPDATE service SET state_cents = 1
DELETE FROM ledger_line
UPDATE ledger_line SET amount_cents = 1
UPDATE envelope SET consultation_id = gen_random_uuid()
DELETE FROM envelope
DELETE FROM publication
UPDATE publication SET published_at = now()
DELETE FROM amendment
UPDATE amendment SET reason = 'Autre'
DELETE FROM phase_window
DELETE FROM consultation
DELETE FROM journal_event
UPDATE journal_event SET canonical = ''
DELETE FROM journal_text
UPDATE journal_text SET text = 'Autre'
UPDATE journal_text SET text = 'Autre', salt = ''
UPDATE journal_text SET field = 'other'
DELETE FROM person
UPDATE person SET journal_key = ''
DELETE FROM membership
DELETE FROM acting_right WHERE kind = 'membership'
DELETE FROM mandate WHERE text_hash IS NOT NULL
UPDATE mandate SET actions = '{}' WHERE text_hash IS NOT NULL
UPDATE mandate SET ends_at = ends_at + interval '1 day' WHERE text_hash IS NOT NULL
UPDATE mandate SET text_hash = NULL, signed_by_id = NULL WHERE text_hash IS NOT NULL
DELETE FROM mandate_person
DELETE FROM appointment
UPDATE appointment SET role = 'administrator'
UPDATE territory SET name = 'Autre'
INSERT INTO territory SELECT * FROM territory LIMIT 1
UPDATE alembic_version SET version_num = '0001'
TRUNCATE support
TRUNCATE journal_text
DROP TABLE support
ALTER TABLE journal_event DISABLE TRIGGER append_only
ALTER TABLE journal_text DISABLE TRIGGER only_erased
CREATE TRIGGER mine BEFORE INSERT ON support FOR EACH ROW EXECUTE FUNCTION keep_history()
CREATE TABLE other (id uuid REFERENCES support)
CREATE TABLE other ()
CREATE FUNCTION other() RETURNS int LANGUAGE sql RETURN 1
CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'
CREATE SCHEMA other
SET ROLE coconstruire_owner
SET session_replication_role = replica
ALTER ROLE coconstruire_app SUPERUSER
COPY support TO PROGRAM 'cat'
"""


def test_no_attack_of_the_application_rewrites_what_happened(app: Flask) -> None:
    history.happen()
    with transaction():
        for consultation_id in db.session.scalars(select(Consultation.id)):
            for kind in PublicationKind:
                set_published(consultation_id, kind)
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "", 1)
    done = []
    with psycopg.connect(url, autocommit=True) as attacker:
        for attack in ATTACKS.strip().splitlines():
            try:
                with attacker.transaction(force_rollback=True):
                    attacker.execute(attack.encode())
            except psycopg.errors.InsufficientPrivilege:
                continue
            done.append(attack)
    assert done == []


def test_what_is_only_prepared_may_be_undone() -> None:
    """Until its publication: from there on the same acts are refused by the database too."""
    room = Room()
    room.decides(room.proposal())
    table = Table()
    table.choose()
    with transaction():
        for name in ("verdict", "service"):
            db.session.execute(text(f"DELETE FROM {name}"))


def test_a_person_is_erased_and_what_their_collectivity_did_stays() -> None:
    history.happen()
    person_id = db.session.scalars(
        select(Person.id).where(Person.full_name == "Hélène Aidante")
    ).one()
    before = _of_collectivities()
    with transaction():
        for erasure in (
            "UPDATE person SET email = id || '@efface.invalid', journal_key = NULL WHERE id = :id",
            "UPDATE person SET full_name = '', function = '', organisation = '' WHERE id = :id",
            "UPDATE act SET person_id = NULL, right_id = NULL WHERE person_id = :id",
            "UPDATE journal_text SET salt = NULL, text = NULL",
            "DELETE FROM session WHERE person_id = :id",
            "DELETE FROM external_account WHERE person_id = :id",
            "DELETE FROM authenticator WHERE person_id = :id",
            "DELETE FROM recovery_code WHERE person_id = :id",
            "UPDATE contribution SET author_id = NULL, function = '' WHERE author_id = :id",
        ):
            db.session.execute(text(erasure), {"id": person_id})
    assert _of_collectivities() == before
    assert set(db.session.scalars(select(JournalText.text))) == {None}
    for event in db.session.scalars(select(JournalEvent)):
        assert merkle.leaf_hash(event.canonical) == event.leaf_hash
        assert json.loads(event.canonical)["id"] == str(event.id)
    with pytest.raises(ProgrammingError, match="only grows"), transaction():
        db.session.execute(text("UPDATE journal_text SET salt = '', text = 'Autre'"))


def _of_collectivities() -> list[int]:
    return [
        db.session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        for name in ("support", "participation", "contribution", "act", "journal_event", "mandate")
    ]
