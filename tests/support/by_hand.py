"""What no operation does, done by the owner of the tables: the application's role may not."""

from __future__ import annotations

from sqlalchemy import Delete, Update

from app.db import as_owner, db


def by_hand(statement: Update | Delete) -> None:
    """Change rows that are committed, at once; the present session reads them again."""
    with as_owner() as session:
        session.execute(statement)
    db.session.expire_all()
