"""Addresses and sign-in links."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from app.errors import N_, Invalid
from app.gate import Role

LINK_LIFETIME = timedelta(minutes=10)


def normal_email(address: str) -> str:
    """An address as it is compared: without spaces around it, in lower case."""
    return address.strip().lower()


def link_token(secret_key: str, link_id: UUID) -> str:
    """The token of a sign-in link, derived when the e-mail leaves and never stored."""
    mac = hmac.new(secret_key.encode(), b"sign-in-link:" + link_id.bytes, sha256)
    return f"{link_id.hex}{mac.hexdigest()}"


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()


def appointment_refusal(
    role: Role, organisation: str, consultation_id: UUID | None
) -> Invalid | None:
    """Why nobody may be appointed so, or None.

    A member of a committee sits for an organisation, in one consultation; the other roles name
    no organisation.
    """
    if role is not Role.COPIL:
        return None
    if consultation_id is None:
        return Invalid(N_("Dites de quelle consultation cette personne rejoint le comité."))
    if not organisation.strip():
        return Invalid(N_("Dites au titre de quel organisme cette personne siège."))
    return None
