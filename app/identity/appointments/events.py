"""People are appointed, and their appointments end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events import Disclosure, Event


def _joined(role: str) -> str:
    return {
        "moderator": _("à l’équipe de modération"),
        "administrator": _("à l’administration de la plateforme"),
        "copil": _("au comité de sélection"),
        "prefecture": _("au titre d’une préfecture"),
    }[role]


def _left(role: str) -> str:
    return {
        "moderator": _("l’équipe de modération"),
        "administrator": _("l’administration de la plateforme"),
        "copil": _("le comité de sélection"),
        "prefecture": _("le rôle tenu au titre d’une préfecture"),
    }[role]


@dataclass(frozen=True, kw_only=True)
class PersonAppointed(Event):
    subject_type: ClassVar[str] = "appointment"
    disclosure = Disclosure.NEVER

    role: str

    def sentence(self) -> str:
        return _("Une personne a été nommée %(role)s.", role=_joined(self.role))


@dataclass(frozen=True, kw_only=True)
class AppointmentEnded(Event):
    subject_type: ClassVar[str] = "appointment"
    disclosure = Disclosure.NEVER

    role: str

    def sentence(self) -> str:
        return _("Une personne a quitté %(role)s.", role=_left(self.role))
