"""The tables are those of the migrations, and no collection is loaded behind one's back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import RelationshipProperty

from app.db import Base


@pytest.mark.usefixtures("application")
def test_the_migrations_make_the_models(application: Flask) -> None:
    engine = create_engine(application.config["DATABASE_OWNER_URL"])
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def _relationships() -> Iterator[RelationshipProperty[object]]:
    for mapper in Base.registry.mappers:
        yield from mapper.relationships


@pytest.mark.usefixtures("application")
def test_no_relationship_is_lazily_loaded() -> None:
    found = list(_relationships())
    assert found
    assert [str(relationship) for relationship in found if relationship.lazy != "raise"] == []
