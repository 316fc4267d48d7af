"""Forms that several features share."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from app.web import Form


class VersionField(IntegerField):
    """A version, carried unseen; what is no number counts as nothing."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        with suppress(ValueError):
            super().process_formdata(valuelist)

    def _value(self) -> str:
        # Not what was sent: a refusal leaves the version to be replaced.
        return "" if self.data is None else str(self.data)


class SeenForm(Form):
    """`seen` is the version of what one has before one's eyes, None when there is none yet."""

    seen = VersionField()
