"""How a setting is read from what people write: each reader gives its value, or says what is wrong.

Pure. A fault is a French sentence that completes the name of the setting, and never repeats a
secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

YES = frozenset({"yes", "true", "1", "on", "oui", "vrai", "y", "o"})
NO = frozenset({"no", "false", "0", "off", "non", "faux", "n"})
# Less is guessed, or is a word.
SECRET_LENGTH = 32
SECRET_VARIETY = 10
# What is written in this repository, or in so many examples, is no secret.
PUBLISHED = ("for development only", "changeme", "change-me", "secret", "password", "coconstruire")
DATABASES = frozenset({"postgresql+psycopg"})
QUEUES = frozenset({"redis", "rediss", "unix"})
# Signatures of a provider that only it can make: none that a shared secret or nobody makes.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"})
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
_ADDRESS = re.compile(r"([^<>@]*<)?[^\s<>@]+@[^\s<>@]+>?")

Reader = Callable[[str], object]


class Fault(ValueError):
    """What is wrong with a setting, after its name."""


def as_written(value: str) -> str:
    """Whatever is written."""
    return value.strip()


def boolean(value: str) -> bool:
    """Yes or no, as people write them in English and in French."""
    said = value.strip().lower()
    if said in YES:
        return True
    if said in NO:
        return False
    raise Fault("se dit « yes » ou « no »")


def whole(least: int, most: int) -> Reader:
    """A whole number between two bounds, both included."""

    def read(value: str) -> int:
        written = value.strip()
        # Longer, it is beyond any bound, and slow to read.
        if written.isascii() and written.isdigit() and len(written) <= 9:
            number = int(written)
            if least <= number <= most:
                return number
        raise Fault(f"est un nombre entier de {least} à {most}")

    return read


def secret(value: str) -> str:
    """A secret nobody guesses: long, of many signs, and not one that is published."""
    if any(value.strip().lower().startswith(known) for known in PUBLISHED):
        raise Fault("est une valeur connue de tous : tirez-en une au hasard (openssl rand -hex 32)")
    if len(value) < SECRET_LENGTH or len(set(value)) < SECRET_VARIETY:
        raise Fault(
            f"est trop facile à deviner : il faut au moins {SECRET_LENGTH} signes tirés au hasard "
            "(openssl rand -hex 32)"
        )
    return value


def one_of(names: frozenset[str], *, or_empty: bool = False) -> Reader:
    """One of these words."""

    def read(value: str) -> str:
        written = value.strip()
        if written in names or (or_empty and not written):
            return written
        raise Fault(f"vaut {' ou '.join(sorted(names))}")

    return read


def address_of(schemes: frozenset[str], example: str, *, or_empty: bool = False) -> Reader:
    """The address of a server, under one of these schemes."""

    def read(value: str) -> str:
        written = value.strip()
        if or_empty and not written:
            return written
        try:
            parts = urlsplit(written)
            _ = parts.port
        except ValueError:
            raise Fault(f"n’est pas une adresse : écrivez {example}") from None
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise Fault(
                f"commence par {' ou '.join(f'{s}://' for s in sorted(schemes))} ({example})"
            )
        return written

    return read


def host(value: str) -> str:
    """A name of the site, with its port if need be, and nothing else."""
    written = value.strip()
    if not _HOST.fullmatch(written):
        raise Fault("est un nom d’hôte seul, sans https:// ni chemin (consultation.exemple.fr)")
    return written


def sender(value: str) -> str:
    """An address e-mails come from, with its name if any."""
    written = value.strip()
    if not _ADDRESS.fullmatch(written) or not written.isprintable():
        raise Fault("est une adresse électronique (Coconstruire <ne-pas-repondre@exemple.fr>)")
    return written


def user_of(url: str) -> str:
    """The role an address of a database is used under, wherever it is said."""
    parts = urlsplit(url)
    said = parse_qs(parts.query).get("user")
    return said[-1] if said else unquote(parts.username or "")
