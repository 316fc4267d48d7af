"""Hashing of the public log: RFC 6962 leaves over RFC 8785 canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one byte sequence that represents a document (RFC 8785)."""
    return rfc8785.dumps(dict(document))


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of a log entry (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + data).digest()


def commitment(salt: bytes, text: str) -> str:
    """What the log keeps of a free text: enough to recognise it, not to guess it."""
    return "sha256:" + sha256(salt + text.encode()).hexdigest()
