"""Time-based one-time codes (RFC 6238), and how their secrets are kept.

The key that seals them is derived from the application's own secret.
"""

from __future__ import annotations

import hmac
import os
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.tokens import derived_key

ISSUER = "Coconstruire"
STEP_SECONDS = 30
# A telephone may run one step early or late (RFC 6238, section 5.2).
DRIFT = 1
_NONCE_BYTES = 12


class Unreadable(Exception):
    """The secret was sealed under another key than the application's present one."""


def new_secret() -> str:
    """A fresh secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def sealed(secret: str, *, secret_key: str, owner: UUID) -> bytes:
    """A secret as it is stored: by AES-256-GCM, bound to its owner."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(derived_key(secret_key, b"authenticator secret"))
    return nonce + cipher.encrypt(nonce, secret.encode(), owner.bytes)


def opened(stored: bytes, *, secret_key: str, owner: UUID) -> str:
    """The secret again. Raises Unreadable when the key is not the one, or the owner."""
    nonce, content = stored[:_NONCE_BYTES], stored[_NONCE_BYTES:]
    cipher = AESGCM(derived_key(secret_key, b"authenticator secret"))
    try:
        return cipher.decrypt(nonce, content, owner.bytes).decode()
    except InvalidTag as error:
        raise Unreadable from error


def matching_step(secret: str, code: str, instant: datetime, *, after: int | None) -> int | None:
    """The time step a code is of, when it is valid now and later than the last one taken."""
    now = int(instant.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in range(now - DRIFT, now + DRIFT + 1):
        fresh = after is None or step > after
        if hmac.compare_digest(made.generate_otp(step), code) and fresh:
            return step
    return None


def uri(secret: str, account: str) -> str:
    """What an application reads to know a secret (`otpauth://totp/…`)."""
    made = pyotp.TOTP(secret, interval=STEP_SECONDS)
    return made.provisioning_uri(name=account, issuer_name=ISSUER)


def picture(content: str) -> str:
    """A QR code as the address of an image, dark on light whatever the colours of the page."""
    return segno.make(content, error="m").svg_data_uri(scale=5, border=4, light="#fff")
