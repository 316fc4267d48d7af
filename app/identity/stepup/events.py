"""Second factors are added, removed, reset. Read by the agency only: people are protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events import Disclosure, Event, FreeText


@dataclass(frozen=True, kw_only=True)
class AuthenticatorAdded(Event):
    """`replaced`: the person had one before, which no longer serves."""

    subject_type: ClassVar[str] = "authenticator"
    disclosure = Disclosure.NEVER

    replaced: bool

    def sentence(self) -> str:
        if self.replaced:
            return _("Une personne a remplacé son application d’authentification.")
        return _("Une personne a ajouté une application d’authentification.")


@dataclass(frozen=True, kw_only=True)
class AuthenticatorRemoved(Event):
    subject_type: ClassVar[str] = "authenticator"
    disclosure = Disclosure.NEVER

    def sentence(self) -> str:
        return _("Une personne a retiré son application d’authentification.")


@dataclass(frozen=True, kw_only=True)
class AuthenticatorReset(Event):
    """By the administration, for someone who can no longer confirm."""

    subject_type: ClassVar[str] = "authenticator"
    disclosure = Disclosure.NEVER

    reason: FreeText

    def sentence(self) -> str:
        return _("L’administration a réinitialisé la double authentification d’une personne.")
