"""Whose word suspends what is contested, and which of its acts may then be annulled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.errors import N_, Conflict, DomainError, Invalid


class Voice(StrEnum):
    """In what quality someone contests."""

    MAILBOX = "mailbox"
    MODERATOR = "moderator"
    REFERENT = "referent"
    MEMBER = "member"

    @property
    def label(self) -> str:
        return _VOICES[self]

    @property
    def suspends(self) -> bool:
        """Whether its word suspends at once: a colleague's only asks the moderators to look."""
        return self is not Voice.MEMBER


_VOICES = {
    Voice.MAILBOX: N_("La boîte officielle"),
    Voice.MODERATOR: N_("L’équipe de modération"),
    Voice.REFERENT: N_("Une personne référente"),
    Voice.MEMBER: N_("Un ou une collègue"),
}


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: who did it, for which territory, by which mandate if any."""

    person_id: UUID | None
    territory_id: UUID | None
    mandate_id: UUID | None


def comes_from(act: Origin, right: Origin) -> bool:
    """Whether an act was done by a right: a mandate, or a person's belonging to a territory.

    What a person did by a mandate was not done by their membership.
    """
    if right.mandate_id is not None:
        return act.mandate_id == right.mandate_id
    return act.mandate_id is None and act == right


def annulment_refusal(
    act: Origin, right: Origin, *, upheld: bool | None, reason: str, names: Collection[str]
) -> DomainError | None:
    """Why an act may not be annulled by the contest of a right, or None.

    `upheld` is what was decided of the contest, None while nothing is. The reason is public: it
    names none of the people concerned, known by `names` and addresses.
    """
    if upheld is not False or not comes_from(act, right):
        return Conflict(
            N_("Cet acte n’est pas de ceux que cette contestation permet d’annuler."),
            way_out=N_("La page de la contestation montre ceux qui le sont."),
        )
    if not reason.strip():
        return Invalid(N_("Dites pourquoi : la raison est publique."))
    said = _compared(reason)
    if any(_compared(name) in said for name in names if name.strip()):
        return Invalid(
            N_("Cette raison nomme une personne : elle est publique."),
            way_out=N_("Dites ce qui s’est passé, sans nom ni adresse."),
        )
    return None


def _compared(words: str) -> str:
    return " ".join(words.split()).casefold()
