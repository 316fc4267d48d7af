"""What is wrong with an installation, in sentences for who installs it: `flask check` says them."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from flask import current_app
from redis import Redis, RedisError
from redis.exceptions import ResponseError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.database_check import wrong_with_the_database
from app.db import db

# Beyond, a deadline would not be the same for the database and for the pages.
MOST_SECONDS_APART = 2.0
# A link of sign-in that Valkey would forget to make room is a link nobody can follow.
KEEPS_EVERYTHING = "noeviction"
_PROBE = "check:probe"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def wrong_with_the_installation(environ: Mapping[str, str] | None = None) -> list[str]:
    """All that is wrong with the settings and with the servers they name, a sentence each.

    Sends nothing to anybody, and leaves nothing behind. Within an application's context.
    """
    environ = os.environ if environ is None else environ
    found = [*_of_the_settings(environ), *wrong_with_the_database(), *_of_the_clock()]
    return [*found, *_of_valkey(), *_of_the_mail_server()]


def _of_the_settings(environ: Mapping[str, str]) -> Iterator[str]:
    known = [*current_app.config["SETTINGS"], "COCONSTRUIRE_ENV"]
    for name in sorted(set(environ) - set(known)):
        meant = get_close_matches(name, known, n=1, cutoff=0.85)
        if meant:
            yield f"{name} n’est pas un réglage : peut-être {meant[0]}."
        elif name.startswith("COCONSTRUIRE_"):
            yield f"{name} n’est pas un réglage."
    config = current_app.config
    away = config["MAIL_SERVER"] and config["MAIL_SERVER"] not in _HERE
    if config["MAIL_BACKEND"] == "smtp" and away and not config["MAIL_USE_TLS"]:
        yield "MAIL_USE_TLS est à « no » : les courriers et leurs liens partent en clair."


def _of_the_clock() -> Iterator[str]:
    try:
        there = db.session.scalar(text("SELECT clock_timestamp()"))
    except SQLAlchemyError:
        # That it does not answer is said already.
        return
    finally:
        db.session.rollback()
    apart = abs((clock.now() - there).total_seconds()) if there else 0
    if apart > MOST_SECONDS_APART:
        yield (
            f"L’horloge de cette machine et celle de la base diffèrent de {apart:.0f} s : "
            "réglez-les sur le même serveur de temps (NTP)."
        )


def _of_valkey() -> Iterator[str]:
    queue: Redis = Redis.from_url(
        current_app.config["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2
    )
    try:
        queue.set(_PROBE, 1, ex=10)
        queue.delete(_PROBE)
        policy = _policy(queue)
    except RedisError as error:
        yield f"Valkey ne répond pas à REDIS_URL, ou refuse d’écrire : {error}."
        return
    if policy not in {KEEPS_EVERYTHING, ""}:
        yield (
            f"Valkey oublie des clés quand la mémoire manque ({policy}) : réglez "
            f"maxmemory-policy à {KEEPS_EVERYTHING}."
        )


def _policy(queue: Redis) -> str:
    """What it does when memory lacks; nothing where its host keeps that to itself."""
    try:
        said = queue.config_get("maxmemory-policy")
    except ResponseError:
        return ""
    return str(said.get("maxmemory-policy", ""))  # type: ignore[union-attr]


def _of_the_mail_server() -> Iterator[str]:
    config = current_app.config
    if config["MAIL_BACKEND"] != "smtp":
        return
    try:
        with smtplib.SMTP(config["MAIL_SERVER"], config["MAIL_PORT"], timeout=5) as server:
            server.ehlo()
            if config["MAIL_USE_TLS"]:
                server.starttls()
            if config["MAIL_USERNAME"]:
                server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"] or "")
    except smtplib.SMTPAuthenticationError:
        yield "Le serveur de courrier refuse MAIL_USERNAME et MAIL_PASSWORD."
    except (OSError, smtplib.SMTPException) as error:
        yield f"Le serveur de courrier ne répond pas comme prévu à MAIL_SERVER : {error}."
