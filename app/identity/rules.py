"""Addresses and sign-in links."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.areas import DEPARTEMENTS
from app.errors import N_, Conflict, DomainError, Invalid
from app.gate.actors import Role

LINK_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
# So long after signing in, one may add a way to sign in or to confirm that it is oneself: later, a
# session that was stolen would be enough to take an account over.
SIGNED_IN_LATELY = timedelta(minutes=10)
# A message received so long ago still lets whoever holds it ask for a link where they are.
LINKS_KEPT = timedelta(days=1)
_BY_MESSAGE = N_(
    "Patientez dix minutes, ou ouvrez dans ce navigateur le dernier message que cette boîte a reçu "
    "de la plateforme, même si un autre l’a demandé : il permet d’obtenir un lien d’ici."
)
_BY_PROVIDER = N_(
    "Patientez dix minutes, connectez-vous avec %(provider)s, ou ouvrez dans ce navigateur le "
    "dernier message que cette boîte a reçu de la plateforme, même si un autre l’a demandé : il "
    "permet d’obtenir un lien d’ici."
)


class TooManyLinks(DomainError):
    """No sign-in link leaves for now; whoever reads the mailbox comes in by what it received."""

    status = 429
    code = "too-many-links"
    title = N_("Trop de demandes en peu de temps")

    def __init__(self, *, provider: str = "") -> None:
        """`provider` is the name of the identity provider by which one signs in too, if any."""
        super().__init__(
            N_("Trop de liens ont été demandés, pour cette adresse ou d’ici : aucun n’est parti."),
            way_out=_BY_PROVIDER if provider else _BY_MESSAGE,
            provider=provider,
        )


def normal_email(address: str) -> str:
    """An address as it is compared: without spaces around it, in lower case."""
    return address.strip().lower()


def signed_in_lately(opened_at: datetime, instant: datetime) -> bool:
    """Whether a session had just been opened at an instant, or was opened after it."""
    return instant < opened_at + SIGNED_IN_LATELY


def sign_in_again(act: str) -> Conflict:
    """The refusal of an act that takes a session just opened, when one signed in too long ago.

    `act` is a phrase after « pour ».
    """
    return Conflict(
        N_("Il faut une connexion de moins de dix minutes pour %(act)s."),
        way_out=N_("Reconnectez-vous, puis recommencez."),
        act=act,
    )


def spaced_code(code: str) -> str:
    """A code as it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def appointment_refusal(
    role: Role, organisation: str, consultation_id: UUID | None, departement_code: str
) -> Invalid | None:
    """Why nobody may be appointed so, or None.

    A member of a committee sits for an organisation, in one consultation; a prefecture reader
    reads one département, and nobody else is appointed for one; administrators serve them all.
    """
    if role is Role.PREFECTURE and departement_code not in DEPARTEMENTS:
        return Invalid(N_("Choisissez le département de cette préfecture."))
    if role is not Role.PREFECTURE and departement_code:
        return Invalid(
            N_("Seule une préfecture lit un département."),
            way_out=N_("Laissez « Aucun » pour cette nomination."),
        )
    if role is Role.ADMINISTRATOR and consultation_id is not None:
        return Invalid(
            N_("L’administration vaut pour toutes les consultations."),
            way_out=N_("Laissez « Toutes » pour cette nomination."),
        )
    if role is not Role.COPIL:
        return None
    if consultation_id is None:
        return Invalid(N_("Dites de quelle consultation cette personne rejoint le comité."))
    if not organisation.strip():
        return Invalid(N_("Dites au titre de quel organisme cette personne siège."))
    return None
