"""A neighbouring scheme is described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.journal.events import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class SchemeWritten(Event):
    """A neighbouring scheme is described, or described anew."""

    family: ClassVar[str] = N_("Dispositifs")
    subject_type: ClassVar[str] = "scheme"

    name: FreeText

    def sentence(self) -> str:
        return _(
            "Le dispositif « %(name)s », vers lequel une contribution peut être réorientée, "
            "a été décrit.",
            name=self.name,
        )
