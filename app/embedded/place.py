"""Where the embedded servers live, and under which account they run.

Everything (data, sockets, logs, locks) is in one folder that only their account can enter. That
folder is the whole protection: the servers listen on Unix sockets inside it and nowhere else, so
whoever reaches them is the developer or root already, and a password would lie next to the data it
protects. It also makes every address a function of the folder: no free port to find, nothing to
remember between two starts.
"""

import fcntl
import hashlib
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import EmbeddedError

# A Unix socket's path has at most 103 bytes on macOS and 107 on Linux.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")
NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """The system account that owns the data and runs the servers."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether the account may walk down to `path`, judging by its folders' permissions."""
        return self.is_ours or all(self._can_enter(folder) for folder in path.resolve().parents)

    def _can_enter(self, folder: Path) -> bool:
        found = folder.stat()
        return bool(found.st_mode & (stat.S_IXUSR if found.st_uid == self.uid else stat.S_IXOTH))


@dataclass(frozen=True)
class Place:
    """The folder of the embedded servers, that of their sockets, and their account."""

    folder: Path
    sockets: Path
    account: Account
    is_outside: bool

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the place: no one else starts or stops its servers meanwhile."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def open(self, name: str) -> int:
        """Open a file of the folder, created if need be, and return its descriptor."""
        descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        self.account.own(self.folder / name)
        return descriptor


def settle(root: Path) -> Place:
    """Return the place of the servers of `root`, created if need be.

    It is `root`/services, unless the servers' account cannot walk down to it (a checkout in root's
    private home): then a folder under /var/tmp named after `root`. Raises EmbeddedError.
    """
    root = root.resolve()
    digest = hashlib.sha256(bytes(root)).hexdigest()
    # /var/tmp outlives a restart of the machine, /tmp may not.
    outside = Path("/var/tmp") / f"coconstruire-{digest[:12]}"  # noqa: S108 - see _private_folder
    try:
        _create(root)
        account = _account(root)
        inside = root / "services"
        is_outside = not account.can_reach(inside)
        folder = _private_folder(outside if is_outside else inside, account)
        sockets = folder / "run"
        if len(bytes(sockets)) + LONGEST_SOCKET_NAME > LONGEST_SOCKET_PATH:
            sockets = _private_folder(outside, account) / "run"
        return Place(folder, _private_folder(sockets, account), account, is_outside)
    except OSError as error:
        raise EmbeddedError(
            f"Impossible de préparer le dossier des serveurs dans {root}\u00a0: {error.strerror} "
            f"({error.filename}). Donnez-vous le droit d’y écrire, puis relancez la commande."
        ) from error


def _create(root: Path) -> None:
    if not root.exists():
        root.mkdir(parents=True, exist_ok=True)
        # Root working in someone's project must not leave there a folder closed to them.
        if os.geteuid() == 0:
            parent = root.parent.stat()
            os.chown(root, parent.st_uid, parent.st_gid)


def _account(root: Path) -> Account:
    """Return the caller's account; for root, that of the project's owner, or nobody's.

    PostgreSQL refuses to run as root.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    services = root / "services"
    for folder in (services, root.parent) if services.exists() else (root.parent,):
        owner = folder.stat()
        if owner.st_uid != 0 and _is_named(owner.st_uid):
            return Account(owner.st_uid, owner.st_gid)
    return Account(NOBODY, NOBODY)


def _is_named(uid: int) -> bool:
    # initdb refuses an account that has no name.
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _private_folder(folder: Path, account: Account) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # Under /var/tmp anyone may have created this name first, or a link in its stead.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedError(
            f"Le dossier {folder} appartient à un autre compte. Relancez la commande avec ce "
            "compte, ou supprimez ce dossier\u00a0: les données de développement qu’il contient "
            "seront perdues."
        )
    folder.chmod(0o700)
    account.own(folder)
    return folder
