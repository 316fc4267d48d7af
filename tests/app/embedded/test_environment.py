"""`python -m app.embedded run`: a command finds its servers in its environment."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SAID = "import os; print(*(os.environ.get(n) for n in ('DATABASE_URL', 'REDIS_URL')), sep='\\n')"


def run(root: Path, program: str, **given: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    }
    command = [sys.executable, "-c", program]
    return subprocess.run(
        [sys.executable, "-m", "app.embedded", "run", "--root", str(root), "--", *command],
        cwd=REPOSITORY,
        env=environment | given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_addresses_given_are_used_and_nothing_starts(new_root: Path) -> None:
    given = {"DATABASE_URL": "postgresql+psycopg://elsewhere/db", "REDIS_URL": "redis://elsewhere"}
    assert run(new_root, SAID, **given).stdout.split() == list(given.values())
    assert not new_root.exists()


def test_the_missing_address_alone_is_completed(new_root: Path) -> None:
    database, queue = run(
        new_root, SAID, DATABASE_URL="postgresql+psycopg://elsewhere/db"
    ).stdout.split()
    assert database == "postgresql+psycopg://elsewhere/db"
    assert queue == f"unix://{new_root}/services/run/valkey.sock?db=0"
    assert not (new_root / "services" / "postgresql").exists()


def test_the_exit_code_is_the_command_s(new_root: Path) -> None:
    given = {"DATABASE_URL": "postgresql+psycopg://elsewhere/db", "REDIS_URL": "redis://elsewhere"}
    assert run(new_root, "import sys; sys.exit(7)", **given).returncode == 7
