"""Every setting is documented, and production does not start without its secrets."""

from __future__ import annotations

import re

import pytest

from config import ENVIRONMENTS, ROOT, Config, MissingSetting, Production, configured

DOCUMENT = ROOT / "docs" / "operations.md"


def test_the_document_names_every_setting_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    assert documented == {*Config.DEFAULTS, "COCONSTRUIRE_ENV"}


@pytest.mark.parametrize(
    "name", [name for name, default in Production.DEFAULTS.items() if default is None]
)
def test_production_refuses_to_start_without_a_required_setting(name: str) -> None:
    complete = {name: "1" for name, default in Production.DEFAULTS.items() if default is None}
    Production(complete)
    del complete[name]
    with pytest.raises(MissingSetting, match=name):
        Production(complete)


def test_the_secrets_have_no_default_in_production() -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        assert Production.DEFAULTS[name] is None


@pytest.mark.parametrize("name", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_an_identity_provider_goes_with_its_credentials(name: str) -> None:
    complete = {name: "1" for name, default in Production.DEFAULTS.items() if default is None}
    complete |= {"OIDC_ISSUER": "https://exemple.org", "OIDC_CLIENT_ID": "a"}
    complete["OIDC_CLIENT_SECRET"] = "b"
    Production(complete)
    del complete[name]
    with pytest.raises(MissingSetting, match=name):
        Production(complete)


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(MissingSetting, match="preprod"):
        configured({"COCONSTRUIRE_ENV": "preprod"})
    assert set(ENVIRONMENTS) == {"production", "development", "test"}
