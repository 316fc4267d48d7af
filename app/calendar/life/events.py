"""A consultation is presented otherwise, announced, archived; a draft is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.journal.events import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _LifeEvent(Event):
    """Read on the page of the consultation."""

    family: ClassVar[str] = N_("Calendrier et règles")
    page: ClassVar[str] = "portal.consultation"
    subject_type: ClassVar[str] = "consultation"


@dataclass(frozen=True, kw_only=True)
class ConsultationPresented(_LifeEvent):
    """Its title, its presentation or its themes are written anew."""

    title: FreeText
    themes: int

    def sentence(self) -> str:
        return _("La présentation de la consultation a été modifiée.")


@dataclass(frozen=True, kw_only=True)
class ConsultationAnnounced(_LifeEvent):
    def sentence(self) -> str:
        return _("La consultation a été annoncée.")


@dataclass(frozen=True, kw_only=True)
class ConsultationArchived(_LifeEvent):
    def sentence(self) -> str:
        return _("La consultation a été archivée : tout y reste lisible.")


@dataclass(frozen=True, kw_only=True)
class DraftDeleted(Event):
    subject_type: ClassVar[str] = "consultation"

    def sentence(self) -> str:
        return _("Le brouillon de la consultation a été supprimé.")
