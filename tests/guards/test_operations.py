"""Every operation leaves its trace, or says why it leaves none."""

from __future__ import annotations

import ast
from pathlib import Path

from app.journal.rules import UNJOURNALED
from config import ROOT

# What writes to the journal, and what several paths of other modules end with.
RECORDING = {
    *("record", "record_all", "record_act"),
    *("recognise", "terminate", "refuse_request"),
    *("end_mandate", "end_right", "deposit", "publish"),
    *("record_annulled", "restore_current"),
}
# What a feature registered for contests, called as an attribute of it.
REGISTERED = {"strike", "reinstate"}


def _modules() -> list[Path]:
    found = [
        path
        for package in ("app", "funding", "consultation", "voting", "delivery")
        for path in (ROOT / package).rglob("operations.py")
    ]
    assert len(found) > 5
    return found


def _name(path: Path, function: str) -> str:
    return ".".join([*path.relative_to(ROOT).with_suffix("").parts, function])


def _calls(function: ast.AST) -> set[str]:
    """What a function calls by name, and what it has a feature strike or reinstate."""
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = {func.id for func in called if isinstance(func, ast.Name)}
    mentioned = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    return named | (mentioned & REGISTERED)


def _records(name: str, functions: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    """Whether a function records, by itself or through those of its module that it calls."""
    if name in RECORDING | REGISTERED:
        return True
    if name not in functions or name in seen:
        return False
    return any(_records(call, functions, seen | {name}) for call in _calls(functions[name]))


def _operations() -> dict[str, bool]:
    """Every public function of every operations module, and whether it records."""
    found = {}
    for path in _modules():
        tree = ast.parse(path.read_text())
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name in functions:
            if not name.startswith("_"):
                found[_name(path, name)] = _records(name, functions, set())
    return found


def test_every_operation_records_its_event_or_says_why_not() -> None:
    silent = {name for name, records in _operations().items() if not records}
    assert silent - set(UNJOURNALED) == set()


def test_nothing_is_listed_that_does_not_exist_or_records() -> None:
    operations = _operations()
    own = {"app.journal.operations.record", "app.journal.operations.record_all"}
    listed = set(UNJOURNALED) - own
    assert {name for name in listed if operations.get(name, True)} == set()
    assert all(reason.strip() for reason in UNJOURNALED.values())


def test_every_operation_speaks_in_a_docstring() -> None:
    mute = []
    for path in _modules():
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                mute.append(_name(path, node.name))
    assert mute == []
