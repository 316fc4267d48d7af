"""How long the link of a notice lives, and how many a mailbox receives."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

NOTICE_LIFETIME = timedelta(days=30)
# Beyond, requests are no longer told to a mailbox; what is granted always is.
NOTICES_A_DAY_PER_MAILBOX = 20


def notice_token(secret_key: str, notice_id: UUID) -> str:
    """The token of the link by which a mailbox contests, derived at delivery, never stored."""
    mac = hmac.new(secret_key.encode(), b"membership-notice:" + notice_id.bytes, sha256)
    return notice_id.hex + mac.hexdigest()
