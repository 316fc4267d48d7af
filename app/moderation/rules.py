"""Why a text is hidden or signalled, and who may answer whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.errors import N_, Conflict, DomainError, NotAllowed

NOTE_LENGTH = 1000


class Reason(StrEnum):
    """What is wrong with a text, whatever one thinks of what it asks."""

    PERSONAL = "personal"
    OFFENSIVE = "offensive"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Reason.PERSONAL: N_("Données personnelles"),
    Reason.OFFENSIVE: N_("Propos injurieux ou discriminatoires"),
    Reason.UNLAWFUL: N_("Contenu contraire à la loi"),
    Reason.ADVERTISING: N_("Publicité"),
    Reason.OTHER: N_("Autre raison"),
}


class _Hidden(Protocol):
    @property
    def hidden_by_id(self) -> UUID | None: ...
    @property
    def contested_at(self) -> datetime | None: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def awaits_answer(hiding: _Hidden) -> bool:
    """Whether its author contested it and nobody answered."""
    return bool(hiding.contested_at) and not (hiding.answered_at or hiding.ended_at)


def contesting_refusal(hiding: _Hidden) -> DomainError | None:
    """Why a hiding may not be contested, or None: once, while the text is hidden."""
    if hiding.ended_at is not None:
        return Conflict(N_("Ce texte n’est plus masqué : il n’y a plus rien à contester."))
    if hiding.answered_at is not None:
        return Conflict(
            N_("L’équipe de modération a déjà répondu à votre contestation."),
            way_out=N_("Pendant le recueil, modifiez votre texte : elle le relira."),
        )
    return None


def upholding_refusal(hiding: _Hidden, person_id: UUID | None) -> DomainError | None:
    """Why someone may not maintain a hiding that is contested, or None.

    Whoever hid the text does not judge what its author says of it; they may show it again.
    """
    if not awaits_answer(hiding):
        return Conflict(N_("Personne n’attend de réponse sur ce masquage."))
    if hiding.hidden_by_id == person_id:
        return NotAllowed(
            N_("Vous avez masqué ce texte : une autre personne de l’équipe répond à son auteur."),
            way_out=N_("Vous pouvez en revanche le rétablir."),
        )
    return None


def publicity_refusal(*, public: bool) -> DomainError | None:
    """Why a text may be neither signalled nor hidden, or None: nobody reads what is not public."""
    if public:
        return None
    return Conflict(N_("Ce texte n’est pas public, ou ne l’est plus : il n’y a rien à masquer."))
