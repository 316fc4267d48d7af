"""What each role may do in the embedded databases, and how databases are copied for tests."""

import psycopg
import pytest
import redis

from app.embedded import Services, create_database, databases, drop_database


@pytest.fixture
def services(shared_services: Services) -> Services:
    for name in ("essai", "modele"):
        drop_database(shared_services, name)
    return create_database(shared_services, "essai")


def test_the_application_reads_and_writes_what_the_owner_creates(services: Services) -> None:
    with databases.connect(services.owner_url) as owner:
        owner.execute("CREATE TABLE vote (id bigserial PRIMARY KEY, word text)")
    with databases.connect(services.database_url) as application:
        application.execute("INSERT INTO vote (word) VALUES ('Été')")
        application.execute("UPDATE vote SET word = upper(word)")
        found = application.execute("SELECT word, unaccent(lower(word)) FROM vote").fetchone()
        assert found == ("ÉTÉ", "ete")
        for refused in ("TRUNCATE vote", "DROP TABLE vote", "CREATE TABLE other ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(refused.encode())


def test_a_copy_contains_its_template_and_grants_the_same(services: Services) -> None:
    template = create_database(services, "modele")
    with databases.connect(template.owner_url) as owner:
        owner.execute("CREATE TABLE vote (word text)")
        owner.execute("INSERT INTO vote VALUES ('oui')")
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
