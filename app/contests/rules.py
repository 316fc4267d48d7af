"""Whose word suspends what is contested, and which of its acts may then be annulled."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from app.errors import N_, Conflict, DomainError, Invalid
from app.gate.actors import Context, TerritoryLike
from app.gate.refusals import entitled
from app.gate.verbs import END_MEMBERSHIP
from app.territories.keys import search_key

# Below it, a name may be an ordinary word, or half of one.
SHORTEST_NAME = 5


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


def voice_of_colleague(ctx: Context, territory: TerritoryLike) -> Voice:
    """In what quality a member contests a colleague: who may end a membership suspends it."""
    return Voice.REFERENT if entitled(ctx, END_MEMBERSHIP, territory) else Voice.MEMBER


def judging_refusal(
    by: UUID | None, *, concerned: Collection[UUID], objectors: Collection[UUID]
) -> Conflict | None:
    """Why someone may not judge a contest, nor what was done by the contested right, or None.

    `concerned` are those it is about and, of a mandate, who prepared and signed it; `objectors`
    those who contest.
    """
    if by in concerned:
        return Conflict(
            N_("Nul ne conteste ni ne juge ce qui le concerne."),
            way_out=N_("Une autre personne peut le faire."),
        )
    if by in objectors:
        return Conflict(
            N_("Vous contestez vous-même : une autre personne doit statuer."),
            way_out=N_("Toute autre personne de l’équipe de modération peut le faire."),
        )
    return None


def judgement_refusal(
    *, by_it: bool, upheld: bool | None, reason: str, names: Collection[str]
) -> DomainError | None:
    """Why an act may not be undone by the contest of a right, or None.

    `by_it` says whether the right did it, `upheld` what was decided of the contest, None while
    nothing is. The reason is public: it
    names none of the people concerned, known by `names` and addresses.
    """
    if upheld is not False or not by_it:
        return Conflict(
            N_("Cet acte n’est pas de ceux dont cette contestation permet de juger."),
            way_out=N_("La page de la contestation montre ceux qui le sont."),
        )
    if not reason.strip():
        return Invalid(N_("Dites pourquoi : la raison est publique."))
    if any(names_someone(reason, name) for name in names):
        return Invalid(
            N_("Cette raison nomme une personne : elle est publique."),
            way_out=N_("Dites ce qui s’est passé, sans nom ni adresse."),
        )
    return None


def names_someone(words: str, name: str) -> bool:
    """Whether words name a person, by their address or by their whole name in whatever order.

    A name is what its owner says it is, and must not forbid ordinary words: its words come side
    by side, in whole words, and one of fewer than five letters in all is not looked for.
    """
    if "@" in name:
        return name.casefold() in words.casefold()
    sought, said = sorted(search_key(name).split()), search_key(words).split()
    if sum(map(len, sought)) < SHORTEST_NAME:
        return False
    return any(sorted(said[at : at + len(sought)]) == sought for at in range(len(said)))
