"""What an identity provider may claim, and what is kept of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors import N_, DomainError

# The return from the provider is awaited so long, and its clock may be so far from ours.
FLOW_LIFETIME = timedelta(minutes=10)
LEEWAY = timedelta(minutes=1)
LONGEST_SUBJECT = 255
_START_AGAIN = N_("Recommencez, ou connectez-vous par un lien reçu par courrier électronique.")


class ProviderRefusal(DomainError):
    """Signing in through the identity provider does not succeed."""

    status = 400
    code = "identity-provider"
    title = N_("La connexion n’a pas abouti")

    def __init__(self, message: str, *, way_out: str = _START_AGAIN, **facts: object) -> None:
        super().__init__(message, way_out=way_out, **facts)


class ProviderDown(ProviderRefusal):
    """The identity provider does not answer, or answers nothing one can read."""

    status = 503


@dataclass(frozen=True)
class Claims:
    """All that is kept of a provider's claims: who, their address, their name, their employer."""

    subject: str
    email: str
    given_name: str
    usual_name: str
    siret: str


def flow_refusal(
    begun_at: datetime | None, instant: datetime, *, same_state: bool
) -> ProviderRefusal | None:
    """Why a return from the provider is not that of a sign-in this browser began, or None."""
    if begun_at is None or not same_state:
        return ProviderRefusal(
            N_("Ce retour ne correspond à aucune connexion commencée dans ce navigateur.")
        )
    if instant >= begun_at + FLOW_LIFETIME:
        return ProviderRefusal(N_("La connexion a été commencée il y a trop longtemps."))
    return None


def identity_refusal(
    claims: Mapping[str, Any], *, acr_values: Collection[str] = ()
) -> ProviderRefusal | None:
    """Why an identity token that is valid is not to be believed all the same, or None.

    It must name someone, and one of `acr_values`, the levels of authentication asked for; any will
    do when there is none.
    """
    if not _is_subject(claims.get("sub")):
        return unbelievable()
    if acr_values and claims.get("acr") not in acr_values:
        return ProviderRefusal(
            N_("Votre connexion n’a pas été vérifiée au niveau que demande la plateforme.")
        )
    return None


def userinfo_refusal(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, subject: str, signed: bool
) -> ProviderRefusal | None:
    """Why the claims about a person are not to be believed, or None.

    Signed, it names its issuer and its audience. Source: OpenID Connect Core 1.0, section 5.3.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    named = not signed or (claims.get("iss") == issuer and client_id in audiences)
    return None if named and claims.get("sub") == subject else unbelievable()


def kept(claims: Mapping[str, Any]) -> Claims:
    """What is kept of a provider's claims; one that is no text is left out."""
    siret = "".join(_text(claims, "siret").split())
    return Claims(
        subject=_text(claims, "sub"),
        email=_text(claims, "email"),
        given_name=_text(claims, "given_name"),
        usual_name=_text(claims, "usual_name") or _text(claims, "family_name"),
        siret=siret if len(siret) == 14 and siret.isascii() and siret.isdigit() else "",
    )


def full_name(given_name: str, usual_name: str) -> str:
    """A person's name as they would write it."""
    return " ".join(f"{given_name} {usual_name}".split())[:120]


def _text(claims: Mapping[str, Any], claim: str) -> str:
    value = claims.get(claim)
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def _is_subject(subject: object) -> bool:
    return (
        isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()
    )


def unbelievable() -> ProviderRefusal:
    """The refusal of an answer whose signature or content is not valid."""
    return ProviderRefusal(N_("La réponse reçue ne peut pas être vérifiée : elle est refusée."))
