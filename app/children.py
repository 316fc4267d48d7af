"""The processes `make run` keeps together: started, started again when they die, and ended."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from multiprocessing import get_context
from pathlib import Path
from typing import cast

from app.embedded import EmbeddedError, Running

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LAST_LINES, LAST_WORDS = 20, 3
# RQ finishes the job in hand at the first SIGTERM and abandons it at the second.
FAREWELLS = ((signal.SIGTERM, 2.0), (signal.SIGTERM, 1.0), (signal.SIGKILL, 1.0))
# What dies more often than this is not mended by starting it again.
MOST_DEATHS, WITHIN_SECONDS = 5, 60.0
FIRST_PAUSE_SECONDS = 0.5
SERVERS_LOOK_SECONDS = 1.0


class ServingError(Exception):
    """`make run` cannot go on; its text is a French sentence with the way out."""


class Child:
    """A process of ours, in a session of its own so that Ctrl-C reaches only the supervisor.

    It is forked, and begins with all that the supervisor has imported.
    """

    def __init__(
        self,
        title: str,
        task: Callable[[], object],
        environment: Mapping[str, str],
        log: Path | None,
    ) -> None:
        self.title = title
        self.log = log
        self._begins = (task, environment, log, os.getpid())
        if log is not None:
            log.write_bytes(b"")
        self.start()

    def start(self) -> None:
        """Start it, or start it again once it is dead."""
        self._process = get_context("fork").Process(target=_begin, args=self._begins)
        self._process.start()

    @property
    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def stop(self) -> None:
        """End it, and whatever it started."""
        assert self._process.pid is not None
        for farewell, patience in FAREWELLS:
            # To the whole group, even when its head is dead: nothing of it must remain.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, farewell)
            self._process.join(patience)
            if self.code is not None:
                break
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def death(self) -> ServingError:
        """That it is dead, with its last words."""
        said = f"Arrêt imprévu\u00a0: {self.title} (code {self.code})."
        if self.log is not None:
            said += f" Ses dernières lignes ({self.log})\u00a0:\n{self.last_lines(LAST_LINES)}"
        return ServingError(said)

    def last_lines(self, many: int) -> str:
        """The last it wrote."""
        assert self.log is not None
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-many:])


def _begin(
    task: Callable[[], object], environment: Mapping[str, str], log: Path | None, supervisor: int
) -> None:
    """Become a child: nothing of the supervisor remains but what it has imported."""
    os.setsid()
    die_with(supervisor)
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if log is not None:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output, stream.fileno())
            cast("TextIOWrapper", stream).reconfigure(line_buffering=True)
    os.environ.clear()
    os.environ.update(environment)
    task()


def die_with(supervisor: int) -> None:
    """Have this process end with its supervisor even if that is killed, where the system can."""
    if sys.platform.startswith("linux"):
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)
    if os.getppid() != supervisor:
        sys.exit(1)


class Keeper:
    """Starts again what dies, after a pause that grows; gives up on what dies too often."""

    def __init__(
        self, children: Sequence[Child], servers: Running | None, say: Callable[[str], None]
    ) -> None:
        self._children = children
        self._servers = servers
        self._say = say
        self._deaths: dict[str, list[float]] = {}
        self._due: dict[str, float] = {}
        self._look_at_servers_at = 0.0

    def look(self) -> bool:
        """See who died since. Raises ServingError when one dies too often; never satisfied."""
        now = time.monotonic()
        if self._servers is not None and now >= self._look_at_servers_at:
            self._look_at_servers_at = now + self._mend(self._servers, now)
        for child in self._children:
            if child.code is not None:
                self._revive(child, now)
        return False

    def _mend(self, servers: Running, now: float) -> float:
        """Start again the servers that died; return the seconds until the next look."""
        try:
            names = servers.mend()
        except EmbeddedError as error:
            deaths = self._count("Un serveur", now)
            if deaths > MOST_DEATHS:
                raise
            self._say(f"{error}")
            return _pause(deaths)
        deaths = max((self._count(name, now) for name in names), default=0)
        for name in names:
            self._say(f"{name} s’est arrêté\u00a0: relancé, avec ses données.")
        if deaths > MOST_DEATHS:
            raise ServingError(
                f"{' et '.join(names)} s’arrête sans cesse. Voyez son journal dans .local/."
            )
        return _pause(deaths) if deaths else SERVERS_LOOK_SECONDS

    def _revive(self, child: Child, now: float) -> None:
        if child.title not in self._due:
            deaths = self._count(child.title, now)
            if deaths > MOST_DEATHS:
                raise child.death()
            self._due[child.title] = now + _pause(deaths)
            after = f"{_pause(deaths):g}\u00a0s".replace(".", ",")
            self._say(
                f"Arrêt imprévu\u00a0: {child.title} (code {child.code}). Relancé dans {after}."
            )
            if child.log and (words := child.last_lines(LAST_WORDS)):
                self._say(f"Ses derniers mots ({child.log})\u00a0:\n{words}")
        elif now >= self._due[child.title]:
            del self._due[child.title]
            # Whatever it had started goes first.
            child.stop()
            child.start()

    def _count(self, name: str, now: float) -> int:
        recent = [each for each in self._deaths.get(name, []) if now - each < WITHIN_SECONDS]
        self._deaths[name] = [*recent, now]
        return len(recent) + 1


def _pause(deaths: int) -> float:
    """Seconds to wait after so many deaths in a row."""
    return FIRST_PAUSE_SECONDS * float(2 ** (deaths - 1))
