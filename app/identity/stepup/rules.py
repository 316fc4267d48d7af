"""How long a confirmation lasts, how many codes may be tried, how recovery codes are written."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

ENROLMENT_LIFETIME = timedelta(minutes=30)
RECOVERY_CODES = 10
# So many wrong codes in so long, then one waits. Guessing six digits at the second limit for a
# year succeeds once in fifty.
LIMITS = ((5, timedelta(minutes=10)), (20, timedelta(days=1)))
ALERT_AT = LIMITS[0][0]

# Crockford's base 32: no letter that a hand or an eye takes for another.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUP, _GROUPS = 4, 3


def is_current(stepped_up_at: datetime | None, instant: datetime, lifetime: timedelta) -> bool:
    """Whether a confirmation is still in force: no longer at the instant its time is up."""
    return stepped_up_at is not None and instant < stepped_up_at + lifetime


def expired(begun_at: datetime, instant: datetime) -> bool:
    """Whether an enrolment waited too long for its first code."""
    return instant >= begun_at + ENROLMENT_LIFETIME


def wait_until(wrong: Sequence[datetime], instant: datetime) -> datetime | None:
    """Until when no code is taken, after these wrong ones; None when one may be tried."""
    waits = []
    for most, period in LIMITS:
        recent = sorted(typed_at for typed_at in wrong if typed_at > instant - period)
        if len(recent) >= most:
            waits.append(recent[-most] + period)
    return max(waits, default=None)


def new_recovery_code() -> str:
    """A recovery code of 60 bits, in groups of four: « 7K2M-90QX-VB3D »."""
    return grouped("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP * _GROUPS)), "-")


def grouped(text: str, separator: str = " ") -> str:
    """A text in groups of four, as one copies it by hand."""
    return separator.join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def normal_code(typed: str) -> str:
    """A code as it is compared: without spaces or hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def normal_recovery_code(typed: str) -> str:
    """A recovery code as it is compared, confused letters read as the digits they look like."""
    return normal_code(typed).translate(_CONFUSED)


def is_time_based(typed: str) -> bool:
    """Whether what was typed is a code of the application: six digits."""
    code = normal_code(typed)
    return len(code) == 6 and code.isascii() and code.isdigit()
