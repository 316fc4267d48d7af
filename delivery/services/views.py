"""The choice of the laureate services, and their publication."""

from __future__ import annotations

from flask import Blueprint

from delivery.services import models  # noqa: F401

blueprint = Blueprint("services", __name__)
