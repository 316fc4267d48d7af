"""The official mailboxes are imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.gate.actors import KIND_PLURALS, TerritoryKind
from app.journal.events import Disclosure, Event


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
