"""How long the link of a notice lives, and how many a mailbox receives."""

from __future__ import annotations

from datetime import timedelta

NOTICE_LIFETIME = timedelta(days=30)
# Beyond, requests are no longer told to a mailbox; what is granted always is.
NOTICES_A_DAY_PER_MAILBOX = 20
