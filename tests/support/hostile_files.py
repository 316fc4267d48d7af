"""Files made to exhaust whoever reads them: small, and expanding to gigabytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PARTS = {
    "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}"/>'
    "</Types>",
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": "<Relationships>"
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
}
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
SHEET = "xl/worksheets/sheet1.xml"


def many(piece: str, times: int) -> Iterable[str]:
    """A piece repeated, without ever being whole."""
    thousand = piece * 1000
    return (thousand for _ in range(times // 1000))


def sheet(*rows: str | Iterable[str]) -> Iterable[str]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'
    for row in rows:
        yield from [row] if isinstance(row, str) else row
    yield "</sheetData></worksheet>"


def texts(pieces: Iterable[str]) -> Iterable[str]:
    yield f'<sst xmlns="{MAIN}">'
    yield from pieces
    yield "</sst>"


def workbook(
    rows: Iterable[str] | None = None,
    shared: Iterable[str] = ("<sst><si><t>a</t></si></sst>",),
    others: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of one sheet, its parts written as they are given."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in {**_PARTS, **(others or {})}.items():
            archive.writestr(name, part)
        for name, pieces in ((SHEET, rows or sheet(HEADER)), ("xl/sharedStrings.xml", shared)):
            with archive.open(name, "w", force_zip64=True) as opened:
                for piece in pieces:
                    opened.write(piece.encode())
    return written.getvalue()


def locked(data: bytes) -> bytes:
    """The same archive, said to be encrypted."""
    marked = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = marked.find(sign)
        while found >= 0:
            marked[found + place] |= 1
            found = marked.find(sign, found + 4)
    return bytes(marked)


def _laughs() -> str:
    tenfold = [f"&e{i};" * 10 for i in range(9)]
    nested = "".join(f'<!ENTITY e{i} "{text}">' for i, text in enumerate(tenfold, 1))
    return (
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{nested}]><worksheet><sheetData><row><c t="inlineStr">'
        "<is><t>&e9;</t></is></c></row></sheetData></worksheet>"
    )


_TEXT = '<row r="2"><c r="A2" t="inlineStr"><is><t>'
_ATTRIBUTES = " ".join(f'a{i}=""' for i in range(6000))
_CELL = '<c t="s"><v>0</v></c>'
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "shared texts of 290 MB": lambda: workbook(shared=texts(many("<si><t>oui</t></si>", 16 << 20))),
    "three million shared texts": lambda: workbook(shared=texts(many("<si/>", 3_000_000))),
    "wide signs": lambda: workbook(shared=texts([f"<si><t>😀{'a' * 100_000}</t></si>"] * 400)),
    "a cell of 100 MB": lambda: workbook(sheet(HEADER, _TEXT, many("x" * 100, 1_000_000))),
    "a cell of 70 MB": lambda: workbook(sheet(HEADER, _TEXT, many("x" * 70, 1_000_000))),
    "empty rows": lambda: workbook(sheet(HEADER, many("<row/>", 1_048_000))),
    "a row out of reach": lambda: workbook(sheet(HEADER, '<row r="', "9" * 5000, '"/>')),
    "16 000 columns": lambda: workbook(sheet("<row>", many(_CELL, 16_000), "</row>")),
    "empty cells": lambda: workbook(sheet(HEADER, "<row>", many("<c/>", 5_000_000), "</row>")),
    "elements that mean nothing": lambda: workbook(sheet(HEADER, many("<x/>", 15_000_000))),
    "elements within elements": lambda: workbook(sheet(HEADER, many("<x>", 1_000_000))),
    "attributes": lambda: workbook(sheet(*[f"<x {_ATTRIBUTES}/>"] * 900)),
    "a comment of 70 MB": lambda: workbook(sheet(HEADER, "<!--", many("x" * 70, 1_000_000))),
    "entities of entities": lambda: workbook([_laughs()]),
    "an entity from elsewhere": lambda: workbook(
        ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', *sheet(HEADER)]
    ),
    "a number of 5 000 digits": lambda: workbook(
        sheet(HEADER, "<row><c><v>", "9" * 5000, "</v></c></row>")
    ),
    "a text there is not": lambda: workbook(sheet(HEADER, '<row><c t="s"><v>7</v></c></row>')),
    "a text before the first": lambda: workbook(sheet(HEADER, '<row><c t="s"><v>-1</v></c></row>')),
    "six thousand parts": lambda: workbook(others={f"p{i}": "" for i in range(6_000)}),
    "cut short": lambda: workbook()[:-150],
    "encrypted": lambda: locked(workbook()),
    "of before 2007": lambda: b"\xd0\xcf\x11\xe0" + bytes(600),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(600),
    "200 000 columns": lambda: ",".join(f"c{i}" for i in range(200_000)).encode(),
    "commas": lambda: b"a\n" + b"," * 20_000_000,
    "rows of commas": lambda: b"a\n" + (b"," * 190_000 + b"\n") * 100,
    "cells between lines": lambda: b'a\n"' + (b'"' + b"," * 16_000 + b'"\n') * 1_200,
    "line breaks": lambda: b"a" + b"\n" * 20_000_000,
    "a line of 50 MB": lambda: b"a\n" + b"x" * 50_000_000,
    "a line of 19 MB": lambda: "a\n😀".encode() + b"x" * 19_000_000,
    "a quote that swallows all": lambda: b'a,b\n1,"' + b"un texte, deux\n" * 1_200_000,
    "nothing but quotes": lambda: b'"' * 19_999_999,
    "null signs": lambda: b"a,b\n1,\x002\n",
    "four million rows": lambda: b"a,b\n" + b"1,2\n" * 4_000_000,
    "five million cells": lambda: (
        ",".join(map(str, range(500))).encode() + (b"\n1" + b",1" * 499) * 9_000
    ),
}
