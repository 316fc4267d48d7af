"""What the two embedded servers have in common: being started once, found again, and stopped."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any, ClassVar

from app.embedded.errors import EmbeddedError
from app.embedded.place import Place

POLL_SECONDS = 0.02
START_PATIENCE_SECONDS = 60.0


class Server(ABC):
    """One server of a place. Its methods are called with the place locked.

    The process and its children inherit a lock on `<name>.lock`. Taken, it says that the server
    lives, whoever started it; free, that nothing of it is left. Neither a recycled process number
    nor a pid file left by a power cut can mislead.
    """

    name: ClassVar[str]
    # From the most courteous to the surest, each with the seconds it is given.
    farewells: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, place: Place, *, durable: bool) -> None:
        self.place = place
        self.durable = durable
        self.data = place.folder / self.name.lower()
        self.log = place.folder / f"{self.name.lower()}.log"
        self._lock = place.folder / f"{self.name.lower()}.lock"
        # Written last, and inside the data so that whoever deletes them deletes it too.
        self._marker = self.data / "complete"

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def create_data(self) -> None:
        """Fill the data folder, which does not exist yet."""

    @abstractmethod
    def prepare_start(self) -> None:
        """Remove what a crash may have left, knowing that the server does not run."""

    @abstractmethod
    def finish_creation(self) -> None:
        """Complete new data, the server being up for the first time."""

    @abstractmethod
    def answers(self) -> bool: ...

    def is_alive(self) -> bool:
        descriptor = self._take_lock()
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def start(self) -> None:
        """Make sure the server answers: attach to it if it runs, start it otherwise."""
        if self.is_alive() and self._marker.exists() and self._becomes_ready():
            return
        # What a killed server left, or one whose starter died halfway, cannot serve.
        self.stop()
        if not self._marker.exists():
            if self.data.exists():
                shutil.rmtree(self.data)
            self.create_data()
        self.prepare_start()
        self._launch()
        if not self._becomes_ready():
            raise self.failure("ne démarre pas")
        if not self._marker.exists():
            self.finish_creation()
            self._marker.touch()
            self.place.account.own(self._marker)

    def stop(self) -> None:
        """End the server, whoever started it, and wait until nothing of it is left."""
        for farewell, patience in self.farewells:
            if not self.is_alive():
                return
            self._signal(farewell)
            if self._ends_within(patience):
                self._reap()
                return
        raise EmbeddedError(f"{self.name} ne s’arrête pas (processus {self._pid()}).")

    def failure(self, what: str, detail: str = "") -> EmbeddedError:
        if not detail and self.log.exists():
            detail = "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
        return EmbeddedError(
            f"{self.name} {what}. Ses derniers mots ({self.log})\u00a0:\n{detail}\n"
            f"Si rien n’y aide, supprimez {self.data}\u00a0: "
            "la commande suivante recrée tout, données de développement comprises."
        )

    def run(self, command: list[str]) -> None:
        """Run a tool of the server to its end."""
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **self._process_options(),
        )
        if done.returncode != 0:
            tail = "\n".join(done.stdout.splitlines()[-10:])
            raise self.failure("n’a pas pu créer ses données", tail)

    def _launch(self) -> None:
        lock = self._take_lock()
        if lock is None:
            raise EmbeddedError(
                f"{self.name} vient d’être lancé par une autre commande\u00a0: relancez celle-ci."
            )
        log = self.place.open(self.log.name)
        try:
            os.ftruncate(log, 0)
            os.ftruncate(lock, 0)
            process = subprocess.Popen(  # noqa: S603 - our own command
                self.command(),
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                **self._process_options(),
            )
            os.write(lock, str(process.pid).encode())
            # Another command may keep it alive after this object: `stop` goes by its number.
            process.returncode = 0
        finally:
            os.close(lock)
            os.close(log)

    def _process_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "cwd": self.place.folder,
            "stdin": subprocess.DEVNULL,
            # Away from the terminal: Ctrl-C must not stop the servers before those who use them.
            "start_new_session": True,
            # Nothing of the developer's environment (PGDATA, LC_ALL…) reaches the servers.
            "env": {"LC_ALL": "C", "TZ": "UTC"},
        }
        if not self.place.account.is_ours:
            options |= {
                "user": self.place.account.uid,
                "group": self.place.account.gid,
                "extra_groups": [],
            }
        return options

    def _take_lock(self) -> int | None:
        descriptor = self.place.open(self._lock.name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _pid(self) -> int | None:
        written = self._lock.read_text() if self._lock.exists() else ""
        return int(written) if written.isdigit() else None

    def _signal(self, farewell: signal.Signals) -> None:
        pid = self._pid()
        if pid is not None:
            # When the head is dead, the children that still have the lock are ending.
            with suppress(ProcessLookupError):
                os.kill(pid, farewell)

    def _reap(self) -> None:
        """Let the system forget the ended process, should it be our child."""
        pid = self._pid()
        if pid is not None:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while time.monotonic() < deadline and self.is_alive():
            if self.answers():
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True
