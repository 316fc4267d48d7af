"""The XML parts of an office document, counted while they expand and while they are parsed.

A small archive can expand to gigabytes, and a small part to as many objects: neither is ever held.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from posixpath import basename, dirname, join, normpath
from xml.parsers.expat import ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from app.errors import N_, Invalid

# Ten thousand rows of fifty columns, the largest table that is taken; empty cells count where a
# spreadsheet writes them.
MAX_CELLS = 500_000
# The parts that are read, once expanded: such a table takes some 60 MB.
MAX_EXPANDED = 80 * 1024 * 1024
# What parsing costs: one for an attribute, three for an element. A cell costs nine, itself, its
# value and three attributes; with a formula or a text of its own, some more.
MAX_COST = 12 * MAX_CELLS
# Pictures, other sheets and their parts: a workbook of hundreds of sheets stays below.
MAX_PARTS = 2_000
# A tag: its length, and its attributes. Those of a row, the longest, are some fifteen.
MAX_TAG = 64 * 1024
MAX_ATTRIBUTES = 40
_CHUNK = 16 * 1024

Attributes = Mapping[str, str]


def sealed() -> Invalid:
    """The refusal of what a password protects, or of the format of before 2007."""
    return Invalid(
        N_("Le classeur est protégé par un mot de passe, ou d’un format ancien (XLS)."),
        way_out=N_("Enregistrez-le sans mot de passe, au format XLSX."),
    )


def too_large() -> Invalid:
    """The refusal of what would expand beyond bounds."""
    return Invalid(
        N_("Le classeur contient trop de cellules, de texte ou de mise en forme pour être lu."),
        way_out=N_("Copiez-en les seules valeurs dans un classeur neuf, partagé en plusieurs."),
    )


class Package:
    """The parts of a document. Everything read from it raises Invalid beyond the bounds above."""

    def __init__(self, data: bytes) -> None:
        # Counted before the archive's list is read, which takes memory for each.
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            raise too_large()
        self._archive = ZipFile(io.BytesIO(data))
        names = self._archive.namelist()
        if len(set(names)) < len(names):
            raise BadZipFile("two parts bear one name")
        self._names = frozenset(names)
        self._expanded = 0
        self._cost = 0

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def parse(
        self,
        name: str,
        begin: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        said: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Call back for each element of a part, a piece at a time; tags without their prefix."""

        def begun(tag: str, attributes: Attributes) -> None:
            self._cost += 3 + len(attributes)
            if self._cost > MAX_COST or len(attributes) > MAX_ATTRIBUTES:
                raise too_large()
            begin(tag.rpartition(":")[2], attributes)

        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = begun
        # Such documents declare no types, hence no entities: those that do mean harm.
        parser.StartDoctypeDeclHandler = _refuse_types
        if end is not None:
            ended = end
            parser.EndElementHandler = lambda tag: ended(tag.rpartition(":")[2])
        if said is not None:
            parser.CharacterDataHandler = said
        fed = 0
        for piece in self._pieces(name):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > MAX_TAG + _CHUNK:
                raise too_large()
            yield
        parser.Parse(b"", True)
        yield

    def parse_whole(self, name: str, begin: Callable[[str, Attributes], None]) -> None:
        """Call back for each element of a part."""
        for _piece in self.parse(name, begin):
            pass

    def main_part(self) -> str:
        """The name of the part a document starts from; nothing when the archive names none."""
        found: list[str] = []

        def begin(_tag: str, attributes: Attributes) -> None:
            if attributes.get("ContentType", "").endswith(".main+xml"):
                found.append(attributes.get("PartName", "").lstrip("/"))

        self.parse_whole("[Content_Types].xml", begin)
        return next(filter(None, found), "")

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part leads to: the kind and the name of other parts, by their key."""
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship":
                target = normpath(join("/", dirname(part), attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (basename(attributes["Type"]), target)

        self.parse_whole(join(dirname(part), "_rels", f"{basename(part)}.rels"), begin)
        return found

    def _pieces(self, name: str) -> Iterator[bytes]:
        part = self._archive.getinfo(name)
        if part.flag_bits & 1:
            raise sealed()
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile("compressed in a way that documents are not")
        if self._expanded + part.file_size > MAX_EXPANDED:
            raise too_large()
        with self._archive.open(part) as opened:
            while piece := opened.read(_CHUNK):
                self._expanded += len(piece)
                if self._expanded > MAX_EXPANDED:
                    raise too_large()
                yield piece


def _refuse_types(*_declared: object) -> None:
    raise ValueError("a document declares no document type")
