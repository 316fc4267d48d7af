"""The ground of the tests: two processes that run at once share nothing."""

from __future__ import annotations

import pytest

from app.embedded import Services
from tests.conftest import valkey_number


@pytest.mark.usefixtures("services")
def test_a_valkey_number_is_never_taken_twice() -> None:
    with valkey_number() as mine, valkey_number() as other:
        assert mine != other


def test_an_application_over_another_database_keeps_the_process_s_own_number(
    services: Services,
) -> None:
    assert services.for_database("essai").redis_url == services.redis_url
    assert not services.redis_url.endswith("?db=0")
