"""Events live beside their acts, and the application knows them all."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import ROOT

PACKAGES = ("app", "funding", "consultation", "voting", "delivery")
# What an application alone knows, whatever else the tests import.
_KNOWN = """
import json
import app.factory
from app.journal.events import REGISTRY
from app.journal.rules import READERS, Disclosure
from app.phases import PublicationKind
print(json.dumps({
    "events": {name: event.__module__ for name, event in REGISTRY.items()},
    "published_with": {
        name: event.disclosure for name, event in REGISTRY.items()
        if not isinstance(event.disclosure, Disclosure)
    },
    "kinds": list(PublicationKind),
    "readers": list(READERS),
}))
"""


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-c", _KNOWN], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted(Path(ROOT / package).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield module, ast.parse(path.read_text())


def _declared() -> dict[str, str]:
    """Every class that descends from Event, by name, and the module it is declared in."""
    bases = {
        (module, node.name): {base.id for base in node.bases if isinstance(base, ast.Name)}
        for module, tree in _sources()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    found: dict[str, str] = {"Event": "app.journal.events"}
    while (
        more := {name: module for (module, name), of in bases.items() if of & found.keys()}.items()
        - found.items()
    ):
        found |= dict(more)
    del found["Event"]
    return found


def test_every_event_is_declared_in_a_module_named_events() -> None:
    declared = _declared()
    assert len(declared) > 40
    assert {n: m for n, m in declared.items() if not m.endswith(".events")} == {}


def test_the_application_knows_every_event(known: dict[str, Any]) -> None:
    assert known["events"] == _declared()


def test_of_each_publication_someone_reads_the_events_before_it_is_made(
    known: dict[str, Any],
) -> None:
    assert set(known["published_with"].values()) == set(known["kinds"])
    assert set(known["readers"]) == set(known["kinds"])
