"""The tokens of links and the codes one types: each purpose derives its own, by a name of its own.

What is derived from the application's secret is derived anew as the e-mail leaves, and stored
nowhere; of what people have, a hash is kept.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, Signer, URLSafeSerializer

# Neither I, L, O nor 0, 1: read aloud or copied by hand, one is taken for the other.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MAILBOX_CODE_DIGITS = 8

MASKED = "~"
_SEPARATOR = "."
_SIGN_IN = b"sign-in-link"
_CONTEST = b"membership-notice"
_INVITATION = b"invitation"


def new_token() -> str:
    """A secret of 256 bits, that only a browser keeps."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()


def sign_in_token(secret_key: str, link_id: UUID) -> str:
    """The token of a sign-in link."""
    return _link_token(secret_key, _SIGN_IN, link_id)


def is_sign_in_token(secret_key: str, token: str) -> bool:
    """Whether a token is that of a sign-in link sent from here, whatever became of it."""
    return _named_by(secret_key, _SIGN_IN, token) is not None


def invitation_token(secret_key: str, invitation_id: UUID) -> str:
    """The token of an invitation."""
    return _link_token(secret_key, _INVITATION, invitation_id)


def contest_token(secret_key: str, notice_id: UUID) -> str:
    """The token of the link by which a mailbox contests what its notice is about."""
    return _link_token(secret_key, _CONTEST, notice_id)


def notice_named(secret_key: str, token: str) -> UUID | None:
    """The notice that a contest link names, if it is signed so.

    Its link is written again in later e-mails: it is known by its signature, while one derived
    otherwise once is known by its hash.
    """
    return _named_by(secret_key, _CONTEST, token)


def sign_in_code(secret_key: str, link_id: UUID) -> str:
    """The code one may type instead of opening a sign-in link: eight letters and digits."""
    number = int.from_bytes(_mac(secret_key, b"sign-in-code:", link_id.bytes))
    letters = []
    for _ in range(CODE_LENGTH):
        number, rank = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[rank])
    return "".join(letters)


def is_sign_in_code(secret_key: str, link_id: UUID, typed: str) -> bool:
    """Whether what was typed is the code of a link, whatever its capitals, spaces and hyphens."""
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hmac.compare_digest(sign_in_code(secret_key, link_id).encode(), kept.encode())


def mailbox_code(secret_key: str, code_id: UUID) -> str:
    """The digits sent to an official mailbox, to be typed by who asks to act for a territory."""
    number = int.from_bytes(_mac(secret_key, b"membership-code:", code_id.bytes))
    return f"{number % 10**MAILBOX_CODE_DIGITS:0{MAILBOX_CODE_DIGITS}}"


def mailbox_code_hash(secret_key: str, code_id: UUID, typed: str) -> bytes:
    """What is kept of such digits: keyed, since eight alone are soon guessed from a plain hash.

    Spaces are for reading, and are left out of what was typed.
    """
    digits = "".join(typed.split())
    return _mac(secret_key, b"membership-code-hash:", code_id.bytes + digits.encode())


def is_mailbox_code(secret_key: str, code_id: UUID, typed: str, *, kept: bytes) -> bool:
    """Whether what was typed is the code of which this hash is kept."""
    return hmac.compare_digest(mailbox_code_hash(secret_key, code_id, typed), kept)


def recovery_code_hash(secret_key: str, owner: UUID, code: str) -> bytes:
    """What is kept of a recovery code: without the application's key, it cannot be guessed."""
    key = derived_key(secret_key, b"recovery code")
    return hmac.new(key, owner.bytes + code.encode(), sha256).digest()


def address_mark(secret_key: str, email: str) -> str:
    """What a browser keeps of an address: without the application's key, nobody reads whose."""
    key = derived_key(secret_key, b"address mark")
    mark = hmac.new(key, email.encode(), sha256).digest()[:16]
    return urlsafe_b64encode(mark).rstrip(b"=").decode()


def signed_marks(secret_key: str, marks: Any) -> str:
    """What a browser is given to be known again by: signed, and readable to nobody's profit."""
    return str(_marks(secret_key).dumps(marks))


def read_marks(secret_key: str, signed: str) -> Any:
    """What a browser is known by, or None when it was not signed here."""
    try:
        return _marks(secret_key).loads(signed)
    except BadData:
        return None


def derived_key(secret_key: str, purpose: bytes) -> bytes:
    """A key for one purpose, from the application's own secret. Source: RFC 5869."""
    return HKDF(SHA256(), 32, salt=None, info=b"coconstruire: " + purpose).derive(
        secret_key.encode()
    )


def _marks(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(derived_key(secret_key, b"known browser"))


def _named_by(secret_key: str, purpose: bytes, token: str) -> UUID | None:
    try:
        named = UUID(token.partition(_SEPARATOR)[0])
    except ValueError:
        return None
    # Compared whole: the letters of a signature may be others and mean the same bytes.
    signed = _link_token(secret_key, purpose, named)
    return named if hmac.compare_digest(signed.encode(), token.encode()) else None


def _link_token(secret_key: str, purpose: bytes, named: UUID) -> str:
    signer = Signer(secret_key, purpose, _SEPARATOR, key_derivation="hmac", digest_method=sha256)
    return signer.sign(named.hex).decode()


def _mac(secret_key: str, purpose: bytes, message: bytes) -> bytes:
    return hmac.new(secret_key.encode(), purpose + message, sha256).digest()


def masked(token: str) -> str:
    """A token under a mask drawn anew, so that no two pages ever carry the same signs.

    What repeats in compressed pages can be guessed from their sizes (BREACH).
    """
    clear = token.encode()
    mask = secrets.token_bytes(len(clear))
    return MASKED + urlsafe_b64encode(mask + _exclusive_or(clear, mask)).decode()


def unmasked(token: str) -> str:
    """The token under a mask; what has none, or a broken one, as it is: it proves nothing."""
    if not token.startswith(MASKED):
        return token
    try:
        both = urlsafe_b64decode(token.removeprefix(MASKED))
        return _exclusive_or(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return token


def _exclusive_or(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
