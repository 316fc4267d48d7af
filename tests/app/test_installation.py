"""`flask check` says at once all that is wrong with an installation, and that nothing is."""

from __future__ import annotations

from contextvars import Context as Surroundings
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.db import db
from app.embedded import Services
from app.installation import wrong_with_the_installation
from tests.support.applications import closed_port, dedicated
from tests.support.identity_providers import HOST


def _wrong(services: Services, environ: dict[str, str] | None = None, **settings: Any) -> str:
    db.session.remove()
    with dedicated(services, **settings) as app, app.app_context():
        return "\n".join(wrong_with_the_installation(environ or {}))


def test_nothing_is_wrong_with_one_that_works(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["check"])
    assert (said.exit_code, said.output) == (0, "Tout est en ordre.\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TRUSTED_PROXY", "peut-être TRUSTED_PROXIES"),
        ("MAIL_USE_TSL", "peut-être MAIL_USE_TLS"),
        ("COCONSTRUIRE_DEBUG", "COCONSTRUIRE_DEBUG n’est pas un réglage"),
    ],
)
def test_a_setting_that_is_none_is_said(app: Flask, name: str, said: str) -> None:
    assert said in "\n".join(wrong_with_the_installation({name: "1"}))


def test_what_has_nothing_to_do_with_it_is_not_said(app: Flask) -> None:
    assert wrong_with_the_installation({"PATH": "/bin", "LANG": "fr_FR.UTF-8"}) == []


def test_servers_that_do_not_answer_are_all_said(app: Flask, services: Services) -> None:
    nowhere = f"{HOST}:{closed_port()}"
    said = _wrong(
        services,
        SQLALCHEMY_DATABASE_URI=f"postgresql+psycopg://nobody@{nowhere}/nothing",
        REDIS_URL=f"redis://{nowhere}/0",
        MAIL_BACKEND="smtp",
        MAIL_SERVER=HOST,
        MAIL_PORT=closed_port(),
    )
    for each in ("DATABASE_URL", "REDIS_URL", "MAIL_SERVER"):
        assert each in said


def test_the_site_starts_without_valkey_or_the_mail_server(app: Flask, services: Services) -> None:
    """It serves without them: restarted while one is silent, it must come back."""
    db.session.remove()
    nowhere = f"{HOST}:{closed_port()}"
    with dedicated(services, REDIS_URL=f"redis://{nowhere}/0") as lame:
        assert _checked(lame).exit_code == 1
        assert _checked(lame, "--serving").exit_code == 0
    blind_url = f"postgresql+psycopg://nobody@{nowhere}/nothing"
    with dedicated(services, SQLALCHEMY_DATABASE_URI=blind_url) as blind:
        assert "DATABASE_URL" in _checked(blind, "--serving").output


def _checked(app: Flask, *options: str) -> Result:
    """The command, as from a shell."""

    def asked() -> Result:
        with app.app_context():
            return app.test_cli_runner().invoke(args=["check", *options])

    # Within this test's own context, it would be about that one's application.
    return Surroundings().run(asked)


def test_letters_that_leave_in_clear_are_said(app: Flask, services: Services) -> None:
    said = _wrong(
        services, MAIL_BACKEND="smtp", MAIL_SERVER="smtp.exemple.invalid", MAIL_USE_TLS=False
    )
    assert "partent en clair" in said


def test_a_command_with_wrong_settings_ends_with_their_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.factory import create_app

    monkeypatch.setenv("COCONSTRUIRE_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", "x")
    with pytest.raises(SystemExit, match="SECRET_KEY est trop facile à deviner"):
        create_app()
