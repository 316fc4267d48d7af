"""What a page weighs over the wire."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import brotli
from flask import Flask
from werkzeug.test import TestResponse

KILO = 1024
LINKED = re.compile(r"""(?:href|src)="(/static/[^"]+)\"""")
NAMED = re.compile(r"""url\("(?!data:)([^"]+)"\)|from "(\.{1,2}/[^"]+)\"""")


def asked(app: Flask, path: str, encodings: str = "br, gzip") -> TestResponse:
    """A page as a browser asks for it."""
    return app.test_client().get(path, headers={"Accept-Encoding": encodings})


def _text(answer: TestResponse) -> str:
    encoding = answer.headers.get("Content-Encoding")
    clear = bytes(brotli.decompress(answer.data)) if encoding == "br" else answer.data
    return clear.decode()


def wire(app: Flask, path: str) -> dict[str, int]:
    """What a page weighs over the wire, with all it names and all that these name."""
    weights, waiting = {}, [path]
    while waiting:
        at = waiting.pop()
        if at in weights:
            continue
        answer = asked(app, at)
        assert answer.status_code == 200, at
        weights[at] = len(answer.data)
        if at == path:
            waiting += LINKED.findall(_text(answer))
        elif at.endswith((".css", ".js")):
            waiting += [urljoin(at, a or b) for a, b in NAMED.findall(_text(answer))]
    return weights


def kilobytes(weights: dict[str, int], *ends: str) -> float:
    """What those of these endings weigh, all of them without any."""
    ends = ends or ("",)
    return sum(size for path, size in weights.items() if path.endswith(ends)) / KILO
