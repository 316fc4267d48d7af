"""What each role may do in the embedded databases, and how databases are copied for tests."""

from typing import LiteralString

import psycopg
import pytest
import redis

from app.embedded import Services, create_database, databases, drop_database


@pytest.fixture
def services(shared_services: Services) -> Services:
    for name in ("essai", "modele"):
        drop_database(shared_services, name)
    return create_database(shared_services, "essai")


def test_the_application_may_do_what_it_is_granted_and_nothing_else(services: Services) -> None:
    with (
        databases.connect(services.owner_url) as owner,
        databases.connect(services.database_url) as application,
    ):
        owner.execute("CREATE TABLE vote (id serial PRIMARY KEY, word text)")
        _is_refused(application, "SELECT FROM vote", "INSERT INTO vote VALUES (1, 'oui')")
        owner.execute(f"GRANT SELECT, INSERT, UPDATE ON vote TO {databases.APPLICATION}")
        application.execute("INSERT INTO vote VALUES (1, 'Été')")
        application.execute("UPDATE vote SET word = upper(word)")
        found = application.execute("SELECT word, unaccent(lower(word)) FROM vote").fetchone()
        assert found == ("ÉTÉ", "ete")
        _is_refused(
            application,
            "DELETE FROM vote",
            "TRUNCATE vote",
            "DROP TABLE vote",
            "CREATE TABLE other ()",
            "CREATE TEMPORARY TABLE other ()",
            "CREATE SCHEMA other",
        )


def _is_refused(application: psycopg.Connection, *statements: LiteralString) -> None:
    for statement in statements:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


def test_a_copy_contains_its_template_and_grants_the_same(services: Services) -> None:
    template = create_database(services, "modele")
    with databases.connect(template.owner_url) as owner:
        owner.execute("CREATE TABLE vote (word text)")
        owner.execute("INSERT INTO vote VALUES ('oui')")
        owner.execute(f"GRANT SELECT, INSERT ON vote TO {databases.APPLICATION}")
    drop_database(services, "essai")
    copy = create_database(services, "essai", template="modele")
    assert copy == services
    with databases.connect(copy.database_url) as application:
        application.execute("INSERT INTO vote VALUES ('non')")
        assert application.execute("SELECT count(*) FROM vote").fetchone() == (2,)
    with databases.connect(template.database_url) as application:
        assert application.execute("SELECT count(*) FROM vote").fetchone() == (1,)


def test_dropping_closes_what_is_connected_and_forgives_absence(services: Services) -> None:
    with databases.connect(services.database_url) as application:
        drop_database(services, "essai")
        with pytest.raises(psycopg.OperationalError):
            application.execute("SELECT 1")
    drop_database(services, "essai")


def test_valkey_numbers_are_apart(services: Services) -> None:
    other = services.for_database("essai", redis_db=63)
    with (
        redis.Redis.from_url(services.redis_url) as first,
        redis.Redis.from_url(other.redis_url) as second,
    ):
        first.set("word", "oui")
        assert second.get("word") is None


def test_servers_listen_on_no_network(services: Services) -> None:
    with databases.connect(services.owner_url) as owner:
        assert owner.execute("SHOW listen_addresses").fetchone() == ("",)
    with redis.Redis.from_url(services.redis_url) as client:
        assert client.config_get("port") == {"port": "0"}
