"""The envelope of a consultation."""

from __future__ import annotations

from flask import Blueprint

from voting.envelope import models  # noqa: F401

blueprint = Blueprint("envelope", __name__)
