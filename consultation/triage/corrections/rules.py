"""What a correction must say, and what it may not undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from app.errors import N_, Conflict, DomainError, Invalid

REASON_LENGTH = 1000
CHANGED = {
    "title": N_("Titre"),
    "summary": N_("Résumé"),
    "theme": N_("Thématique"),
    "outcome": N_("Suite donnée"),
    "reason": N_("Raison donnée à l’auteur"),
}


@dataclass(frozen=True)
class Change:
    """One thing that reads otherwise: a name of CHANGED, before and after."""

    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return CHANGED[self.name]


def changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """What differs between two readings, in the order of CHANGED."""
    return [
        Change(name, before.get(name, ""), after.get(name, ""))
        for name in CHANGED
        if before.get(name, "") != after.get(name, "")
    ]


def wording_version(title: str, summary: str, theme_id: UUID | None) -> str:
    """The version of a proposal's wording: what a form carries, to notice another's correction."""
    return sha256("\0".join((title, summary, str(theme_id or ""))).encode()).hexdigest()


def correction_refusal(reason: str, *, published: bool) -> DomainError | None:
    """Why nothing may be corrected yet, or without this reason, or None."""
    if not published:
        return Conflict(
            N_("Rien n’est encore publié : cela se modifie sans correction."),
            way_out=N_("Passez par le tri, ou par les propositions à publier."),
        )
    if not reason.strip():
        return Invalid(N_("Donnez la raison de la correction : tout le monde la lira."))
    return None


def emptying_refusal(left: Sequence[tuple[int, int]]) -> DomainError | None:
    """Why a contribution may not leave proposals, each a number and how many it gathers, or None.

    A published proposal always gathers something: it is supported for it.
    """
    for number, gathered in left:
        if gathered <= 1:
            return Conflict(
                N_("La proposition n° %(number)d ne réunirait plus aucune contribution."),
                way_out=N_("Une proposition publiée, que l’on soutient, en réunit toujours une."),
                number=number,
            )
    return None
