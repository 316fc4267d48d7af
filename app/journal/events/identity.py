"""People receive powers. Read by the agency only: people are protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.gate import KIND_PLURALS, TerritoryKind
from app.journal.events.base import Disclosure, Event


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


@dataclass(frozen=True, kw_only=True)
class MailboxesImported(Event):
    """Official mailboxes of a kind of territory; `digest` is the file's SHA-256, in hexadecimal."""

    subject_type: ClassVar[str] = "mailboxes"
    disclosure = Disclosure.NEVER

    kind: str
    digest: str
    added: int
    changed: int
    removed: int

    def sentence(self) -> str:
        return _(
            "Les boîtes officielles (%(kind)s) ont été importées : %(added)d ajoutées, "
            "%(changed)d changées, %(removed)d retirées.",
            kind=_(KIND_PLURALS[TerritoryKind(self.kind)]),
            added=self.added,
            changed=self.changed,
            removed=self.removed,
        )
