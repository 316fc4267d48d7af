"""Until when a proposal may change, and what it must say."""

from __future__ import annotations

from app.errors import N_, Conflict, DomainError, Invalid


def change_refusal(published: bool) -> Conflict | None:
    """Why proposals may no longer change, or None: once published, what is supported stays."""
    if not published:
        return None
    return Conflict(
        N_("Les propositions sont publiées : elles ne changent plus que par une correction datée."),
        way_out=N_("Signalez toute erreur à l’administration de la plateforme."),
    )


def title_refusal(title: str, limit: int) -> DomainError | None:
    """Why a proposal may not bear this title, or None; `limit` is in characters."""
    if not title.strip():
        return Invalid(N_("Donnez un titre à la proposition."))
    if len(title.strip()) > limit:
        return Invalid(
            N_("Le titre d’une proposition compte au plus %(limit)s caractères."), limit=limit
        )
    return None


def removal_refusal(contributions: int) -> Conflict | None:
    """Why a proposal that gathers so many contributions may not be removed, or None."""
    if contributions == 0:
        return None
    return Conflict(
        N_("Cette proposition réunit des contributions : elle ne peut pas être retirée."),
        way_out=N_("Regroupez d’abord ces contributions ailleurs, ou annulez leur regroupement."),
    )
