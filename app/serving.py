"""What `make run` does: servers, preparation, web and worker, kept together until Ctrl-C."""

import argparse
import http.client
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from app import clock
from app.children import STOPS, Child, Keeper, ServingError
from app.embedded import EmbeddedError
from app.embedded.environment import completed_environment
from app.seeds.story import Moment

HOST = "127.0.0.1"
ROOT = Path(".local")
SIGN_INS = ROOT / "demo-sign-ins.txt"
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05


class Stop:
    """Whether somebody asked to stop: a flag read between steps, which are never interrupted."""

    def __init__(self) -> None:
        self._asked = False
        for number in STOPS:
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def wait(
        self, until: Callable[[], bool], *, alive: list[Child], seconds: float = float("inf")
    ) -> bool:
        """Wait for a condition while the children live; False when the time is out.

        Raises KeyboardInterrupt when asked to stop, ServingError when a child dies.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._asked:
                raise KeyboardInterrupt
            if until():
                return True
            for child in alive:
                if child.code is not None:
                    raise child.death()
            time.sleep(POLL_SECONDS)
        return False


def serve(port: int) -> int:
    """Serve the platform on `port` until Ctrl-C or SIGTERM, and return the exit code."""
    stop = Stop()
    try:
        _check_port(port)
        _serve(port, stop)
    except KeyboardInterrupt:
        _say("Tout est arrêté\u00a0; les données sont gardées.")
    except (ServingError, EmbeddedError) as error:
        click.echo(f"\n{error}", err=True)
        return 1
    return 0


def _serve(port: int, stop: Stop) -> None:
    ROOT.mkdir(exist_ok=True)
    with ExitStack() as stack:
        began = time.monotonic()
        environment, servers = stack.enter_context(completed_environment(ROOT))
        environment.setdefault("SERVER_NAME", f"{HOST}:{port}")
        _say("Base de données prête", since=began)
        if servers is not None and servers.is_outside:
            _say(
                f"Ses données sont dans {servers.folder}\u00a0: son compte n’a pas accès à {ROOT}/."
            )

        def child(title: str, log: str | None, task: Callable[[], object]) -> Child:
            started = Child(title, task, environment, None if log is None else ROOT / log)
            stack.callback(started.stop)
            return started

        began = time.monotonic()
        # The whole application: once for all the children, when nothing prevents serving any more.
        from app import processes

        # The site starts beside the preparation, which it does not need to be read: its address is
        # only printed once both are done.
        web = child("serveur web", "web.log", partial(processes.serve_web, HOST, port))
        preparation = child("préparation des données", None, processes.prepare)
        stop.wait(lambda: preparation.code is not None, alive=[web])
        if preparation.code != 0:
            raise preparation.death()
        _say("Données prêtes", since=began)

        began = time.monotonic()
        if not stop.wait(lambda: _answers(port), alive=[web], seconds=PATIENCE_SECONDS):
            raise ServingError(f"Le site ne répond pas. Voyez {web.log}.")
        worker = child("travailleur", "worker.log", processes.serve_queue)
        _say("Site prêt", since=began)
        _say(f"\n    http://{HOST}:{port}/\n")
        if SIGN_INS.exists():
            _say(SIGN_INS.read_text().rstrip() + "\n")
            _say(f"Pour essayer les autres moments\u00a0: http://{HOST}:{port}/demonstration")
            _say(f"ou, dans un autre terminal\u00a0: make demo AT={'|'.join(Moment)}\n")
        _say(f"Journaux\u00a0: {web.log}, {worker.log}. Ctrl-C arrête tout.")
        stop.wait(Keeper([web, worker], servers, _say_when).look, alive=[])


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise ServingError(
                f"Le port {port} est réservé à l’administrateur de la machine\u00a0: lancez "
                "`make run PORT=8000`."
            ) from error
        except OSError as error:
            raise ServingError(
                f"Le port {port} est déjà utilisé\u00a0: arrêtez l’autre programme ou lancez "
                f"`make run PORT={port % 65535 + 1}`."
            ) from error


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _say(line: str, *, since: float | None = None) -> None:
    took = "" if since is None else f" ({time.monotonic() - since:.1f}\u00a0s)".replace(".", ",")
    click.echo(line + took)


def _say_when(line: str) -> None:
    _say(f"{clock.in_paris(clock.now()):%H:%M:%S}  {line}")


def _port(written: str) -> int:
    if not written.isdecimal() or not 0 < int(written) < 65536:
        raise argparse.ArgumentTypeError("un port est un nombre de 1 à 65535.")
    return int(written)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.serving")
    parser.add_argument("--port", type=_port, default=8000)
    return serve(parser.parse_args().port)


if __name__ == "__main__":
    sys.exit(main())
