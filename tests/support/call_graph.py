"""What a view reaches, read in the code: the verbs the operations it leads to ask the gate about.

A name counts as soon as it is mentioned, called or handed over: `_act(…, operations.leave, …)`.
What jobs do is left out: they act later, by themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import ROOT

# How an operation asks the gate, which refuses. That it asks before it does anything is not read
# here: the cells of the table say it, whose refusals leave nothing behind.
ASKING = ("app.gate.refusals", "check")
# The one verb an operation asks about by itself: a draft is said not to exist rather than refused.
ASKING_FIRST, HIDDEN = ("app.gate.refusals", "allows"), "WRITE_DRAFT"
PACKAGES = ("app", "funding", "consultation", "voting", "delivery")


@dataclass(frozen=True)
class Function:
    """A function of a module, known by both names."""

    module: str
    name: str


class Module:
    """A module, with its functions and what its names mean."""

    def __init__(self, path: Path) -> None:
        place = path.relative_to(ROOT).with_suffix("")
        self.name = ".".join(part for part in place.parts if part != "__init__")
        tree = ast.parse(path.read_text())
        self.functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self.imported = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def verb(self, node: ast.expr | None) -> str | None:
        """The constant of the gate a name refers to, if it is imported from there."""
        if not isinstance(node, ast.Name):
            return None
        source, name = self.imported.get(node.id, ("", ""))
        return name if source == "app.gate.verbs" and name.isupper() else None


class Code:
    """The application's code, read once."""

    def __init__(self) -> None:
        paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
        modules = [Module(path) for path in paths if path.stem != "jobs"]
        self.modules = {module.name: module for module in modules}

    def verbs_reached(self, module: str, function: str) -> set[str]:
        """The verbs checked by the operations a function leads to, by their names in the gate."""
        todo, seen, verbs = [Function(module, function)], set[Function](), set[str]()
        while todo:
            found = todo.pop()
            if found not in seen:
                seen.add(found)
                verbs |= self._checked(found)
                todo += self._mentioned(found)
        return verbs

    def _node(self, function: Function) -> ast.FunctionDef:
        return self.modules[function.module].functions[function.name]

    def _mentioned(self, function: Function) -> Iterator[Function]:
        for node in ast.walk(self._node(function)):
            if isinstance(node, ast.expr) and (found := self._resolved(function.module, node)):
                yield found

    def _resolved(self, module: str, node: ast.expr) -> Function | None:
        """The function a name, or an attribute of a module, refers to."""
        here = self.modules[module]
        if isinstance(node, ast.Name):
            if node.id in here.functions:
                return Function(module, node.id)
            return self._known(*here.imported.get(node.id, ("", "")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            package, name = here.imported.get(node.value.id, ("", ""))
            return self._known(f"{package}.{name}", node.attr)
        return None

    def _known(self, module: str, name: str) -> Function | None:
        known = module in self.modules and name in self.modules[module].functions
        return Function(module, name) if known else None

    def _checked(self, function: Function) -> set[str]:
        """The verbs a function checks, by itself or by handing them to one that will."""
        here = self.modules[function.module]
        own = [parameter.arg for parameter in self._verbs_taken(function)]
        found = set()
        for asked in self._asked(function):
            verb = here.verb(asked)
            if not (isinstance(asked, ast.Name) and asked.id in own):
                assert verb, f"a verb one cannot read in {function}: {ast.unparse(asked)}"
                found.add(verb)
        return found

    def _asked(self, function: Function) -> Iterator[ast.expr]:
        """The verb of each call of a function that leads to the gate."""
        operates = function.module.endswith(".operations")
        for node in ast.walk(self._node(function)):
            if not isinstance(node, ast.Call):
                continue
            if operates and self._asks(function.module, node):
                yield node.args[1]
            elif target := self._resolved(function.module, node.func):
                for parameter in self._verbs_taken(target):
                    yield self._given(target, parameter.arg, node)

    def _asks(self, module: str, call: ast.Call) -> bool:
        here = self.modules[module]
        asked = here.imported.get(call.func.id) if isinstance(call.func, ast.Name) else None
        hides = asked == ASKING_FIRST and here.verb(call.args[1]) == HIDDEN
        return asked == ASKING or hides

    def _verbs_taken(self, function: Function) -> list[ast.arg]:
        """The parameters by which an operation is given the verb to check, as `act_within` is.

        What an act is recorded `under` was checked before.
        """
        if not function.module.endswith(".operations"):
            return []
        return [
            parameter
            for parameter in self._parameters(function)
            if isinstance(parameter.annotation, ast.Name)
            and parameter.annotation.id == "Verb"
            and parameter.arg != "under"
        ]

    def unchecked(self) -> list[str]:
        """The operations that are given a verb, and do not have the gate check it."""
        given = [Function(m.name, name) for m in self.modules.values() for name in m.functions]
        return [
            f"{function.module}.{function.name}({parameter.arg})"
            for function in given
            for parameter in self._verbs_taken(function)
            if parameter.arg not in {ast.unparse(asked) for asked in self._asked(function)}
        ]

    def _parameters(self, function: Function) -> list[ast.arg]:
        arguments = self._node(function).args
        return [*arguments.args, *arguments.kwonlyargs]

    def _given(self, target: Function, name: str, call: ast.Call) -> ast.expr:
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value
        return call.args[[parameter.arg for parameter in self._parameters(target)].index(name)]
