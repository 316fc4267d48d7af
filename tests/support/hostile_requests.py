"""Requests that no browser sends: every field at once, each time hostile in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from app.web import Form
from config import ROOT

DIGITS = "9" * 5000
UNKNOWN = "00000000-0000-4000-8000-000000000000"
VALUES = {
    "digits": DIGITS,
    "null sign": "\x00",
    "half a sign": "\ud800",
    "beyond four bytes": "2147483648",
    "beyond eight bytes": "9223372036854775808",
    "negative": "-1",
    "power": "1e999999999",
    "no number": "NaN",
    "superscript": "²",
    "other digits": "٣",
    "beyond years": "10000-01-01",
    "no day": "0000-00-00",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "unknown": UNKNOWN,
    "brackets": "[]{}//[",
    "wildcards": "%_\\' OR (",
    "long": "é" * 50_000,
    "blank": " \t\r\n",
    "line break": "a\r\nSet-Cookie: b=c",
}
PARTS = {
    "int": (DIGITS, "2147483648", "999999999999999999999", "0", "%D9%A3"),
    "uuid": (UNKNOWN,),
    "default": ("%00", "%ED%A0%80", "%FF", "9" * 5000, "..%2f", "%25", "[]"),
}
MULTIPART = "multipart/form-data; boundary=a"
HEADERS = {
    "accept": {"Accept": ";;;q=x,*/*;q=nan,application/json;q=1e9"},
    "language": {"Accept-Language": "\xff;q=,fr-" + "x" * 500},
    "cookie": {"Cookie": "coconstruire=" + "a." * 3000 + "; \x01=;;=="},
    "referrer": {"Referer": "http://[", "Origin": "null"},
    "dates": {"If-Modified-Since": "9" * 400, "If-None-Match": '"', "Range": "bytes=9-1,-"},
    "fragment": {"HX-Request": "true", "HX-Current-URL": "http://[", "Sec-Fetch-Dest": "é"},
    "agent": {"User-Agent": "\x7f" * 9000, "X-Forwarded-For": "[::", "X-Requested-With": "\xe9"},
}


@dataclass(frozen=True)
class Hostile:
    """A request: what it tries, and what a client sends for it."""

    what: str
    method: str
    path: str
    sent: dict[str, Any]


def _forms(kind: type[Form]) -> Iterator[type[Form]]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def names() -> list[str]:
    """The names of all that is read from a request, by forms and by views."""
    fields = {
        name
        for form in _forms(Form)
        for kind in form.__mro__
        for name in vars(kind)
        if hasattr(getattr(form, name, None), "field_class")
    }
    for folder in ("app", "funding", "consultation", "voting", "delivery"):
        for path in Path(ROOT, folder).rglob("*.py"):
            fields.update(
                re.findall(r"(?:args|form|values)\.get(?:list)?\(\"(\w+)\"", path.read_text())
            )
    return sorted(fields)


def addresses(app: Flask, rule: Rule, known: dict[str, object]) -> Iterator[tuple[str, bool]]:
    """The address of a route with what is `known`, then each part of it hostile in turn.

    Says of each whether it is the first.
    """
    parts = {name: str(known.get(name, known[_kind(rule, name)])) for name in rule.arguments}
    yield _path(rule, parts), True
    for name in sorted(rule.arguments):
        for value in PARTS[_kind(rule, name)]:
            yield _path(rule, {**parts, name: value}), False


def _kind(rule: Rule, name: str) -> str:
    converter = type(rule._converters[name]).__name__
    return {"NumberConverter": "int", "UUIDConverter": "uuid"}.get(converter, "default")


def _path(rule: Rule, parts: dict[str, str]) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: parts[found[1]], rule.rule)


def asked(path: str, fields: list[str]) -> Iterator[Hostile]:
    """GET requests: hostile values in the query, hostile headers."""
    for what, value in VALUES.items():
        written = quote(
            value[: 5_000 if what == "digits" else 500].encode("utf-8", "surrogatepass")
        )
        yield Hostile(what, "GET", f"{path}?{'&'.join(f'{name}={written}' for name in fields)}", {})
    yield Hostile("bad query", "GET", f"{path}?%ED%A0%80=%FF&%=&q=%&page=%C3&&=", {})
    for what, headers in HEADERS.items():
        yield Hostile(what, "GET", path, {"headers": headers})


def posted(path: str, fields: list[str]) -> Iterator[Hostile]:
    """POST requests: hostile values, files, repeated fields, bodies that are not what they say."""
    form = "application/x-www-form-urlencoded"
    for what, value in VALUES.items():
        written = quote(value[:5_000].encode("utf-8", "surrogatepass"))
        for times in (1, 2):
            pairs = [f"{name}={written}" for name in fields] * times
            sent = {"data": "&".join(pairs)[:900_000], "content_type": form}
            yield Hostile(f"{what} × {times}", "POST", path, sent)
    files = [_part(name, b"\x00\xff", ' filename="a\x01.png"') for name in fields]
    texts = [_part(name, b"1") for name in fields]
    many = [_part(f"f{i}", b"1") for i in range(1_100)]
    charsets = [
        _part("title", b"\xff\xd8", f"\r\nContent-Type: text/plain; charset={charset}")
        for charset in ("nil", "utf-7", "utf-16", "\xff", "base64")
    ]
    nameless = [b"Content-Disposition: form-data; name=\r\n\r\n\xff", b"\r\n", b":"]
    for what, parts in {
        "files": files,
        "files and texts": [*files, *texts],
        "too many parts": many,
        "charsets": charsets,
        "parts without a name": nameless,
    }.items():
        body = b"--a\r\n" + b"\r\n--a\r\n".join(parts) + b"\r\n--a--\r\n"
        for kind in (MULTIPART, MULTIPART.partition(";")[0], f"{form}; charset=nil", "\xff/;=;"):
            yield Hostile(f"{what}, as {kind}", "POST", path, {"data": body, "content_type": kind})
        yield Hostile(f"{what} cut", "POST", path, {"data": body[:-9], "content_type": MULTIPART})
    yield Hostile("json", "POST", path, {"json": {name: [{"a": None}, 1, True] for name in fields}})
    yield Hostile("list", "POST", path, {"json": [1, [2]]})
    yield Hostile("no json", "POST", path, {"data": b"{\xff", "content_type": "application/json"})


def _part(name: str, value: bytes, more: str = "") -> bytes:
    said = f'Content-Disposition: form-data; name="{name}"'
    if more.startswith(" "):
        said += ";"
    return f"{said}{more}\r\n\r\n".encode("latin-1") + value
