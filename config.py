"""Settings, one class per environment. Each is read from the variable of the same name.

`docs/operations.md` describes every one of them; a test keeps the two in step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.settings import (
    ALGORITHMS,
    DATABASES,
    QUEUES,
    Fault,
    Reader,
    address_of,
    as_written,
    boolean,
    host,
    one_of,
    secret,
    sender,
    user_of,
    whole,
)

ROOT = Path(__file__).parent


class WrongSettings(RuntimeError):
    """What is wrong with the settings, all at once: this environment may not start."""


DATABASE = address_of(DATABASES, "postgresql+psycopg://role:secret@serveur/base")
# How each setting is read; the others are taken as they are written.
READERS: Mapping[str, Reader] = {
    "DATABASE_URL": DATABASE,
    "DATABASE_OWNER_URL": address_of(
        DATABASES, "postgresql+psycopg://proprietaire:secret@serveur/base", or_empty=True
    ),
    "REDIS_URL": address_of(QUEUES, "redis://serveur:6379/0"),
    "SERVER_NAME": host,
    "PREFERRED_URL_SCHEME": one_of(frozenset({"http", "https"})),
    # Beyond, anyone would write where they come from.
    "TRUSTED_PROXIES": whole(0, 5),
    "MAIL_PORT": whole(1, 65535),
    "MAIL_USE_TLS": boolean,
    "MAIL_DEFAULT_SENDER": sender,
    "SENTENCES_LOCALE": one_of(frozenset({"fr"})),
    "SESSION_DAYS": whole(1, 365),
    "SESSION_IDLE_DAYS": whole(1, 365),
    "STEP_UP_HOURS": whole(1, 24),
    "OIDC_ISSUER": address_of(
        frozenset({"http", "https"}), "https://fournisseur.exemple.fr", or_empty=True
    ),
    "OIDC_ID_TOKEN_ALG": one_of(ALGORITHMS),
    "OIDC_USERINFO_ALG": one_of(ALGORITHMS, or_empty=True),
}


class Config:
    """What every environment shares."""

    ENVIRONMENT = ""
    READERS = READERS
    # Each setting and its default; None is "must be set".
    DEFAULTS: Mapping[str, str | None] = {
        "SECRET_KEY": None,
        "DATABASE_URL": None,
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": None,
        "SERVER_NAME": None,
        "PREFERRED_URL_SCHEME": "https",
        "TRUSTED_PROXIES": None,
        "MAIL_SERVER": None,
        "MAIL_PORT": "587",
        "MAIL_USERNAME": "",
        "MAIL_PASSWORD": "",
        "MAIL_USE_TLS": "yes",
        "MAIL_DEFAULT_SENDER": None,
        "SENTENCES_LOCALE": "fr",
        "SESSION_DAYS": "30",
        "SESSION_IDLE_DAYS": "14",
        "OIDC_ISSUER": "",
        "OIDC_CLIENT_ID": "",
        "OIDC_CLIENT_SECRET": "",
        "OIDC_NAME": "ProConnect",
        "OIDC_SCOPES": "openid given_name usual_name email siret",
        "OIDC_ACR_VALUES": "",
        "OIDC_ID_TOKEN_ALG": "RS256",
        "OIDC_USERINFO_ALG": "RS256",
        "STEP_UP_HOURS": "8",
        "SECURITY_CONTACT": "",
    }
    MAIL_BACKEND = "smtp"
    MAIL_TIMEOUT = 20
    # Whether static files are looked at anew at each request.
    FILES_CHANGE = False
    # Each answer is compressed as it leaves; static files are once for all, see app/assets.py.
    COMPRESS_ALGORITHM = ("br", "gzip")
    COMPRESS_MIMETYPES = (
        "text/html",
        "text/plain",
        "text/csv",
        "application/json",
        "application/problem+json",
    )
    COMPRESS_STREAMS = False
    # The folder of the demonstration's accounts; without one, no demonstration is ever loaded.
    LOCAL_FOLDER: str | None = None

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-coconstruire"

    SQLALCHEMY_ENGINE_OPTIONS = {
        "pool_pre_ping": True,
        # With the five kept open, one for each thread of a process that serves.
        "max_overflow": 15,
        "pool_timeout": 5,
        # What people wrote stays out of the logs of errors.
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 3,
            "options": "-c lock_timeout=20s -c statement_timeout=60s",
        },
    }
    MAX_CONTENT_LENGTH = 2 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 1024 * 1024
    WTF_CSRF_TIME_LIMIT = 12 * 60 * 60

    # A page never waits longer for Valkey than this, in seconds.
    REDIS_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    RATELIMIT_STORAGE_OPTIONS = REDIS_PATIENCE
    RATELIMIT_ENABLED = True
    RATELIMIT_HEADERS_ENABLED = True
    RATELIMIT_STRATEGY = "moving-window"
    RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = True
    RATELIMIT_SWALLOW_ERRORS = True

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        faults = []
        for name, default in self.DEFAULTS.items():
            written = environ.get(name, default)
            if written is None:
                faults.append(f"{name} est obligatoire")
                continue
            try:
                values[name] = self.READERS.get(name, as_written)(written)
            except Fault as fault:
                faults.append(f"{name} {fault}")
        faults += self._contradictions(values)
        if faults:
            raise WrongSettings(
                f"L’environnement « {self.ENVIRONMENT} » ne démarre pas :\n"
                + "".join(f"  – {fault}.\n" for fault in faults)
                + "Voir docs/operations.md."
            )
        self.SETTINGS = tuple(self.DEFAULTS)
        self._settle(values)

    def _contradictions(self, values: Mapping[str, Any]) -> Iterator[str]:
        """What settings say that does not go together, those that can be read."""
        if values.get("OIDC_ISSUER"):
            for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
                if not values.get(name):
                    yield f"OIDC_ISSUER ne va pas sans {name}"
        if values.get("SESSION_IDLE_DAYS", 0) > values.get("SESSION_DAYS", 365):
            yield "SESSION_IDLE_DAYS ne dépasse pas SESSION_DAYS"

    def _settle(self, values: Mapping[str, Any]) -> None:
        self.SECRET_KEY = values["SECRET_KEY"]
        self.SQLALCHEMY_DATABASE_URI = values["DATABASE_URL"]
        self.DATABASE_OWNER_URL = values["DATABASE_OWNER_URL"] or values["DATABASE_URL"]
        self.REDIS_URL = values["REDIS_URL"]
        # Flask-Limiter names the same socket another way.
        scheme = "redis+" if self.REDIS_URL.startswith("unix:") else ""
        self.RATELIMIT_STORAGE_URI = scheme + self.REDIS_URL
        self.SERVER_NAME = values["SERVER_NAME"]
        self.PREFERRED_URL_SCHEME = values["PREFERRED_URL_SCHEME"]
        self.TRUSTED_PROXIES = values["TRUSTED_PROXIES"]
        self.MAIL_SERVER = values["MAIL_SERVER"]
        self.MAIL_PORT = values["MAIL_PORT"]
        self.MAIL_USERNAME = values["MAIL_USERNAME"] or None
        self.MAIL_PASSWORD = values["MAIL_PASSWORD"] or None
        self.MAIL_USE_TLS = values["MAIL_USE_TLS"]
        self.MAIL_DEFAULT_SENDER = values["MAIL_DEFAULT_SENDER"]
        self.SECURITY_CONTACT = values["SECURITY_CONTACT"]
        self.STEP_UP_HOURS = values["STEP_UP_HOURS"]
        self.SESSION_DAYS = values["SESSION_DAYS"]
        self.SESSION_IDLE_DAYS = values["SESSION_IDLE_DAYS"]
        self.PERMANENT_SESSION_LIFETIME = timedelta(days=self.SESSION_DAYS)
        self.OIDC_ISSUER = values["OIDC_ISSUER"]
        self.OIDC_CLIENT_ID = values["OIDC_CLIENT_ID"]
        self.OIDC_CLIENT_SECRET = values["OIDC_CLIENT_SECRET"]
        self.OIDC_NAME = values["OIDC_NAME"]
        self.OIDC_SCOPES = values["OIDC_SCOPES"]
        self.OIDC_ACR_VALUES = values["OIDC_ACR_VALUES"]
        self.OIDC_ID_TOKEN_ALG = values["OIDC_ID_TOKEN_ALG"]
        self.OIDC_USERINFO_ALG = values["OIDC_USERINFO_ALG"]
        self.BABEL_DEFAULT_LOCALE = values["SENTENCES_LOCALE"]
        self.BABEL_DEFAULT_TIMEZONE = "Europe/Paris"


class Production(Config):
    """Refuses to start without its secrets, or with what would not protect people."""

    ENVIRONMENT = "production"
    READERS = {
        **READERS,
        "SECRET_KEY": secret,
        "PREFERRED_URL_SCHEME": one_of(frozenset({"https"})),
        "OIDC_ISSUER": address_of(
            frozenset({"https"}), "https://fournisseur.exemple.fr", or_empty=True
        ),
    }

    def _settle(self, values: Mapping[str, Any]) -> None:
        super()._settle(values)
        # By another name, one would write links of that name in pages and e-mails. Whoever watches
        # from this machine asks by its own.
        self.TRUSTED_HOSTS = [self.SERVER_NAME.partition(":")[0], "localhost", "127.0.0.1"]

    def _contradictions(self, values: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._contradictions(values)
        owner, application = values.get("DATABASE_OWNER_URL"), values.get("DATABASE_URL")
        if owner and application and user_of(owner) == user_of(application):
            yield (
                "DATABASE_URL emploie le rôle propriétaire : l’application a le sien, qui peut "
                "moins (voir « Les rôles de la base »)"
            )


class Development(Config):
    """On one's own machine: the embedded servers, and e-mails kept in a folder."""

    ENVIRONMENT = "development"
    DEFAULTS = {
        **Config.DEFAULTS,
        "SECRET_KEY": "for development only",
        "SERVER_NAME": "127.0.0.1:8000",
        "PREFERRED_URL_SCHEME": "http",
        "TRUSTED_PROXIES": "0",
        "MAIL_SERVER": "",
        "MAIL_DEFAULT_SENDER": "Coconstruire <ne-pas-repondre@coconstruire.invalid>",
    }
    MAIL_BACKEND = "file"
    FILES_CHANGE = True
    LOCAL_FOLDER = str(ROOT / ".local")
    MAIL_FILE_PATH = str(ROOT / ".local" / "mail")
    # A local address has no certificate, and a __Host- cookie asks for one.
    SESSION_COOKIE_SECURE = False
    SESSION_COOKIE_NAME = "coconstruire"


class Testing(Development):
    """As in development, with e-mails kept in memory and no limit on rates."""

    ENVIRONMENT = "test"
    DEFAULTS = {**Development.DEFAULTS, "SERVER_NAME": "localhost"}
    TESTING = True
    FILES_CHANGE = False
    MAIL_BACKEND = "locmem"
    RATELIMIT_ENABLED = False


ENVIRONMENTS: Mapping[str, type[Config]] = {
    environment.ENVIRONMENT: environment for environment in (Production, Development, Testing)
}


def configured(environ: Mapping[str, str] | None = None) -> Config:
    """The settings of the environment named by COCONSTRUIRE_ENV; production by default."""
    environ = os.environ if environ is None else environ
    name = environ.get("COCONSTRUIRE_ENV", Production.ENVIRONMENT)
    if name not in ENVIRONMENTS:
        raise WrongSettings(f"COCONSTRUIRE_ENV : « {name} » n’est pas un environnement connu.")
    return ENVIRONMENTS[name](environ)
