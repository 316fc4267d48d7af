"""`make run` says at once what prevents it."""

import socket

import pytest

from app.serving import serve


def test_a_busy_port_is_said_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert serve(port) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Le port {port} est déjà utilisé" in said.err
    assert f"make run PORT={port + 1}" in said.err
