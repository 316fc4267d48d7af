"""Every setting is documented, and production does not start without its secrets."""

from __future__ import annotations

import re

import pytest

from config import ENVIRONMENTS, ROOT, Config, Development, Production, WrongSettings, configured

DOCUMENT = ROOT / "docs" / "operations.md"


def test_the_document_names_every_setting_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    assert documented == {*Config.DEFAULTS, "COCONSTRUIRE_ENV"}


COMPLETE = {
    "SECRET_KEY": "0d7c81b2e94f5a6d3c1e8f7a9b4d2e60",
    "DATABASE_URL": "postgresql+psycopg://app:a@base/coconstruire",
    "REDIS_URL": "redis://valkey:6379/0",
    "SERVER_NAME": "consultation.exemple.fr",
    "TRUSTED_PROXIES": "1",
    "MAIL_SERVER": "smtp.exemple.fr",
    "MAIL_DEFAULT_SENDER": "Coconstruire <ne-pas-repondre@exemple.fr>",
}
PROVIDER = {
    "OIDC_ISSUER": "https://exemple.org",
    "OIDC_CLIENT_ID": "a",
    "OIDC_CLIENT_SECRET": "b",
}


def test_what_is_obligatory_suffices() -> None:
    required = {name for name, default in Production.DEFAULTS.items() if default is None}
    assert required == set(COMPLETE)
    Production(COMPLETE)
    Production(COMPLETE | PROVIDER)


@pytest.mark.parametrize("name", COMPLETE)
def test_production_refuses_to_start_without_a_required_setting(name: str) -> None:
    with pytest.raises(WrongSettings, match=f"{name} est obligatoire"):
        Production({each: value for each, value in COMPLETE.items() if each != name})


def test_the_secrets_have_no_default_in_production() -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        assert Production.DEFAULTS[name] is None


@pytest.mark.parametrize("name", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_an_identity_provider_goes_with_its_credentials(name: str) -> None:
    with pytest.raises(WrongSettings, match=f"OIDC_ISSUER ne va pas sans {name}"):
        Production({**COMPLETE, **PROVIDER, name: ""})


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(WrongSettings, match="preprod"):
        configured({"COCONSTRUIRE_ENV": "preprod"})
    assert set(ENVIRONMENTS) == {"production", "development", "test"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", Development.DEFAULTS["SECRET_KEY"]),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "changeme-changeme-changeme-0123456789"),
        ("PREFERRED_URL_SCHEME", "http"),
        ("PREFERRED_URL_SCHEME", "ftp"),
        ("TRUSTED_PROXIES", "99"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "un"),
        ("TRUSTED_PROXIES", "9" * 5000),
        ("DATABASE_URL", "sqlite:///base.db"),
        ("DATABASE_URL", "postgresql://app@base/coconstruire"),
        ("DATABASE_URL", "base"),
        ("DATABASE_URL", "postgresql+psycopg://app@base:port/coconstruire"),
        ("DATABASE_OWNER_URL", "sqlite://"),
        ("DATABASE_OWNER_URL", COMPLETE["DATABASE_URL"]),
        ("DATABASE_OWNER_URL", "postgresql+psycopg://app:autre@ailleurs/coconstruire"),
        ("DATABASE_OWNER_URL", "postgresql+psycopg://%61pp:autre@ailleurs/coconstruire"),
        ("DATABASE_OWNER_URL", "postgresql+psycopg://ailleurs/coconstruire?user=app"),
        ("REDIS_URL", "http://valkey"),
        ("SERVER_NAME", "https://consultation.exemple.fr"),
        ("SERVER_NAME", "consultation.exemple.fr/accueil"),
        ("MAIL_PORT", "0"),
        ("MAIL_PORT", "70000"),
        ("MAIL_USE_TLS", "peut-être"),
        ("MAIL_USE_TLS", ""),
        ("MAIL_DEFAULT_SENDER", "Coconstruire"),
        ("MAIL_DEFAULT_SENDER", "a@exemple.fr\nBcc: b@exemple.fr"),
        ("SESSION_DAYS", "0"),
        ("SESSION_IDLE_DAYS", "60"),
        ("STEP_UP_HOURS", "1000"),
        ("OIDC_ISSUER", "http://exemple.org"),
        ("OIDC_ID_TOKEN_ALG", "none"),
        ("OIDC_ID_TOKEN_ALG", "HS256"),
        ("OIDC_USERINFO_ALG", "none"),
    ],
)
def test_what_would_not_protect_people_is_refused_with_a_sentence(name: str, value: str) -> None:
    with pytest.raises(WrongSettings, match="DATABASE_URL|" + name) as refused:
        Production({**COMPLETE, **PROVIDER, name: value})
    said = str(refused.value)
    assert said.count("\n  – ") == 1, "one fault, one sentence"
    assert not ("SECRET" in name and len(value) > 5 and value in said), "no secret is repeated"


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {"SECRET_KEY": "x", "TRUSTED_PROXIES": "99", "MAIL_USE_TLS": "peut-être"}
    with pytest.raises(WrongSettings) as refused:
        Production({**COMPLETE, **wrong})
    assert all(f"– {name} " in str(refused.value) for name in wrong)


@pytest.mark.parametrize(
    ("written", "encrypts"),
    [
        *((each, True) for each in ("yes", "true", "True", "1", "on", "oui", " OUI ")),
        *((each, False) for each in ("no", "false", "0", "off", "non")),
    ],
)
def test_a_yes_or_a_no_is_read_as_people_write_it(written: str, encrypts: bool) -> None:
    """« true » turned the encryption of e-mails off."""
    assert Production({**COMPLETE, "MAIL_USE_TLS": written}).MAIL_USE_TLS is encrypts
