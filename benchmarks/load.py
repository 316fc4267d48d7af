"""The site as `deploy/` serves it, asked for more and more: what it answers, and what it puts off.

Requests leave at fixed rates whatever becomes of those before: whoever is slow is not spared the
next one. One in six is a new support, the others are anonymous lists and proposals.
"""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from socket import socket
from time import sleep

import requests
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.embedded import Services
from app.factory import create_app
from app.seeds import demonstration
from app.seeds.story import Moment
from benchmarks.crowd import HOST, reads, supports
from benchmarks.http import PATIENCE_SECONDS, Answer, Connections, Request, at_rate
from benchmarks.territories import Measure
from config import ROOT, Production
from consultation.proposals.models import Proposal

UNIT = ROOT / "deploy" / "coconstruire-web.service"
RATES = (50, 100, 150, 200, 300, 400)
SECONDS = 12
SUPPORT_ONE_IN = 6
PEOPLE = 300
# Behind these, the first pages of each process, which are not counted.
WARMING = 100


def run(_app: Flask, services: Services) -> list[Measure]:
    """Measure each rate in turn."""
    demonstration.replay(Moment.SUPPORT)
    numbers = db.session.scalars(select(Proposal.number).order_by(Proposal.number)).all()
    settings = _settings(services)
    site = create_app(Production(settings))
    with site.app_context():
        crowd = _Crowd(iter(supports(site, PEOPLE, numbers)), iter(reads(numbers)))
        with _served(settings) as port:
            asyncio.run(crowd.ask(WARMING, WARMING, port))
            rounds = [asyncio.run(crowd.ask(rate, rate * SECONDS, port)) for rate in RATES]
        db.engine.dispose()
    return [
        measure
        for rate, answers in zip(RATES, rounds, strict=True)
        for measure in _measures(rate, answers)
    ]


@dataclass
class _Crowd:
    """Whoever asks: some support, the others read."""

    supports: Iterator[Request]
    reads: Iterator[Request]

    async def ask(self, rate: int, times: int, port: int) -> list[tuple[Request, Answer]]:
        asked = [
            next(self.reads if position % SUPPORT_ONE_IN else self.supports)
            for position in range(times)
        ]
        connections = Connections("127.0.0.1", port)
        try:
            return await at_rate(rate, asked, connections)
        finally:
            connections.close()


def _measures(rate: int, answers: list[tuple[Request, Answer]]) -> Iterator[Measure]:
    reads = [answer for asked, answer in answers if not asked.is_act]
    acts = [answer for asked, answer in answers if asked.is_act]
    answered = [each for each in reads if each.status == 200]
    shed = [each for each in reads if each.status == 503]
    given = [each for each in acts if each.status == 303]
    name = f"load, {rate}/s"
    others = len(reads) - len(answered) - len(shed)
    yield name, "reads answered", len(answered) / SECONDS, "/s", f"{others} neither 200 nor 503"
    yield name, "reads put off", 100 * len(shed) / len(reads), "%", "503, Retry-After"
    yield name, "reads p95", _p95(answered), "ms", "of those answered"

    yield name, "supports refused", float(len(acts) - len(given)), "", f"of {len(acts)}"
    yield name, "supports p95", _p95(given), "ms", ""


def _p95(answers: list[Answer]) -> float:
    times = sorted(each.milliseconds for each in answers)
    return times[len(times) * 95 // 100] if times else float("nan")


def _settings(services: Services) -> dict[str, str]:
    """Those of a production on this machine, over the servers of the measures."""
    return {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "COCONSTRUIRE_ENV": "production",
        "SECRET_KEY": secrets.token_hex(32),
        "SERVER_NAME": HOST,
        "TRUSTED_PROXIES": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_DEFAULT_SENDER": "ne-pas-repondre@exemple.fr",
    }


@contextmanager
def _served(settings: dict[str, str]) -> Iterator[int]:
    """The command of the unit, on a free port."""
    [line] = [each for each in UNIT.read_text().splitlines() if each.startswith("ExecStart=")]
    command = line.removeprefix("ExecStart=").split()
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command[0] = str(Path(sys.executable).with_name("granian"))
    command[command.index("--port") + 1] = str(port)
    site = subprocess.Popen(command, cwd=ROOT, env={**environ, **settings})
    try:
        while not _answers(port):
            assert site.poll() is None, "the site did not start"
            sleep(0.1)
        yield port
    finally:
        site.terminate()
        site.wait(PATIENCE_SECONDS)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/sante", timeout=1).ok
    except requests.RequestException:
        return False
