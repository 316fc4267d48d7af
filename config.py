"""Settings, one class per environment. Each is read from the variable of the same name.

`docs/operations.md` describes every one of them; a test keeps the two in step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parent


class MissingSetting(RuntimeError):
    """A setting without which this environment may not start."""


class Config:
    """What every environment shares."""

    ENVIRONMENT = ""
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
    }
    MAIL_BACKEND = "smtp"
    MAIL_TIMEOUT = 20
    # The folder of the demonstration's accounts; without one, no demonstration is ever loaded.
    LOCAL_FOLDER: str | None = None

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-coconstruire"

    SQLALCHEMY_ENGINE_OPTIONS = {
        "pool_pre_ping": True,
        "pool_timeout": 10,
        # What people wrote stays out of the logs of errors.
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 5,
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
        missing = []
        values: dict[str, str] = {}
        for name, default in self.DEFAULTS.items():
            value = environ.get(name, default)
            if value is None:
                missing.append(name)
            else:
                values[name] = value
        if missing:
            raise MissingSetting(
                f"L’environnement « {self.ENVIRONMENT} » ne démarre pas sans : "
                f"{', '.join(missing)}. Voir docs/operations.md."
            )
        if values["OIDC_ISSUER"] and not (
            values["OIDC_CLIENT_ID"] and values["OIDC_CLIENT_SECRET"]
        ):
            raise MissingSetting(
                "OIDC_ISSUER ne va pas sans OIDC_CLIENT_ID ni OIDC_CLIENT_SECRET. "
                "Voir docs/operations.md."
            )
        self._settle(values)

    def _settle(self, values: Mapping[str, str]) -> None:
        self.SECRET_KEY = values["SECRET_KEY"]
        self.SQLALCHEMY_DATABASE_URI = values["DATABASE_URL"]
        self.DATABASE_OWNER_URL = values["DATABASE_OWNER_URL"] or values["DATABASE_URL"]
        self.REDIS_URL = values["REDIS_URL"]
        # Flask-Limiter names the same socket another way.
        scheme = "redis+" if self.REDIS_URL.startswith("unix:") else ""
        self.RATELIMIT_STORAGE_URI = scheme + self.REDIS_URL
        self.SERVER_NAME = values["SERVER_NAME"]
        self.PREFERRED_URL_SCHEME = values["PREFERRED_URL_SCHEME"]
        self.TRUSTED_PROXIES = int(values["TRUSTED_PROXIES"])
        self.MAIL_SERVER = values["MAIL_SERVER"]
        self.MAIL_PORT = int(values["MAIL_PORT"])
        self.MAIL_USERNAME = values["MAIL_USERNAME"] or None
        self.MAIL_PASSWORD = values["MAIL_PASSWORD"] or None
        self.MAIL_USE_TLS = values["MAIL_USE_TLS"] == "yes"
        self.MAIL_DEFAULT_SENDER = values["MAIL_DEFAULT_SENDER"]
        self.STEP_UP_HOURS = int(values["STEP_UP_HOURS"])
        self.SESSION_DAYS = int(values["SESSION_DAYS"])
        self.SESSION_IDLE_DAYS = int(values["SESSION_IDLE_DAYS"])
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
    """Refuses to start without its secrets."""

    ENVIRONMENT = "production"


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
        raise MissingSetting(f"COCONSTRUIRE_ENV : « {name} » n’est pas un environnement connu.")
    return ENVIRONMENTS[name](environ)
