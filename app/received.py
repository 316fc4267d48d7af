"""What a request brings, as it is taken from the network: files, and numbers within addresses."""

from __future__ import annotations

import io
from typing import IO, Any

import flask
from werkzeug.routing import IntegerConverter, Map

from app.texts import LARGEST_NUMBER


class Request(flask.Request):
    """A request whose files stay in memory, within what a request may weigh: none is kept."""

    def _get_file_stream(self, *_said: object, **_more: object) -> IO[bytes]:
        return io.BytesIO()


class NumberConverter(IntegerConverter):
    """A number within an address: no page answers to one that no column holds."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Map, max: int = LARGEST_NUMBER, **bounds: Any) -> None:  # noqa: A002
        super().__init__(map, max=max, **bounds)
