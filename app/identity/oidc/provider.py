"""The dialogue with the identity provider: OpenID Connect, spoken by Authlib's client for Flask.

Authlib discovers the provider, makes the nonce and the proof of PKCE, and validates identity
tokens. What it lacks is here: who may answer for whom, how long what was read serves, userinfo that
is signed, and refusals with a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.errors import N_
from app.identity.oidc.rules import (
    LEEWAY,
    Claims,
    ProviderDown,
    ProviderRefusal,
    identity_refusal,
    kept,
    unbelievable,
    userinfo_refusal,
)

PATIENCE_SECONDS = 5
DESCRIPTION_SECONDS = 3600.0
# An unknown key has the keys read again, but not for each forged token.
KEYS_SECONDS = 60.0
SECRET_LENGTH = 43
_EXTENSION = "identity_provider"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_UNREADABLE = (requests.RequestException, JoseError, KeyError, TypeError, ValueError)


class Provider(FlaskOAuth2App):  # type: ignore[misc]
    """The identity provider of the settings. All that asks it something raises ProviderDown."""

    def __init__(self, *registered: Any, settings: Mapping[str, Any], **options: Any) -> None:
        self.issuer: str = settings["OIDC_ISSUER"]
        self._acr_values: str = settings["OIDC_ACR_VALUES"]
        self._id_token_alg: str = settings["OIDC_ID_TOKEN_ALG"]
        self._userinfo_alg: str = settings["OIDC_USERINFO_ALG"]
        self._described_at = self._keys_read_at = 0.0
        super().__init__(
            *registered,
            client_id=settings["OIDC_CLIENT_ID"],
            client_secret=settings["OIDC_CLIENT_SECRET"],
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            authorize_params={"acr_values": self._acr_values} if self._acr_values else None,
            client_kwargs={
                "scope": settings["OIDC_SCOPES"],
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE_SECONDS,
            },
            **options,
        )
        self.name: str = settings["OIDC_NAME"]
        self.server_metadata: dict[str, Any] = {}

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself, discovered anew each hour."""
        now = time.monotonic()
        if not self.server_metadata or now >= self._described_at + DESCRIPTION_SECONDS:
            # Authlib would keep what it reads for ever, and before anyone can check who answered.
            reader = FlaskOAuth2App(
                self.framework,
                server_metadata_url=self._server_metadata_url,
                client_kwargs=self.client_kwargs,
            )
            try:
                self.server_metadata = self._described(reader.load_server_metadata())
            except _UNREADABLE as error:
                raise self._down() from error
            self._described_at = now
        return self.server_metadata

    def fetch_jwk_set(self, force: bool = False) -> Any:
        """The provider's keys: those already read, or read again if asked, once a minute."""
        now, known = time.monotonic(), self.server_metadata.get("jwks")
        try:
            found = super().fetch_jwk_set(force and now >= self._keys_read_at + KEYS_SECONDS)
            KeySet.import_key_set(found)
        except _UNREADABLE as error:
            self.server_metadata.pop("jwks", None)
            raise self._down() from error
        if found is not known:
            self._keys_read_at = now
        return found

    def begin(self, *, return_to: str) -> tuple[str, dict[str, str]]:
        """Where the person goes to say who they are, and what their browser keeps meanwhile."""
        secrets = {name: generate_token(SECRET_LENGTH) for name in ("state", "nonce")}
        begun = self.create_authorization_url(return_to, **secrets)
        return begun["url"], {**secrets, "verifier": begun["code_verifier"]}

    def is_named(self, issuer: str | None) -> bool:
        """Whether a return that names an issuer, or none, is of this provider. Source: RFC 9207."""
        if issuer is None:
            return not self.load_server_metadata()["names_itself"]
        return issuer == self.issuer

    def identified(
        self, code: str, *, return_to: str, verifier: str, nonce: str
    ) -> tuple[Claims, str]:
        """Who the person is, and the identity token that says so.

        Raises ProviderRefusal when what it answers is not to be believed.
        """
        try:
            tokens = self.fetch_access_token(return_to, code=code, code_verifier=verifier)
            answer = self.get(self.server_metadata["userinfo_endpoint"], token=tokens)
            answer.raise_for_status()
        except AuthlibBaseError as error:
            raise ProviderRefusal(
                N_("%(provider)s n’a pas confirmé votre connexion."), provider=self.name
            ) from error
        except (requests.RequestException, ValueError) as error:
            raise self._down() from error
        # Authlib passes over an identity token that is missing: an empty one is refused.
        tokens = {**tokens, "id_token": str(tokens.get("id_token", ""))}
        identity = self._identity(tokens, nonce)
        userinfo = self._verified(answer.text) if self._userinfo_alg else self._plain(answer)
        if refused := userinfo_refusal(
            userinfo,
            issuer=self.issuer,
            client_id=self.client_id,
            subject=identity["sub"],
            signed=bool(self._userinfo_alg),
        ):
            raise refused
        return kept(userinfo), tokens["id_token"]

    def sign_out(self, *, id_token: str, return_to: str) -> tuple[str, str]:
        """Where the person goes to sign out of it too, and the state to come back with.

        Neither if it knows no such place.
        """
        if not self.load_server_metadata()["end_session_endpoint"]:
            return "", ""
        left = self.create_logout_url(return_to, id_token)
        return left["url"], left["state"]

    def _described(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of what the provider says of itself.

        The rest would set Authlib's client: keys, algorithms, whether certificates are verified.
        """
        # A description of another issuer would let that one sign people in.
        if content["issuer"] != self.issuer:
            raise ValueError(content["issuer"])
        endpoints = {name: content[name] for name in _ENDPOINTS}
        if not all(isinstance(address, str) and address for address in endpoints.values()):
            raise ValueError(endpoints)
        posted = "client_secret_post" in content.get("token_endpoint_auth_methods_supported", ())
        names_itself = content.get("authorization_response_iss_parameter_supported") is True
        return {
            **endpoints,
            "end_session_endpoint": content.get("end_session_endpoint", ""),
            "token_endpoint_auth_method": "client_secret_post" if posted else "client_secret_basic",
            "id_token_signing_alg_values_supported": [self._id_token_alg],
            "names_itself": names_itself,
        }

    def _identity(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What an identity token says. Source: OpenID Connect Core 1.0, section 3.1.3.7."""
        expected = {"iss": self.issuer, "aud": self.client_id, "nonce": nonce}
        options = {name: {"essential": True, "value": value} for name, value in expected.items()}
        try:
            identity: Mapping[str, Any] = self.parse_id_token(
                tokens, nonce, claims_options=options, leeway=LEEWAY.total_seconds()
            )
        except (JoseError, TypeError, ValueError) as error:
            raise unbelievable() from error
        if refused := identity_refusal(identity, acr_values=self._acr_values.split()):
            raise refused
        return identity

    def _plain(self, answer: requests.Response) -> Mapping[str, Any]:
        """What the provider claims about a person, when it was not agreed that it would sign it."""
        try:
            content = answer.json()
        except ValueError as error:
            raise self._down() from error
        if not isinstance(content, dict):
            raise self._down()
        return content

    def _verified(self, token: str) -> Mapping[str, Any]:
        """What it claims about a person, signed with the algorithm agreed and no other."""
        try:
            try:
                return self._decoded(token)
            except InvalidKeyIdError:
                return self._decoded(token, again=True)
        except (JoseError, ValueError) as error:
            raise unbelievable() from error

    def _decoded(self, token: str, *, again: bool = False) -> Mapping[str, Any]:
        keys = KeySet.import_key_set(self.fetch_jwk_set(again))
        return jwt.decode(token, keys, algorithms=[self._userinfo_alg]).claims

    def _down(self) -> ProviderDown:
        return ProviderDown(
            N_("%(provider)s ne répond pas en ce moment."),
            way_out=N_(
                "Réessayez dans quelques minutes, ou connectez-vous par un lien reçu par "
                "courrier électronique."
            ),
            provider=self.name,
        )


def init_app(app: Flask) -> None:
    """Have an application speak to the provider of its settings."""
    app.extensions[_EXTENSION] = OAuth(app).register(
        "provider", client_cls=Provider, settings=app.config
    )


def configured() -> Provider:
    """The provider of the present application."""
    found: Provider = current_app.extensions[_EXTENSION]
    return found
