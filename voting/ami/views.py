"""The calls of a consultation, and the part territories take in them."""

from __future__ import annotations

from flask import Blueprint

from voting.ami import models  # noqa: F401

blueprint = Blueprint("ami", __name__)
