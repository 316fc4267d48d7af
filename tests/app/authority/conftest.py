"""What the tests of the authority to act share."""

from __future__ import annotations

from functools import cache

import pytest

from app.authority.mailboxes import imports, queries

_read_once = cache(queries.registered)


@pytest.fixture
def registry_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports read the 36 000 territories once for all: no test changes the registry for good."""
    monkeypatch.setattr(imports, "registered", _read_once)
