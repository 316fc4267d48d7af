"""The dialogue with the identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, current_app
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.errors import N_
from app.identity.oidc.rules import (
    Claims,
    ProviderDown,
    ProviderRefusal,
    id_token_refusal,
    kept,
    userinfo_refusal,
)

PATIENCE_SECONDS = 5
DESCRIPTION_SECONDS = 3600.0
# An unknown key has the keys read again, but not for each forged token.
KEYS_SECONDS = 60.0
_EXTENSION = "identity_provider"


@dataclass(frozen=True)
class Description:
    """What the provider says of itself."""

    authorization: str
    token: str
    userinfo: str
    keys: str
    sign_out: str
    takes_posted_secret: bool
    names_itself: bool


class Provider:
    """The identity provider of the settings; its description and its keys are kept a while."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.issuer: str = settings["OIDC_ISSUER"]
        self.name: str = settings["OIDC_NAME"]
        self.client_id: str = settings["OIDC_CLIENT_ID"]
        self._secret: str = settings["OIDC_CLIENT_SECRET"]
        self._scopes: str = settings["OIDC_SCOPES"]
        self._acr_values: str = settings["OIDC_ACR_VALUES"]
        self._id_token_alg: str = settings["OIDC_ID_TOKEN_ALG"]
        self._userinfo_alg: str = settings["OIDC_USERINFO_ALG"]
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def description(self) -> Description:
        """Where to address it. Raises ProviderDown."""
        if self._described and time.monotonic() < self._described[0] + DESCRIPTION_SECONDS:
            return self._described[1]
        document = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        # A description of another issuer would let that one sign people in.
        if document.get("issuer") != self.issuer:
            raise self._down()
        try:
            described = Description(
                authorization=document["authorization_endpoint"],
                token=document["token_endpoint"],
                userinfo=document["userinfo_endpoint"],
                keys=document["jwks_uri"],
                sign_out=document.get("end_session_endpoint", ""),
                takes_posted_secret="client_secret_post"
                in document.get("token_endpoint_auth_methods_supported", ()),
                names_itself=document.get("authorization_response_iss_parameter_supported") is True,
            )
        except KeyError as error:
            raise self._down() from error
        self._described = (time.monotonic(), described)
        return described

    def authorization_address(
        self, *, return_to: str, state: str, nonce: str, verifier: str
    ) -> str:
        """Where the person goes to say who they are. Raises ProviderDown."""
        described = self.description()
        asked = {"acr_values": self._acr_values} if self._acr_values else {}
        with self._client(described, return_to) as client:
            address, _ = client.create_authorization_url(
                described.authorization, state=state, nonce=nonce, code_verifier=verifier, **asked
            )
        return str(address)

    def identified(
        self, code: str, *, return_to: str, verifier: str, nonce: str, instant: datetime
    ) -> tuple[Claims, str]:
        """Who the person is, and the identity token that says so.

        Raises ProviderRefusal when what it answers is not to be believed, ProviderDown.
        """
        described = self.description()
        try:
            with self._client(described, return_to) as client:
                tokens = client.fetch_token(
                    described.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=PATIENCE_SECONDS,
                )
                answer = client.get(described.userinfo, timeout=PATIENCE_SECONDS)
            answer.raise_for_status()
        except AuthlibBaseError as error:
            raise ProviderRefusal(
                N_("%(provider)s n’a pas confirmé votre connexion."), provider=self.name
            ) from error
        except (requests.RequestException, ValueError) as error:
            raise self._down() from error
        id_token = str(tokens.get("id_token", ""))
        identity = self._verified(id_token, self._id_token_alg)
        if refused := id_token_refusal(
            identity,
            issuer=self.issuer,
            client_id=self.client_id,
            nonce=nonce,
            instant=instant,
            acr_values=self._acr_values.split(),
        ):
            raise refused
        userinfo = self._userinfo(answer)
        if refused := userinfo_refusal(
            userinfo,
            issuer=self.issuer,
            client_id=self.client_id,
            subject=identity["sub"],
            signed=bool(self._userinfo_alg),
        ):
            raise refused
        return kept(userinfo), id_token

    def sign_out_address(self, *, id_token: str, return_to: str, state: str) -> str:
        """Where the person goes to sign out of it too, or nothing if it knows no such place.

        Raises ProviderDown.
        """
        address = self.description().sign_out
        if not address:
            return ""
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": return_to, "state": state}
        return str(add_params_to_uri(address, list(asked.items())))

    def _client(self, described: Description, return_to: str) -> OAuth2Session:
        method = "client_secret_post" if described.takes_posted_secret else "client_secret_basic"
        return OAuth2Session(
            self.client_id,
            self._secret,
            scope=self._scopes,
            redirect_uri=return_to,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )

    def _userinfo(self, answer: requests.Response) -> Mapping[str, Any]:
        """What the provider claims about the person: signed when it was agreed that it would be."""
        if self._userinfo_alg:
            return self._verified(answer.text, self._userinfo_alg)
        try:
            content = answer.json()
        except ValueError as error:
            raise self._down() from error
        if not isinstance(content, dict):
            raise self._down()
        return content

    def _verified(self, token: str, alg: str) -> Mapping[str, Any]:
        """What a token says, signed by the provider with the algorithm agreed and no other."""
        try:
            try:
                return jwt.decode(token, self._known_keys(), algorithms=[alg]).claims
            except InvalidKeyIdError:
                return jwt.decode(token, self._known_keys(again=True), algorithms=[alg]).claims
        except (JoseError, ValueError) as error:
            raise ProviderRefusal(
                N_("La réponse reçue ne peut pas être vérifiée : elle est refusée.")
            ) from error

    def _known_keys(self, *, again: bool = False) -> KeySet:
        now = time.monotonic()
        if self._keys and now < self._keys[0] + (KEYS_SECONDS if again else DESCRIPTION_SECONDS):
            return self._keys[1]
        content = self._read(self.description().keys)
        try:
            keys = KeySet.import_key_set(content)  # type: ignore[arg-type]
        except (JoseError, KeyError, ValueError) as error:
            raise self._down() from error
        self._keys = (now, keys)
        return keys

    def _read(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=PATIENCE_SECONDS)
            answer.raise_for_status()
            content = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise self._down() from error
        if not isinstance(content, dict):
            raise self._down()
        return content

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
    app.extensions[_EXTENSION] = Provider(app.config)


def configured() -> Provider:
    """The provider of the present application."""
    found: Provider = current_app.extensions[_EXTENSION]
    return found
