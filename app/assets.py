"""Static files under names that say their content: browsers keep them a year, compressed once.

`theme.css` is served as `theme.3f2a….css`, and what it names likewise; under its own name a file is
kept for five minutes. Nothing is written anywhere: a process prepares its own as it starts.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

import brotli
from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
# What a file names of others, beside it or above it: fonts in styles, modules in scripts.
_NAMED = {
    ".css": re.compile(r"""(?<=url\(")(?!data:)[^"]+(?="\))"""),
    ".js": re.compile(r"""(?<=from ")\.{1,2}/[^"]+(?=")"""),
}
_TEXTS = frozenset({".css", ".js", ".svg"})
_DIGITS = 12


class Asset:
    """A file as it is served."""

    def __init__(self, name: str, content: bytes) -> None:
        path = PurePosixPath(name)
        self.name = name
        self.content = content
        self.digest = sha256(content).hexdigest()[:_DIGITS]
        self.hashed_name = str(path.with_name(f"{path.stem}.{self.digest}{path.suffix}"))
        self.is_text = path.suffix in _TEXTS
        self.type = "text/javascript" if path.suffix == ".js" else guess_type(name)[0]

    @cached_property
    def brotli(self) -> bytes:
        return bytes(brotli.compress(self.content))

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.content, mtime=0)


class Assets:
    """The files of a folder, known by their own names and by their hashed ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.read()

    def read(self) -> None:
        """Prepare every file as it is now."""
        self._state = self._now()
        self._assets: dict[str, Asset] = {}
        for path in sorted(self._folder.rglob("*.*")):
            if path.is_file():
                self._prepared(path.relative_to(self._folder).as_posix())
        self._hashed = {asset.hashed_name: asset for asset in self._assets.values()}

    def read_again(self) -> None:
        """Prepare them again when one has changed, as in development."""
        if self._now() != self._state:
            self.read()

    def hashed(self, name: str) -> str:
        """The name a file is linked under; its own when there is no such file."""
        asset = self._assets.get(name)
        return asset.hashed_name if asset else name

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """A file by either name, and whether it is the hashed one."""
        if asset := self._hashed.get(name):
            return asset, True
        asset = self._assets.get(name)
        return (asset, False) if asset else None

    def _now(self) -> list[tuple[str, int]]:
        return [(str(path), path.stat().st_mtime_ns) for path in sorted(self._folder.rglob("*.*"))]

    def _prepared(self, name: str) -> Asset:
        if name in self._assets:
            return self._assets[name]
        path = self._folder / name
        content = path.read_bytes()
        if named := _NAMED.get(path.suffix):
            content = named.sub(self._beside(path), content.decode()).encode()
        self._assets[name] = Asset(name, content)
        return self._assets[name]

    def _beside(self, path: Path) -> Callable[[re.Match[str]], str]:
        """How a file names another: by the hashed name of that one, which is prepared first."""

        def renamed(found: re.Match[str]) -> str:
            other = (path.parent / found[0]).resolve()
            asset = self._prepared(other.relative_to(self._folder.resolve()).as_posix())
            where, slash, _ = found[0].rpartition("/")
            return f"{where}{slash}{PurePosixPath(asset.hashed_name).name}"

        return renamed


def serve(filename: str) -> ResponseReturnValue:
    """A static file, compressed as whoever asks can read it."""
    assets: Assets = current_app.extensions["assets"]
    asset, is_hashed = assets.find(filename) or abort(404)
    response = Response(asset.content, mimetype=asset.type)
    if asset.is_text:
        accepted = request.accept_encodings
        response.vary.add("Accept-Encoding")
        if accepted["br"]:
            response.data, response.content_encoding = asset.brotli, "br"
        elif accepted["gzip"]:
            response.data, response.content_encoding = asset.gzip, "gzip"
    response.headers["Cache-Control"] = FOREVER if is_hashed else A_WHILE
    response.set_etag(f"{asset.digest}{response.content_encoding or ''}")
    return response.make_conditional(request)


def init_app(app: Flask, folder: Path, *, changing: bool = False) -> None:
    """Serve a folder under /static, and link to each file by its hashed name.

    `changing`: files are looked at anew at each request, as in development.
    """
    assets = Assets(folder)
    app.extensions["assets"] = assets
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)

    @app.url_defaults
    def under_its_hashed_name(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static":
            values["filename"] = assets.hashed(values["filename"])

    if changing:
        app.before_request(assets.read_again)
