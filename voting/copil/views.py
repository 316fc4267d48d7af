"""The committee: its members, the ranking it reads, what it decides, and the publication."""

from __future__ import annotations

from flask import Blueprint

from voting.copil import models  # noqa: F401

blueprint = Blueprint("copil", __name__)
