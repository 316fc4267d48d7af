"""Run a command with the embedded servers up: `python -m app.embedded run -- COMMAND…`."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from app.embedded import EmbeddedError
from app.embedded.environment import completed_environment


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.embedded")
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="exécuter une commande, les serveurs étant démarrés")
    run.add_argument("--root", type=Path, default=Path(".local"), help="dossier des serveurs")
    run.add_argument("command", nargs="+", metavar="COMMANDE")
    chosen = parser.parse_args()
    # Ends the blocks below, and with them the servers, instead of the process alone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with completed_environment(chosen.root) as (environment, _):
            return _run(chosen.command, environment)
    except EmbeddedError as error:
        sys.exit(str(error))


def _run(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - what it is for
        # Ctrl-C reaches the command too, which decides when it ends; SIGTERM only this process.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    # As a shell does, for a command that a signal ended.
    return code if code >= 0 else 128 - code


sys.exit(main())
