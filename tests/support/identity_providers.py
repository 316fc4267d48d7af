"""Identity providers for tests: one that may lie, and two real ones in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from config import ROOT
from tests.support.applications import closed_port

HOST = "127.0.0.1"
CLIENT, SECRET = "coconstruire", "a secret of these tests"
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.05
NODE_FOLDER = ROOT / "tests" / "identity-provider"


def settings(issuer: str, **others: str) -> dict[str, str]:
    """The variables that have the platform sign in through a provider."""
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "ProConnect",
        **others,
    }


class Forger:
    """A provider that says what a test has it say: `identity`, `person`, and how they are signed.

    Each is what a faithful provider would say, changed by the test; None takes a claim away.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published: list[Any] = [self.key]
        self.person: dict[str, Any] = {
            "sub": "agent-1",
            "email": "maire@exemple.fr",
            "given_name": "Anne",
            "usual_name": "Le Goff",
        }
        self.identity: dict[str, Any] = {}
        self.wrapping: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.userinfo_header: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.answered: dict[str, Any] = {}
        self.signer: Any = self.key
        self.userinfo_signer: Any = self.key
        self.token_status, self.userinfo_status = 200, 200
        self.challenge, self.nonce = "", ""
        self.asked: list[dict[str, str]] = []
        self.key_reads = self.description_reads = 0
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.issuer = f"http://{HOST}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def went(self, address: str) -> str:
        """Note what a browser was sent with; the state to come back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge, self.nonce = asked["code_challenge"], asked["nonce"]
        return asked["state"]

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any], signer: Any) -> str:
        present = {name: value for name, value in claims.items() if value is not None}
        dressed = {"alg": "RS256", "kid": self.key.kid, **header}
        if dressed["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (dressed, present))
            return ".".join(_encoded(part) for part in parts) + "."
        return jwt.encode(dressed, present, signer, algorithms=[dressed["alg"]])

    def id_token(self) -> str:
        now = int(time.time())
        faithful = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.person["sub"],
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 60,
        }
        return self.sign({**faithful, **self.identity}, self.header, self.signer)

    def userinfo(self) -> str:
        faithful = {"iss": self.issuer, "aud": CLIENT, **self.person}
        userinfo = {**faithful, **self.wrapping}
        return self.sign(userinfo, self.userinfo_header, self.userinfo_signer)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            **self.described,
        }

    def tokens(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        proof = _encoded(sha256(asked.get("code_verifier", "").encode()).digest())
        if self.token_status != 200 or proof != self.challenge:
            return 400, {"error": "invalid_grant"}
        faithful = {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
        answer = {**faithful, **self.answered}
        return 200, {name: value for name, value in answer.items() if value is not None}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None: ...

            def do_GET(self) -> None:
                if self.path == "/userinfo":
                    kind = "application/jwt"
                    self._say(forger.userinfo_status, forger.userinfo(), kind)
                elif self.path == "/keys":
                    forger.key_reads += 1
                    keys = KeySet(forger.published).as_dict(private=False)
                    self._say(200, json.dumps(keys))
                else:
                    forger.description_reads += 1
                    self._say(200, json.dumps(forger.description()))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked = {name: values[0] for name, values in parse_qs(sent).items()}
                status, answer = forger.tokens(asked)
                self._say(status, json.dumps(answer))

            def _say(self, status: int, said: str, kind: str = "application/json") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said.encode())

        return Handler


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


@contextmanager
def _process(command: list[str], issuer: str, folder: Path) -> Iterator[str]:
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=NODE_FOLDER)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not _answers(issuer):
                assert process.poll() is None, (folder / "provider.log").read_text()
                assert time.monotonic() < deadline, "the provider does not answer"
                time.sleep(POLL_SECONDS)
            yield issuer
        finally:
            process.terminate()
            process.wait(10)


def _answers(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=2).ok
    except requests.RequestException:
        return False


@contextmanager
def mock_provider(folder: Path, *people: Mapping[str, str]) -> Iterator[str]:
    """The Python provider, which knows these people; its issuer."""
    port = closed_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    with _process(command, f"http://{HOST}:{port}", folder) as issuer:
        yield issuer


@contextmanager
def node_provider(folder: Path, site: str, port: int) -> Iterator[str]:
    """The Node provider, set as ProConnect is: signed userinfo, sign-out led back to the site."""
    assert (NODE_FOLDER / "node_modules").is_dir(), (
        f"The Node provider is not installed: run `npm ci` in {NODE_FOLDER.name}, as .ci/run does."
    )
    command = ["node", "provider.mjs", str(port), CLIENT, SECRET, site]
    with _process(command, f"http://{HOST}:{port}", folder) as issuer:
        yield issuer
