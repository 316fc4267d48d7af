"""The table of `table.txt`, read strictly: verb × role × situation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("table.txt")
OTHERS = "others"
ABSENT = "-"
ANSWERS = {"yes", "no", "hid", "step", "shut", "kind", "403", "404", "409", "422", ABSENT}
# What the gate cannot know, and only operations and pages look at.
UNKNOWN_TO_THE_GATE = {"unpublished", "crossed"}


@dataclass(frozen=True)
class Table:
    """Every cell by verb and situation, then role."""

    roles: tuple[str, ...]
    situations: tuple[str, ...]
    cells: dict[tuple[str, str], dict[str, str]]

    @property
    def verbs(self) -> list[str]:
        return list(dict.fromkeys(verb_of(verb) for verb, _situation in self.cells))

    def arising(self, *situations: str) -> list[tuple[str, str]]:
        """The verbs with the situations, among these, that arise for them."""
        return [
            (verb, situation)
            for verb, situation in self.cells
            if situation in situations and ABSENT not in self.cells[verb, situation].values()
        ]


def verb_of(name: str) -> str:
    """The name of a verb in the gate, without the kind of thing it bears on."""
    return name.partition(" ")[0]


def _defined(part: str) -> tuple[str, ...]:
    """The words a part of the legend defines."""
    words = (line[2:18].strip() for line in part.splitlines()[1:])
    return tuple(word for word in words if word)


def _blocks(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Each block: the names of its verbs, then its lines."""
    for block in "\n".join(lines).strip().split("\n\n"):
        heading, *rows = block.splitlines()
        yield [name.strip() for name in heading.split(",")], rows


def _row(line: str, situations: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    role, answers = line[:16].strip(), line[16:].split()
    assert len(answers) == len(situations), f"a line of the wrong length: {line}"
    assert set(answers) <= ANSWERS, f"an unknown answer: {line}"
    return role, dict(zip(situations, answers, strict=True))


def read(text: str) -> Table:
    """Read a table; raises AssertionError when a line is not as the legend says."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(" " * 16 + "own"))
    parts = {part.split("\n")[0]: part for part in "\n".join(lines[:start]).split("\n\n")}
    roles, situations = _defined(parts["Roles"]), tuple(lines[start].split())
    assert situations == _defined(parts["Situations"]), "the legend and the heading differ"
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for verbs, rows in _blocks(lines[start + 1 :]):
        said = dict(_row(line, situations) for line in rows)
        assert len(said) == len(rows), f"a role twice: {verbs}"
        assert {*said} <= {*roles, OTHERS}, f"an unknown role: {verbs}"
        for verb in verbs:
            assert (verb, situations[0]) not in cells, f"a verb twice: {verb}"
            for situation in situations:
                answers = {role: said.get(role, said[OTHERS])[situation] for role in roles}
                assert len({a == ABSENT for a in answers.values()}) == 1, f"half absent: {verb}"
                cells[verb, situation] = answers
    return Table(roles, situations, cells)


TABLE = read(SOURCE.read_text())
