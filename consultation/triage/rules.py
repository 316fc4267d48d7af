"""Conservation of what was received, and what the publication of the proposals asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.errors import N_, Conflict, DomainError, Invalid


@dataclass(frozen=True)
class Conservation:
    """What became of the contributions of a consultation; drafts are not received.

    A contribution that joined several proposals counts once, as grouped.
    """

    received: int = 0
    withdrawn: int = 0
    grouped: int = 0
    reoriented: int = 0
    rejected: int = 0
    waiting: int = 0

    @property
    def decided(self) -> int:
        return self.grouped + self.reoriented + self.rejected

    @property
    def is_balanced(self) -> bool:
        """Whether nothing received was lost or counted twice."""
        return self.received == self.withdrawn + self.decided + self.waiting


class Gathering(Protocol):
    """What the publication needs to know of a proposal."""

    @property
    def title(self) -> str: ...
    @property
    def contributions_count(self) -> int: ...


def publication_refusals(waiting: int, proposals: Sequence[Gathering]) -> list[Conflict]:
    """Every reason not to publish these proposals while so many contributions wait."""
    refusals = []
    if waiting == 1:
        refusals.append(Conflict(N_("Une contribution attend encore une décision.")))
    elif waiting:
        refusals.append(
            Conflict(
                N_("%(waiting)s contributions attendent encore une décision."), waiting=waiting
            )
        )
    if not proposals:
        refusals.append(Conflict(N_("Il n’y a encore aucune proposition à publier.")))
    refusals.extend(
        Conflict(
            N_("La proposition « %(title)s » ne réunit aucune contribution."),
            way_out=N_("Regroupez-y au moins une contribution, ou retirez-la."),
            title=proposal.title,
        )
        for proposal in proposals
        if proposal.contributions_count == 0
    )
    return refusals


def reason_refusal(reason: str) -> DomainError | None:
    """Why a decision may not be given with this reason, which is sent to its author, or None."""
    if reason.strip():
        return None
    return Invalid(N_("Donnez la raison : l’auteur de la contribution la recevra."))


INSIST = N_(
    "Une autre personne de l’équipe vient d’en décider. Si vous maintenez votre choix, validez de "
    "nouveau : il remplacera le sien."
)
LOOK_AGAIN = N_("Une autre personne de l’équipe vient d’en décider : relisez avant d’annuler.")


def decided_otherwise(
    number: int, *, proposals: Sequence[str], scheme: str, reason: str, way_out: str
) -> Conflict:
    """The refusal that says what a colleague decided meanwhile: titles of proposals, the name of
    the scheme it was reoriented to, or the reason it was rejected."""
    if proposals:
        return Conflict(
            N_("La contribution n° %(number)s est déjà regroupée dans « %(proposals)s »."),
            way_out=way_out,
            number=number,
            proposals=" », « ".join(proposals),
        )
    if scheme:
        return Conflict(
            N_("La contribution n° %(number)s est déjà réorientée vers « %(scheme)s »."),
            way_out=way_out,
            number=number,
            scheme=scheme,
        )
    return Conflict(
        N_("La contribution n° %(number)s est déjà écartée. Raison donnée : %(reason)s"),
        way_out=way_out,
        number=number,
        reason=reason,
    )
