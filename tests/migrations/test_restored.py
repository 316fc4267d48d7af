"""A backup made as `deploy/` makes it is restored whole, and the application serves from it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, inspect, select, table

from app.database_check import wrong_with_the_database
from app.db import db
from app.embedded import Services, binaries, create_database, drop_database
from app.embedded.place import settle
from config import ROOT
from tests.conftest import SERVERS
from tests.support import history
from tests.support.applications import dedicated


def _played(script: str, argument: Path, services: Services) -> str:
    tools = binaries.postgresql(settle(SERVERS))
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "DATABASE_OWNER_URL": services.owner_url,
    }
    command = [str(ROOT / "deploy" / script), str(argument)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _counted(services: Services) -> dict[str, int | None]:
    engine = create_engine(services.owner_url)
    with engine.connect() as connection:
        counts = {
            name: connection.scalar(select(func.count()).select_from(table(name)))
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()
    return counts


def test_what_was_saved_is_restored_and_serves(
    app: Flask, services: Services, tmp_path: Path
) -> None:
    history.happen()
    db.session.remove()
    saved = Path(_played("sauvegarder.sh", tmp_path / "saved", services))
    assert saved.exists()
    assert list(saved.parent.iterdir()) == [saved], "nothing half made is left"
    empty = create_database(services, f"restored_{os.getpid()}")
    try:
        _played("restaurer.sh", saved, empty)
        with dedicated(empty) as restored, restored.app_context():
            upgrade()
            assert _counted(empty) == _counted(services)
            assert wrong_with_the_database() == []
            assert restored.test_client().get("/").status_code == 200
    finally:
        drop_database(services, f"restored_{os.getpid()}")


def test_only_so_many_are_kept(services: Services, tmp_path: Path) -> None:
    os.environ["KEEP"] = "2"
    try:
        made = [_played("sauvegarder.sh", tmp_path, services) for _ in range(3)]
    finally:
        del os.environ["KEEP"]
    assert sorted(map(str, tmp_path.iterdir())) == made[1:]
