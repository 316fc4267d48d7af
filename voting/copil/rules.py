"""What a decision must say, until when it may change, and what its publication asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.errors import N_, Conflict, DomainError, Invalid

INSIST = N_(
    "Un autre membre du comité vient d’en décider. Si vous maintenez votre choix, validez de "
    "nouveau : il remplacera le sien."
)
LOOK_AGAIN = N_("Un autre membre du comité vient d’en décider : relisez avant d’annuler.")

_ALREADY = {
    "selected": N_("La proposition n° %(number)s est déjà retenue. Raison donnée : %(reason)s"),
    "deferred": N_("La proposition n° %(number)s est déjà différée. Raison donnée : %(reason)s"),
    "declined": N_(
        "Il est déjà décidé de ne pas retenir la proposition n° %(number)s. "
        "Raison donnée : %(reason)s"
    ),
}
_NAMED_AT_MOST = 10
_SOME_WAIT = N_("Le comité n’a pas encore décidé de %(count)s propositions : n° %(numbers)s.")
_MANY_WAIT = N_(
    "Le comité n’a pas encore décidé de %(count)s propositions, dont les n° %(numbers)s."
)


@dataclass(frozen=True)
class Tally:
    """How far the committee has come: the published proposals, and what is decided of them."""

    total: int = 0
    selected: int = 0
    deferred: int = 0
    declined: int = 0

    @property
    def decided(self) -> int:
        return self.selected + self.deferred + self.declined

    @property
    def undecided(self) -> int:
        return self.total - self.decided


def tally(stages: Iterable[str | None]) -> Tally:
    """Count what is decided, from the stage decided of each proposal, None where nothing is."""
    counts = Counter(stages)
    return Tally(counts.total(), counts["selected"], counts["deferred"], counts["declined"])


def reason_refusal(reason: str, limit: int) -> DomainError | None:
    """Why a decision may not be given with this reason, or None; `limit` is in characters."""
    if not reason.strip():
        return Invalid(N_("Donnez la raison : elle sera publiée avec la décision."))
    if len(reason.strip()) > limit:
        return Invalid(N_("La raison compte au plus %(limit)s caractères."), limit=limit)
    return None


def change_refusal(published: bool) -> Conflict | None:
    """Why neither decisions nor maturity may change any more, or None."""
    if not published:
        return None
    return Conflict(
        N_("Les décisions du comité sont publiées : elles ne changent plus."),
        way_out=N_("Signalez toute erreur à l’administration de la plateforme."),
    )


def publication_refusals(undecided: Sequence[int], selected: int) -> list[Conflict]:
    """Every reason not to publish so many selected proposals while these wait.

    `undecided` are the numbers of the proposals without a verdict.
    """
    refusals = []
    if len(undecided) == 1:
        refusals.append(
            Conflict(
                N_("Le comité n’a pas encore décidé de la proposition n° %(number)s."),
                number=undecided[0],
            )
        )
    elif undecided:
        sentence = _SOME_WAIT if len(undecided) <= _NAMED_AT_MOST else _MANY_WAIT
        refusals.append(Conflict(sentence, count=len(undecided), numbers=_listed(undecided)))
    if not selected:
        refusals.append(
            Conflict(
                N_("Aucune proposition n’est retenue."),
                way_out=N_("Le comité doit en retenir au moins une pour que l’appel ait un objet."),
            )
        )
    return refusals


def decided_otherwise(number: int, *, stage: str, reason: str, way_out: str) -> Conflict:
    """The refusal that says what a colleague decided meanwhile: the stage to come, and why."""
    return Conflict(_ALREADY[stage], way_out=way_out, number=number, reason=reason)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers)[:_NAMED_AT_MOST])
