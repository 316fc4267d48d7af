"""What a laureate service must say and cost, and until when. Amounts are in integer cents."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import N_, Conflict, DomainError, Invalid

NAME_LENGTH = 120
DESCRIPTION_LENGTH = 2_000
ORGANISATION_LENGTH = 160
NOTE_LENGTH = 2_000


@dataclass(frozen=True)
class Budget:
    """What a service costs, the State's share of it, and the reason given for that share."""

    total_cents: int
    state_cents: int
    note: str = ""

    def exceeds(self, usual_share: int) -> bool:
        """Whether the State pays more than its usual share of the cost, in percent."""
        return self.state_cents * 100 > self.total_cents * usual_share


def words_refusal(name: str, description: str) -> DomainError | None:
    """Why a service may not be presented so, or None: everyone will read it."""
    if not name.strip():
        return Invalid(N_("Donnez un nom au service."))
    if len(name.strip()) > NAME_LENGTH:
        return Invalid(
            N_("Le nom d’un service compte au plus %(limit)s caractères."), limit=NAME_LENGTH
        )
    if not description.strip():
        return Invalid(N_("Décrivez le service en quelques phrases : elles seront publiques."))
    if len(description.strip()) > DESCRIPTION_LENGTH:
        return Invalid(
            N_("La description compte au plus %(limit)s caractères."), limit=DESCRIPTION_LENGTH
        )
    return None


def carrier_refusal(by_territory: bool, organisation: str) -> DomainError | None:
    """Why a service may not be carried so, or None: by a territory or another body, never both."""
    if by_territory and organisation.strip():
        return Invalid(
            N_("Un service a un seul porteur : une collectivité, ou un autre organisme.")
        )
    if not by_territory and not organisation.strip():
        return Invalid(N_("Dites qui porte le service : une collectivité, ou un autre organisme."))
    if len(organisation.strip()) > ORGANISATION_LENGTH:
        return Invalid(
            N_("Le nom d’un organisme compte au plus %(limit)s caractères."),
            limit=ORGANISATION_LENGTH,
        )
    return None


def amounts_refusal(budget: Budget) -> DomainError | None:
    """Why a service may not cost so, or None."""
    if budget.total_cents <= 0:
        return Invalid(N_("Donnez le coût total du service, supérieur à zéro."))
    if budget.state_cents <= 0:
        return Invalid(N_("Donnez la part de l’État, supérieure à zéro."))
    if budget.state_cents > budget.total_cents:
        return Invalid(N_("La part de l’État ne peut pas dépasser le coût total du service."))
    return None


def note_refusal(budget: Budget, usual_share: int) -> DomainError | None:
    """Why a budget needs a note, or None: above the State's usual share, one says why."""
    if len(budget.note.strip()) > NOTE_LENGTH:
        return Invalid(N_("La note compte au plus %(limit)s caractères."), limit=NOTE_LENGTH)
    if budget.exceeds(usual_share) and not budget.note.strip():
        return Invalid(
            N_(
                "La part de l’État dépasse %(share)s %% du coût : dites pourquoi. "
                "Cette note sera publique."
            ),
            share=usual_share,
        )
    return None


def change_refusal(published: bool) -> DomainError | None:
    """Why the services may no longer change, or None."""
    if not published:
        return None
    return Conflict(
        N_("Les services lauréats sont publiés : ils ne changent plus."),
        way_out=N_("Signalez toute erreur à l’administration de la plateforme."),
    )


def no_envelope() -> Conflict:
    """The refusal of a service chosen before the envelope is set."""
    return Conflict(
        N_("L’enveloppe de la consultation n’est pas encore fixée."),
        way_out=N_("Demandez à l’administration de la plateforme de la fixer."),
    )


def chosen_already(number: int, service: str) -> Conflict:
    """The refusal of a second service from a contribution: a colleague drew one meanwhile."""
    return Conflict(
        N_("La contribution n° %(number)s est déjà retenue, pour le service « %(service)s »."),
        way_out=N_("Revoyez ce service plutôt que d’en ajouter un second."),
        number=number,
        service=service,
    )


def revised_meanwhile(service: str) -> Conflict:
    return Conflict(
        N_("Une autre personne du comité vient de revoir le service « %(service)s »."),
        way_out=N_("Si vous maintenez vos choix, validez de nouveau : ils remplaceront les siens."),
        service=service,
    )


def dropped_meanwhile() -> Conflict:
    return Conflict(
        N_("Ce service vient d’être retiré par une autre personne du comité."),
        way_out=N_("Vous pouvez le retenir de nouveau."),
    )


def publication_refusals(services: int) -> list[Conflict]:
    """Every reason not to publish so many services."""
    if services:
        return []
    return [Conflict(N_("Le comité n’a encore choisi aucun service."))]
